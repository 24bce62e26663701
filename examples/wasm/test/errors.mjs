// Is every wrong call, and everything that is not there, a NexError with words that say what to do?

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { runInNewContext } from 'node:vm';
import { Nex, NexError, compile, kindOf } from '../package/nex.js';
import { checksum } from './golden.js';
import { folder, golden, goldenFile, insecure, server, visit } from './harness.mjs';

const SOUND = 'compact-speech.nex';
const expected = golden.find((line) => line.startsWith(SOUND)).split(': ')[1];
const path = folder(`../../../tests/golden/${SOUND}`);
const bytes = await goldenFile(SOUND);
const module = await compile();
const sound = Nex.open(module, bytes);
const { frames } = sound.info;
const blank = '/test/blank.html';

const says = (code, message) => (error) => {
  assert.ok(error instanceof NexError, `${error}`);
  assert.equal(error.code, code, error.message);
  assert.match(error.message, message);
  return true;
};

test('a number that is no position is refused', () => {
  const out = [new Float32Array(16)];
  for (const wrong of [NaN, -1, -1e-9, Infinity, 2 ** 32, 2 ** 53, '5', 5n, null, undefined, {}, [5]]) {
    for (const call of [
      () => sound.decodeInto(wrong, out), () => sound.resample(wrong, 1, out), () => sound.resample(0, wrong, out),
      () => sound.sampleAt(wrong), () => sound.expertAt(wrong),
    ]) {
      assert.throws(call, says('OutOfRange', /^(start|step|at) is .*, not a number from 0 to 2\^32 - 1$/), String(wrong));
    }
  }
  assert.throws(() => sound.decodeInto(1.5, out), says('OutOfRange', /^start is 1\.5; give a whole number of frames/));
  for (const beyond of [frames, 2 ** 32 - 0.5]) {
    assert.throws(() => sound.sampleAt(beyond), says('OutOfRange', /./));
    assert.throws(() => sound.expertAt(beyond), says('OutOfRange', /./));
    assert.equal(sound.resample(beyond, 1, out), 0);
  }
  // Past the end there is nothing, and the last position is not the first again.
  assert.equal(sound.decodeInto(frames, out), 0);
  assert.equal(sound.decodeInto(2 ** 32 - 1, out), 0);
  assert.deepEqual(out[0], new Float32Array(16));
});

test('an array that holds no samples is refused', () => {
  const [right, other] = [new Float32Array(16), new Float32Array(17)];
  for (const [wrong, message] of [
    [[new Int16Array(16)], /channel 0 is Int16Array; samples go to Float32Arrays of one length/],
    [[new Float64Array(16)], /channel 0 is Float64Array/], [[Array(16).fill(0)], /channel 0 is object/],
    [right, /channel 0 is number/], [[], /channel 0 is undefined/], [undefined, /channel 0 is undefined/], [null, /channel 0/],
    [[right, other], /channel 1/], [[right, undefined], /channel 1 is undefined/],
  ]) {
    assert.throws(() => sound.decodeInto(0, wrong), says('BadArgument', message));
    assert.throws(() => sound.resample(0, 0.5, wrong), says('BadArgument', message));
  }
  // Those of another window are as good.
  const elsewhere = runInNewContext('[new Float32Array(16)]');
  assert.equal(sound.decodeInto(0, elsewhere), 16);
  assert.deepEqual([...elsewhere[0]], [...sound.decode().channelData[0].subarray(0, 16)]);
});

