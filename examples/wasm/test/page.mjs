// Does the page do what a visitor tries? With mouse, keyboard, and files dropped on it.

import assert from 'node:assert/strict';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { test } from 'node:test';
import { rateOf } from '../demo/source.js';
import { folder, golden, goldenFile, insecure, picture, pictures, visit } from './harness.mjs';

const time = (page) => page.$eval('#time', (e) => parseFloat(e.textContent));
const reaches = (page, seconds) =>
  page.waitForFunction((s) => parseFloat(document.querySelector('#time').textContent) >= s, seconds, { timeout: 90000 });
const says = (page, text) => page.waitForFunction((t) => document.querySelector('#play-text').textContent === t, text);
const ready = (page) => page.waitForSelector('#play:enabled');
const slide = (page, id, value) => page.$eval(id, (e, v) => {
  e.value = v;
  e.dispatchEvent(new Event('input', { bubbles: true }));
}, value);
/** Measured, not promised: no figure is missing. */
const measured = (page) => page.waitForFunction(() => !document.querySelector('#facts').textContent.includes('…'));

/** Drops a file on the page, as from a folder. */
async function drop(page, name, bytes) {
  const data = await page.evaluateHandle(([n, text]) => {
    const dropped = new DataTransfer();
    dropped.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], n));
    return dropped;
  }, [name, bytes.toString('base64')]);
  await page.dispatchEvent('body', 'dragover', { dataTransfer: data });
  await page.dispatchEvent('body', 'drop', { dataTransfer: data });
}

test('a click plays; the waveform and the slider seek; the end stops', () => visit('/', async (page) => {
  await ready(page);
  await page.click('#play');
  await says(page, 'Pause');
  await reaches(page, 0.1);
  await page.waitForFunction(() => /\d ms/.test(document.querySelector('#facts').textContent));
  await page.click('#play');
  await says(page, 'Play');
  const box = await page.locator('#stage').boundingBox();
  await page.mouse.click(box.x + box.width / 2, box.y + 20);
  const middle = await page.$eval('#seek', (e) => e.max / 2);
  assert.ok(Math.abs(await time(page) - middle) < 0.02, `${await time(page)} s, not ${middle}`);
  assert.match(await page.textContent('#owner'), /stretch of \d+ ms, made of \d+ waves/);
  assert.match(await page.textContent('#now'), /^stretch of \d+ ms$/);
  await page.click('#play');
  await slide(page, '#seek', 1.2);
  await reaches(page, 1.2);
  await says(page, 'Play');
  assert.equal(await time(page), 0);
}));

test('the speed is continuous', () => visit('/', async (page) => {
  await ready(page);
  await slide(page, '#rate', 0.25);
  await page.click('#play');
  await reaches(page, 0.01);
  const [at, from] = await page.evaluate(() => [parseFloat(document.querySelector('#time').textContent), performance.now()]);
  await page.waitForTimeout(800);
  const [to, until] = await page.evaluate(() => [parseFloat(document.querySelector('#time').textContent), performance.now()]);
  const rate = (1000 * (to - at)) / (until - from);
  assert.ok(Math.abs(rate - 0.25) < 0.08, `plays at ${rate}`);
  await slide(page, '#rate', 1.37);
  assert.equal(await page.textContent('#rate-text'), '1.37×');
  await says(page, 'Play');
}));

test('the keyboard does it all', () => visit('/', async (page) => {
  await ready(page);
  const focused = (selector) => page.evaluate((s) => document.activeElement.matches(s), selector);
  const tabTo = async (selector) => {
    for (let i = 0; i < 20 && !await focused(selector); i++) await page.keyboard.press('Tab');
    assert.ok(await focused(selector), `Tab does not reach ${selector}`);
  };
  await tabTo('#clips button:nth-child(2)');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#clips button:nth-child(2)[aria-pressed=true]');
  await tabTo('#seek');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  const there = await time(page);
  assert.ok(there > 0, 'an arrow key moves');
  await page.keyboard.press('ArrowLeft');
  assert.ok(await time(page) < there);
  await tabTo('#play');
  await page.keyboard.press('Space');
  await says(page, 'Pause');
  await reaches(page, there);
  await page.keyboard.press('Space');
  await says(page, 'Play');
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press('Space');
  await says(page, 'Pause');
  for (const selector of ['#rate', '#loop', '#zoom', '#spectrum', '#versions input', '#blind', '#measure', '#wipe', '#picture-quality', '#shape',
    '#shape-cells', '#choose', '#copy']) await tabTo(selector);
}));

