// How fast does this browser decode the clips, beside its own Opus, WebP and AVIF and another
// decoder for Opus, and how soon is a sound heard?
//
// Needs opusenc and avifenc (apt-get install opus-tools libavif-bin).

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../demo/encoder.js';
import { browser, folder, visit } from './harness.mjs';
import { table } from './tables.mjs';

/** Clicks on Play of each clip, of which the first comes right after the page's load. */
const CLICKS = 5;

/** Seconds of the long sound. */
const LONG = 60;
const OGG_OPUS = '/test/node_modules/ogg-opus-decoder/dist/ogg-opus-decoder.min.js';

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

/** Runs a program of a package of Debian's. */
function made(program, args, debian) {
  try {
    execFileSync(program, args, { stdio: 'ignore' });
  } catch (cause) {
    if (cause.code !== 'ENOENT') throw cause;
    throw new Error(`${program} is missing; run: apt-get install ${debian}`, { cause });
  }
}

/** What `work` does with a folder of its own. */
async function within(work) {
  const home = await mkdtemp(join(tmpdir(), 'nex-speed-'));
  try {
    return await work(home);
  } finally {
    await rm(home, { recursive: true });
  }
}

/** A shipped phrase, said over and over: as a .nex, and as Opus at its bit rate. */
const minute = () => within(async (home) => {
  const wav = await readFile(folder('../site/hello-world.wav'));
  const [header, samples] = [wav.subarray(0, 44), wav.subarray(44)];
  const long = Buffer.concat([header, ...Array(Math.ceil(2 * 8000 * LONG / samples.length)).fill(samples)]).subarray(0, 44 + 2 * 8000 * LONG);
  long.writeUInt32LE(long.length - 8, 4);
  long.writeUInt32LE(long.length - 44, 40);
  const module = await WebAssembly.compile(await readFile(folder('../demo/encoder.wasm')));
  const { nex } = run(module, { bytes: long }, { kbps: 14 }, () => {});
  const [from, to] = [join(home, 'a.wav'), join(home, 'a.opus')];
  await writeFile(from, long);
  made('opusenc', ['--quiet', '--bitrate', '14', from, to], 'opus-tools');
  return { title: `${LONG} s of speech at 8 kHz, 14 kb/s`, nex: [...nex], opus: [...await readFile(to)] };
});

test('speed of decoding, and first sound after a click', async () => {
  const clips = JSON.parse(await readFile(folder('../site/clips.json'), 'utf8'));
  const rows = [];
  const sounds = await Promise.all(clips.map(async ({ title, file, rivals }) => ({
    title, isClip: true, nex: [...await readFile(folder(`../site/${file}`))],
    opus: [...await readFile(folder(`../site/${rivals.find((rival) => rival.packets).file}`))],
  })));
  for (const { title, isClip, nex, opus } of [...sounds, await minute()]) {
    const row = { title };
    await visit('/test/blank.html', async (page) => {
      await page.addScriptTag({ url: OGG_OPUS });
      Object.assign(row, await page.evaluate(async ([nex, opus]) => {
        const { Nex, compile, kindOf } = await import('/package/nex.js');
        const { decodesNex, decodesOpus, least, race } = await import('/speed.js');
        const bytes = Uint8Array.from(nex);
        const kind = kindOf(bytes);
        const [plain, simd] = [await compile({ kind, simd: false }), await compile({ kind, simd: true })];
        const { info } = Nex.open(plain, bytes);
        const other = new globalThis['ogg-opus-decoder'].OggOpusDecoder();
        await other.ready;
        const file = Uint8Array.from(opus);
        const works = {
          plain: decodesNex(Nex, plain, bytes), opus: decodesOpus(file),
          other: async () => {
            const { samplesDecoded } = await other.decodeFile(file);
            if (!(samplesDecoded > 0.9 * 48000 * info.duration)) throw new Error(`${samplesDecoded} samples`);
            await other.reset();
          },
        };
        // Compact sounds have one decoder for all engines.
        if (simd !== plain) works.simd = decodesNex(Nex, simd, bytes);
        return { seconds: info.duration, ...await race(works, least) };
      }, [nex, opus]));
    });
    if (isClip) row.first = await firstSounds(title);
    rows.push(row);
  }
  const cell = (row, kind) => row[kind] && `${row[kind].toFixed(2)} ms, ${(row.seconds * 1000 / row[kind]).toFixed(0)} ×`;
  table('sounds', `A sound in Chromium ${browser.version()}, from a file's bytes to all samples, best of nine runs, as a multiple of real time; `
    + 'and the first sample that is not 0 at the device, after the first click of a page, and after later ones (median)',
  Object.fromEntries(rows.map((row) => [row.title, {
    seconds: row.seconds.toFixed(2), 'nex': cell(row, 'plain'), 'nex, SIMD': cell(row, 'simd') ?? 'the same module',
    'Opus, decodeAudioData': cell(row, 'opus'), 'Opus, ogg-opus-decoder': cell(row, 'other'),
    'first sound': row.first ? `${row.first[0].toFixed(0)} ms, ${median(row.first.slice(1)).toFixed(0)} ms` : '-',
  }])));
  for (const row of rows) {
    for (const kind of ['plain', 'simd']) assert.ok((row[kind] ?? 0) < 1000 * row.seconds, `${row.title} decodes in real time`);
    assert.ok(!row.first || median(row.first) < 500, `${row.title}: first sound after ${row.first} ms`);
  }
});

