// The page: choose or drop a sound, hear it, look at it.

import { Nex, NexError } from './nex/nex.js';
import { bars, facts, legend, size } from './facts.js';
import { columns, draw, owner, shares } from './wave.js';

const $ = (id) => document.getElementById(id);
const state = { sound: null, columns: [], node: null, context: null, at: 0, playing: false, turn: 0 };

function fail(error) {
  $('error').textContent = error instanceof NexError
    ? `This file cannot be played: ${error.message}.` : `Something went wrong: ${error.message ?? error}`;
  $('error').hidden = false;
}

async function open(source, clip) {
  const turn = ++state.turn;
  try {
    const sound = await Nex.load(source);
    if (turn !== state.turn) return sound.free();
    stop();
    state.sound?.free();
    state.sound = sound;
    show(clip);
  } catch (error) {
    if (turn === state.turn) fail(error);
  }
}

function show(clip) {
  const { sound } = state;
  $('error').hidden = true;
  const { channelData } = sound.decode();
  const macs = sound.multiplies / sound.info.frames;
  // Again, for the engine compiles when it first runs.
  const start = performance.now();
  sound.decode();
  const milliseconds = Math.max(performance.now() - start, 0.05);
  state.samples = channelData[0];
  $('size').textContent = size(sound.info.bytes);
  $('seek').max = sound.info.frames;
  $('play').disabled = false;
  bars($('bars'), sound, clip?.rivals);
  facts($('facts'), sound, { milliseconds, macs });
  $('credits').textContent = clip?.credit ?? '';
  for (const button of $('clips').querySelectorAll('button')) {
    button.setAttribute('aria-pressed', button.textContent === clip?.title);
  }
  move(0);
  paint();
  legend($('legend'), shares(state.columns));
}

function paint() {
  if (!state.sound) return;
  const width = Math.round($('wave').getBoundingClientRect().width);
  state.columns = columns(state.sound, state.samples, Math.max(50, Math.floor(width / 2)));
  draw($('wave'), state.columns);
}

/** Shows a position in frames; tells the audio thread if `heard`. */
function move(at, heard = false) {
  const { frames, sampleRate } = state.sound.info;
  state.at = Math.min(Math.max(at, 0), frames);
  $('cursor').hidden = false;
  $('cursor').style.left = `${(100 * state.at) / frames}%`;
  $('seek').value = state.at;
  const seconds = (state.at / sampleRate).toFixed(2);
  $('seek').setAttribute('aria-valuetext', `${seconds} seconds`);
  $('time').textContent = `${seconds} s`;
  if (heard) state.node?.port.postMessage({ at: state.at });
}

async function play() {
  state.context ??= new AudioContext();
  await state.context.resume();
  if (!state.node) {
    const { sound } = state;
    const start = { at: state.at, rate: Number($('rate').value), loop: $('loop').checked, playing: true };
    const node = await sound.createNode(state.context, start);
    if (sound !== state.sound || state.node) return node.port.postMessage({ close: true });
    node.port.onmessage = ({ data }) => {
      if (state.node !== node) return;
      move(data.at);
      if (data.playing !== state.playing) button(data.playing);
    };
    node.connect(state.context.destination);
    state.node = node;
  } else {
    state.node.port.postMessage({ playing: true, at: state.at });
  }
  button(true);
}

function pause() {
  state.node?.port.postMessage({ playing: false });
  button(false);
}

function stop() {
  state.node?.port.postMessage({ close: true });
  state.node?.disconnect();
  state.node = null;
  button(false);
}

function button(playing) {
  state.playing = playing;
  $('play-icon').textContent = playing ? '❚❚' : '▶';
  $('play-text').textContent = playing ? 'Pause' : 'Play';
}

function pointed(event) {
  const box = $('wave').getBoundingClientRect();
  return Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1);
}

function listen() {
  $('play').addEventListener('click', () => (state.playing ? pause() : play().catch(fail)));
  $('seek').addEventListener('input', () => state.sound && move(Number($('seek').value), true));
  $('rate').addEventListener('input', () => {
    const rate = Number($('rate').value);
    $('rate-text').textContent = `${rate.toFixed(2)}×`;
    state.node?.port.postMessage({ rate });
  });
  $('loop').addEventListener('change', () => state.node?.port.postMessage({ loop: $('loop').checked }));
  const wave = $('wave').parentElement;
  wave.addEventListener('click', (event) => state.sound && move(pointed(event) * state.sound.info.frames, true));
  wave.addEventListener('pointermove', (event) => {
    if (!state.sound) return;
    const part = pointed(event);
    const at = Math.min(part * state.sound.info.frames, state.sound.info.frames - 1);
    const expert = state.sound.expertAt(at);
    $('owner').textContent = expert.frames === undefined
      ? owner(expert).name : `block of ${expert.frames} samples, ${expert.nonzero} weights`;
    $('owner').hidden = false;
    $('owner').style.transform = `translateX(min(${part * wave.clientWidth}px, ${wave.clientWidth}px - 100%))`;
  });
  wave.addEventListener('pointerleave', () => { $('owner').hidden = true; });
  $('file').addEventListener('change', () => $('file').files[0] && open($('file').files[0]));
  addEventListener('keydown', (event) => {
    if (event.key !== ' ' || event.target.closest('button, input, label') || !state.sound) return;
    event.preventDefault();
    $('play').click();
  });
  for (const kind of ['dragover', 'dragleave', 'drop']) {
    addEventListener(kind, (event) => {
      event.preventDefault();
      document.body.classList.toggle('dropping', kind === 'dragover');
      const file = kind === 'drop' && event.dataTransfer.files[0];
      if (file) open(file);
    });
  }
  let waiting;
  addEventListener('resize', () => { clearTimeout(waiting); waiting = setTimeout(paint, 100); });
}

async function start() {
  listen();
  const clips = await (await fetch('clips.json')).json();
  const buttons = clips.map((clip) => {
    const made = Object.assign(document.createElement('button'), { type: 'button', textContent: clip.title });
    made.addEventListener('click', () => open(clip.file, clip));
    return made;
  });
  $('clips').prepend(...buttons);
  await open(clips[0].file, clips[0]);
}

start().catch(fail);
