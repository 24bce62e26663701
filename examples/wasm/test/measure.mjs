// What does it take to decode and play in Chromium, beside the browser's own decoders and others'?
//
//   node measure.mjs           prints the tables of ../README.md
//   node measure.mjs --write   and writes them there
//
// Runs the tests that measure, which fail above twice what is wanted. What else the
// machine does meets the times, so that they are to be compared within one run.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { folder } from './paths.mjs';
import { write } from './tables.mjs';

const kept = mkdtempSync(join(tmpdir(), 'nex-measure-'));
const isWritten = process.argv[2] === '--write';

/** A table that a test kept, as Markdown. */
function markdown(name) {
  const { title, rows } = JSON.parse(readFileSync(join(kept, `${name}.json`), 'utf8'));
  const columns = [...new Set(Object.values(rows).flatMap((row) => Object.keys(row)))];
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const cell = (value) => (typeof value === 'number' ? value.toLocaleString('en') : value ?? '');
  return [`${title}:`, '', line(['', ...columns]), line(['', ...columns].map(() => '---')),
    ...Object.entries(rows).map(([row, cells]) => line([row, ...columns.map((column) => cell(cells[column]))])), ''].join('\n');
}

const failed = ['sizes', 'playback', 'speed'].filter((name) =>
  spawnSync(process.execPath, [folder(`${name}.mjs`)], { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, MEASURED: kept, MEASURING: '1' } }).status !== 0);
const cores = cpus();
const text = [`On ${cores.length} cores of ${cores[0].model.trim()}, which others may have been using.\n`,
  ...['sizes', 'playback', 'sounds', 'pictures', 'shapes'].map(markdown)].join('\n');
rmSync(kept, { recursive: true });
console.log(text);
if (isWritten) write(`${text}\n`);
if (failed.length) {
  console.error(`failed: ${failed.join(', ')}`);
  process.exit(1);
}
