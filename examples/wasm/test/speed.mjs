// How fast does this browser decode the clips, beside its own Opus, WebP and AVIF, and how soon is a sound heard?
//
// Needs avifenc (apt-get install libavif-bin).

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { browser, folder, visit } from './harness.mjs';

/** Clicks on Play of each clip, of which the first comes right after the page's load. */
const CLICKS = 5;

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

test('speed of decoding, and first sound after a click', async () => {
  const clips = JSON.parse(await readFile(folder('../site/clips.json'), 'utf8'));
  const rows = [];
  for (const { title, file, rivals } of clips) {
    const opus = rivals.find((rival) => rival.packets).file;
    const row = { title };
    await visit('/', async (page) => {
      Object.assign(row, await page.evaluate(async ([file, opus]) => {
        const { Nex, compile, kindOf } = await import('/nex/nex.js');
        const { decodesNex, decodesOpus, race } = await import('/speed.js');
        const read = async (name) => new Uint8Array(await (await fetch(name)).arrayBuffer());
        const bytes = await read(file);
        const kind = kindOf(bytes);
        const [plain, simd] = [await compile({ kind, simd: false }), await compile({ kind, simd: true })];
        const { info } = Nex.open(plain, bytes);
        const works = { plain: decodesNex(Nex, plain, bytes), opus: decodesOpus(await read(opus)) };
        // Compact sounds have one decoder for all engines.
        if (simd !== plain) works.simd = decodesNex(Nex, simd, bytes);
        return { seconds: info.duration, ...await race(works) };
      }, [file, opus]));
    });
    row.first = await firstSounds(title);
    rows.push(row);
  }
  const cell = (row, kind) => row[kind] && `${row[kind].toFixed(2)} ms, ${(row.seconds * 1000 / row[kind]).toFixed(0)} ×`;
  console.log(`Chromium ${browser.version()}: from a file's bytes to all samples, median, as a multiple of real time;`
    + '\nfirst sample that is not 0 at the device, after the click (first click of a page, median of later ones)');
  console.table(Object.fromEntries(rows.map((row) => [row.title, {
    seconds: row.seconds.toFixed(2), 'nex, plain': cell(row, 'plain'), 'nex, SIMD': cell(row, 'simd') ?? 'the same module',
    'Opus, decodeAudioData': cell(row, 'opus'),
    'first sound': `${row.first[0].toFixed(0)} ms, ${median(row.first.slice(1)).toFixed(0)} ms`,
  }])));
  for (const row of rows) {
    for (const kind of ['plain', 'simd']) assert.ok((row[kind] ?? 0) < 1000 * row.seconds, `${row.title} decodes in real time`);
    assert.ok(median(row.first) < 500, `${row.title}: first sound after ${row.first} ms`);
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
  const home = await mkdtemp(join(tmpdir(), 'nex-speed-'));
  let avif;
  try {
    // Quantisers: less is better.
    let [high, low] = [0, 63];
    while (low - high > 1) {
      const middle = (low + high) >> 1;
      execFileSync('avifenc', ['--min', String(middle), '--max', String(middle), '-s', '4', original, join(home, 'a.avif')], { stdio: 'ignore' });
      const made = await readFile(join(home, 'a.avif'));
      if (made.length <= nex.length) [low, avif] = [middle, made]; else high = middle;
    }
  } catch (cause) {
    if (cause.code === 'ENOENT') throw new Error('avifenc is missing; run: apt-get install libavif-bin', { cause });
    throw cause;
  } finally {
    await rm(home, { recursive: true });
  }
  const rows = {};
  await visit('/', async (page) => {
    const told = await page.evaluate(async (avif) => {
      const { compile, decodePicture, decodeShape } = await import('/nex/nex.js');
      const { race } = await import('/speed.js');
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
      const [plain, simd] = [await compile({ kind: 'picture', simd: false }), await compile({ kind: 'picture', simd: true })];
      const duck = await read('/duck.nex');
      const shape = await decodeShape(duck);
      const pictures = await race({
        '.nex, plain': () => decodePicture(nex, { module: plain }), '.nex, SIMD': () => decodePicture(nex, { module: simd }),
        'WebP, createImageBitmap': () => createImageBitmap(webp), 'AVIF, createImageBitmap': () => createImageBitmap(avifBlob),
      });
      const shapes = await race({
        'opened and decoded': async () => (await decodeShape(duck)).free(), 'a mesh of 64 cells': () => shape.mesh(64),
        'a picture of 320 x 320 rays': () => shape.trace({ width: 320, height: 320, turn: 0.6, tilt: 0.3 }),
      });
      return { pictures, shapes, bytes: { '.nex, plain': nex.length, '.nex, SIMD': nex.length, 'WebP, createImageBitmap': webp.size, 'AVIF, createImageBitmap': avif.length } };
    }, [...avif]);
    for (const [name, ms] of Object.entries(told.pictures)) rows[name] = { bytes: told.bytes[name], ms: ms.toFixed(2) };
    for (const [name, ms] of Object.entries(told.shapes)) rows[`shape: ${name}`] = { bytes: 2987, ms: ms.toFixed(2) };
    for (const ms of [...Object.values(told.pictures), ...Object.values(told.shapes)]) assert.ok(ms < 2000, `${ms} ms`);
  });
  console.log(`Chromium ${browser.version()}: a picture of 320 x 240 pixels from bytes to pixels, a shape of 128 cells a side, medians`);
  console.table(rows);
});
