// Where does a decoder's instance have its memory, and what does it say of an error?

import { failure, noMemory } from './errors.js';

/** The memory beyond the instance's own, which only grows. */
export class Memory {
  #wasm; #top;

  constructor(wasm) {
    this.#wasm = wasm;
    this.#top = wasm.memory.buffer.byteLength;
  }

  take(bytes) {
    const at = this.#top;
    this.#top += (bytes + 15) & ~15;
    const lacking = this.#top - this.#wasm.memory.buffer.byteLength;
    try {
      if (lacking > 0) this.#wasm.memory.grow(Math.ceil(lacking / 65536));
    } catch (cause) {
      throw noMemory(cause);
    }
    return at;
  }

  /** Where a copy of the bytes is. */
  put(bytes) {
    const at = this.take(bytes.length);
    new Uint8Array(this.#wasm.memory.buffer).set(bytes, at);
    return at;
  }

  #text(at) {
    const bytes = new Uint8Array(this.#wasm.memory.buffer);
    let text = '';
    while (bytes[at]) text += String.fromCharCode(bytes[at++]);
    return text;
  }

  check(status, part, detail) {
    if (status >= 0) return status;
    throw failure(status, this.#text(this.#wasm.nex_error_text(status)), part && this.#text(this.#wasm.nex_part_text(part)), detail);
  }
}
