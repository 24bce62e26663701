// A user's program in TypeScript, without the types of a browser.

import { Nex, compile, kindOf } from 'nex-decoder';

const bytes = new Uint8Array(5);
const module = await compile({ kind: kindOf(bytes) });
const sound = Nex.open(module, bytes);
const { channelData } = sound.decode();
const first: number | undefined = channelData[0]?.[0];
const [sample] = sound.sampleAt(first ?? 0);
await Nex.load(`${sample}.nex`, { module });
