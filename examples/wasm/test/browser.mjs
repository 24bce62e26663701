// Does the package decode and play in a real browser, to the golden files' bits?

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agrees } from './golden.js';
import { golden, visit } from './harness.mjs';

const names = golden.map((line) => line.split(':', 1)[0]);
const blank = '/test/blank.html';

for (const where of ['page', 'worker']) {
  for (const simd of [false, true]) {
    test(`${names.length} golden files in a ${where}, ${simd ? 'SIMD' : 'plain'}`, () => visit(blank, async (page) => {
      const lines = await page.evaluate(async ({ where, names, simd }) => {
        if (where === 'page') return (await import('/test/corpus.js')).corpus(names, simd);
        const worker = new Worker('/test/corpus.js', { type: 'module' });
        const answer = new Promise((resolve, reject) => {
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = ({ message }) => reject(new Error(message));
        });
        worker.postMessage({ names, simd });
        return answer;
      }, { where, names, simd });
      assert.equal(lines.length, golden.length);
      lines.forEach((line, i) => assert.ok(agrees(line, golden[i]), `${line}\n${golden[i]}`));
    }));
  }
}

test('the engine gets the SIMD build', () => visit(blank, async (page) => {
  assert.ok(await page.evaluate(async () => (await import('/package/nex.js')).hasSimd()));
}));

test('the audio thread plays the very samples', () => visit(blank, async (page) => {
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
}));

test('a processor of one’s own decodes, as the package’s README shows it', () => visit(blank, async (page) => {
  const equal = await page.evaluate(async () => {
    const { Nex, compile } = await import('/package/nex.js');
    const bytes = new Uint8Array(await (await fetch('/golden/compact-speech.nex')).arrayBuffer());
    const module = await compile();
    const own = `import { Nex } from '${location.origin}/package/nex.js';
      registerProcessor('own', class extends AudioWorkletProcessor {
        constructor({ processorOptions }) {
          super();
          this.at = 0;
          this.sound = Nex.open(processorOptions.module, processorOptions.bytes);
        }
        process(inputs, outputs) {
          this.at += this.sound.decodeInto(this.at, outputs[0]);
          return true;
        }
      });`;
    const sound = Nex.open(module, bytes);
    const context = new OfflineAudioContext(1, sound.info.frames, sound.info.sampleRate);
    await context.audioWorklet.addModule(URL.createObjectURL(new Blob([own], { type: 'text/javascript' })));
    const node = new AudioWorkletNode(context, 'own', { numberOfInputs: 0, outputChannelCount: [1], processorOptions: { module, bytes } });
    node.connect(context.destination);
    const made = (await context.startRendering()).getChannelData(0);
    return sound.decode().channelData[0].every((x, i) => x === made[i]);
  });
  assert.ok(equal);
}));

test('the audio thread seeks while it plays', () => visit(blank, async (page) => {
  const differing = await page.evaluate(async () => {
    const { Nex } = await import('/package/nex.js');
    const sound = await Nex.load('/golden/compact-speech.nex');
    const { sampleRate, frames } = sound.info;
    const [before, from, after] = [128 * 20, Math.floor(frames * 0.6), 128 * 10];
    const context = new OfflineAudioContext(1, before + after, sampleRate);
    const node = await sound.createNode(context, { playing: true });
    node.connect(context.destination);
    context.suspend(before / sampleRate).then(async () => {
      node.port.postMessage({ at: from });
      // The message needs its time to the audio thread.
      await new Promise((done) => { setTimeout(done, 200); });
      context.resume();
    });
    const made = (await context.startRendering()).getChannelData(0);
    const all = sound.decode().channelData[0];
    const wanted = [...all.subarray(0, before), ...all.subarray(from, from + after)];
    return wanted.findIndex((x, i) => x !== made[i]);
  });
  assert.equal(differing, -1, `sample ${differing} differs`);
}));

/** How a sound plays at 48 kHz: in dB how near to its own cosines, and what lies above half its rate, also as browsers play buffers. */
const filtered = async (name) => {
  const { Nex } = await import('/package/nex.js');
  const sound = await Nex.load(`/golden/${name}.nex`);
  const { frames, sampleRate, channels } = sound.info;
  const length = Math.floor(frames * 48000 / sampleRate);
  const rendered = async (make) => {
    const context = new OfflineAudioContext(channels, length, 48000);
    (await make(context)).connect(context.destination);
    return (await context.startRendering()).getChannelData(0);
  };
  const made = await rendered((context) => sound.createNode(context, { playing: true }));
  const usual = await rendered((context) => {
    const source = new AudioBufferSourceNode(context, { buffer: sound.audioBuffer(context) });
    source.start();
    return source;
  });
  const exact = Array.from({ length: channels }, () => new Float32Array(length));
  sound.resample(0, sampleRate / 48000, exact);
  let [signal, error] = [0, 0];
  made.forEach((x, i) => {
    signal += exact[0][i] ** 2;
    error += (x - exact[0][i]) ** 2;
  });
  // Of the loudest stretch, by a window whose own images are below -100 dB.
  const size = 8192;
  const loud = (at) => made.subarray(at, at + size).reduce((sum, x) => sum + x * x, 0);
  let start = 0;
  for (let at = 0; at + size <= length; at += size / 2) if (loud(at) > loud(start)) start = at;
  const window = Float64Array.from({ length: size }, (_, i) => [0.27105, -0.43329, 0.21812, -0.06592, 0.01081, -0.00078]
    .reduce((sum, a, k) => sum + a * Math.cos(2 * Math.PI * k * i / size), 0));
  const power = (plane, hz) => {
    let [re, im] = [0, 0];
    for (let i = 0; i < size; i++) {
      const x = plane[start + i] * window[i];
      re += x * Math.cos(2 * Math.PI * hz * i / 48000);
      im += x * Math.sin(2 * Math.PI * hz * i / 48000);
    }
    return re * re + im * im;
  };
  const worst = (plane, from, to) => {
    let most = 0;
    for (let hz = from; hz < to; hz += 20) most = Math.max(most, power(plane, hz));
    return most;
  };
  const images = (plane) => 10 * Math.log10(worst(plane, 1.05 * sampleRate / 2, sampleRate) / worst(plane, 0, sampleRate / 2));
  return { snr: 10 * Math.log10(signal / error), images: images(made), usual: images(usual) };
};

