// Does a page encode in a real browser, under the page's own security policy, and stay alive?
//
//   node --test test/encoder-browser.mjs      (CHROMIUM=/path for another browser)

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { run } from '../demo/encoder.js';
import { serve } from './server.mjs';

const folder = (path) => fileURLToPath(new URL(path, import.meta.url));
const module = await WebAssembly.compile(await readFile(folder('../demo/encoder.wasm')));
const sound = await readFile(folder('../../sounds/hello-world.wav'));
const [policy] = /<meta http-equiv="Content-Security-Policy"[^>]*>/.exec(await readFile(folder('../demo/index.html'), 'utf8'));
const server = await serve({ '/demo/': folder('../demo/'), '/sounds/': folder('../../sounds/') });
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox'],
});
after(() => Promise.all([browser.close(), server.close()]));

/** What a function returns in an empty page with the demo's policy. */
async function inPage(work) {
  const page = await browser.newPage();
  const complaints = [];
  page.on('console', (m) => ['error', 'warning'].includes(m.type()) && complaints.push(m.text()));
  page.on('pageerror', (e) => complaints.push(e.message));
  await page.route('**/empty.html', (route) => route.fulfill({
    contentType: 'text/html', body: `<!doctype html>${policy}<link rel="icon" href="data:,">`,
  }));
  await page.goto(`${server.url}/empty.html`);
  const result = await page.evaluate(work);
  await page.close();
  assert.deepEqual(complaints, []);
  return result;
}

test('a WAV file becomes the file that Node makes', async (t) => {
  const { made, heard, ms } = await inPage(async () => {
    const { encode } = await import('/demo/encoder.js');
    const bytes = await (await fetch('/sounds/hello-world.wav')).arrayBuffer();
    const heard = [];
    await encode(bytes);
    const start = performance.now();
    const made = await encode(bytes, { onProgress: (fraction) => heard.push(fraction) });
    const ms = performance.now() - start;
    if (bytes.byteLength === 0) throw new Error('the bytes are gone');
    return { made: { ...made, nex: [...made.nex] }, heard, ms };
  });
  const expected = run(module, { bytes: sound }, {}, () => {});
  assert.deepEqual(made, { ...expected, nex: [...expected.nex] });
  assert.ok(heard.length > 2 && heard.at(-1) === 1, `${heard}`);
  assert.deepEqual(heard, [...heard].sort((a, b) => a - b));
  const seconds = made.frames / made.sampleRate;
  t.diagnostic(`${seconds.toFixed(2)} s of sound in ${ms.toFixed(0)} ms, the worker's start included`);
});

test('the page lives while half a minute is encoded', async (t) => {
  const { gap, ms, seconds } = await inPage(async () => {
    const { encodePlanes } = await import('/demo/encoder.js');
    const bytes = new Int16Array(await (await fetch('/sounds/hello-world.wav')).arrayBuffer(), 44);
    const samples = Float32Array.from({ length: 30 * 8000 }, (_, i) => bytes[i % bytes.length] / 32768);
    let [last, gap] = [performance.now(), 0];
    const timer = setInterval(() => {
      gap = Math.max(gap, performance.now() - last);
      last = performance.now();
    }, 4);
    const start = performance.now();
    const { frames, sampleRate } = await encodePlanes([samples], 8000, { kbps: 12 });
    clearInterval(timer);
    return { gap, ms: performance.now() - start, seconds: frames / sampleRate };
  });
  t.diagnostic(`encoded at ${(1e3 * seconds / ms).toFixed(1)} times real time; ` +
    `the page never waited longer than ${gap.toFixed(0)} ms`);
  assert.ok(gap < ms / 2, `the page stood still for ${gap} of ${ms} ms`);
});

test('bad input is an error with words, an end by the user is one at once', async () => {
  const told = await inPage(async () => {
    const { encode, encodePlanes } = await import('/demo/encoder.js');
    const fails = (promise) => promise.then(() => 'no error', (e) => `${e.name}: ${e.message}`);
    const noise = new Float32Array(60 * 48000).map(() => Math.random() - 0.5);
    const control = new AbortController();
    let start;
    const onProgress = () => {
      start ??= performance.now();
      control.abort();
    };
    const stopped = await fails(encodePlanes([noise], 48000, { signal: control.signal, onProgress }));
    const ms = performance.now() - start;
    return [
      await fails(encode(new TextEncoder().encode('OggS').buffer)),
      await fails(encodePlanes([noise, noise, noise], 48000)),
      await fails(encodePlanes([noise], 48000, { signal: AbortSignal.abort() })),
      stopped.split(':', 1)[0], ms,
    ];
  });
  const ms = told.pop();
  assert.deepEqual(told, [
    'Error: the file is not a WAV file (it looks like Ogg)',
    'Error: a compact sound has 1 or 2 channels, this one has 3',
    'AbortError: signal is aborted without reason',
    'AbortError',
  ]);
  assert.ok(ms < 1000, `stopped after ${ms} ms`);
});
