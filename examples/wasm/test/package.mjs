// Does the npm package hold what it should, and nothing else?

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { failure } from '../src/words.js';
import { folder } from './paths.mjs';

const FILES = ['LICENSE-APACHE', 'LICENSE-MIT', 'README.md', 'nex-compact.wasm', 'nex-neural-simd.wasm',
  'nex-neural.wasm', 'nex-picture.wasm', 'nex-shape.wasm', 'nex.d.ts', 'nex.js', 'package.json', 'shape.js',
  'worklet.js'];

test('npm pack', () => {
  const told = execFileSync('npm', ['pack', '--dry-run', '--json'], {
    cwd: folder('../package/'), encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'],
  });
  // Some versions of npm print there what their scripts are.
  const [packed] = JSON.parse(told.slice(told.indexOf('[')));
  assert.deepEqual(packed.files.map((file) => file.path).sort(), FILES);
  const [, version] = /\[workspace\.package\]\nversion = "(.*)"/.exec(readFileSync(folder('../../../Cargo.toml'), 'utf8'));
  assert.equal(packed.version, version);
  console.log(`${packed.filename}: ${packed.size} bytes, ${packed.unpackedSize} unpacked`);
});

test('package.json says what npm and its users look for', () => {
  const told = JSON.parse(readFileSync(folder('../package/package.json'), 'utf8'));
  for (const field of ['description', 'keywords', 'license', 'engines', 'main', 'exports', 'types']) assert.ok(told[field], field);
  // Where it is from, if the workspace says so.
  const [, address] = /^repository = "(.*)"/m.exec(readFileSync(folder('../../../Cargo.toml'), 'utf8')) ?? [];
  const repository = address && { type: 'git', url: `git+${address}.git`, directory: 'examples/wasm/package' };
  assert.deepEqual(told.repository, repository, 'the repository in package.json is that in Cargo.toml');
  assert.equal(told.homepage, address && `${address}/tree/HEAD/examples/wasm`);
});

test('what the package exports is there', () => {
  const { exports } = JSON.parse(readFileSync(folder('../package/package.json'), 'utf8'));
  const files = Object.values(exports).flatMap((entry) => (typeof entry === 'string' ? entry : Object.values(entry)));
  for (const file of files) assert.ok(FILES.includes(file.slice(2)), file);
});

test('the module exports what its types say', async () => {
  const types = readFileSync(folder('../package/nex.d.ts'), 'utf8');
  const names = [...types.matchAll(/^export (?:class|function) (\w+)/gm)].map((match) => match[1]).sort();
  const module = await import('../package/nex.js');
  assert.deepEqual(Object.keys(module).sort(), names);
  const methods = [...types.slice(types.indexOf('export class Nex {')).matchAll(/^ {2}(?:readonly )?(?!static)(\w+)[(:]/gm)];
  const bytes = readFileSync(folder('../../clips/bell.nex'));
  const sound = await module.Nex.load(bytes, {
    module: await WebAssembly.compile(readFileSync(folder('../package/nex-compact.wasm'))),
  });
  assert.ok(methods.length > 8);
  for (const [, name] of methods) assert.notEqual(sound[name], undefined, name);
  sound.free();
});

test('the words for what is refused are those of the library in C', () => {
  const text = readFileSync(folder('../../../runtime/c/src/texts.rs'), 'utf8');
  const listed = (name) => {
    const [, body] = new RegExp(`static ${name}: .*?= \\[\n(.*?)\n\\];`, 's').exec(text);
    return [...body.matchAll(/c("(?:[^"\\]|\\.)*")/g)].map(([, word]) => JSON.parse(word));
  };
  const errors = listed('ERRORS').slice(0, 20).map((words) => words.replace('the library was', 'the decoder was'));
  // Another version is told with its number, in any case.
  const said = errors.map((words, i) => (i === 3 ? words : failure(-i).message));
  assert.deepEqual(said, errors);
  const parts = listed('PARTS').slice(1);
  assert.deepEqual(parts.map((_, i) => failure(-8, i + 1).message), parts.map((part) => `the ${part} is above this decoder's limit`));
});
