/** What a file holds. */
export interface NexInfo {
  /** `compact`: windowed cosines; `integer` and `float`: networks. */
  readonly profile: 'compact' | 'integer' | 'float';
  /** Hz. */
  readonly sampleRate: number;
  readonly channels: number;
  /** Samples of each channel. */
  readonly frames: number;
  /** Seconds. */
  readonly duration: number;
  /** Experts of a network; 0 of a compact sound, whose every block is one. */
  readonly experts: number;
  /** Multiply-accumulates and sines a frame of a network; 0 of a compact sound. */
  readonly macsPerFrame: number;
  readonly sinesPerFrame: number;
  /** Of the whole file. */
  readonly bytes: number;
  /** The frames to play over and over, if the file names some. */
  readonly loop?: NexLoop;
}

/** Frames from `start` on, up to the one before `end`. */
export interface NexLoop {
  readonly start: number;
  readonly end: number;
}

/** Who owns a position: a network's expert, or a compact sound's block. */
export type NexExpert =
  | { readonly index: number }
  | { readonly firstFrame: number; readonly frames: number; readonly nonzero: number };

/** Why not: of the file what the decoder says; of the call and its surroundings the last lines. */
export type NexErrorCode =
  | 'Truncated' | 'BadMagic' | 'UnsupportedVersion' | 'BadCrc' | 'TrailingBytes' | 'BadHeader'
  | 'UnknownKind' | 'LimitExceeded' | 'BadWeights' | 'OtherKind' | 'NotBuilt' | 'TooLong' | 'Null' | 'Misaligned' | 'Other'
  /** A number that is none, or beyond what is counted in 32 bits, or beyond the sound's end. */
  | 'OutOfRange'
  /** An argument of another type. */
  | 'BadArgument'
  /** The sound or the shape has been freed. */
  | 'NotOpen'
  /** The memory, of the page or of the audio thread, is at its end. */
  | 'MemoryTooSmall'
  /** What was to be loaded is not there, or does not answer; `cause` is the engine's error. */
  | 'Unreadable'
  /** What was loaded as the decoder is no such module, or the page's policy forbids it. */
  | 'BadModule'
  /** No AudioWorklet or AudioBuffer for this sound; pages without https have no AudioWorklet. */
  | 'NoAudio';

/** Why a file cannot be played, or a call cannot be answered. */
export class NexError extends Error {
  readonly code: NexErrorCode;
  constructor(code: NexErrorCode, text: string, options?: { cause?: unknown });
}

/** A type of the surroundings, such as lib.dom; `Else` where they have none of that name. */
type Known<Name extends string, Else> =
  typeof globalThis extends Record<Name, { prototype: infer Type }> ? Type : Else;
type WasmModule = typeof globalThis extends { WebAssembly: { Module: { prototype: infer Type } } } ? Type : object;
type Address = string | Known<'URL', { readonly href: string }>;
/** A Float32Array over memory of its own, as the Web Audio API wants it. */
type Samples = ReturnType<Float32ArrayConstructor['of']>;
type Pixels = ReturnType<Uint8ClampedArrayConstructor['of']>;
type Context = Known<'BaseAudioContext', { readonly sampleRate: number }>;

/** Whether this engine runs the SIMD build. */
export function hasSimd(): boolean;

/** Which of the decoders a file needs: a compact sound's, a neural one's, a compact picture's, a compact shape's. */
export type NexKind = 'compact' | 'neural' | 'picture' | 'shape';
export function kindOf(bytes: ArrayBuffer | ArrayBufferView): NexKind;

/**
 * Fetches and compiles a decoder (that of compact sounds unless told) for this
 * engine, once. Needed only to have it early, to hand the module to a worker or
 * a worklet, or to load it from elsewhere.
 */
export function compile(options?: {
  kind?: NexKind;
  simd?: boolean;
  url?: Address;
}): Promise<WasmModule>;

