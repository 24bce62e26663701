// How does WebAssembly decode one file? An instance of the decoder, whose memory
// is grown once, when it opens. Trusts its caller: nex.js and worklet.js check.

import { Memory } from './memory.js';

const PACKED = -10;
const ARITHMETICS = ['integer', 'float'];
/** Frames that leave the instance at once. */
const BLOCK = 4096;
const INFO_WORDS = 18;

/** A position's fraction, as the decoder takes it. */
const fraction = (at) => (at % 1) * 2 ** 32;

export class Decoder {
  #wasm; #memory; #decoder; #out; #expert; #samples; #position = 0;

  constructor(instance, bytes) {
    const wasm = this.#wasm = instance.exports;
    const memory = this.#memory = new Memory(wasm);
    let file = memory.put(bytes);
    let length = bytes.length;
    const facts = memory.take(4 * INFO_WORDS);
    let status = wasm.nex_inspect(file, length, facts);
    if (status === PACKED) {
      const plain = memory.check(wasm.nex_unpacked_bytes(file, length));
      const to = memory.take(plain);
      length = memory.check(wasm.nex_unpack(file, length, to, plain));
      file = to;
      status = wasm.nex_inspect(file, length, facts);
    }
    const words = Array.from(new Uint32Array(wasm.memory.buffer, facts, INFO_WORDS));
    memory.check(status, words[14], words[15]);
    const [profile, arithmetic, sampleRate, channels, frames, , points, best, experts, macs, sines] = words;
    this.info = Object.freeze({
      profile: profile === 1 ? 'compact' : ARITHMETICS[arithmetic], sampleRate, channels, frames, duration: frames / sampleRate,
      experts, macsPerFrame: macs, sinesPerFrame: sines, bytes: bytes.length,
      loop: words[17] ? Object.freeze({ start: words[16], end: words[17] }) : undefined,
    });
    const size = Math.max(points, best);
    this.#decoder = memory.take(wasm.nex_decoder_bytes());
    this.#expert = memory.take(16);
    this.#out = memory.take(2 * channels * BLOCK);
    const work = memory.take(size);
    this.#samples = new Int16Array(wasm.memory.buffer, this.#out, channels * BLOCK);
    memory.check(wasm.nex_open(this.#decoder, file, length, work, size));
  }

  #deal(frames, out, at) {
    const { channels } = this.info;
    for (let c = 0; c < channels; c++) {
      const to = out[c];
      if (to) for (let i = 0, from = c; i < frames; i++, from += channels) to[at + i] = this.#samples[from] / 32768;
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
    this.#memory.check(this.#wasm.nex_sample_at(this.#decoder, at, fraction(at), this.#out));
    return Float32Array.from(this.#samples.subarray(0, this.info.channels), (x) => x / 32768);
  }

  expertAt(at) {
    this.#memory.check(this.#wasm.nex_expert_at(this.#decoder, at, fraction(at), this.#expert));
    const [index, firstFrame, frames, nonzero] = new Uint32Array(this.#wasm.memory.buffer, this.#expert, 4);
    return this.info.profile === 'compact' ? { firstFrame, frames, nonzero } : { index };
  }

  get multiplies() {
    return Number(this.#wasm.nex_multiplies(this.#decoder));
  }
}
