// What lies between the samples of a sound? For another rate, in time for the audio thread.

/** Frames on either side that a filter covers, where no step is above one frame. */
const WING = 56;
/** From one frame to the next in the table. */
const PHASES = 256;
/** A step above this many frames is filtered as this one, and aliases. */
const MOST = 4;
/** Kaiser's: images and aliases 90 dB below. */
const BETA = 9;
/** Frames that are asked for at once. */
const RUN = 128;
/** Frames that are held; most of them are not moved for long. */
const HELD = 4096;

function bessel(x) {
  let [sum, term] = [1, 1];
  for (let k = 1; term > 1e-9 * sum; k++) sum += term *= (x / (2 * k)) ** 2;
  return sum;
}

/** One side of the windowed sine that passes what is below half the rate. */
const TABLE = Float32Array.from({ length: WING * PHASES + 2 }, (_, i) => {
  const x = i / PHASES;
  if (x >= WING) return 0;
  const sine = x ? Math.sin(Math.PI * x) / (Math.PI * x) : 1;
  return sine * bessel(BETA * Math.sqrt(1 - (x / WING) ** 2)) / bessel(BETA);
});

/**
 * The frames of a sound, one after the other, and what is between them. `source(out, length)` fills
 * one array per channel with the next frames, and returns how many there were before the end.
 */
export class Between {
  #held; #filled = 0; #place = 0; #end = Infinity; #source; #out;

  constructor(channels, source) {
    this.#held = Array.from({ length: channels }, () => new Float32Array(HELD));
    this.#out = Array.from({ length: channels }, () => new Float32Array(RUN));
    this.#source = source;
  }

  /** Frames before a place that `start` wants. */
  static get before() {
    return WING * MOST;
  }

  /** Begins anew: the source's next frame is `before` frames ahead of the place, less what the sound does not have. */
  start(ahead, part) {
    const silent = Between.before - ahead;
    for (const held of this.#held) held.fill(0, 0, silent);
    this.#filled = silent;
    this.#place = Between.before + part;
    this.#end = Infinity;
  }

  #pull() {
    if (this.#filled + RUN > HELD) {
      const first = Math.floor(this.#place) - Between.before;
      for (const held of this.#held) held.copyWithin(0, first, this.#filled);
      this.#filled -= first;
      this.#place -= first;
      this.#end -= first;
    }
    const frames = this.#end < Infinity ? 0 : this.#source(this.#out, RUN);
    this.#held.forEach((held, c) => {
      held.set(this.#out[c], this.#filled);
      held.fill(0, this.#filled + frames, this.#filled + RUN);
    });
    if (frames < RUN) this.#end = Math.min(this.#end, this.#filled + frames);
    this.#filled += RUN;
  }

  /** Fills the arrays from their element `done` on, up to `length`, in steps of so many frames; returns how many there were. */
  fill(step, out, done, length) {
    const scale = 1 / Math.min(Math.max(step, 1), MOST);
    const wing = WING / scale;
    for (let i = done; i < length; i++, this.#place += step) {
      while (this.#place + wing + 1 > this.#filled) this.#pull();
      if (this.#place >= this.#end) return i - done;
      const middle = Math.floor(this.#place);
      const part = this.#place - middle;
      for (let c = 0; c < this.#held.length; c++) if (out[c]) out[c][i] = scale * sum(this.#held[c], middle, part, scale);
    }
    return length - done;
  }
}

/** The filter, laid around `part` frames after frame `middle`. */
function sum(held, middle, part, scale) {
  let all = 0;
  const stride = scale * PHASES;
  const end = WING * PHASES;
  for (let at = part * stride, i = middle; at < end; at += stride, i--) {
    const row = at | 0;
    all += held[i] * (TABLE[row] + (at - row) * (TABLE[row + 1] - TABLE[row]));
  }
  for (let at = (1 - part) * stride, i = middle + 1; at < end; at += stride, i++) {
    const row = at | 0;
    all += held[i] * (TABLE[row] + (at - row) * (TABLE[row + 1] - TABLE[row]));
  }
  return all;
}