test('another sound ends what belonged to the last one', () => visit('/', async (page) => {
  await ready(page);
  await drop(page, 'a.wav', await readFile(folder('../../sounds/please-try-again.wav')));
  await page.waitForSelector('#download:visible');
  await slide(page, '#rate', 0.5);
  await page.click('#clips button:nth-child(3)');
  await page.waitForSelector('#clips button:nth-child(3)[aria-pressed=true]');
  assert.ok(await page.isHidden('#strip'));
  assert.equal(await page.$eval('#rate', (e) => e.value), '1');
  assert.equal(await page.textContent('#rate-text'), '1.00×');
}));

test('forced colours show the choice', () => visit('/', async (page) => {
  await ready(page);
  const [chosen, other] = await page.$$eval('#clips button', (all) => all.slice(0, 2).map((e) => getComputedStyle(e).backgroundColor));
  assert.notEqual(chosen, other);
}, { forcedColors: 'active' }));

test('without scripts the page says what it needs', async () => {
  await visit('/', async (page) => assert.match(await page.textContent('noscript'), /JavaScript/), { javaScriptEnabled: false });
});

test('a screen reader is left alone while it plays', () => visit('/', async (page) => {
  await ready(page);
  await measured(page);
  await page.evaluate(() => {
    globalThis.changes = 0;
    const watcher = new MutationObserver((all) => { globalThis.changes += all.length; });
    for (const live of document.querySelectorAll('output, [role=status], [role=alert], [aria-live]')) {
      watcher.observe(live, { childList: true, characterData: true, subtree: true });
    }
  });
  await page.click('#play');
  await reaches(page, 0.6);
  assert.ok(await page.evaluate(() => globalThis.changes) < 5, `${await page.evaluate(() => globalThis.changes)} changes`);
}));

test('Opus and the original can be heard in its place', () => visit('/', async (page) => {
  await ready(page);
  await page.check('#loop');
  for (const version of await page.locator('#versions input').all()) {
    await version.check();
    await slide(page, '#seek', 0);
    await page.click('#play');
    await reaches(page, 0.5);
    await page.click('#play');
    await says(page, 'Play');
  }
  assert.deepEqual(await page.$$eval('#versions input', (all) => all.map((e) => e.value)), ['.nex', 'Opus', 'original']);
  // The browser's Opus has the length of the sound, so that both play the same moment.
  const [opus, wav] = await page.evaluate(async () => {
    const { decode } = await import('/source.js');
    const read = async (file) => decode(new Uint8Array(await (await fetch(file)).arrayBuffer()));
    return [(await read('hello-world.opus')).duration, (await read('hello-world.wav')).duration];
  });
  assert.ok(Math.abs(opus - wav) < 0.03, `${opus} s, ${wav} s`);
}));

test('the bytes on the page are those of the files', () => visit('/', async (page) => {
  const clips = JSON.parse(await readFile(folder('../site/clips.json'), 'utf8'));
  assert.ok(clips.length >= 4);
  for (const clip of clips) {
    await page.click(`#clips button:text-is("${clip.title}")`);
    await page.waitForSelector(`#clips button[aria-pressed=true]:text-is("${clip.title}")`);
    const told = await page.$$eval('#bars b', (all) => all.map((e) => parseInt(e.textContent.replaceAll(',', ''), 10)));
    assert.equal(told.length, 4);
    const files = [clip.file, ...clip.rivals.map((rival) => rival.file)];
    for (const [i, file] of files.entries()) {
      if (file) assert.equal(told[i], (await stat(folder(`../site/${file}`))).size, file);
    }
  }
}));

test('a dropped .nex plays', () => visit('/', async (page) => {
  await ready(page);
  await drop(page, 'two channels.nex', await goldenFile('compact-stereo.nex'));
  await page.waitForFunction(() => document.querySelector('#facts').textContent.includes('2 channels'));
  // Again and again, for it is shorter than a look at the page may take.
  await page.check('#loop');
  await page.click('#play');
  await reaches(page, 0.05);
}));