test('bytes in any wrapping, and nothing else', async () => {
  const buffer = Uint8Array.from(bytes).buffer;
  const shifted = new Uint8Array(bytes.length + 8);
  shifted.set(bytes, 8);
  const shared = new Uint8Array(new SharedArrayBuffer(bytes.length));
  shared.set(bytes);
  for (const right of [bytes, buffer, new DataView(shifted.buffer, 8), shifted.subarray(8), shared, shared.buffer,
    runInNewContext('Uint8Array.from(bytes)', { bytes }), runInNewContext('Uint8Array.from(bytes).buffer', { bytes })]) {
    assert.equal(kindOf(right), 'compact');
    for (const made of [Nex.open(module, right), await Nex.load(right)]) {
      assert.equal(checksum(made.decode().channelData, frames), expected);
    }
  }
  for (const wrong of ['hello.nex', [78, 69, 88], undefined, null, 5, {}]) {
    assert.throws(() => Nex.open(module, wrong), says('BadArgument', /^bytes are an ArrayBuffer or a view of one, not /));
    assert.throws(() => kindOf(wrong), says('BadArgument', /^bytes are/));
  }
  const [gone, view] = [new ArrayBuffer(8), new Uint8Array(8)];
  structuredClone([gone, view.buffer], { transfer: [gone, view.buffer] });
  for (const sent of [gone, view]) await assert.rejects(Nex.load(sent), says('BadArgument', /transferred elsewhere; keep a copy/));
  for (const wrong of [undefined, null, 5, {}, [], true, () => {}]) {
    await assert.rejects(Nex.load(wrong), says('BadArgument', /^give a URL, a path in Node, a Request, a Response, a Blob, or bytes$/));
  }
});

test('what is no module is refused', async () => {
  for (const wrong of [undefined, null, {}, bytes]) {
    assert.throws(() => Nex.open(wrong, bytes), says('BadArgument', /^the module is not what compile\(\) gives/));
  }
  await assert.rejects(Nex.load(bytes, { module: {} }), says('BadArgument', /^the module is not/));
  await assert.rejects(compile({ kind: 'opus' }), says('BadArgument', /^kind is 'compact', 'neural', 'picture' or 'shape', not opus$/));
  await assert.rejects(compile({ url: pathToFileURL(path) }), says('BadModule', /compact-speech\.nex is no decoder: /));
  await assert.rejects(compile({ url: 'nothing.wasm' }), says('Unreadable', /^nothing\.wasm cannot be read: ENOENT/));
  const neural = await compile({ kind: 'neural' });
  assert.throws(() => Nex.open(neural, bytes), NexError);
});

test('a freed sound says so', async () => {
  const freed = Nex.open(module, bytes);
  freed.free();
  freed.free();
  const out = [new Float32Array(1)];
  for (const call of [() => freed.decode(), () => freed.decodeInto(0, out), () => freed.resample(0, 1, out), () => freed.sampleAt(0),
    () => freed.expertAt(0), () => freed.multiplies, () => freed.audioBuffer({})]) {
    assert.throws(call, says('NotOpen', /^the sound has been freed$/));
  }
  await assert.rejects(freed.createNode({}), says('NotOpen', /freed/));
});

