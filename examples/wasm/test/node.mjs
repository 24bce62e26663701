// Do the golden files decode to the same bits in Node, plain and SIMD?

import { readFile } from 'node:fs/promises';
import { Nex, NexError, compile, decodePicture, decodeShape, kindOf } from '../package/nex.js';
import { agrees, pictureVerdict, shapeVerdict, verdict } from './golden.js';

const folder = new URL('../../../tests/golden/', import.meta.url);
const listed = async (list) => (await readFile(new URL(list, folder), 'utf8')).trim().split('\n');
const sounds = await listed('golden.txt');
const pictures = (await listed('images/images.txt')).filter((line) => /^(x-)?compact-/.test(line));
const shapes = (await listed('shapes/shapes.txt')).filter((line) => /^(x-)?compact-/.test(line));
let failed = 0;

function expect(line, told, simd) {
  if (agrees(told, line)) return;
  failed++;
  console.error(`${simd ? 'SIMD' : 'plain'}: expected ${line}\n     got ${told}`);
}

for (const simd of [false, true]) {
  const modules = {};
  for (const kind of ['compact', 'neural', 'picture']) modules[kind] = await compile({ kind, simd });
  for (const line of sounds) {
    const [name] = line.split(':', 1);
    const bytes = await readFile(new URL(name, folder));
    expect(line, `${name}: ${verdict((b) => Nex.open(modules[kindOf(b)], b), NexError, bytes)}`, simd);
  }
  for (const line of pictures) {
    const [name] = line.split(':', 1);
    const bytes = await readFile(new URL(`images/${name}`, folder));
    const decode = (b) => decodePicture(b, { module: modules.picture });
    expect(line, `${name}: ${await pictureVerdict(decode, NexError, bytes)}`, simd);
  }
  console.log(`golden files, ${simd ? 'SIMD' : 'plain'}: ${sounds.length} sounds, ${pictures.length} compact pictures`);
}
for (const line of shapes) {
  const [name] = line.split(':', 1);
  expect(line, `${name}: ${await shapeVerdict(decodeShape, NexError, await readFile(new URL(`shapes/${name}`, folder)))}`, false);
}
console.log(`golden files: ${shapes.length} compact shapes`);
if (!pictures.length || !shapes.length) failed++;
process.exit(failed ? 1 : 0);
