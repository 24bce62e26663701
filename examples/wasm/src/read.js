// Where do a file's bytes come from, in a page, a worker or Node?

import { view } from './arguments.js';
import { NexError } from './errors.js';

/** Times at most that a file is looked at before it is whole. */
const PARTS = 12;

/** Node's modules by name: an import of one stops the bundlers. */
const builtin = globalThis.process?.getBuiltinModule;

/** What Node opens as a file: a file: URL, and a string where nothing says what it is relative to. */
function path(source) {
  if (!builtin) return undefined;
  const text = String(source.href ?? source);
  if (/^file:/i.test(text)) return new URL(text);
  // A scheme has two letters at least: C:\ is a drive.
  return globalThis.location || /^[a-z][a-z\d+.-]+:/i.test(text) ? undefined : text;
}

/** The same file in the installed package, from which a bundle for Node takes none along. */
export function installedFile({ protocol, pathname }) {
  try {
    if (protocol !== 'file:') return undefined;
    const found = builtin('node:module').createRequire(import.meta.url).resolve(`nex-decoder/${pathname.split('/').pop()}`);
    return builtin('node:url').pathToFileURL(found);
  } catch {
    return undefined;
  }
}

/** The bytes of an answer; of one that says how many there are, `part(bytes, come)` hears what has come, where it is worth it. */
async function bytesOf(answer, part) {
  const length = Number(answer.headers?.get('content-length'));
  if (!part || !length || !answer.body || answer.headers.get('content-encoding')) return new Uint8Array(await answer.arrayBuffer());
  const bytes = new Uint8Array(length);
  let [come, told] = [0, 0];
  for (const reader = answer.body.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (come + value.length > length) throw new Error('it is longer than it says');
    bytes.set(value, come);
    come += value.length;
    if (come - told < length / PARTS || come === length) continue;
    told = come;
    await part(bytes, come);
  }
  return bytes.subarray(0, come);
}

export async function read(source, part) {
  const bytes = view(source);
  if (bytes) return bytes;
  const isAnswer = typeof source?.arrayBuffer === 'function' && !('method' in source);
  if (!isAnswer && typeof source !== 'string' && !source?.href && !source?.url) {
    throw new NexError('BadArgument', 'give a URL, a path in Node, a Request, a Response, a Blob, or bytes');
  }
  try {
    const file = !isAnswer && !source.url && path(source);
    if (file) return new Uint8Array(await builtin('node:fs/promises').readFile(file));
    const answer = isAnswer ? source : await fetch(source);
    if (answer.ok === false) throw new Error(`HTTP ${answer.status}`);
    return await bytesOf(answer, part);
  } catch (cause) {
    // The caller's own wish, or words already.
    if (cause.name === 'AbortError' || cause instanceof NexError) throw cause;
    const name = source.url || source.href || source.name || (typeof source === 'string' ? source : 'the answer');
    throw new NexError('Unreadable', `${name} cannot be read: ${cause.cause?.message || cause.message}`, { cause });
  }
}
