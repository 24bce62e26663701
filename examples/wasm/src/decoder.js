// How does WebAssembly decode a file? In the memory of an instance that it shares with
// others. Trusts its caller: nex.js and worklet.js check.

import { placed } from './memory.js';

const PACKED = -10;
const ARITHMETICS = ['integer', 'float'];
/** Frames that leave the instance at once. */
const BLOCK = 4096;
const INFO_WORDS = 18;

/** A position's fraction, as the decoder takes it. */
const fraction = (at) => (at % 1) * 2 ** 32;

export class Decoder {
  #wasm; #memory; #decoder; #position = 0;

  constructor(memory, bytes) {
    this.#wasm = memory.wasm;
    this.#memory = memory;
    /** Gives the memory back; nothing can be asked after that. */
    this.free = placed(memory, this, (place) => this.#open(place, bytes));
  }

  #open(place, bytes) {
    const memory = this.#memory;
    const wasm = this.#wasm;
    let file = place.put(bytes);
    let { length } = bytes;
    const facts = memory.scratch(4 * INFO_WORDS);
    let status = wasm.nex_inspect(file, length, facts);
    if (status === PACKED) {
      const plain = memory.check(wasm.nex_unpacked_bytes(file, length));
      const to = place.take(plain);
      length = memory.check(wasm.nex_unpack(file, length, to, plain));
      file = to;
      status = wasm.nex_inspect(file, length, facts);
    }
    const words = memory.views.u32.slice(facts / 4, facts / 4 + INFO_WORDS);
    memory.check(status, words[14], words[15]);
    const [profile, arithmetic, sampleRate, channels, frames, , points, best, experts, macs, sines] = words;
    this.info = Object.freeze({
      profile: profile === 1 ? 'compact' : ARITHMETICS[arithmetic], sampleRate, channels, frames, duration: frames / sampleRate,
      experts, macsPerFrame: macs, sinesPerFrame: sines, bytes: bytes.length,
      loop: words[17] ? Object.freeze({ start: words[16], end: words[17] }) : undefined,
    });
    const size = Math.max(points, best);
    this.#decoder = place.take(wasm.nex_decoder_bytes());
    const work = place.take(size);
    // Taken now: nothing is allocated while it plays.
    memory.scratch(2 * channels * BLOCK);
    memory.check(wasm.nex_open(this.#decoder, file, length, work, size));
  }

  /** Where frames leave the instance. */
  get #out() {
    return this.#memory.scratch(2 * this.info.channels * BLOCK);
  }

  #deal(frames, out, at) {
    const { channels } = this.info;
    const { i16 } = this.#memory.views;
    for (let c = 0; c < channels; c++) {
      const to = out[c];
      if (to) for (let i = 0, from = this.#out / 2 + c; i < frames; i++, from += channels) to[at + i] = i16[from] / 32768;
    }
  }

  /** Fills the arrays from their element `done` on, up to `length`; returns how many frames there were before the end. */
  decodeInto(start, out, done = 0, length = out[0].length) {
    const wasm = this.#wasm;
    const first = done;
    if (start !== this.#position) this.#memory.check(wasm.nex_seek(this.#decoder, start));
    while (done < length) {
      const frames = this.#memory.check(wasm.nex_decode(this.#decoder, this.#out, Math.min(BLOCK, length - done)));
      if (!frames) break;
      this.#deal(frames, out, done);
      done += frames;
    }
    this.#position = start + done - first;
    return done - first;
  }

  /** As `decodeInto`, over and over: after the frame before `end` comes `begin`. Returns the frame that comes next. */
  decodeLooped(start, out, { start: begin, end }) {
    const length = out[0].length;
    let at = start;
    for (let done = 0; done < length;) {
      if (at >= end) at = begin;
      const frames = this.decodeInto(at, out, done, Math.min(length, done + end - at));
      if (!frames) break;
      at += frames;
      done += frames;
    }
    return at;
  }

  resample(start, step, out, done = 0, length = out[0].length) {
    const first = done;
    while (done < length) {
      const at = start + step * (done - first);
      if (at >= this.info.frames) break;
      const frames = this.#memory.check(this.#wasm.nex_resample(this.#decoder, at, fraction(at), step, fraction(step),
        this.#out, Math.min(BLOCK, length - done)));
      if (!frames) break;
      this.#deal(frames, out, done);
      done += frames;
    }
    return done - first;
  }

  sampleAt(at) {
    const out = this.#out;
    this.#memory.check(this.#wasm.nex_sample_at(this.#decoder, at, fraction(at), out));
    return Float32Array.from(this.#memory.views.i16.subarray(out / 2, out / 2 + this.info.channels), (x) => x / 32768);
  }

  expertAt(at) {
    const out = this.#out;
    this.#memory.check(this.#wasm.nex_expert_at(this.#decoder, at, fraction(at), out));
    const [index, firstFrame, frames, nonzero] = this.#memory.views.u32.subarray(out / 4, out / 4 + 4);
    return this.info.profile === 'compact' ? { firstFrame, frames, nonzero } : { index };
  }

  get multiplies() {
    return Number(this.#wasm.nex_multiplies(this.#decoder));
  }
}
