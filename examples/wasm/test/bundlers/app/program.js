// A user's program in Node: what do files decode to?

import { Nex } from 'nex-decoder';
import { checksum } from './golden.js';

export async function sum(file) {
  const sound = await Nex.load(file);
  return checksum(sound.decode().channelData, sound.info.frames);
}

for (const file of process.argv.slice(2)) console.log(await sum(file));
