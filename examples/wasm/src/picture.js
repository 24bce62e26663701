// How does WebAssembly decode a picture? Trusts its caller: nex.js checks.

import { Memory } from './memory.js';

const INFO_WORDS = 14;

/** All pixels as ImageData has them, at the picture's own size unless another is told. */
export function decodeRows(instance, bytes, width, height) {
  const wasm = instance.exports;
  const memory = new Memory(wasm);
  const file = memory.put(bytes);
  const facts = memory.take(4 * INFO_WORDS);
  const status = wasm.nex_picture_inspect(file, bytes.length, facts);
  const words = Array.from(new Uint32Array(wasm.memory.buffer, facts, INFO_WORDS));
  memory.check(status, words[12], words[13]);
  const channels = words[4];
  width ??= words[2];
  height ??= words[3];
  const size = memory.check(Number(wasm.nex_picture_rows_bytes(file, bytes.length, 0, width, height)));
  const picture = memory.take(wasm.nex_picture_bytes());
  const work = memory.take(size);
  const row = memory.take(width * channels);
  memory.check(wasm.nex_picture_open(picture, file, bytes.length, work, size));
  memory.check(wasm.nex_picture_rows(picture, 0, width, height));
  const samples = new Uint8Array(wasm.memory.buffer, row, width * channels);
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
