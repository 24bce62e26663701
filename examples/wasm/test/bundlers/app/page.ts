// A user's page in TypeScript, with the types of the browser.

import { Nex, NexError, compile, decodeShape, drawPicture, hasSimd, kindOf, type NexInfo } from 'nex-decoder';

const sound = await Nex.load(new URL('hello.nex', import.meta.url));
const { duration }: NexInfo = sound.info;
const { channelData, sampleRate } = sound.decode();
const context = new AudioContext({ sampleRate });
const buffer = context.createBuffer(channelData.length, channelData[0]!.length, sampleRate);
buffer.copyToChannel(channelData[0]!, 0);
buffer.copyToChannel(sound.sampleAt(duration), 0);
const source = new AudioBufferSourceNode(context, { buffer: sound.audioBuffer(context) });
source.connect(context.destination);

const node = await sound.createNode(context, { playing: true, loop: true });
node.port.postMessage({ at: 4000, rate: 0.5 });
node.connect(context.destination);

const bytes = new Uint8Array(await (await fetch('hello.nex')).arrayBuffer());
const module: WebAssembly.Module = await compile({ kind: kindOf(bytes), simd: hasSimd() });
const other = Nex.open(module, bytes);
const out: readonly Float32Array[] = [new Float32Array(128)];
const frames: number = other.decodeInto(0, out) + other.resample(0.5, 0.5, out);
const expert = other.expertAt(frames);
if ('index' in expert) console.log(expert.index);
else console.log(expert.firstFrame);
other.free();

for (const given of [new Request('hello.nex'), new Response(), new Blob(), bytes, bytes.buffer]) {
  await Nex.load(given, { module }).catch((error: unknown) => {
    if (error instanceof NexError && error.code === 'BadCrc') console.error(error.message, error.cause);
  });
}

await drawPicture(document.createElement('canvas'), 'cat.nex', { width: 80, onRows: (rows, height) => console.log(rows / height) });

const shape = await decodeShape('bunny.nex');
const { positions, normals, indices } = shape.mesh(96);
const gl = document.createElement('canvas').getContext('webgl2')!;
for (const array of [positions, normals, indices]) gl.bufferData(gl.ARRAY_BUFFER, array, gl.STATIC_DRAW);
const [x, y, z] = shape.info.origin;
const distance: number = shape.sdfAt(x, y, z) + shape.distances(positions, new Float64Array(9))[0]!;
shape.trace({ width: distance, height: 90, turn: 1 }, new Int8Array(1));
// @ts-expect-error: an axis is y or z.
shape.trace({ width: 90, height: 90, up: 'x' });

// @ts-expect-error: samples are 32-bit floats.
sound.decodeInto(0, [new Int16Array(128)]);
// @ts-expect-error: a node has no such state.
await sound.createNode(context, { speed: 2 });
// @ts-expect-error: files are opened by load() and open().
new Nex();
