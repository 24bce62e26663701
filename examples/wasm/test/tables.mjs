// How does a test's table get into the README?

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folder } from './paths.mjs';

/** Prints a table of rows by name, under a title; for measure.mjs it is kept, too. */
export function table(name, title, rows) {
  console.log(title);
  console.table(rows);
  const kept = process.env.MEASURED;
  if (!kept) return;
  mkdirSync(kept, { recursive: true });
  writeFileSync(join(kept, `${name}.json`), JSON.stringify({ title, rows }));
}

const README = folder('../README.md');
const [BEGIN, END] = ['<!-- by test/measure.mjs -->\n', '<!-- end -->'];

/** The README in three parts: what is before its tables, they, and what is after them. */
function parts() {
  const text = readFileSync(README, 'utf8');
  const [from, to] = [text.indexOf(BEGIN) + BEGIN.length, text.indexOf(END)];
  if (from < BEGIN.length || to < from) throw new Error(`${README} has no place for tables`);
  return [text.slice(0, from), text.slice(from, to), text.slice(to)];
}

/** What the README's tables say of a file: numbers by column. */
export function stated(row) {
  const line = parts()[1].split('\n').find((text) => text.startsWith(`| ${row} |`));
  return line?.split('|').slice(2, -1).map((cell) => Number(cell.replaceAll(',', '')));
}

export function write(text) {
  const [before, , after] = parts();
  writeFileSync(README, before + text + after);
}
