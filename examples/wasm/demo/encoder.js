// Makes .nex files of sounds and pictures, in a worker: the page stays alive, and a search can be stopped.
// The encoder, a WebAssembly module, is fetched when it is first used.

const WASM = new URL('encoder.wasm', import.meta.url);
const WORKER = new URL('encoder-worker.js', import.meta.url);

/**
 * Encodes a WAV file.
 * @param {ArrayBuffer | Uint8Array} bytes stay the caller's
 * @param {object} [options] of `kbps`, `snr` (dB) and `quality` (0 to 100) what is wanted, none
 *   means a quality of 50; `onProgress` hears 0 to 1; `signal` is an AbortSignal
 * @returns {Promise<{ nex: Uint8Array, sampleRate: number, channels: number, frames: number,
 *   snr: number }>} `snr` in dB, beside the sound in 16 bits
 * @throws {Error} by rejection, with the encoder's own words
 */
export async function encode(bytes, options) {
  return work({ bytes }, options);
}

/** Encodes samples as the Web Audio API holds them; otherwise as `encode`. */
export async function encodePlanes(channelData, sampleRate, options) {
  if (channelData.some((channel) => channel.length !== channelData[0].length)) {
    throw new Error('the channels differ in length');
  }
  return work({ channelData, sampleRate }, options);
}

/**
 * Encodes a picture.
 * @param {{ data: Uint8ClampedArray, width: number, height: number }} image as `getImageData` gives it
 * @param {object} [options] of `size` (bytes, never exceeded), `psnr` (dB) and `quality` (0 to 100)
 *   what is wanted; `onProgress` and `signal` as for `encode`
 * @returns {Promise<{ nex: Uint8Array, channels: number, psnr: number }>} `psnr` in dB
 * @throws {Error} by rejection, with the encoder's own words
 */
export async function encodePicture({ data, width, height }, options) {
  return work({ data, width, height }, options);
}

/**
 * The squares of a compact picture, each with a formula of its own.
 * @param {Uint8Array} picture a .nex file's bytes
 * @returns {Promise<Uint16Array>} left edge, top and side of each, in pixels
 * @throws {Error} by rejection, if the file holds no such picture
 */
export async function squares(picture) {
  return (await work({ picture })).squares;
}

let compiled;
function compile() {
  const fetchModule = async () => {
    const answer = await fetch(WASM);
    if (!answer.ok) throw new Error(`the encoder cannot be loaded: HTTP ${answer.status}`);
    return WebAssembly.compile(await answer.arrayBuffer());
  };
  compiled ??= fetchModule();
  compiled.catch(() => { compiled = undefined; });
  return compiled;
}

async function work(input, { onProgress, signal, ...asked } = {}) {
  signal?.throwIfAborted();
  const module = await compile();
  signal?.throwIfAborted();
  const worker = new Worker(WORKER, { type: 'module' });
  let abort;
  try {
    return await new Promise((resolve, reject) => {
      abort = () => reject(signal.reason);
      signal?.addEventListener('abort', abort);
      worker.onerror = (event) => reject(new Error(event.message || 'the encoder cannot be started'));
      worker.onmessage = ({ data: { result, error, progress } }) => {
        if (result) resolve(result);
        else if (error !== undefined) reject(new Error(error));
        else onProgress?.(progress);
      };
      worker.postMessage({ module, input, asked });
    });
  } finally {
    signal?.removeEventListener('abort', abort);
    worker.terminate();
  }
}

/** Encodes on the calling thread: what the worker does. Takes a new instance for each input. */
export function run(module, input, asked, progress) {
  const { exports: wasm } = new WebAssembly.Instance(module, { host: { progress } });
  const { bytes, channelData, sampleRate, data, width, height, picture } = input;
  const parts = channelData ?? [data ?? picture ?? new Uint8Array(bytes)];
  const size = parts.reduce((sum, part) => sum + part.byteLength, 0);
  const what = data || picture ? 'picture is too large' : 'sound is too long';
  // Addresses are unsigned; WebAssembly gives them as signed numbers.
  let at = wasm.input(size) >>> 0;
  if (!at) throw new Error(`the ${what} for a browser: ${size} bytes`);
  for (const part of parts) {
    const { buffer, byteOffset, byteLength } = part;
    new Uint8Array(wasm.memory.buffer, at, byteLength).set(new Uint8Array(buffer, byteOffset, byteLength));
    at += byteLength;
  }
  const of = (...names) => names.map((name) => asked[name] ?? NaN);
  let done;
  try {
    if (data) done = wasm.encode_pixels(width, height, ...of('size', 'psnr', 'quality'));
    else if (picture) done = wasm.squares();
    else if (bytes) done = wasm.encode_wav(...of('kbps', 'snr', 'quality'));
    else done = wasm.encode_planes(sampleRate, parts.length, ...of('kbps', 'snr', 'quality'));
  } catch (cause) {
    throw new Error(`the encoder gave up; the ${data ? 'picture' : 'sound'} may need more memory than there is`, { cause });
  }
  const output = new Uint8Array(wasm.memory.buffer, wasm.output() >>> 0, wasm.output_len()).slice();
  if (!done) throw new Error(new TextDecoder().decode(output));
  if (picture) return { squares: new Uint16Array(output.buffer) };
  const channels = wasm.channels();
  if (data) return { nex: output, channels, psnr: wasm.psnr_db() };
  return { nex: output, sampleRate: wasm.rate_hz() >>> 0, channels, frames: wasm.frames() >>> 0, snr: wasm.snr_db() };
}
