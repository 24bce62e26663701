// Does the encoder for browsers make the files that ne-train makes, and say what it cannot encode?
//
//     encoder/build && ./build && cargo build --release && node --test test/encoder.mjs

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { encodePlanes, run } from '../demo/encoder.js';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
/** A file that a command makes. */
async function built(path, command) {
  try {
    return await readFile(here(path));
  } catch (cause) {
    throw new Error(`${path} is missing; run ${command}`, { cause });
  }
}

const PROGRAM = here('../../../target/release/ne-train');
await built('../../../target/release/ne-train', 'cargo build --release');
await built('../package/nex-compact.wasm', 'examples/wasm/build');
const { Nex, compile, decodePicture } = await import('../package/nex.js');
const module = await WebAssembly.compile(await built('../demo/encoder.wasm', 'examples/wasm/encoder/build'));
const decoder = await compile();
const folder = await mkdtemp(join(tmpdir(), 'nex-encoder-'));
after(() => rm(folder, { recursive: true }));

const encode = (bytes, asked = {}, progress = () => {}) => run(module, { bytes }, asked, progress);
const sound = (name) => readFile(here(`../../sounds/${name}.wav`));

/** Of a WAV file of 16 bits with a header of 44 bytes, as the shipped ones are. */
function parse(wav) {
  assert.equal(wav.toString('latin1', 36, 40), 'data');
  const samples = Int16Array.from({ length: wav.readUInt32LE(40) / 2 }, (_, i) => wav.readInt16LE(44 + 2 * i));
  const channels = wav.readUInt16LE(22);
  return { channels, rate: wav.readUInt32LE(24), samples, frames: samples.length / channels };
}

function snr({ samples, channels }, { channelData }) {
  let [signal, error] = [0, 0];
  samples.forEach((x, i) => {
    signal += x ** 2;
    error += (x - 32768 * channelData[i % channels][Math.floor(i / channels)]) ** 2;
  });
  return 10 * Math.log10(signal / error);
}

/** What the program for the command line makes of the same sound, on one thread. */
async function native(name, asked) {
  const flags = { kbps: '--bitrate', snr: '--snr', quality: '--quality' };
  const out = join(folder, 'native.nex');
  const options = Object.entries(asked).flatMap(([key, value]) => [flags[key], String(value)]);
  const start = performance.now();
  const json = execFileSync(PROGRAM, ['export', here(`../../sounds/${name}.wav`), out, '--force', '--json',
    '--threads', '1', ...options]);
  return { bytes: await readFile(out), snr: JSON.parse(json).snr_db, ms: performance.now() - start };
}

for (const [name, asked] of [
  ['hello-world', {}], ['hello-world', { kbps: 12 }], ['hello-world', { snr: 20 }],
  ['bell', { quality: 70 }], ['complete', { kbps: 9.5 }], ['bell-stereo', {}],
]) {
  test(`${name}, ${JSON.stringify(asked)}: the native encoder's file`, async (t) => {
    const wav = await sound(name);
    const original = parse(wav);
    const start = performance.now();
    const made = encode(wav, asked);
    const ms = performance.now() - start;

    const decoded = Nex.open(decoder, made.nex);
    assert.equal(decoded.info.profile, 'compact');
    for (const info of [decoded.info, made]) {
      assert.deepEqual([info.frames, info.channels, info.sampleRate], [original.frames, original.channels, original.rate]);
    }
    const measured = snr(original, decoded.decode());
    assert.ok(Math.abs(measured - made.snr) < 0.05, `${measured} dB measured, ${made.snr} dB reported`);
    if (asked.kbps) assert.ok(made.nex.length * 8 <= asked.kbps * 1000 * decoded.info.duration);
    if (asked.snr) assert.ok(measured >= asked.snr);

    const other = await native(name, asked);
    assert.ok(other.bytes.equals(made.nex), `${made.nex.length} and ${other.bytes.length} bytes are not the same file`);
    const speed = (time) => `${(1e3 * decoded.info.duration / time).toFixed(1)} times real time`;
    t.diagnostic(`${made.nex.length} bytes, ${made.snr.toFixed(2)} dB, the same file as ` +
      `ne-train's; encoded at ${speed(ms)}, ne-train at ${speed(other.ms)}, its start and checks included`);
  });
}

/** A BMP file of 24 bits of RGBA pixels whose width is a multiple of 4. */
function bitmap({ data, width, height }) {
  const file = Buffer.alloc(54 + 3 * width * height);
  file.write('BM', 'latin1');
  for (const [at, value] of [[2, file.length], [10, 54], [14, 40], [18, width], [22, height]]) file.writeUInt32LE(value, at);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(24, 28);
  for (let y = 0, at = 54; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) {
      const from = 4 * ((height - 1 - y) * width + x);
      file.set([data[from + 2], data[from + 1], data[from]], at);
    }
  }
  return file;
}

