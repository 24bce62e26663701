/*
 * Plays .nex files: sounds stored as mixtures of experts.
 *
 *     static const uint8_t clip[] = { ... };      // stays in flash
 *     static struct nex_decoder decoder;
 *     static uint32_t memory[1024];               // nex_inspect() says how much
 *     static int16_t block[256];
 *
 *     if (nex_open(&decoder, clip, sizeof clip, memory, sizeof memory) == 0) {
 *         int32_t frames;
 *         while ((frames = nex_decode(&decoder, block, 256)) > 0) {
 *             // hand frames * channels samples to the DAC
 *         }
 *     }
 *
 * Nothing is allocated, nothing is global: all memory is the caller's, and
 * different decoders may be used by different threads and interrupts at once.
 * One decoder is used by one of them at a time. No function waits, and none
 * uses the C library but for memcpy, memmove, memset and memcmp.
 *
 * A file is checked whole when it is opened: hostile bytes give an error,
 * never harm. A NULL or misaligned pointer gives an error too.
 *
 * Made by `cargo run -p nex-c-header` in runtime/c of the library's source;
 * do not edit.
 */


#ifndef NEX_H
#define NEX_H

#include <stddef.h>
#include <stdint.h>

/**
 * Words of `opaque` in struct nex_decoder.
 */
#define NEX_DECODER_WORDS 288

/**
 * What a function returns instead of a result: 0, or a negative number.
 */
enum nex_error {
  /**
   * Nothing is wrong.
   */
  NEX_ERROR_NONE = 0,
  /**
   * The file ends before its last byte.
   */
  NEX_ERROR_TRUNCATED = -1,
  /**
   * The file does not begin with "NEX".
   */
  NEX_ERROR_BAD_MAGIC = -2,
  /**
   * The file is of a format version this decoder does not know.
   * `detail` is that version.
   */
  NEX_ERROR_UNSUPPORTED_VERSION = -3,
  /**
   * The checksum over the whole file does not match: it is damaged.
   */
  NEX_ERROR_BAD_CRC = -4,
  /**
   * Bytes follow the end of the file.
   */
  NEX_ERROR_TRAILING_BYTES = -5,
  /**
   * A header field, `part`, is malformed or contradicts another.
   */
  NEX_ERROR_BAD_HEADER = -6,
  /**
   * `part` is of a kind, `detail`, that this decoder does not know; a newer
   * one may.
   */
  NEX_ERROR_UNKNOWN_KIND = -7,
  /**
   * The size of `part` is above the limit of this decoder.
   */
  NEX_ERROR_LIMIT_EXCEEDED = -8,
  /**
   * The weights of `part` are not finite or could overflow the arithmetic.
   */
  NEX_ERROR_BAD_WEIGHTS = -9,
  /**
   * The file is packed: nex_unpack() makes the plain file of it.
   */
  NEX_ERROR_PACKED = -10,
  /**
   * The memory does not suffice; nex_inspect() or nex_unpacked_bytes()
   * says how much does.
   */
  NEX_ERROR_MEMORY_TOO_SMALL = -11,
  /**
   * The frame lies at or past the end.
   */
  NEX_ERROR_OUT_OF_RANGE = -12,
  /**
   * A pointer is NULL.
   */
  NEX_ERROR_NULL = -13,
  /**
   * A pointer is not aligned as its type demands.
   */
  NEX_ERROR_MISALIGNED = -14,
  /**
   * A length is larger than any object can be.
   */
  NEX_ERROR_TOO_LONG = -15,
  /**
   * The decoder has not been opened, or opening it failed.
   */
  NEX_ERROR_NOT_OPEN = -16,
  /**
   * This library was built without the decoder of the file's profile.
   */
  NEX_ERROR_NOT_BUILT = -17,
  /**
   * Any other error of the decoder.
   */
  NEX_ERROR_OTHER = -18,
};

/**
 * The part of a file that an error is about.
 */
