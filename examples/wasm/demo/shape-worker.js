// Traces a shape for the page: rows of pixels, the coarse picture first.

import { decodeShape } from './nex/nex.js';

let shape;
let last = 0;
const pause = () => new Promise((done) => { setTimeout(done); });

/** Light from ahead, above and the left; colours of experts, in which every other cell is darker. */
function shade(seen, { cells, dark, light }) {
  const data = new Uint8ClampedArray(seen.length);
  for (let i = 0; i < seen.length; i += 4) {
    const owner = seen[i + 3];
    if (!owner) continue;
    const [x, y, z] = [seen[i], seen[i + 1], seen[i + 2]].map((n) => n / 127);
    const bright = (dark ? 0.25 : 0.35) + 0.75 * Math.max(0, x * light[0] + y * light[1] + z * light[2]);
    const [r, g, b] = cells ? [[160, 160, 160], [217, 130, 43], [63, 155, 108], [47, 111, 181]][(owner - 1) >> 1] : [232, 190, 90];
    const part = bright * (cells && (owner - 1) & 1 ? 0.75 : 1);
    data.set([r * part, g * part, b * part, 255], i);
  }
  return data;
}

async function open(bytes) {
  const opened = await decodeShape(bytes);
  shape?.free();
  shape = opened;
  postMessage({ info: shape.info, triangles: shape.mesh(64).indices.length / 3 });
}

/** What is opened comes before what looks at it. */
let opening = Promise.resolve();

onmessage = async ({ data: { bytes, view, turn } }) => {
  try {
    if (bytes) opening = open(bytes);
    await opening.catch((error) => { if (bytes) throw error; });
    if (!view || !shape) return;
    last = turn;
    const start = performance.now();
    // From coarse to fine; a newer view ends it.
    for (const scale of [4, 1]) {
      const [width, height] = [Math.ceil(view.width / scale), Math.ceil(view.height / scale)];
      const data = new Uint8ClampedArray(4 * width * height);
      for (let first = 0; first < height; first += 40) {
        const rows = Math.min(40, height - first);
        data.set(shade(shape.trace({ ...view, width, height, first, rows }), view), 4 * width * first);
        await pause();
        if (turn !== last) return;
      }
      const milliseconds = scale === 1 ? performance.now() - start : undefined;
      postMessage({ data, width, height, milliseconds }, [data.buffer]);
    }
  } catch (error) {
    postMessage({ error: error.message });
  }
};
