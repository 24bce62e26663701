// How does WebAssembly decode a picture? Trusts its caller: nex.js checks.

import { placed } from './memory.js';

const INFO_WORDS = 14;

/** All pixels as ImageData has them, at the picture's own size unless another is told. */
export function decodeRows(memory, bytes, width, height) {
  let made;
  placed(memory, {}, (place) => { made = rows(place, bytes, width, height); })();
  return made;
}

function rows(place, bytes, wide, high) {
  const { memory } = place;
  const { wasm } = memory;
  const file = place.put(bytes);
  const facts = memory.scratch(4 * INFO_WORDS);
  const status = wasm.nex_picture_inspect(file, bytes.length, facts);
  const words = memory.views.u32.slice(facts / 4, facts / 4 + INFO_WORDS);
  memory.check(status, words[12], words[13]);
  const channels = words[4];
  const width = wide ?? words[2];
  const height = high ?? words[3];
  const size = memory.check(Number(wasm.nex_picture_rows_bytes(file, bytes.length, 0, width, height)));
  const picture = place.take(wasm.nex_picture_bytes());
  const work = place.take(size);
  const row = place.take(width * channels);
  memory.check(wasm.nex_picture_open(picture, file, bytes.length, work, size));
  memory.check(wasm.nex_picture_rows(picture, 0, width, height));
  const samples = memory.views.u8.subarray(row, row + width * channels);
  const data = new Uint8ClampedArray(4 * width * height).fill(255);
  const colours = channels > 2 ? 3 : 1;
  for (let to = 0; to < data.length;) {
    memory.check(wasm.nex_picture_next_row(picture, row, width));
    for (let from = 0; from < samples.length; from += channels, to += 4) {
      for (let c = 0; c < 3; c++) data[to + c] = samples[from + (c % colours)];
      if (channels > colours) data[to + 3] = samples[from + colours];
    }
  }
  return { width, height, channels, data };
}
