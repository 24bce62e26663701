// What do the golden files decode to here? For Node and for a page.

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n;
});

const next = (crc, byte) => TABLE[(crc ^ byte) & 255] ^ (crc >>> 8);
const words = (crc) => (~crc >>> 0).toString(16).padStart(8, '0');

/** CRC-32 of channels as interleaved 16-bit samples. */
export function checksum(channels, frames) {
  let crc = ~0;
  for (let i = 0; i < frames; i++) {
    for (const channel of channels) {
      const sample = channel[i] * 32768;
      crc = next(next(crc, sample), sample >> 8);
    }
  }
  return words(crc);
}

/** CRC-32 of a picture's own channels, 8 bits each. */
function pixelChecksum({ channels, data }) {
  const colours = channels > 2 ? [0, 1, 2] : [0];
  const own = channels > colours.length ? [...colours, 3] : colours;
  let crc = ~0;
  for (let at = 0; at < data.length; at += 4) for (const c of own) crc = next(crc, data[at + c]);
  return words(crc);
}

/** A compact picture's line of images.txt, without its name. */
export async function pictureVerdict(decode, NexError, bytes) {
  try {
    return pixelChecksum(await decode(bytes));
  } catch (error) {
    if (!(error instanceof NexError)) throw error;
    return `error: ${error.message}`;
  }
}

/** Points along each side of the grid that a shape is looked at. */
const GRID = 9;

/** A compact shape's line of shapes.txt, without its name: asked for one by one, and in clouds. */
export async function shapeVerdict(open, NexError, bytes) {
  try {
    const shape = await open(bytes);
    const { origin, side, step } = shape.info;
    const place = Array.from({ length: GRID }, (_, i) => i * side / (GRID - 1));
    const points = Float64Array.from(place.flatMap((z) => place.flatMap((y) => place.flatMap((x) => [x, y, z]))), (x, i) => x + origin[i % 3]);
    const one = Array.from({ length: GRID ** 3 }, (_, i) => shape.sdfAt(...points.subarray(3 * i, 3 * i + 3)));
    const sums = [shape.distances(points), one].map((all) => checksum([Float32Array.from(all, (d) => Math.round(d / step) / 32768)], all.length));
    shape.free();
    return new Set(sums).size === 1 ? sums[0] : `${sums} differ`;
  } catch (error) {
    if (!(error instanceof NexError)) throw error;
    return `error: ${error.message}`;
  }
}

const arrays = (channels, frames) => Array.from({ length: channels }, () => new Float32Array(frames));

/** Decoded whole, in odd blocks, and in parts after a look elsewhere. */
function ways(sound) {
  const { channels, frames } = sound.info;
  const whole = sound.decode().channelData;
  const odd = arrays(channels, frames);
  for (let at = 0, i = 0; at < frames; i++) {
    const block = odd.map((c) => c.subarray(at, at + 1 + (i % 13)));
    at += sound.decodeInto(at, block);
  }
  const parts = arrays(channels, frames);
  const span = Math.floor(frames / 8) + 1;
  for (let start = 0; start < frames; start += span) {
    sound.sampleAt((start + frames / 2) % frames);
    sound.decodeInto(start, parts.map((c) => c.subarray(start, start + span)));
  }
  return [whole, odd, parts].map((way) => checksum(way, frames));
}

/** Whether a line is the expected one. Of a packed file's error the part is lost. */
export function agrees(told, expected) {
  return told === expected || (expected.startsWith('x-packed-') && /: error: /.test(told));
}

/** The file's line of golden.txt, without its name. */
export function verdict(open, NexError, bytes) {
  try {
    const sound = open(bytes);
    const sums = ways(sound);
    sound.free();
    return new Set(sums).size === 1 ? sums[0] : `${sums} differ`;
  } catch (error) {
    if (!(error instanceof NexError)) throw error;
    return `error: ${error.message}`;
  }
}