/**
 * The pixels of a compact picture, as `new ImageData(data, width, height)` takes them, at its
 * own size or scaled to another by a good filter: the same bytes on every machine. Of gray
 * (1 or 2 `channels`) all three are the same, and without alpha (1 or 3) all is opaque.
 */
export function decodePicture(
  source: Parameters<typeof Nex.load>[0],
  options?: { width?: number; height?: number; module?: WasmModule },
): Promise<{ width: number; height: number; channels: number; data: Pixels }>;

/**
 * Draws a compact picture on a canvas, which gets its size, or the one that is told. Of what is fetched and
 * says its length, band after band while it comes: `onRows` hears how many rows are there.
 */
export function drawPicture(
  canvas: Known<'HTMLCanvasElement', never> | Known<'OffscreenCanvas', never>,
  source: Parameters<typeof Nex.load>[0],
  options?: { width?: number; height?: number; module?: WasmModule; onRows?: (rows: number, height: number) => void },
): Promise<{ width: number; height: number }>;

/** What a shape's file holds: a cube, and in it the signed distance to a surface. */
export interface NexShapeInfo {
  readonly profile: 'compact';
  /** Voxels along the cube's side, 16 to 512. */
  readonly cells: number;
  /** The cube's corner of the smallest coordinates, x, y and z, in the shape's own units. */
  readonly origin: readonly [number, number, number];
  /** Length of the cube's side in the same units. */
  readonly side: number;
  /** What distances are multiples of, in the same units; none is above 32,767 of them. */
  readonly step: number;
  /** Of the whole file. */
  readonly bytes: number;
}

/** Where a shape is looked at from, by parallel rays, and which rows of the picture. */
export interface NexView {
  width: number;
  height: number;
  /** Radians, around the axis that points up, and then up or down; 0, 0 is from where z is largest. */
  turn?: number;
  tilt?: number;
  /** 1, the default, has the cube's width in the shorter side. */
  zoom?: number;
  /** The axis that points up, `'y'` unless told. */
  up?: 'y' | 'z';
  /** The first row, 0, and how many, all that follow. */
  first?: number;
  rows?: number;
}

/**
 * A compact shape: the signed distance to its surface, negative inside, anywhere in its
 * cube. Coordinates are those of the mesh that it was made from. The numbers are the
 * same bits on every machine, but for what `mesh` and `trace` make of them.
 */
export interface NexShape {
  readonly info: NexShapeInfo;
  /**
   * The distance at a point: near the surface right to about the error that the file was
   * made for, elsewhere never more than the surface is away (sphere tracing).
   */
  sdfAt(x: number, y: number, z: number): number;
  /** How the distance rises along x, y and z, by central differences over a cell either way: divided by its length the normal. */
  gradientAt(x: number, y: number, z: number): number[];
  /** Who owns a point: the polynomial of a cell of 4, 8 or 16 voxels a side, or none, 0. */
  expertAt(x: number, y: number, z: number): { readonly cells: 0 | 4 | 8 | 16 };
  /** The distances of many points, of each its x, y and z; faster than one by one. */
  distances(points: Float32Array | Float64Array): Samples;
  distances<Out extends Float32Array | Float64Array>(points: Float32Array | Float64Array, out: Out): Out;
  /**
   * The surface as triangles, counter-clockwise from outside, closed, by surface nets on a grid of so
   * many cells along the cube's side (64; 2 to 512), as a three.js BufferGeometry takes them.
   */
  mesh(resolution?: number): { positions: Samples; normals: Samples; indices: ReturnType<Uint32ArrayConstructor['of']> };
  /**
   * What an eye sees, four numbers a pixel: the normal in 1/127, and who owns the place, 1 plus
   * twice the expert (1, 2, 3: of 4, 8, 16 voxels a side), and 1 more in every other cell of that size. All
   * are 0 where nothing is.
   */
  trace(view: NexView, out?: Int8Array): Int8Array;
  /** Lets go of the memory; every later call throws. */
  free(): void;
}

