// Why can a file not be played, or a call not be answered?

export class NexError extends Error {
  constructor(code, text, options) {
    super(text, options);
    this.name = 'NexError';
    this.code = code;
  }
}

/** The decoder's statuses, from 0 down. */
const CODES = ('None Truncated BadMagic UnsupportedVersion BadCrc TrailingBytes BadHeader ' +
  'UnknownKind LimitExceeded BadWeights Packed MemoryTooSmall OutOfRange Null Misaligned ' +
  'TooLong NotOpen NotBuilt Other OtherKind').split(' ');

/** What an error says of a part of the file, as the Rust decoder says it. */
const SENTENCES = {
  UnsupportedVersion: (_, n) => `format version ${n} is not supported (this decoder reads version 1)`,
  BadHeader: (part) => `the header's ${part} is malformed`,
  UnknownKind: (part, n) => `${part} of kind ${n} is unknown to this decoder`,
  LimitExceeded: (part) => `the ${part} is above this decoder's limit`,
  BadWeights: (part) => `the ${part} are not finite or could overflow`,
};

/** The error of a status; `text` is the decoder's own, `part` the name of what it is about. */
export function failure(status, text, part, detail) {
  const code = CODES[-status] ?? 'Other';
  const about = part || code === 'UnsupportedVersion' ? SENTENCES[code] : undefined;
  return new NexError(code, about?.(part, detail) ?? text);
}

export const noMemory = (cause) =>
  new NexError('MemoryTooSmall', `there is no memory left (${cause.message}); free() sounds that are not needed`, { cause });
