// Why can a call not be answered?

export class NexError extends Error {
  constructor(code, text, options) {
    super(text, options);
    this.name = 'NexError';
    this.code = code;
  }
}

export const noMemory = (cause) =>
  new NexError('MemoryTooSmall', `there is no memory left (${cause.message}); free() sounds that are not needed`, { cause });
