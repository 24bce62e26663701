// Decodes .nex files in browsers, workers, worklets and Node; nex.d.ts says how.
// One instance of the decoder per file; its memory is grown once, when it opens.

const CODES = ('None Truncated BadMagic UnsupportedVersion BadCrc TrailingBytes BadHeader ' +
  'UnknownKind LimitExceeded BadWeights Packed MemoryTooSmall OutOfRange Null Misaligned ' +
  'TooLong NotOpen NotBuilt Other OtherKind').split(' ');
// What an error says of a part of the file, as the Rust decoder says it.
const SENTENCES = {
  UnsupportedVersion: (_, n) => `format version ${n} is not supported (this decoder reads version 1)`,
  BadHeader: (part) => `the header's ${part} is malformed`,
  UnknownKind: (part, n) => `${part} of kind ${n} is unknown to this decoder`,
  LimitExceeded: (part) => `the ${part} is above this decoder's limit`,
  BadWeights: (part) => `the ${part} are not finite or could overflow`,
};
const PACKED = -10;
const ARITHMETICS = ['integer', 'float'];
// A function that uses one SIMD instruction.
const SIMD = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10,
  1, 8, 0, 65, 0, 253, 15, 253, 98, 11);
const BLOCK = 4096;
const INFO_WORDS = 16;

export class NexError extends Error {
  constructor(code, text) {
    super(text);
    this.name = 'NexError';
    this.code = code;
  }
}

export const hasSimd = () => WebAssembly.validate(SIMD);

/** Which of the decoders a file needs: compact sounds have one of their own. */
export const kindOf = (bytes) => (((bytes[4] >> 4) & 7) === 1 ? 'compact' : 'neural');

const compiled = {};
export function compile({ kind = 'compact', simd = hasSimd(), url } = {}) {
  const name = kind === 'compact' ? 'nex-compact' : simd ? 'nex-neural-simd' : 'nex-neural';
  const work = async (from) => WebAssembly.compile(await read(from));
  if (url) return work(url);
  compiled[name] ??= work(new URL(`${name}.wasm`, import.meta.url)).catch((error) => {
    delete compiled[name];
    throw error;
  });
  return compiled[name];
}

