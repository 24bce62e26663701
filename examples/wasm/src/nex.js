// Decodes .nex files in browsers, workers, worklets and Node; nex.d.ts says how.

import { amount, bytesOf, planes, playback, whole } from './arguments.js';
import { bands } from './bands.js';
import { Decoder } from './decoder.js';
import { decodeRows } from './picture.js';
import { NexError, noMemory } from './errors.js';
import { Memory, placed } from './memory.js';
import { installedFile, read } from './read.js';
import { failure } from './words.js';

export { NexError };

// A function that uses one SIMD instruction.
const SIMD = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10,
  1, 8, 0, 65, 0, 253, 15, 253, 98, 11);

export const hasSimd = () => WebAssembly.validate(SIMD);

/** Which of the decoders a file needs: compact sounds, pictures and shapes each have one of their own. */
export function kindOf(source) {
  const kind = bytesOf(source)[4] & 0x7f;
  return { 0x11: 'picture', 0x12: 'shape' }[kind] ?? (kind >> 4 === 1 ? 'compact' : 'neural');
}

/** Each of the files in the very words that bundlers look for. */
const FILES = {
  compact: () => new URL('./nex-compact.wasm', import.meta.url),
  neural: () => new URL('./nex-neural.wasm', import.meta.url),
  'neural-simd': () => new URL('./nex-neural-simd.wasm', import.meta.url),
  picture: () => new URL('./nex-picture.wasm', import.meta.url),
  shape: () => new URL('./nex-shape.wasm', import.meta.url),
  worklet: () => new URL('./worklet.js', import.meta.url),
};

/** A file's address; there is none in a script that is no module. */
function beside(name) {
  try {
    // Vite before 8 serves this script, without its files, from a folder of its own.
    return new URL(FILES[name]().href.replace('/.vite/deps/', '/nex-decoder/'));
  } catch (cause) {
    throw new NexError('Unreadable', 'this script is no module and has no files beside it; give their url', { cause });
  }
}

async function compileFrom(url) {
  const bytes = await read(url);
  try {
    return await WebAssembly.compile(bytes);
  } catch (cause) {
    throw new NexError('BadModule', `${url} is no decoder: ${cause.message}`, { cause });
  }
}

async function compileOwn(name) {
  const url = beside(name);
  try {
    return await compileFrom(url);
  } catch (cause) {
    // A server's bundle leaves the file in the package.
    const installed = installedFile(url);
    if (installed) return compileFrom(installed);
    throw new NexError(cause.code, `${cause.message}; put the package's files beside the script, or give their url`, { cause });
  }
}

const compiled = {};
export async function compile({ kind = 'compact', simd = hasSimd(), url } = {}) {
  if (!['compact', 'neural', 'picture', 'shape'].includes(kind)) {
    throw new NexError('BadArgument', `kind is 'compact', 'neural', 'picture' or 'shape', not ${kind}`);
  }
  if (url) return compileFrom(url);
  // What is entropy-coded does one thing after the other: vectors gain nothing.
  const name = simd && kind === 'neural' ? 'neural-simd' : kind;
  compiled[name] ??= compileOwn(name).catch((error) => {
    delete compiled[name];
    throw error;
  });
  return compiled[name];
}

/** Why there is no instance of a module. */
const noInstance = (cause) => (cause instanceof RangeError ? noMemory(cause)
  : new NexError('BadArgument', `the module is not what compile() gives: ${cause.message}`, { cause }));

/** One instance of each module, in whose memory all files are. */
const memories = new WeakMap();
function keep(module, instance) {
  if (!memories.has(module)) memories.set(module, new Memory(instance.exports, failure));
  return memories.get(module);
}

/** A module's memory; some engines make no instance at once on a page's own thread. */
async function shared(module) {
  return memories.get(module) ?? keep(module, await WebAssembly.instantiate(module, {}).catch((cause) => { throw noInstance(cause); }));
}