test('a damaged file is told with the decoder\'s words, and what was open stays', () => visit('/', async (page) => {
  await ready(page);
  for (const name of ['x-compact-flipped-bit.nex', 'x-compact-truncated.nex', 'x-version.nex', 'x-empty.nex']) {
    const [, reason] = golden.find((line) => line.startsWith(name)).split(': error: ');
    await drop(page, name, await goldenFile(name));
    const wanted = `This file cannot be played: ${reason}.`;
    await page.waitForFunction((w) => document.querySelector('#error').textContent === w, wanted);
    assert.ok(await page.isVisible('#error'), wanted);
  }
  await page.click('#play');
  await reaches(page, 0.1);
}));

test('a dropped sound becomes a .nex, to hear and to keep', () => visit('/', async (page) => {
  await ready(page);
  const wav = await readFile(folder('../../sounds/please-try-again.wav'));
  await drop(page, 'please-try-again.wav', wav);
  await page.waitForSelector('#download:visible');
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('#download')]);
  assert.equal(download.suggestedFilename(), 'please-try-again.nex');
  const made = await readFile(await download.path());
  assert.equal(made.toString('latin1', 0, 3), 'NEX');
  assert.match(await page.textContent('#strip-text'), new RegExp(`${wav.length.toLocaleString('en')} bytes, became ${made.length.toLocaleString('en')} bytes`));
  // Heard as it is, and beside the original; over and over, for a busy machine may look late.
  await page.check('#loop');
  await page.click('#play');
  await reaches(page, 0.1);
  await page.check('#versions input[value=original]');
  await reaches(page, 0.5);
  // At a rate that is never exceeded.
  const kbps = 8;
  await page.selectOption('#kbps', String(kbps));
  await page.waitForFunction((old) => document.querySelector('#strip-text').textContent.includes('became')
    && document.querySelector('#strip-text').textContent !== old, await page.textContent('#strip-text'));
  const seconds = await page.$eval('#seek', (e) => Number(e.max));
  const [, bytes] = /became ([\d,]+) bytes/.exec(await page.textContent('#strip-text'));
  const rate = (8 * Number(bytes.replace(',', ''))) / seconds;
  assert.ok(rate <= 1000 * kbps && rate > 500 * kbps, `${bytes} bytes for ${seconds} s at ${kbps} kb/s`);
  // What is no WAV: as the browser decodes it.
  await drop(page, 'prompt.opus', await readFile(folder('../site/hello-world.opus')));
  await page.waitForFunction(() => document.querySelector('#strip-text').textContent.startsWith('prompt.opus, '));
  // Opus plays at 48,000 Hz; the sound in it has 8,000, and the .nex no more. What grows is said to.
  assert.match(await page.textContent('#facts'), /8,000 Hz/);
  const [, was, became, times, how] = /, ([\d,]+) bytes, became ([\d,]+) bytes: ([\d.]+) times (smaller|larger)/.exec(await page.textContent('#strip-text'));
  const [before, after] = [was, became].map((text) => Number(text.replaceAll(',', '')));
  assert.equal(how, after < before ? 'smaller' : 'larger');
  assert.equal(times, Math.max(before / after, after / before).toFixed(1));
  assert.ok(after < 2 * before, `${before} bytes became ${after}`);
  // What is no sound.
  await drop(page, 'text.wav', Buffer.from('no sound at all'));
  await page.waitForSelector('#error:visible');
}));