for (const [name, least] of [['compact-speech', 40], ['compact-wideband', 40]]) {
  test(`another rate: ${name} at 48 kHz is what its cosines are, without images`, () => visit(blank, async (page) => {
    const { snr, images, usual } = await page.evaluate(filtered, name);
    console.log(`${name} at 48 kHz: ${snr.toFixed(1)} dB beside its cosines; images ${images.toFixed(1)} dB, of an AudioBufferSource ${usual.toFixed(1)} dB`);
    assert.ok(snr > least && images < -80, `${snr} ${images}`);
  }));
}

/** What a node renders in so many frames at a rate, and what the sound's functions say to that. */
const looped = ([name, rate, contextRate, length, at]) => `(async () => {
  const { Nex } = await import('/package/nex.js');
  const sound = await Nex.load('/golden/${name}.nex');
  const { frames, sampleRate } = sound.info;
  const context = new OfflineAudioContext(1, ${length}, ${contextRate} || sampleRate);
  const node = await sound.createNode(context, { playing: true, loop: true, at: ${at}, rate: ${rate} });
  node.connect(context.destination);
  const made = (await context.startRendering()).getChannelData(0);
  const step = ${rate} * sampleRate / context.sampleRate;
  const all = sound.decode().channelData[0];
  // Where a position is a frame's, there is the very sample, across the loop's end too.
  const every = Math.round(1 / step);
  const wanted = made.map((x, i) => (i % every ? x : all[(${at} + i / every) % frames]));
  return { frames, step, worst: 32768 * made.reduce((most, x, i) => Math.max(most, Math.abs(x - wanted[i])), 0) };
})()`;

for (const [told, rounds, most] of [
  // At the sound's rate, the very samples; with rounds that end within a block, and many within one.
  [['compact-speech', 1, 0, 40000, 0], 2, 0], [['compact-speech', 1, 0, 9000, 11000], 1, 0], [['integer-one-frame', 1, 0, 1000, 0], 900, 0],
  // Between the samples, where the filter lies across the end.
  [['compact-speech', 1, 48000, 150000, 0], 2, 0.1], [['compact-speech', 0.5, 48000, 30000, 10000], 0.2, 0.1], [['compact-few-frames', 1, 48000, 3000, 0], 2, 1],
]) {
  test(`a loop leaves no gap: ${told.join(', ')}`, () => visit(blank, async (page) => {
    const { frames, step, worst } = await page.evaluate(looped(told));
    const [, , , length, at] = told;
    assert.ok(at + length * step > rounds * frames, `${frames} frames do not go round`);
    assert.ok(worst <= most, `${worst} units of 16 bits`);
  }));
}

test('a freed sound ends its nodes, and only they', () => visit(blank, async (page) => {
  const [freed, other] = await page.evaluate(async () => {
    const { Nex } = await import('/package/nex.js');
    const sounds = [await Nex.load('/golden/compact-speech.nex'), await Nex.load('/golden/compact-speech.nex')];
    const { sampleRate } = sounds[0].info;
    const context = new OfflineAudioContext(2, 12800, sampleRate);
    const merger = new ChannelMergerNode(context, { numberOfInputs: 2 });
    merger.connect(context.destination);
    for (const [i, sound] of sounds.entries()) (await sound.createNode(context, { playing: true, loop: true })).connect(merger, 0, i);
    context.suspend(6400 / sampleRate).then(() => {
      sounds[0].free();
      context.resume();
    });
    const made = await context.startRendering();
    return [0, 1].map((c) => made.getChannelData(c).findLastIndex((x) => x !== 0));
  });
  assert.ok(freed < 6400, `a freed sound is heard until ${freed}`);
  assert.ok(other > 12000, `the other one ends at ${other}`);
}));

test('a sound that is freed while its node is made has none', () => visit(blank, async (page) => {
  const text = await page.evaluate(async () => {
    const { Nex } = await import('/package/nex.js');
    const sound = await Nex.load('/golden/compact-speech.nex');
    const node = sound.createNode(new OfflineAudioContext(1, 128, 8000));
    sound.free();
    return node.then(() => 'a node', (error) => `${error.name}: ${error.message}`);
  });
  assert.equal(text, 'NexError: the sound has been freed');
}));