for (const asked of [{}, { size: 900 }, { psnr: 30 }, { quality: 20 }]) {
  test(`a picture, ${JSON.stringify(asked)}: the native encoder's file`, async (t) => {
    const image = await decodePicture(here('../../clips/chelsea.nex'), { width: 80, height: 60 });
    const original = join(folder, 'cat.bmp');
    const file = join(folder, 'cat.nex');
    await writeFile(original, bitmap(image));
    const options = Object.entries(asked).flatMap(([key, value]) => [`--${key}`, String(value)]);
    const json = execFileSync(PROGRAM, ['export', original, file, '--force', '--json', ...options]);
    const heard = [];
    const made = run(module, image, asked, (fraction) => heard.push(fraction));
    assert.ok((await readFile(file)).equals(made.nex), `${made.nex.length} bytes are not the same file`);
    assert.ok(Math.abs(JSON.parse(json).psnr_db - made.psnr) < 1e-9);
    assert.ok(!asked.size || made.nex.length <= asked.size);
    assert.equal(heard.at(-1), 1);
    const { width, height, channels } = await decodePicture(made.nex);
    assert.deepEqual({ width, height, channels }, { width: 80, height: 60, channels: 3 });
    t.diagnostic(`${made.nex.length} bytes, ${made.psnr.toFixed(2)} dB`);
  });
}

test('samples give the same file as the WAV file that holds them', async () => {
  const wav = await sound('bell-stereo');
  const { channels, rate, samples, frames } = parse(wav);
  const channelData = Array.from({ length: channels }, (_, c) =>
    Float32Array.from({ length: frames }, (_, i) => samples[i * channels + c] / 32768));
  const made = run(module, { channelData, sampleRate: rate }, {}, () => {});
  assert.deepEqual(made, encode(wav));
});

test('it says how far it is', async () => {
  const heard = [];
  encode(await sound('hello-world'), { kbps: 16 }, (fraction) => heard.push(fraction));
  assert.ok(heard.length > 3, `${heard}`);
  assert.deepEqual(heard, [...heard].sort((a, b) => a - b));
  assert.ok(heard[0] > 0 && heard.at(-1) === 1, `${heard}`);
});

test('what cannot be encoded is said in words', async () => {
  const wav = await sound('hello-world');
  const patched = (at, ...bytes) => {
    const file = Uint8Array.from(wav);
    file.set(bytes, at);
    return file;
  };
  const text = (words) => new TextEncoder().encode(words);
  const planes = (sampleRate, ...channelData) => () =>
    run(module, { channelData: channelData.map((c) => Float32Array.from(c)), sampleRate }, {}, () => {});
  const pixels = (width, height, bytes, asked = {}) => () =>
    run(module, { data: new Uint8ClampedArray(bytes).map((_, i) => i * 7), width, height }, asked, () => {});
  // A-law, of a byte a sample, is read: there are twice as many.
  assert.equal(encode(patched(20, 6)).frames, parse(wav).frames * 2);
  for (const [work, message] of [
    [() => encode(new ArrayBuffer(0)), /^the file is empty \(0 bytes\)/],
    [() => encode(text('To be, or not to be')), /^the file is not a WAV file \(it begins with "To be, o"\)$/],
    [() => encode(text('ID3 and more')), /^the file is not a WAV file \(it looks like MP3\)$/],
    [() => encode(wav.subarray(0, 30)), /^the file is a damaged WAV file .*cut off/],
    [() => encode(wav.subarray(0, 1000)), /^the file is truncated: its header declares \d+ bytes of samples, 956 are there/],
    [() => encode(patched(22, 3)), /^a compact sound has 1 or 2 channels, this one has 3$/],
    [() => encode(patched(20, 17)), /^IMA ADPCM samples are not supported/],
    [() => encode(patched(24, 0, 0, 0, 0)), /^a sample rate of 0 Hz cannot be stored$/],
    [() => encode(wav, { kbps: 0 }), /^0 kb\/s hold no sound/],
    [() => encode(wav, { kbps: -1 }), /^-1 kb\/s hold no sound/],
    [() => encode(wav, { kbps: 0.01 }), /^no file of at most 1 bytes holds this sound; the smallest has \d+$/],
    [() => encode(wav, { quality: 101 }), /^a quality of 101 is out of range/],
    [planes(8000), /^the file has no channels/],
    [planes(8000, []), /^the file holds no samples/],
    [planes(8000, [0, 1], [0, 1], [0, 1]), /^a compact sound has 1 or 2 channels, this one has 3$/],
    [planes(8000, [0, NaN]), /^frame 1, channel 0 is NaN/],
    [pixels(8, 8, 255), /^8 x 8 pixels are not 255 bytes$/],
    [pixels(0, 0, 0), /^a picture of 0 x 0 pixels cannot be stored$/],
    [pixels(65536, 1, 4 * 65536), /^a picture of 65536 x 1 pixels cannot be stored$/],
    [pixels(8, 8, 256, { quality: -1 }), /^a quality of -1 is out of range/],
    [pixels(8, 8, 256, { size: 9 }), /^no file of at most 9 bytes holds this picture; the smallest has \d+$/],
    [planes(0, [0, 1]), /^a sample rate of 0 Hz cannot be stored$/],
    [planes(8000, new Float32Array(2 ** 25 + 1)), /^the sound is too long for a browser: it has 33554433 samples/],
  ]) {
    assert.throws(work, { name: 'Error', message });
  }
  await assert.rejects(encodePlanes([new Float32Array(2), new Float32Array(3)], 8000), /differ in length/);
});

test('one sample and silence are sounds', () => {
  for (const samples of [[0.5], new Float32Array(5000)]) {
    const made = run(module, { channelData: [Float32Array.from(samples)], sampleRate: 48000 }, {}, () => {});
    assert.equal(Nex.open(decoder, made.nex).info.frames, samples.length);
  }
});
