// Does the package work as it comes, in what people build pages and programs with?
//
// A user's project, with the package as npm packs it, is built by each bundler, and
// every output is run: in Chromium, with the audio thread, or in Node. The versions
// are those of bundlers/package-lock.json.

import assert from 'node:assert/strict';
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { pathToFileURL } from 'node:url';
import { folder, golden, visit } from './harness.mjs';
import { serve } from './server.mjs';

const tools = folder('./bundlers');
const npm = (...args) => spawnSync('npm', args, { cwd: tools, stdio: ['ignore', 'ignore', 'inherit'] });
const listed = npm('ls', '--all', '--silent');
if (listed.error) throw new Error('npm is missing; run: apt-get install npm');
if (listed.status && npm('ci', '--no-audit', '--no-fund', '--loglevel=error').status) {
  throw new Error(`the bundlers cannot be installed; this failed: npm ci, in ${tools}`);
}
const require = createRequire(join(tools, 'package.json'));
const version = (name) => JSON.parse(readFileSync(join(tools, 'node_modules', name, 'package.json'))).version;
const vite = (name = 'vite') => import(pathToFileURL(join(tools, 'node_modules', name, 'dist/node/index.js')));

/** One sound for each of the decoders. */
const SOUNDS = ['compact-speech.nex', 'trained-hello-small-i8.nex'];
const SHAPE = 'compact-shape-ring.nex';
const [, ringed] = /^compact-shape-ring\.nex: (.*)$/m.exec(readFileSync(folder('../../../tests/golden/shapes/shapes.txt'), 'utf8'));
const expected = Object.fromEntries(golden.map((line) => line.split(': ')));

const project = realpathSync(mkdtempSync(join(tmpdir(), 'nex-bundlers-')));
const installed = join(project, 'node_modules/nex-decoder');
cpSync(join(tools, 'app'), project, { recursive: true });
cpSync(folder('./golden.js'), join(project, 'golden.js'));
writeFileSync(join(project, 'package.json'), '{ "type": "module" }\n');
mkdirSync(installed, { recursive: true });
mkdirSync(join(project, 'public'));
for (const sound of SOUNDS) cpSync(folder(`../../../tests/golden/${sound}`), join(project, 'public', sound));
cpSync(folder(`../../../tests/golden/shapes/${SHAPE}`), join(project, 'public', SHAPE));
{
  const told = execFileSync('npm', ['pack', '--silent', '--pack-destination', project], { cwd: folder('../package'), encoding: 'utf8' });
  execFileSync('tar', ['-xzf', join(project, told.trim().split('\n').at(-1)), '--strip-components=1', '-C', installed]);
}

const rows = [];
after(() => {
  console.table(rows);
  rmSync(project, { recursive: true });
});

/** A test that leaves a row in the table. */
const tried = (name, tool, command, work) => test(`${name}, ${tool} ${version(tool)}`, async () => {
  const start = performance.now();
  const ran = await work();
  rows.push({ what: name, version: `${tool} ${version(tool)}`, command, 'run in': ran, seconds: ((performance.now() - start) / 1000).toFixed(1) });
});

/** The page at an address decodes and plays each sound to its checksum. */
async function plays(at, urls) {
  await visit('/', async (page) => {
    await page.waitForFunction(() => globalThis.sums);
    for (const sound of SOUNDS) {
      const sums = await page.evaluate(([file, to]) => globalThis.sums(file, to), [sound, urls]);
      assert.deepEqual(sums, [expected[sound], expected[sound]], sound);
    }
    assert.equal(await page.evaluate(([file, to]) => globalThis.shape(file, to), [SHAPE, urls?.shape]), ringed);
  }, { at });
  return 'Chromium, page and audio thread';
}

/** The same of a folder that a bundler filled, behind a plain server. */
async function served(output, urls) {
  for (const file of [...[...SOUNDS, SHAPE].map((file) => `public/${file}`), 'index.html']) {
    cpSync(join(project, file), join(project, output, file.replace('public/', '')), { force: false });
  }
  const server = await serve({ '/': join(project, output) });
  try {
    return await plays(server.url, urls);
  } finally {
    server.close();
  }
}

const started = (engine, ...args) => promisify(execFile)(engine[0], [...engine.slice(1), ...args], {
  cwd: join(project, 'public'), env: { ...process.env, DENO_DIR: join(project, 'deno'), DENO_NO_UPDATE_CHECK: '1' },
});

/** A program of Node, or of what runs it else, told paths as a user would. */
async function runs(program, engine = [process.execPath], name = `Node ${process.versions.node}`) {
  const { stdout } = await started(engine, program, ...SOUNDS);
  assert.deepEqual(stdout.trim().split('\n'), SOUNDS.map((sound) => expected[sound]));
  return name;
}

const quiet = { root: project, configFile: false, logLevel: 'error' };

for (const name of ['vite', 'vite-7']) {
  tried('a server for development', name, 'vite', async () => {
    const { createServer } = await vite(name);
    const server = await createServer({ ...quiet, server: { host: '127.0.0.1', port: 0 } });
    try {
      await server.listen();
      return await plays(server.resolvedUrls.local[0].replace(/\/$/, ''));
    } finally {
      await server.close();
      // The next version makes its own.
      rmSync(join(project, 'node_modules/.vite'), { recursive: true, force: true });
    }
  });
}