enum nex_part {
  /**
   * No part in particular.
   */
  NEX_PART_NONE = 0,
  /**
   * Signal kind: sound, image, shape.
   */
  NEX_PART_SIGNAL = 1,
  /**
   * Sample rate.
   */
  NEX_PART_RATE = 2,
  /**
   * Channel count.
   */
  NEX_PART_CHANNELS = 3,
  /**
   * Number of frames.
   */
  NEX_PART_FRAMES = 4,
  /**
   * Output range.
   */
  NEX_PART_PEAK = 5,
  /**
   * Integer or float arithmetic.
   */
  NEX_PART_ARITHMETIC = 6,
  /**
   * The gate that picks the expert.
   */
  NEX_PART_GATE = 7,
  /**
   * The shared encoder.
   */
  NEX_PART_ENCODER = 8,
  /**
   * The experts.
   */
  NEX_PART_EXPERTS = 9,
  /**
   * An activation function.
   */
  NEX_PART_ACTIVATION = 10,
  /**
   * The width of a layer.
   */
  NEX_PART_WIDTH = 11,
  /**
   * The number of layers of a block.
   */
  NEX_PART_LAYERS = 12,
  /**
   * A weight type that does not exist or does not fit its place.
   */
  NEX_PART_WEIGHT_TYPE = 13,
  /**
   * The section table.
   */
  NEX_PART_SECTIONS = 14,
  /**
   * Values of the encoder section.
   */
  NEX_PART_ENCODER_WEIGHTS = 15,
  /**
   * Values of the manager section.
   */
  NEX_PART_MANAGER_WEIGHTS = 16,
  /**
   * Values of the expert section.
   */
  NEX_PART_EXPERT_WEIGHTS = 17,
  /**
   * The comment.
   */
  NEX_PART_COMMENT = 18,
  /**
   * Block and chunk lengths of a compact sound.
   */
  NEX_PART_BLOCKS = 19,
  /**
   * Step, shaping and offsets of a compact sound.
   */
  NEX_PART_STEP = 20,
  /**
   * The set of models of a compact sound.
   */
  NEX_PART_MODELS = 21,
  /**
   * The chunk table of a compact sound.
   */
  NEX_PART_CHUNKS = 22,
  /**
   * The runs of baked routing.
   */
  NEX_PART_ROUTING = 23,
  /**
   * A part that this table does not know yet.
   */
  NEX_PART_OTHER = 24,
};

/**
 * How a sound is stored.
 */
enum nex_profile {
  /**
   * A neural network in integers: needs no floating-point unit.
   */
  NEX_PROFILE_INTEGER = 0,
  /**
   * A neural network in 32-bit floats.
   */
  NEX_PROFILE_FLOAT = 1,
  /**
   * Sparse sums of windowed cosines, entropy-coded, in integers.
   */
  NEX_PROFILE_COMPACT = 2,
};

/**
 * Facts about a file. After an error all are 0 but `part` and `detail`.
 */
struct nex_info {
  /**
   * One of enum nex_profile.
   */
  uint32_t profile;
  /**
   * Sample rate in Hz, 1 to 768,000.
   */
  uint32_t rate_hz;
  /**
   * Channels, 1 to 8; samples are interleaved.
   */
  uint32_t channels;
  /**
   * Frames (time steps), 1 or more.
   */
  uint32_t frames;
  /**
   * Bytes of memory that nex_open() needs at least: enough to play.
   */
  uint32_t memory_bytes;
  /**
   * Bytes of memory for nex_sample_at() and nex_expert_at() too; not less
   * than `memory_bytes`.
   */
  uint32_t points_memory_bytes;
  /**
   * More bytes of memory than this change nothing; between `memory_bytes`
   * and this much a neural sound decodes faster, for each weight is loaded
   * once for several frames.
   */
  uint32_t best_memory_bytes;
  /**
   * Number of experts of a neural sound; 0 of a compact one, whose every
   * block is an expert.
   */
  uint32_t experts;
  /**
   * Multiply-accumulates per frame of a neural sound; 0 of a compact one,
   * where they depend on the content.
   */
  uint32_t macs_per_frame;
  /**
   * Sines per frame of a neural sound; 0 of a compact one.
   */
  uint32_t sines_per_frame;
  /**
   * What an error is about: one of enum nex_part.
   */
  uint32_t part;
  /**
   * More about an error, see enum nex_error; otherwise 0.
   */
  uint32_t detail;
};