test('every code is in the types', async () => {
  const types = await readFile(folder('../package/nex.d.ts'), 'utf8');
  const told = types.slice(types.indexOf('export type NexErrorCode'), types.indexOf('export class NexError'));
  const sources = await Promise.all(['errors', 'arguments', 'read', 'nex'].map((name) => readFile(folder(`../src/${name}.js`), 'utf8')));
  const codes = sources.join('\n').matchAll(/NexError\('(\w+)'/g);
  for (const code of [...[...codes].map((match) => match[1]), 'MemoryTooSmall', 'BadCrc', 'Truncated', 'TooLong']) {
    assert.ok(told.includes(`'${code}'`), code);
  }
});

test('Node opens paths and file: addresses, and says which it cannot', async () => {
  const home = await mkdtemp(join(tmpdir(), 'nex-errors-'));
  after(() => rm(home, { recursive: true }));
  await cp(path, join(home, 'hello.nex'));
  const start = process.cwd();
  process.chdir(home);
  after(() => process.chdir(start));
  const address = pathToFileURL(join(home, 'hello.nex'));
  for (const source of ['hello.nex', './hello.nex', join(home, 'hello.nex'), address, address.href, `${server.url}/golden/${SOUND}`,
    new URL(`${server.url}/golden/${SOUND}`), new Request(`${server.url}/golden/${SOUND}`), await fetch(`${server.url}/golden/${SOUND}`),
    new Blob([bytes]), `data:,${Array.from(bytes, (x) => `%${x.toString(16).padStart(2, '0')}`).join('')}`]) {
    const made = await Nex.load(source);
    assert.equal(checksum(made.decode().channelData, frames), expected, String(source));
  }
  // As the package's README shows it.
  await writeFile(join(home, 'readme.mjs'), `import { Nex } from ${JSON.stringify(pathToFileURL(folder('../package/nex.js')))};
const sound = await Nex.load('hello.nex');
const { channelData, sampleRate } = sound.decode();
console.log(channelData[0].length, sampleRate);`);
  assert.equal(execFileSync(process.execPath, ['readme.mjs'], { cwd: home, encoding: 'utf8' }), `${frames} ${sound.info.sampleRate}\n`);

  for (const [source, message] of [
    ['goodbye.nex', /^goodbye\.nex cannot be read: ENOENT: no such file/], [pathToFileURL('/no/such.nex'), /^file:\/\/\/no\/such\.nex cannot be read: ENOENT/],
    [home, /cannot be read: EISDIR/], [`${server.url}/nothing.nex`, /^http:.*\/nothing\.nex cannot be read: HTTP 404$/],
    ['http://127.0.0.1:1/hello.nex', /^http:\/\/127\.0\.0\.1:1\/hello\.nex cannot be read: ./], ['', /cannot be read: ./],
    [await fetch(`${server.url}/nothing.nex`), /nothing\.nex cannot be read: HTTP 404$/],
  ]) {
    await assert.rejects(Nex.load(source), says('Unreadable', message));
  }
  const spent = await fetch(server.url);
  await spent.text();
  await assert.rejects(Nex.load(spent), says('Unreadable', /cannot be read: ./));
  await assert.rejects(Nex.load(new Request(server.url, { signal: AbortSignal.abort() })), { name: 'AbortError' });
});

test('the files beside a copied script are missed by name', async () => {
  const home = await mkdtemp(join(tmpdir(), 'nex-errors-'));
  after(() => rm(home, { recursive: true }));
  await cp(folder('../package/nex.js'), join(home, 'nex.mjs'));
  const alone = await import(pathToFileURL(join(home, 'nex.mjs')));
  await assert.rejects(alone.compile(), (error) => error instanceof alone.NexError && error.code === 'Unreadable'
    && /nex-compact\.wasm cannot be read: ENOENT.*; put the package's files beside the script, or give their url$/.test(error.message));
  // The next time it is looked for again.
  await cp(folder('../package/nex-compact.wasm'), join(home, 'nex-compact.wasm'));
  assert.ok(await alone.compile() instanceof WebAssembly.Module);
});

/** What calls fail with in a page: code and message, or the error as it is. */
const told = (page, work, given) => page.evaluate(`(async (given) => {
  const { Nex, NexError } = await import('/package/nex.js');
  const fails = (promise) => promise.then(() => 'no error', (e) => (e instanceof NexError ? e.code + ': ' + e.message : 'not a NexError: ' + e));
  return (${work})(Nex, fails, given);
})(${JSON.stringify(given)})`);

test('a page is told what a node cannot do', () => visit(blank, async (page) => {
  const texts = await told(page, async (Nex, fails) => {
    const sound = await Nex.load('/golden/compact-speech.nex');
    const context = new OfflineAudioContext(1, 128, 8000);
    const node = (state, options) => fails(sound.createNode(context, state, options));
    return [
      await fails(sound.createNode(undefined)), await node(null), await node({ rate: NaN }), await node({ at: -1 }), await node({ at: 2 ** 32 }),
      await node({}, { url: 'data:text/javascript,throw Error(5)' }),
      await fails(Promise.resolve().then(() => sound.audioBuffer({}))),
    ];
  });
  [/^NoAudio: this context has no AudioWorklet; play audioBuffer\(\) there$/, /^BadArgument: a node's state is an object/,
    /^OutOfRange: rate is NaN, not a number/, /^OutOfRange: at is -1, /, /^OutOfRange: at is 4294967296, /,
    /^NoAudio: there is no node for this sound: ./, /^NoAudio: there is no AudioBuffer of \d+ frames at \d+ Hz here: /,
  ].forEach((pattern, i) => assert.match(texts[i], pattern));
}));

test('what the audio thread refuses is told in the words of the page', () => visit(blank, async (page) => {
  const texts = await told(page, async (Nex, fails) => {
    const bytes = new Uint8Array(await (await fetch('/golden/compact-speech.nex')).arrayBuffer());
    const sound = await Nex.load(bytes);
    const context = new OfflineAudioContext(1, 128, 8000);
    const changed = async (at, value) => {
      const old = bytes[at];
      bytes[at] = value;
      const text = await fails(sound.createNode(context));
      bytes[at] = old;
      return text;
    };
    return [await changed(100, bytes[100] ^ 1), await changed(3, 9), await fails(sound.createNode(context))];
  });
  assert.deepEqual(texts, ['BadCrc: the checksum does not match: the file is damaged',
    'UnsupportedVersion: format version 9 is not supported (this decoder reads version 1)', 'no error']);
}));

test('without https a sound says why it has no node, and plays as a buffer', () => visit(blank, async (page) => {
  const [secure, text, sum] = await told(page, async (Nex, fails) => {
    const { checksum } = await import('/test/golden.js');
    const sound = await Nex.load('/golden/compact-speech.nex');
    const { frames, sampleRate } = sound.info;
    const context = new OfflineAudioContext(1, frames, sampleRate);
    const text = await fails(sound.createNode(context, { playing: true }));
    const source = new AudioBufferSourceNode(context, { buffer: sound.audioBuffer(context) });
    source.connect(context.destination);
    source.start();
    const made = await context.startRendering();
    return [isSecureContext, text, checksum([made.getChannelData(0)], frames)];
  });
  assert.equal(secure, false);
  assert.equal(text, 'NoAudio: browsers give an AudioWorklet only to pages from https or localhost; play audioBuffer() here');
  assert.equal(sum, expected);
}, { at: insecure }));

test('what a node is told wrongly it says and forgets', () => visit(blank, async (page) => {
  const [equal, errors] = await told(page, async (Nex) => {
    const sound = await Nex.load('/golden/compact-speech.nex');
    const { frames, sampleRate } = sound.info;
    const context = new OfflineAudioContext(1, frames, sampleRate);
    const node = await sound.createNode(context, { playing: true });
    node.connect(context.destination);
    const errors = [];
    node.port.onmessage = ({ data }) => { if (data.error) errors.push(data.error); };
    context.suspend(1280 / sampleRate).then(async () => {
      for (const wrong of [{ at: NaN }, { rate: 'fast', at: 0 }, null, { at: 2 ** 40 }, { process: 5 }]) node.port.postMessage(wrong);
      // The messages need their time to the audio thread.
      await new Promise((done) => { setTimeout(done, 200); });
      context.resume();
    });
    const made = (await context.startRendering()).getChannelData(0);
    return [sound.decode().channelData[0].every((x, i) => x === made[i]), errors];
  });
  assert.ok(equal);
  assert.equal(errors.length, 4, errors.join('\n'));
  for (const [i, pattern] of [/^at is NaN, /, /^rate is string, /, /^a node's state is an object/, /^at is 1099511627776, /].entries()) {
    assert.match(errors[i], pattern);
  }
}));
