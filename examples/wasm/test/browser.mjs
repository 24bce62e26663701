// Does all of it work in a real browser? Golden files, audio thread, page.
//
//   node browser.mjs [CHROMIUM]      the page's pictures go to test/pictures

import { mkdir, readFile, readdir } from 'node:fs/promises';
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { agrees } from './golden.js';
import { serve } from './server.mjs';

const folder = (path) => fileURLToPath(new URL(path, import.meta.url));
const pictures = folder('pictures');
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--autoplay-policy=no-user-gesture-required'],
});
const server = await serve({
  '/golden/': folder('../../../tests/golden/'), '/package/': folder('../package/'),
  '/test/': folder('./'), '/': folder('../site/'),
});
const golden = (await readFile(folder('../../../tests/golden/golden.txt'), 'utf8')).trim().split('\n');

/** A page whose complaints are kept. */
async function open(options = {}, path = '/') {
  const page = await browser.newPage(options);
  const complaints = [];
  page.on('console', (m) => ['error', 'warning'].includes(m.type()) && complaints.push(m.text()));
  page.on('pageerror', (e) => complaints.push(e.message));
  await page.goto(server.url + path);
  return { page, complaints };
}

for (const simd of [false, true]) {
  test(`golden files, ${simd ? 'SIMD' : 'plain'}`, async () => {
    const { page, complaints } = await open({}, '/test/blank.html');
    const lines = await page.evaluate(async ([names, simd]) => {
      const { Nex, NexError, compile, kindOf } = await import('/package/nex.js');
      const { verdict } = await import('/test/golden.js');
      const modules = {};
      for (const kind of ['compact', 'neural']) modules[kind] = await compile({ kind, simd });
      const lines = [];
      for (const name of names) {
        const bytes = new Uint8Array(await (await fetch(`/golden/${name}`)).arrayBuffer());
        // An instance of this size is made at once off the main thread only.
        const sound = async () => verdict((b) => Nex.open(modules[kindOf(b)], b), NexError, bytes);
        lines.push(`${name}: ${await sound()}`);
      }
      return lines;
    }, [golden.map((line) => line.split(':', 1)[0]), simd]);
    lines.forEach((line, i) => assert.ok(agrees(line, golden[i]), `${line}\n${golden[i]}`));
    assert.deepEqual(complaints, []);
    await page.close();
  });
}

test('the audio thread plays the very samples', async () => {
  const { page, complaints } = await open({}, '/test/blank.html');
  const sums = await page.evaluate(async () => {
    const { Nex } = await import('/package/nex.js');
    const { checksum } = await import('/test/golden.js');
    const result = {};
    for (const name of ['compact-speech', 'compact-stereo', 'trained-hello-small-i8', 'float-mono']) {
      const sound = await Nex.load(`/golden/${name}.nex`);
      const { sampleRate, channels, frames } = sound.info;
      // Browsers have no contexts below 3,000 Hz.
      const context = new OfflineAudioContext(channels, frames, Math.max(sampleRate, 3000));
      const node = await sound.createNode(context, { playing: true });
      node.connect(context.destination);
      const made = await context.startRendering();
      result[name] = checksum(Array.from({ length: channels }, (_, c) => made.getChannelData(c)), frames);
    }
    return result;
  });
  for (const [name, sum] of Object.entries(sums)) {
    assert.ok(golden.includes(`${name}.nex: ${sum}`), `${name}: ${sum}`);
  }
  assert.deepEqual(complaints, []);
  await page.close();
});

test('another rate: the audio thread resamples as the function does', async () => {
  const { page } = await open({}, '/test/blank.html');
  const worst = await page.evaluate(async () => {
    const { Nex } = await import('/package/nex.js');
    const sound = await Nex.load('/golden/compact-speech.nex');
    const context = new OfflineAudioContext(1, 4800, 48000);
    const node = await sound.createNode(context, { playing: true, at: 3000 });
    node.connect(context.destination);
    const made = (await context.startRendering()).getChannelData(0);
    const out = [new Float32Array(4800)];
    sound.resample(3000, sound.info.sampleRate / 48000, out);
    return Math.max(...made.map((x, i) => Math.abs(x - out[0][i]))) * 32768;
  });
  // The blocks' positions are rounded to 2^-32 frames once more each.
  assert.ok(worst <= 1, `${worst} units of 16 bits`);
  await page.close();
});

test('the page plays, seeks and says what is wrong with a file', async () => {
  const { page, complaints } = await open();
  await page.waitForSelector('#play:enabled');
  await page.click('#play');
  await page.waitForFunction(() => parseFloat(document.querySelector('#time').textContent) > 0.1);
  assert.equal(await page.textContent('#play-text'), 'Pause');
  await page.evaluate(() => {
    const seek = document.querySelector('#seek');
    seek.value = 8000;
    seek.dispatchEvent(new Event('input'));
  });
  await page.waitForFunction(() => parseFloat(document.querySelector('#time').textContent) >= 1);
  await page.waitForFunction(() => document.querySelector('#play-text').textContent === 'Play');
  await page.hover('#wave');
  assert.match(await page.textContent('#owner'), /block of \d+ samples/);
  const bytes = await readFile(folder('../../../tests/golden/x-compact-flipped-bit.nex'));
  await page.setInputFiles('#file', { name: 'bad.nex', mimeType: 'application/octet-stream', buffer: bytes });
  await page.waitForSelector('#error:visible');
  assert.match(await page.textContent('#error'), /damaged/);
  await page.keyboard.press('Tab');
  assert.deepEqual(complaints, []);
  await page.close();
});

test('every clip of the page opens; pictures in both themes and on a phone', async () => {
  await mkdir(pictures, { recursive: true });
  for (const [name, options] of Object.entries({
    light: { colorScheme: 'light', viewport: { width: 1200, height: 900 } },
    dark: { colorScheme: 'dark', viewport: { width: 1200, height: 900 } },
    phone: { colorScheme: 'light', viewport: { width: 390, height: 844 } },
  })) {
    const { page, complaints } = await open(options);
    await page.waitForSelector('#play:enabled');
    for (const button of await page.locator('#clips button').all()) {
      await button.click();
      await page.waitForFunction((b) => b.getAttribute('aria-pressed') === 'true', await button.elementHandle());
    }
    await page.locator('#clips button').first().click();
    await page.waitForTimeout(300);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    assert.equal(wide, false, 'the page is wider than the window');
    await page.screenshot({ path: `${pictures}/${name}.png`, fullPage: true });
    assert.deepEqual(complaints, []);
    await page.close();
  }
  assert.equal((await readdir(pictures)).filter((f) => f.endsWith('.png')).length, 3);
});

test.after(async () => {
  await browser.close();
  server.close();
});
