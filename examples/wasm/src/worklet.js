// Plays a sound on the audio thread, block by block, without allocation.
// Messages in: any of `playing`, `at` (frames), `rate`, `loop`, `close`. Out: `ready`, or why there
// is nothing to play as `code` and `error`, or as `refused`, the decoder's numbers; then `at`, `playing`, and `error`, the words for a
// message that was refused.

import { playback } from './arguments.js';
import { Decoder } from './decoder.js';
import { NexError, noMemory } from './errors.js';
import { Memory } from './memory.js';
import { Between } from './sinc.js';

/** Blocks of 128 frames between two reports of the position. */
const REPORT = 8;

/** By kind: one instance in whose memory all sounds are. */
const memories = {};
function shared(kind, module) {
  try {
    memories[kind] ??= new Memory(new WebAssembly.Instance(module, {}).exports, (...refused) => Object.assign(new NexError('Other'), { refused }));
    return memories[kind];
  } catch (cause) {
    throw noMemory(cause);
  }
}

class Player extends AudioWorkletProcessor {
  constructor({ processorOptions: { module, kind, bytes, state } }) {
    super();
    Object.assign(this, { playing: false, at: 0, rate: 1, loop: false, blocks: 0 }, state);
    try {
      this.sound = new Decoder(shared(kind, module), bytes);
      const { frames, loop } = this.sound.info;
      this.points = loop ?? { start: 0, end: frames };
      this.between = new Between(this.sound.info.channels, (out, length) => this.next(out, length));
    } catch (cause) {
      if (!(cause instanceof NexError)) throw cause;
      this.port.postMessage({ code: cause.code, error: cause.message, refused: cause.refused });
      return;
    }
    this.port.onmessage = ({ data }) => {
      try {
        const told = playback(data);
        // What was read ahead is not what comes.
        if ('at' in told || 'loop' in told) this.ahead = undefined;
        Object.assign(this, told);
      } catch ({ message }) {
        this.report({ error: message });
      }
      if (this.close) {
        this.sound?.free();
        this.sound = undefined;
      }
    };
    this.port.postMessage({ ready: true });
  }

  process(_, [out]) {
    if (!this.sound || !this.playing) return Boolean(this.sound);
    const { start, end } = this.points;
    // Who plays it once hears what follows the loop, too.
    const last = this.loop ? end : this.sound.info.frames;
    let ended = false;
    let done = this.fill(out, 0, last);
    while (done < out[0].length || this.at >= last) {
      ended = true;
      this.at = this.loop ? start + Math.max(this.at - end, 0) % (end - start) : 0;
      this.playing = this.loop;
      if (!this.loop) this.ahead = undefined;
      // The next round fills the rest of the block.
      const more = this.loop && this.fill(out, done, last);
      if (!more) break;
      done += more;
    }
    if (ended || ++this.blocks % REPORT === 0) this.report();
    return true;
  }

  report(more) {
    this.port.postMessage({ at: this.at, playing: this.playing, ...more });
  }

  /** Plays up to frame `last` into the arrays from their element `done` on; returns how many frames there were. */
  fill(out, done, last) {
    const step = (this.sound.info.sampleRate / sampleRate) * this.rate;
    const whole = step === 1 && Number.isInteger(this.at);
    const left = step > 0 ? Math.max(Math.ceil((last - this.at) / step), 0) : Infinity;
    const length = Math.min(out[0].length, done + left);
    const frames = whole ? this.sound.decodeInto(this.at, out, done, length) : this.filtered(step, out, done, length);
    if (whole) this.ahead = undefined;
    this.at += frames * step;
    return frames;
  }

  filtered(step, out, done, length) {
    if (done >= length) return 0;
    if (this.ahead === undefined) {
      const at = Math.floor(this.at);
      // In a loop what lies before its start is what was heard before it, once.
      this.ahead = Math.max(at - Between.before, 0);
      this.between.start(at - this.ahead, this.at - at);
    }
    // Past the very end by a rounding it is silent.
    const frames = this.between.fill(step, out, done, length);
    return this.loop ? length - done : frames;
  }

  /** The next frames, in their order of being heard. */
  next(out, length) {
    if (this.loop) {
      this.ahead = this.sound.decodeLooped(this.ahead, out, this.points);
      return length;
    }
    const frames = this.sound.decodeInto(this.ahead, out, 0, length);
    this.ahead += frames;
    return frames;
  }
}

registerProcessor('nex-player', Player);