test('the rate of a sound is read from its file', async () => {
  const ascii = (text) => [...text].map((letter) => letter.charCodeAt(0));
  const made = (length, ...parts) => {
    const file = new Uint8Array(length);
    for (const [at, bytes] of parts) file.set(bytes, at);
    return file;
  };
  const rate = (hz) => [hz & 255, hz >> 8, 0, 0];
  const head = (hz) => [...ascii('OpusHead'), 1, 1, 56, 1, ...rate(hz)];
  const opus = await readFile(folder('../site/hello-world.opus'));
  for (const [file, hz] of [
    [opus, 8000], [made(60, [0, ascii('OggS')], [28, head(16000)]), 16000],
    [made(400, [0, [0x1a, 0x45, 0xdf, 0xa3]], [300, head(24000)]), 24000],
    // The header says no rate, says one that Opus has not, or is cut off.
    [made(60, [0, ascii('OggS')], [28, head(0)]), 0], [made(60, [0, ascii('OggS')], [28, [...head(0).slice(0, 12), 0, 119, 1, 0]]), 48000],
    [opus.subarray(0, 40), 48000],
    [made(9000, [4, ascii('ftypM4A ')], [8900, ascii('mp4a')], [8928, [16000 >> 8, 16000 & 255]]), 16000],
    [made(40, [4, ascii('ftypM4A ')], [36, ascii('mp4a')]), 48000], [made(44, [0, ascii('OggS')], [29, ascii('vorbis')], [40, rate(22050)]), 22050],
    [made(40, [0, ascii('OggS')], [29, ascii('vorbis')]), 48000], [await readFile(folder('../site/hello-world.wav')), 8000], [made(0), 48000],
  ]) assert.equal(rateOf(file), hz);
});

test('without https the page plays too', () => visit('/', async (page) => {
  await ready(page);
  assert.equal(await page.evaluate(() => isSecureContext), false);
  await page.click('#play');
  await says(page, 'Pause');
  await reaches(page, 0.2);
  await slide(page, '#seek', 1);
  await reaches(page, 1.1);
  await says(page, 'Play');
  assert.match(await page.textContent('#first'), /https/);
  assert.ok(await page.isHidden('#error'));
}, { at: insecure }));

test('a call that takes the device stops the sound, and a click plays it again', () => visit('/test/blank.html', async (page) => {
  // As iOS does it.
  await page.addInitScript(() => {
    const Graph = AudioContext;
    globalThis.taken = undefined;
    globalThis.AudioContext = class extends Graph {
      constructor(options) {
        super(options);
        globalThis.take = (how) => {
          globalThis.taken = how;
          this.dispatchEvent(new Event('statechange'));
        };
      }

      get state() {
        return globalThis.taken ? 'interrupted' : super.state;
      }

      resume() {
        if (globalThis.taken === 'fails') return Promise.reject(new DOMException('interrupted', 'InvalidStateError'));
        return globalThis.taken ? new Promise(() => {}) : super.resume();
      }
    };
  });
  await page.goto(page.url().replace('test/blank.html', ''));
  await ready(page);
  await slide(page, '#rate', 0.25);
  await page.click('#play');
  await reaches(page, 0.1);
  for (const how of ['fails', 'waits']) {
    await page.evaluate((kind) => globalThis.take(kind), how);
    await says(page, 'Play');
    const at = await time(page);
    assert.ok(at >= 0.1, `${at} s`);
    await page.click('#play');
    await page.waitForFunction(() => /press Play again/.test(document.querySelector('#error').textContent));
    await says(page, 'Play');
    await page.evaluate(() => globalThis.take());
    await page.click('#play');
    await says(page, 'Pause');
    await reaches(page, at + 0.02);
  }
}));

test('encoding can be cancelled', () => visit('/', async (page) => {
  await ready(page);
  const before = await page.textContent('#size');
  // A minute of noise, which takes its time.
  const frames = 60 * 16000;
  const wav = Buffer.alloc(44 + 2 * frames);
  wav.write('RIFF', 0); wav.writeUInt32LE(36 + 2 * frames, 4); wav.write('WAVEfmt ', 8);
  [[16, 16, 4], [20, 1, 2], [22, 1, 2], [24, 16000, 4], [28, 32000, 4], [32, 2, 2], [34, 16, 2]]
    .forEach(([at, value, bytes]) => wav.writeUIntLE(value, at, bytes));
  wav.write('data', 36); wav.writeUInt32LE(2 * frames, 40);
  for (let i = 0, x = 1; i < frames; i++) {
    x = (Math.imul(x, 1664525) + 1013904223) | 0;
    wav.writeInt16LE(x >> 18, 44 + 2 * i);
  }
  await drop(page, 'noise.wav', wav);
  await page.waitForFunction(() => document.querySelector('#progress').value > 0);
  await page.click('#cancel');
  assert.ok(await page.isHidden('#strip'));
  await page.waitForTimeout(500);
  assert.ok(await page.isHidden('#strip'));
  assert.ok(await page.isHidden('#error'));
  assert.equal(await page.textContent('#size'), before);
}));

