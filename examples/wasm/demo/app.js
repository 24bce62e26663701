// The page: choose or drop a sound, hear it, look at it.

import { Nex, NexError, compile, kindOf } from './nex/nex.js';
import { bars, bytes, facts, legend, length, note, size, snr } from './facts.js';
import { Maker } from './making.js';
import { Pictures } from './pictures.js';
import { Player } from './player.js';
import { Shapes } from './shapes.js';
import { spectrogram } from './spectrum.js';
import { decode } from './source.js';
import { decodesNex, decodesOpus, race } from './speed.js';
import { columns, draw, owner, shares } from './wave.js';

const $ = (id) => document.getElementById(id);
/** How the versions are called as long as nobody is to know which is which. */
const HIDDEN = ['A', 'B', 'C', 'D'];
/** Milliseconds that the page is left alone before it measures. */
const QUIET = 400;
/**
 * What is open: `sound`, its first channel's `samples`, `versions` of it to listen to,
 * which of them is `heard`, `known` facts, position `at` in seconds.
 */
const state = { sound: null, samples: [], versions: [], heard: 0, known: {}, at: 0, playing: false, turn: 0 };
const player = new Player((at, playing) => {
  move(at);
  if (playing !== state.playing) button(playing);
}, (milliseconds) => know({ first: milliseconds }));

function fail(error) {
  $('error').textContent = error instanceof NexError
    ? `This file cannot be played: ${error.message}.` : `Something went wrong: ${error.message ?? error}`;
  $('error').hidden = false;
}

const pictures = new Pictures(fail);
const shapes = new Shapes(fail);

