// Plays a sound on the audio thread, block by block, without allocation.
// Messages in: any of `playing`, `at` (frames), `rate`, `loop`, `close`. Out: `at`, `playing`,
// and `error`, the words for a message that was refused.

import { playback } from './arguments.js';
import { Decoder } from './decoder.js';

/** Blocks of 128 frames between two reports of the position. */
const REPORT = 8;

class Player extends AudioWorkletProcessor {
  constructor({ processorOptions: { module, bytes, state } }) {
    super();
    this.sound = new Decoder(new WebAssembly.Instance(module, {}), bytes);
    Object.assign(this, { playing: false, at: 0, rate: 1, loop: false, blocks: 0 }, state);
    this.port.onmessage = ({ data }) => {
      try {
        Object.assign(this, playback(data));
      } catch ({ message }) {
        this.report({ error: message });
      }
      if (this.close) this.sound = undefined;
    };
  }

  process(_, [out]) {
    if (!this.sound || !this.playing) return Boolean(this.sound);
    const { frames, loop: { start, end } = { start: 0, end: frames } } = this.sound.info;
    // Who plays it once hears what follows the loop, too.
    const last = this.loop ? end : frames;
    let ended = false;
    let done = this.fill(out, 0, last);
    while (done < out[0].length || this.at >= last) {
      ended = true;
      this.at = this.loop ? start + Math.max(this.at - end, 0) % (end - start) : 0;
      this.playing = this.loop;
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
    const frames = whole ? this.sound.decodeInto(this.at, out, done, length) : this.sound.resample(this.at, step, out, done, length);
    this.at += frames * step;
    return frames;
  }
}

registerProcessor('nex-player', Player);
