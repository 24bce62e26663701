// When does the first sound of a click come out of the graph? On the audio thread.

/** Told to listen, answers once: the context's time of the next sample that is not 0. */
class Tap extends AudioWorkletProcessor {
  constructor() {
    super();
    this.listening = false;
    this.port.onmessage = () => { this.listening = true; };
  }

  process([channels]) {
    if (!this.listening) return true;
    const first = Math.min(...channels.map((c) => c.findIndex((x) => x !== 0)).filter((i) => i >= 0));
    if (first < Infinity) {
      this.listening = false;
      this.port.postMessage((currentFrame + first) / sampleRate);
    }
    return true;
  }
}

registerProcessor('first-sound', Tap);
