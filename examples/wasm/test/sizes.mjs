// What must a page load to play .nex files, and is it as little as promised?

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { folder } from './paths.mjs';
import { stated, table } from './tables.mjs';

/** Bytes at most of a decoder, of which a file needs one: what it has now, and no more. */
const MODULES = {
  'nex-compact.wasm': 31 * 1024, 'nex-neural.wasm': 39 * 1024, 'nex-neural-simd.wasm': 40 * 1024,
  'nex-picture.wasm': 54 * 1024, 'nex-shape.wasm': 35 * 1024,
};
/** What we want a decoder to have. */
const GOAL = 24 * 1024;
/** Bytes at most of each script: about what it has now. */
const SCRIPTS = { 'nex.js': 16 * 1024, 'shape.js': 6 * 1024, 'worklet.js': 8 * 1024 };
/** Below this vite puts a file into the script, as a data: address that a page's policy may refuse. */
const WORKLET_LEAST = 4 * 1024;

/** Decoders for browsers as npm has them; their WebAssembly is inside their scripts. */
const PEERS = {
  'opus-decoder': 'dist/opus-decoder.min.js',
  'ogg-opus-decoder': 'dist/ogg-opus-decoder.min.js',
  '@wasm-audio-decoders/flac': 'dist/flac-decoder.min.js',
};

const ours = (name) => readFileSync(folder(`../package/${name}`));
const peer = (path) => readFileSync(folder(`node_modules/${path}`));
const gzipped = (files) => files.reduce((sum, file) => sum + gzipSync(file, { level: 9 }).length, 0);
const brotlied = (files) => files.reduce((sum, file) => sum + brotliCompressSync(file).length, 0);
const raw = (files) => files.reduce((sum, file) => sum + file.length, 0);

test('sizes', () => {
  const rows = {};
  const row = (name, ...files) => { rows[name] = { 'raw bytes': raw(files), 'gzip -9': gzipped(files), 'brotli -q 11': brotlied(files) }; };
  for (const name of Object.keys({ ...MODULES, ...SCRIPTS })) row(name, ours(name));
  for (const module in MODULES) {
    // What its kind needs: an audio thread's, a shape's, none.
    const script = { picture: [], shape: ['shape.js'] }[/-(\w+)/.exec(module)[1]] ?? ['worklet.js'];
    row(`all for ${module}`, ours(module), ...['nex.js', ...script].map(ours));
  }
  for (const [name, file] of Object.entries(PEERS)) {
    const { version } = JSON.parse(peer(`${name}/package.json`));
    row(`${name} ${version}`, peer(`${name}/${file}`));
  }
  table('sizes', 'Bytes of each file, and of all that a page loads for a kind of file, beside other decoders', rows);
  for (const name in MODULES) {
    const over = ours(name).length - GOAL;
    if (over > 0) console.log(`${name} misses the goal of ${GOAL} bytes by ${over}`);
  }
  const checked = Object.entries({ ...MODULES, ...SCRIPTS }).map(([name, most]) => [name, ours(name).length, most]);
  const above = checked.filter(([, bytes, most]) => bytes > most);
  assert.equal(above.map(([name, bytes, most]) => `${name}: ${bytes} bytes, ${most} at most`).join('; '), '');
  assert.ok(ours('worklet.js').length >= WORKLET_LEAST);
  // Of another compiler they are a little different.
  if (process.env.MEASURING) return;
  for (const [name, told] of Object.entries(rows)) {
    const columns = stated(name);
    assert.ok(columns, `${name} is not in the README's table; run: node test/measure.mjs --write`);
    Object.values(told).forEach((bytes, i) => assert.ok(Math.abs(bytes - columns[i]) < 0.02 * bytes,
      `${name} has ${bytes} bytes, in the README ${columns[i]}; run: node test/measure.mjs --write`));
  }
});