/** Pixels along a side, if told. */
function side(value, name) {
  if (value === undefined || (Number.isInteger(value) && value > 0 && value < 65536)) return value;
  throw new NexError('OutOfRange', `${name} is ${value}, not a whole number from 1 to 65535`);
}

function isPicture(bytes) {
  if (kindOf(bytes) !== 'picture') throw new NexError('OtherKind', 'the file holds no compact picture');
  return bytes;
}

export async function decodePicture(source, { width, height, module } = {}) {
  side(width, 'width');
  side(height, 'height');
  const bytes = isPicture(await read(source));
  return decodeRows(await shared(module ?? await compile({ kind: 'picture' })), bytes, width, height);
}

export async function drawPicture(canvas, source, { width, height, module, onRows } = {}) {
  side(width, 'width');
  side(height, 'height');
  const paint = canvas?.getContext?.('2d');
  if (!paint) throw new NexError('BadArgument', 'give a canvas that draws in two dimensions');
  let drawn = 0;
  const show = ({ width, height, data }, rows) => {
    if (!drawn) Object.assign(canvas, { width, height });
    if (rows > drawn) paint.putImageData(new ImageData(data, width, height), 0, 0, 0, 0, width, rows);
    drawn = Math.max(drawn, rows);
    onRows?.(drawn, height);
  };
  const memory = () => (module ? shared(module) : compile({ kind: 'picture' }).then(shared));
  const bytes = isPicture(await read(source, async (part, come) => {
    const made = come > 5 && bands(await memory(), isPicture(part), come, width, height);
    if (made?.rows > drawn) show(made, made.rows);
  }));
  const made = decodeRows(await memory(), bytes, width, height);
  // All of it, whatever was shown.
  drawn = 0;
  show(made, made.height);
  return { width: made.width, height: made.height };
}

/** The class of shapes, from a script of its own. */
let shapes;
function shapeClass() {
  shapes ??= import('./shape.js').then((script) => script.shapes({ NexError, placed }), (cause) => {
    shapes = undefined;
    throw new NexError('Unreadable', `shape.js, which is beside this script, cannot be loaded: ${cause.message}`, { cause });
  });
  return shapes;
}

export async function decodeShape(source, { module } = {}) {
  const bytes = await read(source);
  if (kindOf(bytes) !== 'shape') throw new NexError('OtherKind', 'the file holds no compact shape');
  const [Shape, memory] = await Promise.all([shapeClass(), shared(module ?? await compile({ kind: 'shape' }))]);
  return new Shape(memory, bytes);
}

function samples(frames) {
  try {
    return new Float32Array(frames);
  } catch (cause) {
    throw noMemory(cause);
  }
}

/** Milliseconds that an audio thread has to answer: one that sleeps may do so when it is resumed. */
const PATIENCE = 2000;

/** Waits for the audio thread to have the sound open, or to say why not. */
function begun(node) {
  return new Promise((resolve, reject) => {
    const hear = ({ data: { code, error, refused, ready } }) => {
      if (refused) reject(failure(...refused));
      else if (code) reject(new NexError(code, error));
      else if (ready) resolve();
      else return;
      node.port.removeEventListener('message', hear);
    };
    node.port.addEventListener('message', hear);
    node.port.start();
    setTimeout(resolve, PATIENCE);
    node.addEventListener('processorerror', () => reject(new NexError('NoAudio', 'the audio thread has failed')), { once: true });
  });
}

export class Nex {
  #decoder; #module; #bytes; #nodes = [];

  static async load(source, { module } = {}) {
    const bytes = await read(source);
    const kind = kindOf(bytes);
    if (kind === 'picture') throw new NexError('OtherKind', 'the file holds a picture; decodePicture() gives its pixels');
    if (kind === 'shape') throw new NexError('OtherKind', 'the file holds a shape; decodeShape() opens it');
    module ??= await compile({ kind });
    return new Nex(await shared(module), bytes, module);
  }