tried('a built page', 'vite', 'vite build', async () => {
  await (await vite()).build({ ...quiet, build: { outDir: 'vite' } });
  return served('vite');
});

tried('a server’s program, the package inside it', 'vite', 'vite build --ssr, ssr.noExternal', async () => {
  const { build, createServer } = await vite();
  const ssr = { noExternal: true };
  await build({ ...quiet, ssr, build: { ssr: 'program.js', outDir: 'ssr' } });
  const server = await createServer({ ...quiet, ssr, appType: 'custom', server: { middlewareMode: true, ws: false } });
  try {
    const { sum } = await server.ssrLoadModule('/program.js');
    assert.equal(await sum(join(project, 'public', SOUNDS[0])), expected[SOUNDS[0]]);
  } finally {
    await server.close();
  }
  return runs(join(project, 'ssr/program.js'));
});

/** Runs webpack, which must have nothing to say. */
async function webpack(options) {
  const stats = await promisify(require('webpack'))({ context: project, mode: 'production', ...options });
  assert.equal(stats.hasErrors() || stats.hasWarnings() ? stats.toString('errors-warnings') : '', '');
}

tried('a built page', 'webpack', 'webpack --mode production', async () => {
  await webpack({ entry: './main.js', output: { path: join(project, 'webpack') } });
  return served('webpack');
});

tried('a server’s program', 'webpack', 'webpack --target node', async () => {
  await webpack({ entry: './program.js', target: 'node', output: { path: join(project, 'webpack-node'), filename: 'program.cjs' } });
  return runs(join(project, 'webpack-node/program.cjs'));
});

const esbuild = (options) => require('esbuild').build({
  absWorkingDir: project, entryPoints: ['main.js'], bundle: true, minify: true, logLevel: 'silent', ...options,
});
/** What esbuild does not carry along. */
const FILES = ['nex-compact.wasm', 'nex-neural-simd.wasm', 'nex-neural.wasm', 'nex-picture.wasm', 'nex-shape.wasm', 'worklet.js'];
const beside = (output) => FILES.forEach((file) => cpSync(join(installed, file), join(project, output, file)));

tried('a built page', 'esbuild', 'esbuild --bundle --format=esm; cp', async () => {
  const { warnings } = await esbuild({ format: 'esm', outdir: 'esbuild' });
  assert.deepEqual(warnings, []);
  beside('esbuild');
  return served('esbuild');
});

tried('a script that is no module, told its files’ url', 'esbuild', 'esbuild --bundle --format=iife; cp', async () => {
  await esbuild({ format: 'iife', outdir: 'iife' });
  beside('iife');
  return served('iife', { compact: 'nex-compact.wasm', neural: 'nex-neural.wasm', shape: 'nex-shape.wasm', worklet: 'worklet.js' });
});

tried('a server’s program, the package inside it', 'esbuild', 'esbuild --bundle --platform=node', async () => {
  const { warnings } = await esbuild({ entryPoints: ['program.js'], platform: 'node', format: 'esm', outdir: 'esbuild-node' });
  assert.deepEqual(warnings, []);
  return runs(join(project, 'esbuild-node/program.js'));
});

test('a program in Node', async () => {
  rows.push({ what: 'a program', version: `node ${process.versions.node}`, command: 'node program.js', 'run in': await runs(join(project, 'program.js')) });
});

for (const [name, ...start] of [['deno', 'run', '--no-prompt', '--allow-read'], ['bun', 'run']]) {
  tried('a program, and the golden files', name, [name, ...start, 'program.js'].join(' '), async () => {
    const engine = [join(tools, 'node_modules/.bin', name), ...start];
    // It says by its status whether they are what they should be.
    const { stdout } = await started(engine, folder('node.mjs'));
    assert.match(stdout, /golden files, SIMD: \d\d+ sounds/);
    return runs(join(project, 'program.js'), engine, name);
  });
}

for (const [file, kind, options] of [
  ['page.ts', 'a page’s types', ['--lib', 'es2022,dom']],
  ['program.ts', 'a program’s types, those of Node alone', ['--lib', 'es2022', '--types', 'node', '--typeRoots', join(tools, 'node_modules/@types')]],
  ['program.ts', 'a program’s types, none but the language’s', ['--lib', 'es2022', '--types', '']],
]) {
  tried(kind, 'typescript', `tsc --strict ${options.slice(0, 4).join(' ')}`, async () => {
    for (const resolution of ['nodenext', 'bundler']) {
      const module = resolution === 'bundler' ? 'esnext' : resolution;
      const { status, stdout } = spawnSync(process.execPath, [join(tools, 'node_modules/typescript/bin/tsc'), '--strict', '--noEmit',
        '--exactOptionalPropertyTypes', '--noUncheckedIndexedAccess', '--target', 'es2022', '--module', module,
        '--moduleResolution', resolution, ...options, file], { cwd: project, encoding: 'utf8' });
      assert.equal(status, 0, stdout);
    }
    return 'tsc';
  });
}