const looked = (page) => page.waitForFunction(() => /dB.*dB/.test(document.querySelector('#picture-text').textContent)
  && /rays/.test(document.querySelector('#shape-time').textContent));
/** Bytes of the .nex and of the browser's own file, and dB of each. */
const beside = async (page) => /\.nex: ([\d,]+) bytes, ([\d.]+) dB.*: ([\d,]+) bytes, ([\d.]+) dB/.exec(await page.textContent('#picture-text'))
  .slice(1).map((text) => Number(text.replaceAll(',', '')));

test('a picture is compared at equal bytes, at any quality', () => visit('/', async (page) => {
  await looked(page);
  const [nex, good, other, worse] = await beside(page);
  assert.equal(nex, (await stat(folder('../site/chelsea.nex'))).size);
  assert.ok(other <= nex && other > 0.8 * nex && good > worse + 1, `${[nex, good, other, worse]}`);
  await slide(page, '#picture-quality', 10);
  await page.waitForFunction((old) => /dB.*dB/.test(document.querySelector('#picture-text').textContent)
    && !document.querySelector('#picture-text').textContent.includes(old), nex.toLocaleString('en'));
  const [less, bad] = await beside(page);
  assert.ok(less < nex / 2 && bad < good, `${less} ${bad}`);
  await slide(page, '#wipe', 20);
  assert.match(await page.$eval('#rival', (e) => e.style.clipPath), /20%/);
  const [download] = await Promise.all([page.waitForEvent('download'), page.click('#picture-download')]);
  assert.equal((await readFile(await download.path())).length, less);
}));

test('the squares of a picture are shown over its .nex', () => visit('/', async (page) => {
  await looked(page);
  await page.check('#show-squares');
  await page.waitForFunction(() => document.querySelector('#squares').width > 400);
  assert.ok(await page.isVisible('#squares-legend'));
  // Each size has its colour, and nothing else is there.
  const colours = () => page.$eval('#squares', (e) => {
    const copy = new OffscreenCanvas(e.width, e.height).getContext('2d', { willReadFrequently: true });
    copy.drawImage(e, 0, 0);
    const { data } = copy.getImageData(0, 0, e.width, e.height);
    const found = {};
    for (let i = 0; i < data.length; i += 4) if (data[i + 3] === 255) found[data.subarray(i, i + 3)] = (found[data.subarray(i, i + 3)] ?? 0) + 1;
    return found;
  });
  const many = await colours();
  for (const colour of ['79,155,232', '63,191,127', '255,157,60', '255,90,77']) assert.ok(many[colour] > 100, `${colour}: ${JSON.stringify(many)}`);
  // Less quality has fewer small squares.
  await slide(page, '#picture-quality', 10);
  await page.waitForFunction((old) => /dB.*dB/.test(document.querySelector('#picture-text').textContent)
    && !document.querySelector('#picture-text').textContent.includes(old), '7,116');
  await page.waitForTimeout(300);
  const few = await colours();
  assert.ok((few['255,90,77'] ?? 0) < many['255,90,77'] / 2, JSON.stringify([many, few]));
  await page.uncheck('#show-squares');
  assert.ok(await page.isHidden('#squares') && await page.isHidden('#squares-legend'));
  // They fill the picture: each pixel is in one of them.
  const area = await page.evaluate(async () => {
    const { squares } = await import('/encoder.js');
    const found = await squares(new Uint8Array(await (await fetch('/chelsea.nex')).arrayBuffer()));
    const covered = new Uint8Array(320 * 240);
    for (let i = 0; i < found.length; i += 3) {
      const [left, top, side] = found.subarray(i, i + 3);
      for (let y = top; y < Math.min(top + side, 240); y++) for (let x = left; x < Math.min(left + side, 320); x++) covered[320 * y + x]++;
    }
    return covered.every((n) => n === 1);
  });
  assert.ok(area);
}));

