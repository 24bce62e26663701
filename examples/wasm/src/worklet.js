// Plays a sound on the audio thread, block by block, without allocation.
// Messages in: any of `playing`, `at` (frames), `rate`, `loop`. Out: `at`, `playing`.

import { Nex } from './nex.js';

/** Blocks of 128 frames between two reports of the position. */
const REPORT = 8;

class Player extends AudioWorkletProcessor {
  constructor({ processorOptions: { module, bytes, state } }) {
    super();
    this.sound = Nex.open(module, bytes);
    Object.assign(this, { playing: false, at: 0, rate: 1, loop: false, blocks: 0 }, state);
    this.port.onmessage = ({ data }) => {
      if (data.close) this.closed = true;
      Object.assign(this, data);
    };
  }

  process(_, [out]) {
    if (this.closed || !this.playing) return !this.closed;
    const { sampleRate: rate, frames } = this.sound.info;
    const step = (rate / sampleRate) * this.rate;
    const whole = step === 1 && Number.isInteger(this.at);
    const done = whole ? this.sound.decodeInto(this.at, out) : this.sound.resample(this.at, step, out);
    this.at += done * step;
    if (this.at >= frames || done < out[0].length) {
      this.at = 0;
      this.playing = this.loop;
      this.report();
    } else if (++this.blocks % REPORT === 0) {
      this.report();
    }
    return true;
  }

  report() {
    this.port.postMessage({ at: this.at, playing: this.playing });
  }
}

registerProcessor('nex-player', Player);
