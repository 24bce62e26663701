// What do the numbers mean that the decoder refuses a file with? Not in the worklet, which sends them here.

import { NexError } from './errors.js';

/** The decoder's statuses, from 0 down. */
const STATUSES = [
  ['None', 'no error'],
  ['Truncated', 'the file ends too early'],
  ['BadMagic', 'not a .nex file (it does not begin with "NEX")'],
  ['UnsupportedVersion', 'this format version is not supported'],
  ['BadCrc', 'the checksum does not match: the file is damaged'],
  ['TrailingBytes', 'bytes follow the end of the file'],
  ['BadHeader', 'a field of the header is malformed'],
  ['UnknownKind', 'a kind that this decoder does not know'],
  ['LimitExceeded', "a size above this decoder's limit"],
  ['BadWeights', 'weights that are not finite or could overflow'],
  ['Packed', 'the file is packed; unpack it before it is decoded'],
  ['MemoryTooSmall', 'the memory does not suffice'],
  ['OutOfRange', 'the position lies past the end'],
  ['Null', 'a pointer is NULL'],
  ['Misaligned', 'a pointer is not aligned'],
  ['TooLong', 'a length is larger than any object'],
  ['NotOpen', 'the decoder is not open'],
  ['NotBuilt', 'the decoder was built without what this file needs'],
  ['Other', 'another error'],
  ['OtherKind', 'the file holds another kind of signal'],
];

/** The parts of a file, from 0 up. */
const PARTS = ('file,signal,sample rate,channel count,frame count,output range,arithmetic,gate,encoder,experts,activation,' +
  'layer width,layer count,weight type,section table,encoder weights,manager weights,expert weights,comment,block lengths,' +
  'quantiser,set of models,chunk table,baked routing,unknown part,profile,size,cube,loop,form of planes').split(',');

/** What an error says of a part of the file, as the Rust decoder says it. */
const SENTENCES = {
  UnsupportedVersion: (_, n) => `format version ${n} is not supported (this decoder reads version 1)`,
  BadHeader: (part) => `the header's ${part} is malformed`,
  UnknownKind: (part, n) => `${part} of kind ${n} is unknown to this decoder`,
  LimitExceeded: (part) => `the ${part} is above this decoder's limit`,
  BadWeights: (part) => `the ${part} are not finite or could overflow`,
};

/** The error of a status, about a part of the file by its number. */
export function failure(status, part, detail) {
  const [code, text] = STATUSES[-status] ?? STATUSES[18];
  const about = part || code === 'UnsupportedVersion' ? SENTENCES[code] : undefined;
  return new NexError(code, about?.(PARTS[part] ?? 'unknown part', detail) ?? text);
}
