// How fast does this browser decode the clips, beside its own Opus, and how soon is one heard?

import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
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
