// What do the golden files decode to in this page or worker?

import { Nex, NexError, compile, kindOf } from '/package/nex.js';
import { verdict } from './golden.js';

/** A line per name, as in golden.txt. */
export async function corpus(names, simd) {
  const modules = {};
  for (const kind of ['compact', 'neural']) modules[kind] = await compile({ kind, simd });
  const lines = [];
  for (const name of names) {
    const bytes = new Uint8Array(await (await fetch(`/golden/${name}`)).arrayBuffer());
    lines.push(`${name}: ${verdict((b) => Nex.open(modules[kindOf(b)], b), NexError, bytes)}`);
  }
  return lines;
}

// In a worker: asked for by message.
if (typeof WorkerGlobalScope !== 'undefined') {
  onmessage = async ({ data: { names, simd } }) => postMessage(await corpus(names, simd));
}