/**
 * A sound while it is played. Its contents are the library's.
 *
 * Zero it before the first nex_open() (a `static` one is zero), so that a
 * function called too early can tell. It may be opened again at any time, with
 * another file or memory; there is nothing to close. It must not be copied
 * while it is in use.
 */
struct nex_decoder {
  /**
   * For the alignment.
   */
  uint64_t state;
  /**
   * The rest.
   */
  size_t opaque[NEX_DECODER_WORDS];
};

/**
 * The expert that owns a position.
 */
struct nex_expert {
  /**
   * Which expert of a neural sound, from 0 on; 0 of a compact sound.
   */
  uint32_t index;
  /**
   * The first frame of a compact sound's block; 0 of a neural sound, whose
   * experts own any frames that the gate gives them.
   */
  uint32_t first_frame;
  /**
   * Frames of a compact sound's block; 0 of a neural sound.
   */
  uint32_t frames;
  /**
   * Weights of the block that are not zero, in a compact sound; 0 of a
   * neural sound.
   */
  uint32_t nonzero;
};

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * Checks a whole file and says what it holds and what playing it takes.
 *
 * Cost: one pass over the file. Stack on a Cortex-M: below 5 KB for a compact
 * file, 10 KB for a neural one.
 *
 * Returns 0, or why the file cannot be played: any error from
 * NEX_ERROR_TRUNCATED to NEX_ERROR_PACKED, about which `info->part` and
 * `info->detail` say more; NEX_ERROR_NOT_BUILT; or NEX_ERROR_NULL, _MISALIGNED
 * or _TOO_LONG about the arguments.
 *
 * The caller promises:
 * `bytes` is NULL or points to `bytes_len` bytes; `info` is NULL or points to
 * a struct nex_info.
 */
int32_t nex_inspect(const uint8_t *bytes,
                    size_t bytes_len,
                    struct nex_info *info);

/**
 * Bytes of a struct nex_decoder, for those who cannot read this header.
 */
size_t nex_decoder_bytes(void);

/**
 * Opens a file of either profile at its beginning.
 *
 * `bytes` (in flash, say; any alignment) must stay as they are while the
 * decoder is in use, and `memory` belongs to the decoder as long; it may hold
 * anything and is aligned to 4 bytes. How much is needed says nex_inspect().
 *
 * Cost and stack: those of nex_inspect().
 *
 * Returns 0, or an error, after which the decoder is not open: those of
 * nex_inspect(), and NEX_ERROR_MEMORY_TOO_SMALL.
 *
 * The caller promises:
 * `decoder` is NULL or points to a struct nex_decoder; `bytes` is NULL or
 * points to `bytes_len` bytes, `memory` to `memory_bytes` bytes; what they
 * point to lives, and is used by nobody else (`bytes`: is not changed), as
 * long as the decoder is used.
 */
int32_t nex_open(struct nex_decoder *decoder,
                 const uint8_t *bytes,
                 size_t bytes_len,
                 void *memory,
                 size_t memory_bytes);

/**
 * Decodes the next frames.
 *
 * Writes up to `frames` frames of 16-bit samples into `out`, interleaved, so
 * `frames` times the channels of them; after those that there are, `out` is
 * left as it is. The samples are the same whatever the numbers asked for, and
 * on every machine.
 *
 * Cost: `macs_per_frame` and `sines_per_frame` a frame in a neural sound, more
 * memory less loading; in a compact one a whole block is decoded when its
 * first frame is asked for, and nothing in the frames between.
 *
 * Returns how many frames were written: `frames`, fewer at the end of the
 * sound, then 0; or NEX_ERROR_NOT_OPEN, _NULL, _MISALIGNED, _TOO_LONG.
 *
 * The caller promises:
 * `decoder` is NULL or points to a struct nex_decoder that is zero or was
 * given to nex_open(); `out` is NULL or has room for `frames` frames.
 */
int32_t nex_decode(struct nex_decoder *decoder, int16_t *out, uint32_t frames);

