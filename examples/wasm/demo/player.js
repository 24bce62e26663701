// Who plays, and where in the sound is it? All positions are seconds of the sound.

/** Milliseconds that a click waits for a graph that something else interrupts. */
const PATIENCE = 2000;

/**
 * Lets the graph run. While iOS interrupts it, for a call say, resume() fails, or
 * answers when the interruption is over.
 */
async function wake(context) {
  if (context.state !== 'interrupted') return context.resume();
  const late = new Promise((_, fail) => { setTimeout(fail, PATIENCE); });
  return Promise.race([context.resume(), late]).catch((cause) => {
    throw new Error('something else has the sound device, perhaps a call; press Play again after it', { cause });
  });
}

/** A .nex file, decoded on the audio thread as it plays; before, where a page without https has no such thread. */
async function nexVoice(context, sound, state, report) {
  if (!context.audioWorklet) return bufferVoice(context, sound.audioBuffer(context), state, report);
  const hz = sound.info.sampleRate;
  const frames = ({ at, ...rest }) => (at === undefined ? rest : { ...rest, at: Math.round(at * hz) });
  const node = await sound.createNode(context, frames(state));
  node.port.onmessage = ({ data }) => report(data.at / hz, data.playing);
  return { node, set: (change) => node.port.postMessage(frames(change)) };
}

/** Samples that the browser has decoded: the other files of the same sound. */
async function bufferVoice(context, buffer, state, report) {
  const node = new GainNode(context);
  let now = { at: 0, ...state };
  let source;
  let since;
  const at = () => {
    const passed = now.at + (context.currentTime - since) * now.rate;
    return now.loop ? passed % buffer.duration : Math.min(passed, buffer.duration);
  };
  const silence = () => {
    source?.disconnect();
    source = undefined;
  };
  const start = () => {
    const made = source = new AudioBufferSourceNode(context, { buffer, playbackRate: now.rate, loop: now.loop });
    since = context.currentTime;
    made.onended = () => {
      if (source !== made) return;
      silence();
      now = { ...now, at: 0, playing: false };
      report(0, false);
    };
    made.connect(node);
    made.start(0, now.at);
    const tick = () => {
      if (source !== made) return;
      report(at(), true);
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  };
  const set = (change) => {
    now = { ...now, at: source ? at() : now.at, ...change };
    silence();
    if (now.playing && !now.close) start();
  };
  set({});
  return { node, set };
}

/**
 * Plays one source at a time: a Nex or an AudioBuffer. `moved(at, playing)` tells
 * where it is, `first(milliseconds)` how long after the click of `play` the device
 * got the first sample that is not 0; NaN where that cannot be measured.
 */
export class Player {
  #context; #ready; #tap; #voice; #source; #at = 0; #turn = 0; #paused = false; #moved; #first;

  constructor(moved, first) {
    this.#moved = moved;
    this.#first = first;
  }

  /** The graph, silent until a click resumes it. */
  context() {
    if (!this.#context) {
      this.#context = new AudioContext({ latencyHint: 'interactive' });
      this.#ready = this.#listen();
      this.#ready.catch(() => {});
      this.#context.onstatechange = () => this.#context.state === 'interrupted' && this.#interrupted();
    }
    return this.#context;
  }

  /** What plays stops as if the visitor had stopped it: only a click may start it again. */
  #interrupted() {
    if (!this.#voice || this.#paused) return;
    this.pause();
    this.#moved(this.#at, false);
  }

  async #listen() {
    if (!this.#context.audioWorklet) return;
    await this.#context.audioWorklet.addModule(new URL('tap.js', import.meta.url));
    this.#tap = new AudioWorkletNode(this.#context, 'first-sound', { outputChannelCount: [1] });
    this.#tap.connect(this.#context.destination);
  }

  /** Plays `source` from `state.at` on; `pressed` is the click's time stamp. */
  async play(source, state, pressed) {
    const turn = ++this.#turn;
    await Promise.all([wake(this.context()), this.#ready]);
    if (turn !== this.#turn) return;
    if (pressed !== undefined) this.#await(pressed);
    this.#paused = false;
    if (this.#source === source) this.#voice.set({ ...state, playing: true });
    else await this.#make(source, { ...state, playing: true }, turn);
  }

  /** Makes all ready for `source` to be played, so that its first sound comes at once. */
  async prepare(source) {
    const turn = ++this.#turn;
    this.context();
    await this.#ready;
    if (turn === this.#turn) await this.#make(source, {}, turn);
  }

  async #make(source, state, turn) {
    this.#drop();
    let voice;
    // What was sent before a pause arrives after it.
    const report = (at, playing) => {
      if (this.#voice !== voice || this.#paused) return;
      this.#at = at;
      this.#moved(at, playing);
    };
    const make = source instanceof AudioBuffer ? bufferVoice : nexVoice;
    voice = await make(this.#context, source, state, report);
    if (turn !== this.#turn) return voice.set({ close: true });
    voice.node.connect(this.#context.destination);
    if (this.#tap) voice.node.connect(this.#tap);
    this.#voice = voice;
    this.#source = source;
  }

  #await(pressed) {
    if (!this.#tap) return this.#first(NaN);
    this.#tap.port.onmessage = ({ data: time }) => {
      const tell = () => {
        const { contextTime, performanceTime } = this.#context.getOutputTimestamp();
        // Not known yet: the device has just begun.
        if (!performanceTime) return setTimeout(tell, 20);
        this.#first(performanceTime + 1000 * (time - contextTime) - pressed);
      };
      tell();
    };
    this.#tap.port.postMessage('listen');
  }

  /** Changes any of `at`, `rate`, `loop`. */
  set(change) {
    this.#voice?.set(change);
  }

  pause() {
    this.#turn++;
    this.#paused = true;
    this.#voice?.set({ playing: false });
  }

  /** Ends what plays. */
  close() {
    this.#turn++;
    this.#paused = true;
    this.#drop();
  }

  #drop() {
    this.#voice?.set({ close: true });
    this.#voice?.node.disconnect();
    this.#voice = this.#source = undefined;
  }
}
