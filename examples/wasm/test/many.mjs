// Do a thousand sounds fit into one instance's memory, and is its end an error with words?

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Nex, compile, decodeShape } from '../package/nex.js';
import { checksum } from './golden.js';
import { folder, golden, goldenFile, visit } from './harness.mjs';

const SOUND = 'compact-speech.nex';
const COUNT = 1000;
const expected = golden.find((line) => line.startsWith(SOUND)).split(': ')[1];
const bytes = await goldenFile(SOUND);

/** Instances and memory that WebAssembly has from now on, in this realm. */
function watched(realm) {
  const { Instance, instantiate } = realm.WebAssembly;
  const told = { instances: 0, memories: [] };
  const kept = (instance) => {
    told.instances++;
    told.memories.push(instance.exports.memory);
    return instance;
  };
  realm.WebAssembly.Instance = function (...args) { return kept(new Instance(...args)); };
  realm.WebAssembly.instantiate = async (...args) => kept(await instantiate(...args));
  told.bytes = () => told.memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0);
  return told;
}

/** Opens so many sounds, decodes all in turns, frees them, and opens them once more. */
async function crowd(Nex, compile, bytes, count, told, checksum) {
  const module = await compile();
  const sums = new Set();
  const open = () => Array.from({ length: count }, () => Nex.open(module, bytes));
  const sounds = open();
  sounds.push(...await Promise.all(Array.from({ length: 8 }, () => Nex.load(bytes))));
  // A piece of each, so that none is done before the others have begun.
  const { frames } = sounds[0].info;
  const out = sounds.map(() => [new Float32Array(frames)]);
  for (let at = 0; at < frames; at += 4001) sounds.forEach((sound, i) => sound.decodeInto(at, [out[i][0].subarray(at, at + 4001)]));
  for (const channels of out) sums.add(checksum(channels, frames));
  const full = told.bytes();
  for (const sound of sounds) sound.free();
  const again = open();
  sums.add(checksum(again.at(-1).decode().channelData, frames));
  for (const sound of again) sound.free();
  return { sums: [...sums], instances: told.instances, full, after: told.bytes() };
}

function judged({ sums, instances, full, after }) {
  assert.deepEqual(sums, [expected]);
  assert.equal(instances, 1);
  assert.equal(after, full, 'what was freed is used again');
  assert.ok(full < 24 * 1024 * (COUNT + 8), `${full} bytes`);
  console.log(`${COUNT + 8} sounds of ${bytes.length} bytes: one instance, ${(full / (COUNT + 8)).toFixed(0)} bytes of memory each`);
}

test(`${COUNT} sounds in Node`, async () => {
  const { Instance, instantiate } = WebAssembly;
  const told = watched(globalThis);
  try {
    judged(await crowd(Nex, compile, bytes, COUNT, told, checksum));
  } finally {
    Object.assign(WebAssembly, { Instance, instantiate });
  }
});

test(`${COUNT} sounds in a page`, () => visit('/test/blank.html', async (page) => {
  judged(await page.evaluate(`(async () => {
    const told = (${watched})(globalThis);
    const { Nex, compile } = await import('/package/nex.js');
    const { checksum } = await import('/test/golden.js');
    const bytes = new Uint8Array(await (await fetch('/golden/${SOUND}')).arrayBuffer());
    return (${crowd})(Nex, compile, bytes, ${COUNT}, told, checksum);
  })()`));
}));

test(`${COUNT} nodes on one audio thread, all of them heard`, () => visit('/test/blank.html', async (page) => {
  const told = await page.evaluate(async ([name, count]) => {
    const { Nex } = await import('/package/nex.js');
    const sound = await Nex.load(`/golden/${name}`);
    const context = new OfflineAudioContext(1, 2048, sound.info.sampleRate);
    const nodes = [];
    for (let i = 0; i < count; i++) {
      const node = await sound.createNode(context, { playing: true, at: 3000 });
      node.connect(context.destination);
      nodes.push(node);
    }
    const [made] = [(await context.startRendering()).getChannelData(0)];
    const all = sound.decode().channelData[0];
    let worst = 0;
    for (let i = 0; i < 2048; i++) worst = Math.max(worst, Math.abs(made[i] - count * all[3000 + i]));
    return { worst, loud: Math.max(...made) };
  }, [SOUND, COUNT]);
  assert.ok(told.loud > 10 && told.worst < 0.05 * told.loud, JSON.stringify(told));
}), { timeout: 120_000 });

test('the end of memory is an error with words, in a page', () => visit('/test/blank.html', async (page) => {
  const texts = await page.evaluate(async (name) => {
    const { Nex, NexError, compile, decodeShape } = await import('/package/nex.js');
    const { grow } = WebAssembly.Memory.prototype;
    const open = async (path) => new Uint8Array(await (await fetch(path)).arrayBuffer());
    const [sound, shape] = [await open(`/golden/${name}`), await open('/golden/shapes/compact-shape-ring.nex')];
    const module = await compile();
    WebAssembly.Memory.prototype.grow = function () { throw new RangeError('Unable to grow'); };
    const fails = async (work) => {
      try {
        for (let i = 0; i < 500; i++) await work();
        return 'no error';
      } catch (e) {
        return e instanceof NexError ? `${e.code}: ${e.message}` : `${e}`;
      }
    };
    const held = [];
    const texts = [
      await fails(() => held.push(Nex.open(module, sound))), await fails(async () => held.push(await Nex.load(sound))),
      await fails(async () => held.push(await decodeShape(shape))),
    ];
    WebAssembly.Memory.prototype.grow = grow;
    texts.push(await fails(async () => (await Nex.load(sound)).free()), await fails(async () => (await decodeShape(shape)).free()));
    return texts;
  }, SOUND);
  for (const text of texts.slice(0, 3)) assert.match(text, /^MemoryTooSmall: there is no memory left \(Unable to grow\); free\(\) sounds/);
  assert.deepEqual(texts.slice(3), ['no error', 'no error']);
}));

test('the end of memory on the audio thread is told by createNode', () => visit('/test/blank.html', async (page) => {
  const text = await page.evaluate(async (name) => {
    const { Nex } = await import('/package/nex.js');
    const sound = await Nex.load(`/golden/${name}`);
    const context = new OfflineAudioContext(1, 128, sound.info.sampleRate);
    const small = `WebAssembly.Memory.prototype.grow = () => { throw new RangeError('Unable to grow'); };`;
    await context.audioWorklet.addModule(URL.createObjectURL(new Blob([small], { type: 'text/javascript' })));
    return sound.createNode(context).then(() => 'a node', (e) => `${e.name} ${e.code}: ${e.message}`);
  }, SOUND);
  assert.match(text, /^NexError MemoryTooSmall: there is no memory left/);
}));

test('a shape and a sound of one page do not meet', async () => {
  const shape = await decodeShape(folder('../../../tests/golden/shapes/compact-shape-ring.nex'));
  const sound = await Nex.load(bytes);
  const { origin: [x, y, z] } = shape.info;
  const before = shape.sdfAt(x, y, z);
  assert.equal(checksum(sound.decode().channelData, sound.info.frames), expected);
  assert.equal(shape.sdfAt(x, y, z), before);
});
