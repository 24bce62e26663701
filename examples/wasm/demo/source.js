// Which sound is in a file that is no .nex, and how does it become one?

const text = (bytes, at, length) => String.fromCharCode(...bytes.subarray(at, at + length));
const isWav = (bytes) => text(bytes, 0, 4) === 'RIFF' && text(bytes, 8, 4) === 'WAVE';

/** What a browser resamples to when no header tells the rate. */
const USUAL_RATE = 48000;
const MP3_RATES = [44100, 48000, 32000];

/** Of a file's beginning, in which its headers are. */
const HEAD = 8192;

/** Where a word begins, or -1. */
function find(bytes, word) {
  const codes = Array.from(word, (letter) => letter.charCodeAt(0));
  return bytes.findIndex((_, at) => codes.every((code, i) => bytes[at + i] === code));
}

/**
 * The sample rate that the file's header states, for WAV, FLAC, Vorbis, Opus (in Ogg,
 * WebM or Matroska), MP4 and MP3. Of Opus, which always plays at 48,000 Hz, it is that
 * of the sound that was encoded: more would be spent on nothing.
 */
export function rateOf(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, HEAD));
  if (isWav(bytes)) {
    for (let at = 12; at + 16 <= view.byteLength; at += 8 + view.getUint32(at + 4, true)) {
      if (text(bytes, at, 4) === 'fmt ') return view.getUint32(at + 12, true);
    }
  }
  if (text(bytes, 0, 4) === 'fLaC' && view.byteLength > 22) return view.getUint32(18) >>> 12;
  if (text(bytes, 0, 4) === 'OggS' && text(bytes, 29, 6) === 'vorbis' && view.byteLength >= 44) return view.getUint32(40, true);
  const opus = find(bytes.subarray(0, HEAD), 'OpusHead');
  if (opus >= 0 && opus + 16 <= view.byteLength) return Math.min(view.getUint32(opus + 12, true), USUAL_RATE);
  if (text(bytes, 4, 4) === 'ftyp') {
    const entry = find(bytes, 'mp4a');
    if (entry >= 0 && entry + 30 <= bytes.length) return (bytes[entry + 28] << 8) | bytes[entry + 29];
  }
  const tag = text(bytes, 0, 3) === 'ID3'
    ? 10 + bytes.subarray(6, 10).reduce((sum, x) => (sum << 7) | x, 0) : 0;
  if (bytes[tag] === 0xff && (bytes[tag + 1] & 0xe6) === 0xe2) {
    const version = (bytes[tag + 1] >> 3) & 3;
    return MP3_RATES[(bytes[tag + 2] >> 2) & 3] >> (version === 3 ? 0 : version === 2 ? 1 : 2);
  }
  return USUAL_RATE;
}

/** The samples of a file as the browser decodes it, at the file's own rate. */
export async function decode(bytes) {
  const rate = Math.min(Math.max(rateOf(bytes) || USUAL_RATE, 3000), 768000);
  return new OfflineAudioContext(1, 1, rate).decodeAudioData(bytes.slice().buffer);
}

/** A .nex file of a sound's file: `{ nex, snr, ... }` as the encoder tells. */
export async function make(bytes, options) {
  const { encode, encodePlanes } = await import('./encoder.js');
  let reason;
  if (isWav(bytes)) {
    try {
      return await encode(bytes, options);
    } catch (error) {
      if (error.name === 'AbortError') throw error;
      // A WAV of a kind that the encoder does not read: perhaps the browser does.
      reason = error;
    }
  }
  let audio;
  try {
    audio = await decode(bytes);
  } catch (error) {
    throw reason ?? error;
  }
  const planes = Array.from({ length: audio.numberOfChannels }, (_, c) => audio.getChannelData(c));
  return encodePlanes(planes, audio.sampleRate, options);
}