test('a blind test of pictures draws by lot which side is which, and tells after a guess', () => visit('/', async (page) => {
  await looked(page);
  await slide(page, '#wipe', 30);
  const sides = new Set();
  for (let i = 0; i < 40 && sides.size < 2; i++) {
    await page.check('#picture-blind');
    assert.doesNotMatch(await page.textContent('#picture-text'), /dB|WebP/);
    assert.equal(await page.textContent('#picture-guessed'), '');
    assert.ok(await page.isHidden('#side-left') && await page.isHidden('#side-right'));
    await page.click('#guess-left');
    const told = await page.textContent('#picture-guessed');
    const [, answer, side] = /^(Right|No): the \.nex is on the (left|right)\. \.nex: 7,116 bytes, .* dB.* dB/.exec(told);
    assert.equal(answer, side === 'left' ? 'Right' : 'No');
    // What is on top is the browser's, and it has the other side.
    assert.equal(await page.$eval('#rival', (e) => e.style.clipPath), side === 'left' ? 'inset(0px 0px 0px 30%)' : 'inset(0px 70% 0px 0px)');
    assert.equal(await page.textContent(`#side-${side}`), '.nex');
    sides.add(side);
    await page.uncheck('#picture-blind');
  }
  assert.deepEqual([...sides].sort(), ['left', 'right']);
  assert.match(await page.textContent('#picture-text'), /dB.*dB/);
}));

test('one’s own picture becomes a .nex, and a .nex of a picture or a shape opens', () => visit('/', async (page) => {
  await looked(page);
  await page.setInputFiles('#picture-file', folder('../../pictures/coffee.png'));
  await page.waitForFunction(() => !/7,116/.test(document.querySelector('#picture-text').textContent)
    && /dB.*dB/.test(document.querySelector('#picture-text').textContent), undefined, { timeout: 60000 });
  const icon = await readFile(folder('../../clips/icon.nex'));
  await drop(page, 'icon.nex', icon);
  await page.waitForFunction((n) => document.querySelector('#picture-text').textContent === `.nex: ${n} bytes, 48 × 48 pixels`, icon.length);
  assert.ok(await page.isHidden('#rival'));
  await drop(page, 'ring.nex', await readFile(folder('../../../tests/golden/shapes/compact-shape-ring.nex')));
  await page.waitForFunction(() => !document.querySelector('#shape-text').textContent.startsWith('2,987'));
  for (const [name, pattern] of [['images/x-compact-picture-truncated.nex', /^This file cannot be played: /], ['shapes/x-compact-shape-truncated.nex', /checksum/]]) {
    await drop(page, name, await goldenFile(name));
    await page.waitForFunction((p) => new RegExp(p).test(document.querySelector('#error').textContent), pattern.source);
  }
  assert.ok(await page.isHidden('#error') === false);
}));

test('a shape turns by mouse, keys and buttons, and shows its cells', () => visit('/', async (page) => {
  await looked(page);
  const seen = () => page.$eval('#shape', (e) => e.toDataURL());
  let last = await seen();
  const changes = async (how) => {
    await page.waitForFunction((old) => document.querySelector('#shape').toDataURL() !== old, last);
    // Until the fine picture is there.
    await page.waitForFunction(() => document.querySelector('#shape').width > 200);
    const now = await seen();
    assert.notEqual(now, last, how);
    last = now;
  };
  await page.focus('#shape');
  await page.keyboard.press('ArrowLeft');
  await changes('keys');
  await page.click('#shape-up');
  await changes('button');
  const box = await page.locator('#shape').boundingBox();
  await page.mouse.move(box.x + 100, box.y + 100);
  await page.mouse.down();
  await page.mouse.move(box.x + 180, box.y + 120, { steps: 4 });
  await page.mouse.up();
  await changes('mouse');
  await page.check('#shape-cells');
  await changes('cells');
  assert.ok(await page.isVisible('#shape-legend'));
}));

test('a blind test hides which is which until one has guessed', () => visit('/', async (page) => {
  await ready(page);
  await page.check('#blind');
  assert.deepEqual(await page.$$eval('#versions label', (all) => all.map((e) => e.textContent.trim())), ['A', 'B', 'C']);
  await page.check('#versions input[value=B]');
  await page.click('#play');
  await reaches(page, 0.2);
  await page.click('#guesses button');
  assert.match(await page.textContent('#guessed'), /^(Right|No): A is .*2,429 bytes.*\.$/);
  await page.uncheck('#blind');
  assert.deepEqual(await page.$$eval('#versions input', (all) => all.map((e) => e.value)), ['.nex', 'Opus', 'original']);
}));

