// A user's page: what do a sound and a shape decode to, and what does the audio thread play?

import { Nex, compile, decodeShape, kindOf } from 'nex-decoder';
import { checksum, shapeVerdict } from './golden.js';

/** Both checksums. Of `urls` those given are not found by the package itself. */
globalThis.sums = async (file, urls = {}) => {
  const bytes = await (await fetch(file)).arrayBuffer();
  const kind = kindOf(bytes);
  const sound = await Nex.load(bytes, urls[kind] && { module: await compile({ url: urls[kind] }) });
  const { sampleRate, channels, frames } = sound.info;
  const context = new OfflineAudioContext(channels, frames, sampleRate);
  const node = await sound.createNode(context, { playing: true }, { url: urls.worklet });
  node.connect(context.destination);
  const played = await context.startRendering();
  const planes = Array.from({ length: channels }, (_, c) => played.getChannelData(c));
  return [sound.decode().channelData, planes].map((each) => checksum(each, frames));
};

globalThis.shape = async (file, url) => {
  const module = url && await compile({ url });
  return shapeVerdict((bytes) => decodeShape(bytes, { module }), Error, await (await fetch(file)).arrayBuffer());
};