/** Opens a compact shape: decodes all of it, some KB of memory. */
export function decodeShape(
  source: Parameters<typeof Nex.load>[0],
  options?: { module?: WasmModule },
): Promise<NexShape>;

/**
 * The state of a node, and what its port takes. Its reports have `playing` and `at`,
 * and `error` after a message that it refused, in words.
 */
export interface NexNodeState {
  playing?: boolean;
  /** Frames; a fraction is a position between two. */
  at?: number;
  /** 1 plays as recorded; 2 twice as fast, an octave higher. */
  rate?: number;
  /** Over and over: the file's loop, or all of the sound. */
  loop?: boolean;
  /** Ends the node for good. */
  close?: boolean;
}

/**
 * A sound, ready to be decoded anywhere. Samples are from -1 to 1 and the same
 * bits on every machine, whatever is asked for in whatever order. Between frames the compact
 * profile sums its cosines at the very position: of a frame `resample` and `sampleAt` may say 1/32768
 * more or less than `decode`, `decodeInto` and `decodeLooped`, which agree.
 */
export class Nex {
  private constructor();
  /**
   * Fetches, checks and opens a file: of a URL, or in Node of a path too. Throws
   * a {@link NexError} that says what is wrong with it.
   */
  static load(
    source: Address | ArrayBuffer | ArrayBufferView
      | Known<'Request', never> | Known<'Response', never> | Known<'Blob', never>,
    options?: { module?: WasmModule },
  ): Promise<Nex>;
  /**
   * As `load`, at once: for a worker or a worklet. The module is of the file's kind; all files that
   * are opened with one share an instance and its memory.
   */
  static open(module: WasmModule, bytes: ArrayBuffer | ArrayBufferView): Nex;

  readonly info: NexInfo;
  /** Multiply-accumulates that decoding has taken so far. */
  readonly multiplies: number;

  /** The whole sound. */
  decode(): { channelData: Samples[]; sampleRate: number };
  /**
   * Decodes the frames from `start` on, a whole number, into arrays of one length,
   * one per channel; returns how many there were before the end. What follows is
   * left as it is. In sequence there is no cost but decoding; elsewhere a compact
   * sound decodes up to two chunks first. Allocates nothing.
   */
  decodeInto(start: number, out: readonly Float32Array[]): number;
  /**
   * As `decodeInto`, over and over: after the frame before the loop's end comes its
   * first, without a gap. Without `loop` the file's own, or all of the sound. Fills the
   * arrays; returns the frame that comes next.
   */
  decodeLooped(start: number, out: readonly Float32Array[], loop?: NexLoop): number;
  /**
   * Evaluates the sound at `start`, `start + step`, ... in frames, between them
   * too; returns how many positions lay before the end. No filter is applied: a
   * step above 1 aliases. Allocates nothing.
   */
  resample(start: number, step: number, out: readonly Float32Array[]): number;
  /** One sample per channel at a position in frames. */
  sampleAt(at: number): Samples;
  /** Who owns a position in frames. */
  expertAt(at: number): NexExpert;
  /**
   * The whole sound for an AudioBufferSourceNode: where there is no AudioWorklet,
   * as in pages without https.
   */
  audioBuffer(context: Context): Known<'AudioBuffer', unknown>;
  /**
   * A node that plays the sound on the audio thread. Its port takes
   * {@link NexNodeState} and reports `{ playing, at }`. `url` is where worklet.js
   * is, if it is not beside this script. At another rate than the context's, or another speed, it is
   * filtered as it plays: images 80 dB below, and up to a step of 4 frames no aliases.
   * All nodes of a context share one instance of the decoder.
   */
  createNode(context: Context, state?: NexNodeState, options?: { url?: Address }): Promise<Known<'AudioWorkletNode', unknown>>;
  /** Ends the nodes and lets go of the memory; every later call throws. What nobody holds any more is freed, too, in time. */
  free(): void;
}