test('the waveform zooms in and follows, and shows tones', () => visit('/', async (page) => {
  await ready(page);
  await slide(page, '#zoom', 3);
  assert.equal(await page.textContent('#zoom-text'), '8×');
  const box = await page.locator('#stage').boundingBox();
  await page.mouse.click(box.x + box.width - 2, box.y + 30);
  const at = await time(page);
  assert.ok(at > 0.15 && at < 0.2, `${at} s, not an eighth of 1.4`);
  await slide(page, '#seek', 1.2);
  const left = await page.$eval('#cursor', (e) => parseFloat(e.style.left));
  assert.ok(left >= 0 && left <= 100, `${left} %`);
  await page.check('#spectrum');
  assert.ok(await page.isVisible('#tones') && await page.isHidden('#wave'));
  const colours = await page.$eval('#tones', (e) => new Set(e.getContext('2d').getImageData(0, 0, e.width, e.height).data).size);
  assert.ok(colours > 50, `${colours}`);
}));

test('the decoder’s own size is what was loaded, and the page says how to use it', () => visit('/', async (page) => {
  await ready(page);
  await page.waitForFunction(() => document.querySelector('#decoder').textContent);
  const [, told] = /([\d.]+) kilobytes/.exec(await page.textContent('#decoder'));
  const files = await Promise.all(['nex.js', 'nex-compact.wasm', 'worklet.js'].map(async (name) => (await stat(folder(`../package/${name}`))).size));
  const [least, most] = [files[0] + files[1], files.reduce((sum, x) => sum + x, 0)];
  assert.ok(1000 * told > least - 60 && 1000 * told < most + 60, `${told} KB, not ${least} to ${most} bytes`);
  // What is shown is what the package exports.
  const names = /import \{ (.*) \} from/.exec(await page.textContent('#snippet'))[1].split(', ');
  const module = await import('../package/nex.js');
  for (const name of names) assert.ok(module[name], name);
}));

test('pictures of every clip, in both themes and on a phone', async () => {
  await mkdir(pictures, { recursive: true });
  for (const [name, options] of Object.entries({
    light: { colorScheme: 'light', viewport: { width: 1200, height: 900 } },
    dark: { colorScheme: 'dark', viewport: { width: 1200, height: 900 } },
    phone: { colorScheme: 'light', viewport: { width: 390, height: 844 } },
  })) {
    await visit('/', async (page) => {
      await ready(page);
      for (const button of await page.locator('#clips button').all()) {
        await button.click();
        await page.waitForFunction((b) => b.getAttribute('aria-pressed') === 'true', await button.elementHandle());
        await measured(page);
        const [over, play] = await page.evaluate(() => [
          document.documentElement.scrollWidth - innerWidth,
          document.querySelector('#play').getBoundingClientRect().bottom - innerHeight,
        ]);
        assert.ok(over <= 0, `${name}: ${over} pixels wider than the window`);
        assert.ok(play <= 0, `${name}: Play is not seen without scrolling`);
        await picture(page, `${name}-${(await button.textContent()).toLowerCase().replaceAll(' ', '-')}`);
      }
    }, options);
  }
  for (const [name, options] of Object.entries({
    all: { colorScheme: 'light', viewport: { width: 1200, height: 900 } },
    'all-dark': { colorScheme: 'dark', viewport: { width: 1200, height: 900 } },
    'all-phone': { colorScheme: 'light', viewport: { width: 390, height: 844 } },
    'all-twice-as-large': { colorScheme: 'light', viewport: { width: 600, height: 450 }, deviceScaleFactor: 2 },
    'all-forced-colours': { forcedColors: 'active', colorScheme: 'dark', viewport: { width: 1200, height: 900 } },
  })) {
    await visit('/', async (page) => {
      await looked(page);
      await measured(page);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${name} is wider than the window`);
      await picture(page, name);
    }, options);
  }
  console.log(`pictures of the page to look at: ${pictures}`);
});