async function read(source) {
  if (source instanceof Uint8Array) return source;
  if (source instanceof ArrayBuffer) return new Uint8Array(source);
  if (ArrayBuffer.isView(source)) return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
  if (source instanceof URL && source.protocol === 'file:') {
    return (await import('node:fs/promises')).readFile(source);
  }
  const answer = source instanceof Blob || source instanceof Response ? source : await fetch(source);
  if (answer.ok === false) throw new NexError('Network', `${answer.url}: HTTP ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}

export class Nex {
  #wasm; #decoder; #out; #expert; #samples; #top; #module; #bytes; #position = 0;

  static async load(source, { module } = {}) {
    const bytes = await read(source);
    module ??= await compile({ kind: kindOf(bytes) });
    return new Nex(await WebAssembly.instantiate(module, {}), bytes, module);
  }

  static open(module, bytes) {
    return new Nex(new WebAssembly.Instance(module, {}), bytes, module);
  }

  constructor(instance, bytes, module) {
    this.#module = module;
    this.#bytes = bytes;
    const wasm = this.#wasm = instance.exports;
    this.#top = wasm.memory.buffer.byteLength;
    let file = this.#take(bytes.length);
    new Uint8Array(wasm.memory.buffer).set(bytes, file);
    let length = bytes.length;
    const facts = this.#take(4 * INFO_WORDS);
    let status = wasm.nex_inspect(file, length, facts);
    if (status === PACKED) {
      const plain = this.#check(wasm.nex_unpacked_bytes(file, length));
      const to = this.#take(plain);
      length = this.#check(wasm.nex_unpack(file, length, to, plain));
      file = to;
      status = wasm.nex_inspect(file, length, facts);
    }
    const words = Array.from(new Uint32Array(wasm.memory.buffer, facts, INFO_WORDS));
    this.#check(status, words[14], words[15]);
    const [profile, arithmetic, sampleRate, channels, frames, , points, best, experts, macs, sines] = words;
    this.info = Object.freeze({
      profile: profile === 1 ? 'compact' : ARITHMETICS[arithmetic], sampleRate, channels, frames, duration: frames / sampleRate,
      experts, macsPerFrame: macs, sinesPerFrame: sines, bytes: bytes.length,
    });
    const size = Math.max(points, best);
    this.#decoder = this.#take(wasm.nex_decoder_bytes());
    this.#expert = this.#take(16);
    this.#out = this.#take(2 * channels * BLOCK);
    const memory = this.#take(size);
    this.#samples = new Int16Array(wasm.memory.buffer, this.#out, channels * BLOCK);
    this.#check(wasm.nex_open(this.#decoder, file, length, memory, size));
  }

  #take(bytes) {
    const at = this.#top;
    this.#top += (bytes + 15) & ~15;
    const lacking = this.#top - this.#wasm.memory.buffer.byteLength;
    if (lacking > 0) this.#wasm.memory.grow(Math.ceil(lacking / 65536));
    return at;
  }

  #text(at) {
    const bytes = new Uint8Array(this.#wasm.memory.buffer);
    let text = '';
    while (bytes[at]) text += String.fromCharCode(bytes[at++]);
    return text;
  }

  #check(status, part = 0, detail = 0) {
    if (status >= 0) return status;
    const code = CODES[-status] ?? 'Other';
    const about = part || code === 'UnsupportedVersion' ? SENTENCES[code] : undefined;
    const text = about?.(this.#text(this.#wasm.nex_part_text(part)), detail);
    throw new NexError(code, text ?? this.#text(this.#wasm.nex_error_text(status)));
  }

  #live() {
    if (!this.#wasm) throw new NexError('NotOpen', 'the sound has been freed');
    return this.#wasm;
  }

  #deal(frames, out, at) {
    const { channels } = this.info;
    for (let c = 0; c < channels; c++) {
      const to = out[c];
      if (to) for (let i = 0, from = c; i < frames; i++, from += channels) to[at + i] = this.#samples[from] / 32768;
    }
  }

  decodeInto(start, out) {
    const wasm = this.#live();
    const length = out[0].length;
    if (start !== this.#position) this.#check(wasm.nex_seek(this.#decoder, start));
    let done = 0;
    while (done < length) {
      const frames = this.#check(wasm.nex_decode(this.#decoder, this.#out, Math.min(BLOCK, length - done)));
      if (!frames) break;
      this.#deal(frames, out, done);
      done += frames;
    }
    this.#position = start + done;
    return done;
  }

  get multiplies() {
    return Number(this.#live().nex_multiplies(this.#decoder));
  }

  decode() {
    const { channels, frames, sampleRate } = this.info;
    const channelData = Array.from({ length: channels }, () => new Float32Array(frames));
    this.decodeInto(0, channelData);
    return { channelData, sampleRate };
  }

  resample(start, step, out) {
    const wasm = this.#live();
    const length = out[0].length;
    let done = 0;
    while (done < length) {
      const at = start + step * done;
      if (at < 0 || at >= this.info.frames) break;
      const frames = this.#check(wasm.nex_resample(this.#decoder, at, (at % 1) * 2 ** 32, step,
        (step % 1) * 2 ** 32, this.#out, Math.min(BLOCK, length - done)));
      if (!frames) break;
      this.#deal(frames, out, done);
      done += frames;
    }
    return done;
  }

  sampleAt(at) {
    const status = at >= 0 ? this.#live().nex_sample_at(this.#decoder, at, (at % 1) * 2 ** 32, this.#out) : -12;
    this.#check(status);
    return Float32Array.from(this.#samples.subarray(0, this.info.channels), (x) => x / 32768);
  }

  expertAt(at) {
    const status = at >= 0 ? this.#live().nex_expert_at(this.#decoder, at, (at % 1) * 2 ** 32, this.#expert) : -12;
    this.#check(status);
    const [index, firstFrame, frames, nonzero] = new Uint32Array(this.#wasm.memory.buffer, this.#expert, 4);
    return this.info.profile === 'compact' ? { firstFrame, frames, nonzero } : { index };
  }

  async createNode(context, state = {}) {
    this.#live();
    await context.audioWorklet.addModule(new URL('worklet.js', import.meta.url));
    return new AudioWorkletNode(context, 'nex-player', {
      numberOfInputs: 0,
      outputChannelCount: [this.info.channels],
      processorOptions: { module: this.#module, bytes: this.#bytes, state },
    });
  }

  free() {
    this.#wasm = this.#samples = this.#module = this.#bytes = undefined;
  }
}