/**
 * Goes on at frame `frame` of the sound; at or past its end nothing follows.
 *
 * Cost: nothing in a neural sound; at most the decisions of two chunks in a
 * compact one, paid here and by the next nex_decode().
 *
 * Returns 0 or an error.
 *
 * The caller promises:
 * As nex_decode().
 */
int32_t nex_seek(struct nex_decoder *decoder, uint32_t frame);

/**
 * The frame that nex_decode() gives next, or an error.
 *
 * The caller promises:
 * As nex_decode().
 */
int64_t nex_position(const struct nex_decoder *decoder);

/**
 * Multiply-accumulates that nex_decode() has taken since nex_open(); 0 if the
 * decoder is not open.
 *
 * The caller promises:
 * As nex_decode().
 */
uint64_t nex_multiplies(const struct nex_decoder *decoder);

/**
 * Evaluates the sound at one position, between the frames too.
 *
 * The position is `frame` and `fraction` in 2^-32 frames. Writes one sample
 * of each channel into `out`. nex_decode() goes on where it was.
 *
 * In a compact sound this takes `points_memory_bytes`, and uses the memory in
 * another way than nex_decode(): to change from one to the other costs a
 * seek, and nearby positions cost no decoding. At a frame's own position the
 * sample differs from nex_decode()'s by 1 at most, in a neural sound by
 * nothing.
 *
 * Returns 0 or an error: NEX_ERROR_OUT_OF_RANGE past the end.
 *
 * The caller promises:
 * As nex_decode(), with `out` for one frame.
 */
int32_t nex_sample_at(struct nex_decoder *decoder,
                      uint32_t frame,
                      uint32_t fraction,
                      int16_t *out);

/**
 * Evaluates the sound at equally spaced positions: plays at any rate.
 *
 * The first position is `frame` and `fraction` in 2^-32 frames, as of
 * nex_sample_at(), whose memory and cost this shares; the next one lies
 * `step_frames` and `step_fraction` further on: the sound's rate by that of
 * the output. A compact sound's cosines, and a neural sound's network, are
 * evaluated there; no filter is applied, so that a step of more than a frame
 * aliases what lies above half the output's rate. nex_decode() goes on where
 * it was.
 *
 * Returns how many frames were written: `frames`, or fewer at the end of the
 * sound; or an error.
 *
 * The caller promises:
 * As nex_decode().
 */
int32_t nex_resample(struct nex_decoder *decoder,
                     uint32_t frame,
                     uint32_t fraction,
                     uint32_t step_frames,
                     uint32_t step_fraction,
                     int16_t *out,
                     uint32_t frames);

/**
 * Says which expert owns a position. Memory, cost and errors are those of
 * nex_sample_at().
 *
 * The caller promises:
 * As nex_decode(); `expert` is NULL or points to a struct nex_expert.
 */
int32_t nex_expert_at(struct nex_decoder *decoder,
                      uint32_t frame,
                      uint32_t fraction,
                      struct nex_expert *expert);

/**
 * Bytes that nex_unpack() writes: of a packed file the plain file's length,
 * of a plain file its own; or an error. Only neural sounds are ever packed: a
 * library without their decoder says NEX_ERROR_NOT_BUILT.
 *
 * The caller promises:
 * `bytes` is NULL or points to `bytes_len` bytes.
 */
int32_t nex_unpacked_bytes(const uint8_t *bytes, size_t bytes_len);

/**
 * Makes a plain file of a packed one (which is for storage and download);
 * a plain file is copied. Compact sounds are never packed.
 *
 * Cost: one pass over the file. Returns the plain file's length, or an error, after
 * which `out` holds anything.
 *
 * The caller promises:
 * `bytes` is NULL or points to `bytes_len` bytes, `out` to `out_bytes` bytes
 * that do not overlap them.
 */
int32_t nex_unpack(const uint8_t *bytes,
                   size_t bytes_len,
                   uint8_t *out,
                   size_t out_bytes);

/**
 * A sentence in English about a negative result; never NULL.
 */
const char *nex_error_text(int32_t error);

/**
 * The name in English of a part of a file, see enum nex_part; never NULL.
 */
const char *nex_part_text(uint32_t part);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* NEX_H */
