// What does each clip take as WAV, ADPCM and Opus? Asks the encoders.
//
//   node rivals.mjs SITE       writes SITE/clips.json, .wav and .opus files
//
// Needs sox and opusenc (apt-get install sox opus-tools). The rivals are made from
// the clip's own source, by the command lines of `ne-train bench`.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [site] = process.argv.slice(2);
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const sounds = here('../../sounds/');
const folder = mkdtempSync(join(tmpdir(), 'rivals-'));
const bytes = (path) => statSync(path).size;

/** Runs a program; one that is not there is named with its package. */
function run(program, args, debian) {
  try {
    return execFileSync(program, args, { encoding: 'utf8' });
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    throw new Error(`${program} is missing; run: apt-get install ${debian}`);
  }
}
const sox = (...args) => run('sox', ['-D', ...args], 'sox');
const opusenc = (...args) => run('opusenc', args, 'opus-tools');

/**
 * Bytes of an Ogg file's sound: its packets, with a byte for the length of each,
 * without the pages and the two packets of headers.
 */
function packetBytes(path) {
  const file = readFileSync(path);
  let packets = 0;
  let sum = 0;
  for (let at = 0; at < file.length;) {
    if (file.toString('latin1', at, at + 4) !== 'OggS') throw new Error(`${path} is no Ogg file`);
    const lacing = file.subarray(at + 27, at + 27 + file[at + 26]);
    for (const segment of lacing) {
      const last = segment < 255;
      if (packets >= 2) sum += segment + last;
      packets += last;
    }
    at += 27 + lacing.length + lacing.reduce((a, b) => a + b, 0);
  }
  return sum;
}

/** `wav` as Opus at so many half kilobits a second. */
function opusAt(halves, wav) {
  const made = join(folder, 'made.opus');
  opusenc('--quiet', '--comp', '10', '--padding', '0', '--discard-comments', '--discard-pictures',
    '--serial', '1', '--bitrate', String(halves / 2), wav, made);
  return { kbps: halves / 2, packets: packetBytes(made), file: readFileSync(made) };
}

/** Opus at the rate, in steps of 0.5 kb/s, whose packets come nearest to `wanted` bytes. */
function opus(wav, wanted, to) {
  let [below, above] = [12, 128];
  while (above - below > 1) {
    const middle = (below + above) >> 1;
    if (opusAt(middle, wav).packets < wanted) below = middle; else above = middle;
  }
  // More rate is now and then fewer bytes: look around.
  const around = Array.from({ length: 9 }, (_, i) => Math.max(12, below - 4 + i)).map((h) => opusAt(h, wav));
  const far = ({ packets }) => Math.abs(packets - wanted);
  const { kbps, packets, file } = around.reduce((best, other) => (far(other) < far(best) ? other : best));
  writeFileSync(to, file);
  return { name: 'Opus', file: basename(to), bytes: file.length, packets, kbps };
}

function rivals({ file, sources, beside = file }) {
  const name = basename(file, '.nex');
  const wav = join(site, `${name}.wav`);
  sox(...sources.map((source) => sounds + source), wav);
  const adpcm = join(folder, 'adpcm.wav');
  sox(wav, '-e', 'ima-adpcm', adpcm);
  return [
    { ...opus(wav, bytes(join(site, beside)), join(site, `${name}.opus`)), encoder: versions.opus },
    { name: 'IMA ADPCM', bytes: bytes(adpcm), encoder: versions.sox },
    { name: '16-bit WAV', file: basename(wav), bytes: bytes(wav) },
  ];
}

const versions = {
  opus: opusenc('--version').split('\n')[0],
  sox: sox('--version').trim().replace(/^.*SoX v?/, 'SoX '),
};
const clips = JSON.parse(readFileSync(here('clips.json'), 'utf8'));
const made = clips.map((clip) => ({ ...clip, rivals: rivals(clip) }));
writeFileSync(join(site, 'clips.json'), `${JSON.stringify(made, null, 1)}\n`);
rmSync(folder, { recursive: true });
for (const { file, rivals: all } of made) {
  console.log([`${file}: ${bytes(join(site, file))} bytes`, ...all.map((r) => `${r.name} ${r.bytes}`)].join(', '));
}
