// A user's program in Node: what do its sounds decode to?

import { Nex } from 'nex-decoder';
import { checksum } from './golden.js';

export async function told(names) {
  const sums = {};
  for (const name of names) {
    const sound = await Nex.load(`${name}.nex`);
    sums[name] = checksum(sound.decode().channelData, sound.info.frames);
  }
  return sums;
}

if (process.argv.length > 2) console.log(JSON.stringify(await told(process.argv.slice(2))));
