// Is what a caller gives of a kind that the decoder takes? It counts in 32 bits, which wrap.

import { NexError } from './errors.js';

/** No position, and no step, gets there. */
const END = 2 ** 32;
/** The kind of an array, of another window's or realm's too. */
const kind = (value) => value?.[Symbol.toStringTag] ?? typeof value;

export function amount(value, name) {
  if (typeof value === 'number' && value >= 0 && value < END) return value;
  throw new NexError('OutOfRange', `${name} is ${typeof value === 'number' ? value : kind(value)}, not a number from 0 to 2^32 - 1`);
}

export function whole(value, name) {
  if (Number.isInteger(amount(value, name))) return value;
  throw new NexError('OutOfRange', `${name} is ${value}; give a whole number of frames, or call resample()`);
}

/** Arrays for the samples, one per channel. */
export function planes(out) {
  const length = out?.[0]?.length;
  for (let c = 0; c < (out?.length || 1); c++) {
    const plane = out?.[c];
    if (kind(plane) !== 'Float32Array' || plane.length !== length) {
      throw new NexError('BadArgument', `channel ${c} is ${kind(plane)}; samples go to Float32Arrays of one length, an array of one per channel`);
    }
  }
  return out;
}

/** The bytes of a buffer or a view of one; undefined if it is neither. */
export function view(source) {
  try {
    if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
    if (/^(Shared)?ArrayBuffer$/.test(kind(source))) return new Uint8Array(source);
  } catch (cause) {
    throw new NexError('BadArgument', 'the bytes have been transferred elsewhere; keep a copy', { cause });
  }
}

export function bytesOf(source) {
  const bytes = view(source);
  if (bytes) return bytes;
  throw new NexError('BadArgument', `bytes are an ArrayBuffer or a view of one, not ${kind(source)}`);
}

/** Of what a node is told, what it knows. */
export function playback(state) {
  const known = {};
  if (Object(state) !== state) throw new NexError('BadArgument', `a node's state is an object, not ${kind(state)}`);
  for (const name of ['playing', 'loop', 'close']) if (state[name] !== undefined) known[name] = Boolean(state[name]);
  for (const name of ['at', 'rate']) if (state[name] !== undefined) known[name] = amount(state[name], name);
  return known;
}
