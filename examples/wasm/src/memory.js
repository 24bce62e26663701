// Where in an instance's memory do any number of files have their places?

import { noMemory } from './errors.js';

const PAGE = 65536;
const rounded = (bytes) => (bytes + 15) & ~15;

/** The memory beyond an instance's own, which only grows: what is given back is given out again. */
export class Memory {
  #failure; #views; #top; #scratch; #scratchBytes = 0;
  /** What was given back: `[at, bytes]`, in order, none beside another. */
  #gaps = [];

  /** `failure(status, part, detail)` makes the error of what the instance refuses. */
  constructor(wasm, failure) {
    this.wasm = wasm;
    this.#failure = failure;
    this.#top = wasm.memory.buffer.byteLength;
  }

  /** The whole memory as numbers of each size; to be asked for again after any `take`. */
  get views() {
    const { buffer } = this.wasm.memory;
    if (this.#views?.buffer !== buffer) {
      this.#views = {
        buffer, u8: new Uint8Array(buffer), i8: new Int8Array(buffer), i16: new Int16Array(buffer),
        i32: new Int32Array(buffer), u32: new Uint32Array(buffer), f32: new Float32Array(buffer), f64: new Float64Array(buffer),
      };
    }
    return this.#views;
  }

  take(wanted) {
    const bytes = rounded(wanted);
    const i = this.#gaps.findIndex((gap) => gap[1] >= bytes);
    if (i >= 0) {
      const gap = this.#gaps[i];
      const [at] = gap;
      gap[0] += bytes;
      gap[1] -= bytes;
      if (!gap[1]) this.#gaps.splice(i, 1);
      return at;
    }
    const at = this.#top;
    const lacking = at + bytes - this.wasm.memory.buffer.byteLength;
    try {
      if (lacking > 0) this.wasm.memory.grow(Math.ceil(lacking / PAGE));
    } catch (cause) {
      throw noMemory(cause);
    }
    this.#top += bytes;
    return at;
  }

  give(at, wanted) {
    const gap = [at, rounded(wanted)];
    const gaps = this.#gaps;
    let i = gaps.findIndex((other) => other[0] > at);
    if (i < 0) i = gaps.length;
    gaps.splice(i, 0, gap);
    for (const first of [i, i - 1]) {
      const [one, next] = [gaps[first], gaps[first + 1]];
      if (one && next && one[0] + one[1] === next[0]) {
        one[1] += next[1];
        gaps.splice(first + 1, 1);
      }
    }
  }

  /** Where what a call takes and gives lies until the next call of any file. */
  scratch(bytes) {
    if (bytes > this.#scratchBytes) {
      const at = this.take(bytes);
      if (this.#scratchBytes) this.give(this.#scratch, this.#scratchBytes);
      [this.#scratch, this.#scratchBytes] = [at, bytes];
    }
    return this.#scratch;
  }

  check(status, part, detail) {
    if (status >= 0) return status;
    throw this.#failure(status, part, detail);
  }
}

/** What one file has of a memory. */
export class Place {
  #taken = [];

  constructor(memory) {
    this.memory = memory;
  }

  take(bytes) {
    const at = this.memory.take(bytes);
    this.#taken.push([at, bytes]);
    return at;
  }

  /** Where a copy of the bytes is. */
  put(bytes) {
    const at = this.take(bytes.length);
    this.memory.views.u8.set(bytes, at);
    return at;
  }

  free() {
    for (const [at, bytes] of this.#taken) this.memory.give(at, bytes);
    this.#taken = [];
  }
}

/** The places of what nobody holds any more, though nobody freed it. */
const lost = new FinalizationRegistry((place) => place.free());

/** A place for as long as what `open` makes of it is held, or none if that fails. */
export function placed(memory, owner, open) {
  const place = new Place(memory);
  try {
    open(place);
  } catch (cause) {
    place.free();
    throw cause instanceof RangeError ? noMemory(cause) : cause;
  }
  lost.register(owner, place, owner);
  return () => {
    lost.unregister(owner);
    place.free();
  };
}