/** Milliseconds as the page tells them, click by click. */
async function firstSounds(title) {
  const told = [];
  await visit('/', async (page) => {
    await page.waitForSelector('#play:enabled');
    await page.click(`#clips button:text-is("${title}")`);
    await page.waitForSelector(`#clips button[aria-pressed=true]:text-is("${title}")`);
    for (let i = 0; i < CLICKS; i++) {
      await page.click('#play');
      await page.waitForFunction(() => /\d/.test(document.querySelector('#first').textContent));
      told.push(parseFloat(await page.textContent('#first')));
      // On a busy machine it may have ended already.
      if (await page.textContent('#play-text') === 'Pause') await page.click('#play');
      await page.waitForFunction(() => document.querySelector('#play-text').textContent === 'Play');
      await page.focus('#seek');
      await page.keyboard.press('Home');
    }
  });
  return told;
}

test('speed of pictures and shapes', async () => {
  const original = folder('../../pictures/chelsea.png');
  const nex = await readFile(folder('../../clips/chelsea.nex'));
  // AVIF, which no browser encodes, at the best quality that takes no more bytes.
  const avif = await within(async (home) => {
    // Quantisers: less is better.
    let [high, low, best] = [0, 63];
    while (low - high > 1) {
      const middle = (low + high) >> 1;
      made('avifenc', ['--min', String(middle), '--max', String(middle), '-s', '4', original, join(home, 'a.avif')], 'libavif-bin');
      const file = await readFile(join(home, 'a.avif'));
      if (file.length <= nex.length) [low, best] = [middle, file]; else high = middle;
    }
    return best;
  });
  const [drawn, shaped] = [{}, {}];
  await visit('/', async (page) => {
    const told = await page.evaluate(async (avif) => {
      const { decodePicture, decodeShape } = await import('/nex/nex.js');
      const { least, race } = await import('/speed.js');
      const read = async (name) => new Uint8Array(await (await fetch(name)).arrayBuffer());
      const nex = await read('/chelsea.nex');
      const canvas = document.createElement('canvas');
      const png = await createImageBitmap(new Blob([await read('/chelsea.png')]));
      Object.assign(canvas, { width: png.width, height: png.height });
      canvas.getContext('2d').drawImage(png, 0, 0);
      let webp;
      for (let quality = 1; quality <= 100; quality++) {
        const made = await new Promise((done) => { canvas.toBlob(done, 'image/webp', quality / 100); });
        if (made.size <= nex.length) webp = made;
      }
      const avifBlob = new Blob([Uint8Array.from(avif)], { type: 'image/avif' });
      const duck = await read('/duck.nex');
      const shape = await decodeShape(duck);
      const pictures = await race({
        '.nex': () => decodePicture(nex),
        'WebP, createImageBitmap': () => createImageBitmap(webp), 'AVIF, createImageBitmap': () => createImageBitmap(avifBlob),
      }, least);
      const shapes = await race({
        'opened and decoded': async () => (await decodeShape(duck)).free(), 'a mesh of 64 cells': () => shape.mesh(64),
        'a picture of 320 x 320 rays': () => shape.trace({ width: 320, height: 320, turn: 0.6, tilt: 0.3 }),
      }, least);
      return { pictures, shapes, bytes: { '.nex': nex.length, 'WebP, createImageBitmap': webp.size, 'AVIF, createImageBitmap': avif.length, shape: duck.length } };
    }, [...avif]);
    for (const [name, ms] of Object.entries(told.pictures)) drawn[name] = { bytes: told.bytes[name], ms: ms.toFixed(2) };
    for (const [name, ms] of Object.entries(told.shapes)) shaped[name] = { bytes: told.bytes.shape, ms: ms.toFixed(2) };
    for (const ms of [...Object.values(told.pictures), ...Object.values(told.shapes)]) assert.ok(ms < 2000, `${ms} ms`);
  });
  table('pictures', 'A picture of 320 x 240 pixels, from bytes to pixels, best of nine runs', drawn);
  table('shapes', 'A shape of 128 cells a side, best of nine runs', shaped);
});
