// A user's page: what do its sounds decode to, and what does the audio thread play?

import { Nex } from 'nex-decoder';
import { checksum } from './golden.js';

async function sums(name) {
  const sound = await Nex.load(`${name}.nex`);
  const { sampleRate, channels, frames } = sound.info;
  const context = new OfflineAudioContext(channels, frames, sampleRate);
  const node = await sound.createNode(context, { playing: true });
  node.connect(context.destination);
  const played = await context.startRendering();
  const planes = Array.from({ length: channels }, (_, c) => played.getChannelData(c));
  return [sound.decode().channelData, planes].map((each) => checksum(each, frames));
}

globalThis.told = async (names) => Object.fromEntries(await Promise.all(names.map(async (name) => [name, await sums(name)])));