  static open(module, source) {
    const bytes = bytesOf(source);
    try {
      return new Nex(memories.get(module) ?? keep(module, new WebAssembly.Instance(module, {})), bytes, module);
    } catch (cause) {
      throw cause instanceof NexError ? cause : noInstance(cause);
    }
  }

  constructor(memory, bytes, module) {
    this.#decoder = new Decoder(memory, bytes);
    this.info = this.#decoder.info;
    this.#module = module;
    this.#bytes = bytes;
  }

  #live() {
    if (!this.#decoder) throw new NexError('NotOpen', 'the sound has been freed');
    return this.#decoder;
  }

  get multiplies() {
    return this.#live().multiplies;
  }

  decode() {
    const { channels, frames, sampleRate } = this.info;
    const decoder = this.#live();
    const channelData = Array.from({ length: channels }, () => samples(frames));
    decoder.decodeInto(0, channelData);
    return { channelData, sampleRate };
  }

  decodeInto(start, out) {
    return this.#live().decodeInto(whole(start, 'start'), planes(out));
  }

  decodeLooped(start, out, points = this.info.loop ?? { start: 0, end: this.info.frames }) {
    const decoder = this.#live();
    const { start: begin, end } = points;
    if (whole(begin, 'the start of the loop') >= whole(end, 'its end') || end > this.info.frames) {
      throw new NexError('OutOfRange', `the sound of ${this.info.frames} frames has no loop from ${begin} to ${end}`);
    }
    return decoder.decodeLooped(whole(start, 'start'), planes(out), { start: begin, end });
  }

  resample(start, step, out) {
    return this.#live().resample(amount(start, 'start'), amount(step, 'step'), planes(out));
  }

  sampleAt(at) {
    return this.#live().sampleAt(amount(at, 'at'));
  }

  expertAt(at) {
    return this.#live().expertAt(amount(at, 'at'));
  }

  audioBuffer(context) {
    const decoder = this.#live();
    const { channels, frames, sampleRate } = this.info;
    try {
      const buffer = context.createBuffer(channels, frames, sampleRate);
      decoder.decodeInto(0, Array.from({ length: channels }, (_, c) => buffer.getChannelData(c)));
      return buffer;
    } catch (cause) {
      throw new NexError('NoAudio', `there is no AudioBuffer of ${frames} frames at ${sampleRate} Hz here: ${cause.message}`, { cause });
    }
  }

  async createNode(context, state = {}, { url } = {}) {
    this.#live();
    const processorOptions = { state: playback(state) };
    if (!context?.audioWorklet) {
      throw new NexError('NoAudio', globalThis.isSecureContext === false
        ? 'browsers give an AudioWorklet only to pages from https or localhost; play audioBuffer() here'
        : 'this context has no AudioWorklet; play audioBuffer() there');
    }
    try {
      await context.audioWorklet.addModule(url ?? beside('worklet'));
      this.#live();
      const node = new AudioWorkletNode(context, 'nex-player', {
        numberOfInputs: 0,
        outputChannelCount: [this.info.channels],
        processorOptions: { ...processorOptions, module: this.#module, kind: kindOf(this.#bytes), bytes: this.#bytes },
      });
      // Not held: a node that nobody plays may go.
      this.#nodes = [...this.#nodes.filter((held) => held.deref()), new WeakRef(node)];
      await begun(node);
      this.#live();
      return node;
    } catch (cause) {
      if (cause instanceof NexError) throw cause;
      throw new NexError('NoAudio', `there is no node for this sound: ${cause.message}`, { cause });
    }
  }

  free() {
    for (const held of this.#nodes) {
      const node = held.deref();
      node?.port.postMessage({ close: true });
      node?.disconnect();
    }
    this.#nodes = [];
    this.#decoder?.free();
    this.#decoder = this.#module = this.#bytes = undefined;
  }
}
