// Which rows of a picture do the bytes say that have come so far?
//
// A picture's bytes say its blocks one after the other. With whatever behind them, what they say
// is the same: rows that are alike with two kinds of rest are the picture's.

import { decodeRows } from './picture.js';

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n;
});

/** A file that begins with what has come, of the length that the whole one has, and with its own checksum. */
function completed(bytes, come, filler) {
  const file = bytes.slice().fill(filler, come);
  let crc = ~0;
  for (let i = 0; i < file.length - 4; i++) crc = (crc >>> 8) ^ TABLE[(crc ^ file[i]) & 255];
  new DataView(file.buffer).setUint32(file.length - 4, ~crc >>> 0, true);
  return file;
}

/** What decodeRows() gives, and how many `rows` of it are the picture's; none if the bytes do not say yet what it is. */
export function bands(memory, bytes, come, width, height) {
  let made;
  try {
    made = [0x00, 0xff, 0x5a].map((filler) => decodeRows(memory, completed(bytes, come, filler), width, height));
  } catch (error) {
    if (error.code === 'MemoryTooSmall') throw error;
    return undefined;
  }
  const [first, ...others] = made;
  let same = 0;
  while (same < first.data.length && others.every(({ data }) => data[same] === first.data[same])) same++;
  return { ...first, rows: Math.floor(same / (4 * first.width)) };
}
