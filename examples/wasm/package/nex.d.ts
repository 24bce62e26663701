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
}

/** Who owns a position: a network's expert, or a compact sound's block. */
export type NexExpert =
  | { readonly index: number }
  | { readonly firstFrame: number; readonly frames: number; readonly nonzero: number };

export type NexErrorCode =
  | 'Truncated' | 'BadMagic' | 'UnsupportedVersion' | 'BadCrc' | 'TrailingBytes' | 'BadHeader'
  | 'UnknownKind' | 'LimitExceeded' | 'BadWeights' | 'OutOfRange' | 'NotOpen' | 'Network' | 'Other';

/** Why a file cannot be played, or a call cannot be answered. */
export class NexError extends Error {
  readonly code: NexErrorCode;
  constructor(code: NexErrorCode, text: string);
}

/** Whether this engine runs the SIMD build. */
export function hasSimd(): boolean;

/** Which of the two decoders a file needs. */
export type NexKind = 'compact' | 'neural';
export function kindOf(bytes: Uint8Array): NexKind;

/**
 * Fetches and compiles a decoder (that of compact sounds unless told) for this
 * engine, once. Needed only to have it early, to hand the module to a worker or
 * a worklet, or to load it from elsewhere.
 */
export function compile(options?: {
  kind?: NexKind;
  simd?: boolean;
  url?: string | URL;
}): Promise<WebAssembly.Module>;

/** The state of a node, and what its port takes; reports have `playing` and `at`. */
export interface NexNodeState {
  playing?: boolean;
  /** Frames; a fraction is a position between two. */
  at?: number;
  /** 1 plays as recorded; 2 twice as fast, an octave higher. */
  rate?: number;
  loop?: boolean;
  /** Ends the node for good. */
  close?: boolean;
}

/**
 * A sound, ready to be decoded anywhere. Samples are from -1 to 1 and the same
 * bits on every machine, whatever is asked for in whatever order.
 */
export class Nex {
  /**
   * Fetches, checks and opens a file. Throws a {@link NexError} that says what
   * is wrong with it.
   */
  static load(
    source: string | URL | Request | Response | Blob | ArrayBuffer | ArrayBufferView,
    options?: { module?: WebAssembly.Module },
  ): Promise<Nex>;
  /** As `load`, at once: for a worker or a worklet. The module is of the file's kind. */
  static open(module: WebAssembly.Module, bytes: Uint8Array): Nex;

  readonly info: NexInfo;
  /** Multiply-accumulates that decoding has taken so far. */
  readonly multiplies: number;

  /** The whole sound. */
  decode(): { channelData: Float32Array[]; sampleRate: number };
  /**
   * Decodes the frames from `start` on into arrays, one per channel; returns how
   * many there were before the end. What follows is left as it is. In sequence
   * there is no cost but decoding; elsewhere a compact sound decodes up to two
   * chunks first. Allocates nothing.
   */
  decodeInto(start: number, out: Float32Array[]): number;
  /**
   * Evaluates the sound at `start`, `start + step`, ... in frames, between them
   * too; returns how many positions lay before the end. No filter is applied: a
   * step above 1 aliases. Allocates nothing.
   */
  resample(start: number, step: number, out: Float32Array[]): number;
  /** One sample per channel at a position in frames. */
  sampleAt(at: number): Float32Array;
  /** Who owns a position in frames. */
  expertAt(at: number): NexExpert;
  /**
   * A node that plays the sound on the audio thread. Its port takes
   * {@link NexNodeState} and reports `{ playing, at }`.
   */
  createNode(context: BaseAudioContext, state?: NexNodeState): Promise<AudioWorkletNode>;
  /** Lets go of the memory; every later call throws. */
  free(): void;
}
