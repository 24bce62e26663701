// Do the golden files decode to the same bits in Node, plain and SIMD?

import { readFile } from 'node:fs/promises';
import { Nex, NexError, compile, kindOf } from '../package/nex.js';
import { agrees, verdict } from './golden.js';

const folder = new URL('../../../tests/golden/', import.meta.url);
const lines = (await readFile(new URL('golden.txt', folder), 'utf8')).trim().split('\n');
let failed = 0;
for (const simd of [false, true]) {
  const modules = {};
  for (const kind of ['compact', 'neural']) modules[kind] = await compile({ kind, simd });
  for (const line of lines) {
    const [name] = line.split(':', 1);
    const bytes = await readFile(new URL(name, folder));
    const told = `${name}: ${verdict((b) => Nex.open(modules[kindOf(b)], b), NexError, bytes)}`;
    if (!agrees(told, line)) {
      failed++;
      console.error(`${simd ? 'SIMD' : 'plain'}: expected ${line}\n     got ${told}`);
    }
  }
  console.log(`${lines.length} golden files, ${simd ? 'SIMD' : 'plain'}`);
}
process.exit(failed ? 1 : 0);