const fetched = async (file) => {
  const answer = await fetch(file);
  if (!answer.ok) throw new Error(`${file}: HTTP ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
};

/**
 * Opens a .nex file's bytes. `clip` is a shipped sound; `original` names the file
 * that the .nex was made from here, with its bytes.
 */
async function open(file, { clip, original } = {}) {
  const turn = ++state.turn;
  try {
    const data = clip ? await fetched(file) : file;
    const kind = clip || data.length < 5 ? 'sound' : kindOf(data);
    if (kind === 'picture') return await pictures.open(data);
    if (kind === 'shape') {
      $('shapes').scrollIntoView();
      return shapes.open(data);
    }
    const sound = await Nex.load(data);
    if (turn !== state.turn) return sound.free();
    player.close();
    state.sound?.free();
    // What another file's page had set.
    $('rate').value = 1;
    $('rate-text').textContent = '1.00×';
    $('zoom').value = 0;
    Object.assign(state, { sound, data, clip, original, heard: 0, known: {} });
    show();
  } catch (error) {
    if (turn === state.turn) fail(error);
  }
}

function show() {
  const { sound, clip, original } = state;
  const { info } = sound;
  $('error').hidden = true;
  const made = sound.decode().channelData;
  state.known.macs = sound.multiplies / info.frames;
  state.samples = made[0];
  $('length').textContent = length(info.duration);
  $('size').textContent = size(info.bytes);
  $('seek').max = info.duration;
  $('play').disabled = false;
  bars($('bars'), info, original ? [{ name: 'Your file', bytes: original.data.length }] : clip?.rivals);
  $('note').textContent = note(clip);
  $('colours').textContent = info.profile === 'compact'
    ? 'Each colour: stretches of one length, each a sum of waves of its own:' : 'Each colour: one small network, which has learned its part of the sound:';
  $('credits').textContent = clip?.credit ?? '';
  for (const made of $('clips').children) made.setAttribute('aria-pressed', made.textContent === clip?.title);
  versions();
  button(false);
  move(0);
  paint();
  know({});
  player.prepare(sound).catch(fail);
  compare(made).catch(fail);
  setTimeout(() => sound === state.sound && measure(), QUIET);
}

/** What can be listened to: this file, and other files of the same sound. */
function versions() {
  const { sound, clip, original } = state;
  const files = clip?.rivals.filter((rival) => rival.file) ?? [];
  state.versions = [
    { name: '.nex', bytes: sound.info.bytes, source: () => sound },
    ...files.map(({ name, file, bytes, encoder }) => ({
      // What nothing has encoded is the original.
      name: encoder ? name : 'original', file, bytes, source: once(async () => decode(await fetched(file))),
    })),
  ];
  if (original) {
    state.versions.push({
      name: 'original', bytes: original.data.length, source: once(() => decode(original.data)),
    });
  }
  const isBlind = $('blind').checked;
  // In another order than anybody knows.
  const order = state.versions.map((version, i) => [isBlind ? Math.random() : i, version]).sort(([a], [b]) => a - b);
  state.versions = order.map(([, version]) => version);
  state.heard = 0;
  const choices = state.versions.map((version, i) => {
    const label = document.createElement('label');
    const input = Object.assign(document.createElement('input'), {
      type: 'radio', name: 'version', checked: i === 0, value: isBlind ? HIDDEN[i] : version.name,
    });
    input.addEventListener('change', () => {
      state.heard = i;
      if (state.playing) play().catch(fail);
      else player.close();
    });
    label.append(input, ` ${input.value} `);
    if (!isBlind) label.append(Object.assign(document.createElement('small'), { textContent: bytes(version.bytes) }));
    return label;
  });
  $('guess').hidden = !isBlind;
  $('guessed').textContent = '';
  $('guesses').replaceChildren(...state.versions.map((_, i) => {
    const made = Object.assign(document.createElement('button'), { type: 'button', className: 'quiet', textContent: HIDDEN[i] });
    made.addEventListener('click', () => {
      const told = state.versions.map(({ name, bytes: count }, k) => `${HIDDEN[k]} is ${name}, ${bytes(count)}`).join('; ');
      $('guessed').textContent = `${state.versions[i].name === '.nex' ? 'Right' : 'No'}: ${told}.`;
    });
    return made;
  }));
  $('versions').replaceChildren($('versions').firstElementChild, ...choices);
  $('versions').hidden = $('blind-box').hidden = state.versions.length < 2;
  $('remake').hidden = !files.some(({ encoder }) => !encoder);
}

/** A function that does its work when first called, and again only if that failed. */
function once(work) {
  let made;
  return () => {
    made ??= work();
    made.catch(() => { made = undefined; });
    return made;
  };
}

/** Compares the decoded samples with the original's. */
async function compare(made) {
  const { sound, versions: all } = state;
  const original = all.find(({ name }) => name === 'original');
  if (!original) return;
  const audio = await original.source().catch(() => undefined);
  if (!audio || sound !== state.sound || audio.sampleRate !== sound.info.sampleRate) return;
  know({ snr: snr(Array.from({ length: audio.numberOfChannels }, (_, c) => audio.getChannelData(c)), made) });
}

/** Measures how fast this file is decoded, and the same clip as Opus by the browser. */
async function measure() {
  const { sound, data, clip } = state;
  const opus = clip?.rivals.find((rival) => rival.packets);
  const current = () => sound === state.sound;
  // What is heard goes first.
  if (state.playing) return setTimeout(() => current() && measure(), QUIET);
  know({ nex: undefined, opus: undefined });
  const file = new Uint8Array(data);
  const works = { nex: decodesNex(Nex, await compile({ kind: kindOf(file) }), file) };
  if (opus) works.opus = decodesOpus(await fetched(opus.file));
  const times = await race(works);
  if (current()) know(times);
}

function know(more) {
  Object.assign(state.known, more);
  const hasOpus = state.clip?.rivals.some((rival) => rival.packets);
  facts($('facts'), state.sound.info, { ...state.known, hasOpus });
}

/** Which frames are seen, as parts of the sound: around what plays. */
function seen() {
  const part = 2 ** -Number($('zoom').value);
  const middle = state.sound ? state.at / state.sound.info.duration : 0;
  const from = Math.min(Math.max(middle - part / 2, 0), 1 - part);
  return { from, part };
}

function paint() {
  if (!state.sound) return;
  const { frames } = state.sound.info;
  state.seen = seen();
  const [first, last] = [state.seen.from, state.seen.from + state.seen.part].map((part) => Math.round(part * frames));
  const hasTones = $('spectrum').checked;
  $('tones').hidden = !hasTones;
  $('wave').hidden = hasTones;
  const width = Math.round($('stage').getBoundingClientRect().width);
  const made = columns(state.sound, state.samples, Math.max(50, Math.floor(width / 2)), first, Math.max(last, first + 2));
  if (hasTones) spectrogram($('tones'), state.samples, first, last);
  else draw($('wave'), made);
  legend($('legend'), shares(made));
  // They are the waveform's.
  $('legend').parentElement.hidden = hasTones;
  $('zoom-text').textContent = `${Math.round(1 / state.seen.part)}×`;
}

/** Shows a position in seconds. */
function move(at) {
  const { duration } = state.sound.info;
  state.at = Math.min(Math.max(at, 0), duration);
  $('cursor').hidden = false;
  // The picture follows what plays out of it.
  const { from, part } = state.seen ?? { from: 0, part: 1 };
  const there = (state.at / duration - from) / part;
  if (part < 1 && (there < 0 || there > 1)) paint();
  const shown = state.seen ?? { from: 0, part: 1 };
  $('cursor').style.left = `${(100 * (state.at / duration - shown.from)) / shown.part}%`;
  $('seek').value = state.at;
  const seconds = state.at.toFixed(2);
  $('seek').setAttribute('aria-valuetext', `${seconds} seconds`);
  $('time').textContent = `${seconds} s`;
  const { kind, color } = owned(state.at / duration);
  $('now').textContent = kind;
  $('now').style.borderColor = color;
}

/** Who owns the moment at a part of the sound, from 0 to 1. */
function owned(part) {
  const { sound } = state;
  const { frames } = sound.info;
  return owner(sound.expertAt(Math.min(part * frames, frames - 1)), sound.info);
}

function seek(at) {
  if (!state.sound) return;
  move(at);
  player.set({ at: state.at });
}

async function play(event) {
  const { sound, versions: all, heard } = state;
  button(true);
  $('error').hidden = true;
  const source = await all[heard].source();
  if (sound !== state.sound || heard !== state.heard || !state.playing) return;
  const now = { at: state.at, rate: Number($('rate').value), loop: $('loop').checked };
  if (event) know({ first: null });
  await player.play(source, now, event?.timeStamp);
}

function button(playing) {
  state.playing = playing;
  $('play-icon').textContent = playing ? '❚❚' : '▶';
  $('play-text').textContent = playing ? 'Pause' : 'Play';
}

function pause() {
  player.pause();
  button(false);
}

/** Where a pointer is in the waveform, from 0 to 1. */
function pointed(event) {
  const box = $('stage').getBoundingClientRect();
  const { from, part } = state.seen ?? { from: 0, part: 1 };
  return from + part * Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1);
}

function ask(event) {
  if (!state.sound) return;
  const part = pointed(event);
  const wide = $('stage').clientWidth;
  const at = ((part - state.seen.from) / state.seen.part) * wide;
  $('owner').textContent = owned(part).name;
  $('owner').hidden = false;
  $('owner').style.transform = `translateX(max(0px, min(${at}px, ${wide}px - 100%)))`;
}

function listen() {
  const stage = $('stage');
  $('play').addEventListener('click', (event) => {
    if (state.playing) pause();
    else play(event).catch((error) => { button(false); fail(error); });
  });
  $('seek').addEventListener('input', () => seek(Number($('seek').value)));
  $('rate').addEventListener('input', () => {
    const rate = Number($('rate').value);
    $('rate-text').textContent = `${rate.toFixed(2)}×`;
    player.set({ rate });
  });
  $('loop').addEventListener('change', () => player.set({ loop: $('loop').checked }));
  $('choose').addEventListener('click', () => $('file').click());
  $('zoom').addEventListener('input', paint);
  $('spectrum').addEventListener('change', paint);
  $('blind').addEventListener('change', () => {
    pause();
    player.close();
    versions();
  });
  $('copy').addEventListener('click', () => {
    navigator.clipboard?.writeText($('snippet').textContent).then(() => { $('copied').textContent = 'Copied.'; })
      .catch(() => { $('copied').textContent = 'Select the text and copy it.'; });
  });
  $('measure').addEventListener('click', () => measure().catch(fail));
  stage.addEventListener('click', (event) => state.sound && seek(pointed(event) * state.sound.info.duration));
  stage.addEventListener('pointermove', ask);
  stage.addEventListener('pointerleave', () => { $('owner').hidden = true; });
  addEventListener('keydown', (event) => {
    if (event.key !== ' ' || event.target.closest('button, input, label, select, a')) return;
    event.preventDefault();
    $('play').click();
  });
  let waiting;
  addEventListener('resize', () => { clearTimeout(waiting); waiting = setTimeout(paint, 100); });
}

async function start() {
  listen();
  const maker = new Maker({ open, fail, picture: (file) => pictures.take(file) });
  maker.listen();
  $('remake').addEventListener('click', async () => {
    const original = state.versions.find(({ name }) => name === 'original');
    if (original?.file) maker.take(new File([await fetched(original.file)], original.file)).then(() => $('kbps').focus(), fail);
  });
  pictures.listen();
  shapes.listen();
  const clips = await (await fetch('clips.json')).json();
  $('clips').replaceChildren(...clips.map((clip) => {
    const made = Object.assign(document.createElement('button'), { type: 'button', textContent: clip.title });
    made.addEventListener('click', () => {
      maker.cancel();
      open(clip.file, { clip });
    });
    return made;
  }));
  await open(clips[0].file, { clip: clips[0] });
  decoderSize();
  // The sound has been seen before anything else is loaded.
  await Promise.all([pictures.start(), shapes.start()]).catch(fail);
}

/** What the browser has loaded to decode a sound. */
function decoderSize() {
  const loaded = performance.getEntriesByType('resource').filter(({ name }) => /\/nex\/[\w-]+\.(js|wasm)$/.test(name));
  // What is asked for twice is there once.
  const sizes = new Map(loaded.map(({ name, decodedBodySize }) => [name, decodedBodySize]));
  const sum = [...sizes.values()].reduce((all, one) => all + one, 0);
  if (sum) $('decoder').textContent = `The decoder itself: ${size(sum)}.`;
}

start().catch(fail);
