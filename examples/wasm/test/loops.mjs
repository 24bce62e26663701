// Does a sound that is played over and over have the samples of its frames, in Node and
// in the worklet's class?
//
//     ./build && node --test test/loops.mjs

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { Nex, NexError, compile } from '../package/nex.js';

const golden = (name) => readFile(new URL(`../../../tests/golden/${name}.nex`, import.meta.url));
const module = await compile();
const arrays = (channels, length) => Array.from({ length: channels }, () => new Float32Array(length));

/** The frame that comes after each frame of a loop. */
const after = (at, { start, end }) => (at + 1 < end ? at + 1 : start);

/** With a section that names a loop, for the file of a compact sound without sections. */
function looped(bytes, start, end) {
  const varint = (n) => (n < 128 ? [n] : [(n & 127) | 128, ...varint(n >>> 7)]);
  const data = [...varint(start), ...varint(end)];
  const file = [...bytes.subarray(0, 4), bytes[4] | 128, 1, 129, data.length, ...bytes.subarray(5, -4), ...data];
  let crc = ~0;
  for (const byte of file) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  const sum = ~crc >>> 0;
  return Uint8Array.from([...file, ...[0, 8, 16, 24].map((shift) => (sum >>> shift) & 255)]);
}

for (const name of ['compact-speech', 'compact-stereo', 'compact-many-chunks', 'compact-one-frame']) {
  test(`${name} over and over`, async () => {
    const sound = Nex.open(module, await golden(name));
    const { frames, channels } = sound.info;
    const { channelData } = sound.decode();
    for (const points of [undefined, { start: Math.floor(frames / 3), end: frames }, { start: 0, end: Math.ceil(frames / 2) }]) {
      const { start, end } = points ?? { start: 0, end: frames };
      let [next, at] = [0, 0];
      for (let played = 0; played < 2 * end + 500; played += 128) {
        const out = arrays(channels, 128);
        next = sound.decodeLooped(next, out, points);
        for (let i = 0; i < 128; i++, at = after(at, { start, end })) {
          for (let c = 0; c < channels; c++) assert.equal(out[c][i], channelData[c][at], `frame ${at} of ${start} to ${end}`);
        }
      }
    }
  });
}

test('a file names its loop, and a worklet plays it', async () => {
  const bytes = looped(await golden('compact-speech'), 1000, 3000);
  const sound = Nex.open(module, bytes);
  assert.deepEqual(sound.info.loop, { start: 1000, end: 3000 });
  assert.equal(Nex.open(module, await golden('compact-speech')).info.loop, undefined);
  assert.throws(() => Nex.open(module, looped(Buffer.from(bytes), 5, 5)), NexError);
  const [expected] = sound.decode().channelData;

  let Player;
  globalThis.AudioWorkletProcessor = class { port = { postMessage() {} }; };
  globalThis.registerProcessor = (_, type) => { Player = type; };
  globalThis.sampleRate = sound.info.sampleRate;
  await import('../package/worklet.js');
  const play = (state) => new Player({ processorOptions: { module, bytes, state: { playing: true, ...state } } });
  const player = play({ loop: true });
  let at = 0;
  for (let block = 0; block < 80; block++) {
    const out = arrays(1, 128);
    assert.ok(player.process([], [out]));
    for (let i = 0; i < 128; i++, at = after(at, { start: 1000, end: 3000 })) assert.equal(out[0][i], expected[at], `frame ${at}`);
  }
  // Once, it is heard to its end.
  const once = play({});
  const heard = [];
  while (once.playing) {
    const out = arrays(1, 128);
    once.process([], [out]);
    heard.push(...out[0]);
  }
  assert.deepEqual(heard.slice(0, expected.length), [...expected]);
});

test('a loop that is none is refused', async () => {
  const sound = Nex.open(module, await golden('compact-speech'));
  const { frames } = sound.info;
  for (const points of [{ start: 5, end: 5 }, { start: 0, end: frames + 1 }, { start: -1, end: 4 }, { start: 0.5, end: 4 }, {}]) {
    assert.throws(() => sound.decodeLooped(0, arrays(1, 4), points), { code: 'OutOfRange' }, JSON.stringify(points));
  }
});

test('at a frame sampleAt() and resample() agree, and differ from decode() by 1/32768 at most', async () => {
  for (const name of ['compact-speech', 'compact-stereo', 'compact-many-chunks']) {
    const sound = Nex.open(module, await golden(name));
    const { frames, channels } = sound.info;
    const { channelData } = sound.decode();
    const out = arrays(channels, frames);
    assert.equal(sound.resample(0, 1, out), frames);
    for (let at = 0; at < frames; at += 7) {
      const sample = sound.sampleAt(at);
      for (let c = 0; c < channels; c++) {
        assert.equal(sample[c], out[c][at]);
        assert.ok(Math.abs(sample[c] - channelData[c][at]) <= 1 / 32768, `${name}, frame ${at}`);
      }
    }
  }
});
