/*
 * Decodes .nex files: sounds, pictures and shapes stored as mixtures of experts.
 * A sound:
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
 * What products need beside that, a struct nex_player has: a queue, loops, fades,
 * mixing, any rate, and even work.
 *
 * A picture, in windows of up to 32 x 32 pixels as its file has them, or in rows
 * at any size:
 *
 *     static uint16_t pixels[32 * 32];
 *
 *     nex_picture_open(&picture, bytes, length, memory, sizeof memory);
 *     while (nex_picture_next(&picture, &area) > 0) {
 *         nex_picture_rgb565(&picture, NULL, pixels, 32 * 32);
 *         // send them to that area of the display
 *     }
 *     nex_picture_rows(&picture, NULL, 120, 90);
 *     while (nex_picture_next_row(&picture, row, 120) > 0)
 *         ;                                       // show 120 * channels bytes
 *
 * And a shape, whose signed distance is asked for:
 *
 *     nex_shape_open(&shape, bytes, length, memory, sizeof memory);
 *     if (nex_shape_sdf_at(&shape, &point, &distance) == 0 && distance < 0)
 *         ;                                       // the point lies inside
 *
 * Nothing is allocated, nothing is global: all memory is the caller's, and
 * different decoders, pictures and shapes may be used by different threads and
 * interrupts at once, each of them by one at a time. No function waits, and none
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
 * The version of this header and its library: numbers that only grow.
 */
#define NEX_VERSION_MAJOR 0

/**
 * Grows when functions come, and as long as NEX_VERSION_MAJOR is 0 with every
 * change of one.
 */
#define NEX_VERSION_MINOR 1

/**
 * Grows when functions stay as they are.
 */
#define NEX_VERSION_PATCH 0

/**
 * All three in one number, which can be compared.
 */
#define NEX_VERSION (((NEX_VERSION_MAJOR << 16) | (NEX_VERSION_MINOR << 8)) | NEX_VERSION_PATCH)

/**
 * Sounds that may wait in a player.
 */
#define NEX_QUEUE 4

/**
 * Words of `opaque` in struct nex_decoder.
 */
#define NEX_DECODER_WORDS 264

/**
 * Words of `opaque` in struct nex_sound.
 */
#define NEX_SOUND_WORDS 152

/**
 * Words of `opaque` in struct nex_player.
 */
#define NEX_PLAYER_WORDS 448

/**
 * Words of `opaque` in struct nex_picture.
 */
#define NEX_PICTURE_WORDS 336

/**
 * Words of `opaque` in struct nex_shape.
 */
#define NEX_SHAPE_WORDS 152

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
   * The memory does not suffice; nex_inspect(), nex_picture_inspect(),
   * nex_picture_rows_bytes(), nex_shape_inspect() or nex_unpacked_bytes() says how much does.
   */
  NEX_ERROR_MEMORY_TOO_SMALL = -11,
  /**
   * The position lies past the end of the sound, beside the picture or outside
   * of the shape's cube.
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
   * The decoder, picture or shape has not been opened, or opening it failed.
   */
  NEX_ERROR_NOT_OPEN = -16,
  /**
   * This library was built without what the file needs: NEX_PART_PROFILE without the
   * decoder of its profile, `detail`, which is one of enum nex_profile;
   * NEX_PART_MODELS without a model of its chunks; NEX_PART_CHANNELS without stereo.
   */
  NEX_ERROR_NOT_BUILT = -17,
  /**
   * Any other error of the decoder.
   */
  NEX_ERROR_OTHER = -18,
  /**
   * The file holds another signal than the function is for: `detail` is one
   * of enum nex_signal, plus 16 times one of enum nex_profile.
   */
  NEX_ERROR_OTHER_KIND = -19,
  /**
   * As many sounds wait in the player as have room.
   */
  NEX_ERROR_QUEUE_FULL = -20,
  /**
   * A player has 1 or 2 channels and a rate, and plays sounds of up to three
   * times its rate.
   */
  NEX_ERROR_NO_SUCH_OUTPUT = -21,
  /**
   * What is to be written to lies in memory that the decoder works in.
   */
  NEX_ERROR_OVERLAPS = -22,
  /**
   * Something else has written over the decoder, player or sound.
   */
  NEX_ERROR_OVERWRITTEN = -23,
  /**
   * Only a neural picture has a value between its pixels.
   */
  NEX_ERROR_NOT_NEURAL = -24,
  /**
   * Windows, or rows, of the picture have not been begun, or something else has
   * been done with it since.
   */
  NEX_ERROR_NOT_BEGUN = -25,
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
   * The signal: sound, picture, shape.
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
   * Step of a compact file, shaping and offsets of a sound.
   */
  NEX_PART_STEP = 20,
  /**
   * The set of models of a compact sound.
   */
  NEX_PART_MODELS = 21,
  /**
   * The chunk table of a compact sound, or the table of a picture's tiles.
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
  /**
   * The profile: neural, compact.
   */
  NEX_PART_PROFILE = 25,
  /**
   * Width or height of a picture, cells of a shape.
   */
  NEX_PART_SIZE = 26,
  /**
   * Place and side of the cube that holds a shape.
   */
  NEX_PART_CUBE = 27,
  /**
   * The loop of a sound.
   */
  NEX_PART_LOOP = 28,
  /**
   * How a compact picture's planes are stored.
   */
  NEX_PART_FORM = 29,
};

/**
 * What is stored.
 */
enum nex_signal {
  /**
   * Samples along time: nex_open() and what comes after it.
   */
  NEX_SIGNAL_SOUND = 0,
  /**
   * Pixels in a plane: nex_picture_open().
   */
  NEX_SIGNAL_PICTURE = 1,
  /**
   * The signed distance to a surface in space: nex_shape_open().
   */
  NEX_SIGNAL_SHAPE = 2,
};

/**
 * How it is stored.
 */
enum nex_profile {
  /**
   * A mixture of neural networks.
   */
  NEX_PROFILE_NEURAL = 0,
  /**
   * Sparse sums of windowed cosines, entropy-coded, in integers.
   */
  NEX_PROFILE_COMPACT = 1,
};

/**
 * How a neural file is computed.
 */
enum nex_arithmetic {
  /**
   * In integers: needs no floating-point unit.
   */
  NEX_ARITHMETIC_INTEGER = 0,
  /**
   * In 32-bit floats.
   */
  NEX_ARITHMETIC_FLOAT = 1,
};

/**
 * What a file is.
 */
struct nex_kind {
  /**
   * One of enum nex_signal.
   */
  uint32_t signal;
  /**
   * One of enum nex_profile.
   */
  uint32_t profile;
};

/**
 * Facts about a sound. After an error all are 0 but `part` and `detail`.
 */
struct nex_info {
  /**
   * One of enum nex_profile.
   */
  uint32_t profile;
  /**
   * One of enum nex_arithmetic; a compact sound is in integers.
   */
  uint32_t arithmetic;
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
   * Bytes of memory for nex_sample_at(), nex_resample() and nex_expert_at()
   * too; not less than `memory_bytes`.
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
   * Frames that are decoded at once: the longest block of a compact sound, 1
   * of a neural one.
   */
  uint32_t worst_frames;
  /**
   * Entropy-coded decisions that these take at most, whatever the bytes; 0 of
   * a neural sound.
   */
  uint32_t worst_decisions;
  /**
   * Multiply-accumulates that these take at most.
   */
  uint32_t worst_multiplies;
  /**
   * What an error is about: one of enum nex_part.
   */
  uint32_t part;
  /**
   * More about an error, see enum nex_error; otherwise 0.
   */
  uint32_t detail;
  /**
   * The frames to play over and over, for nex_decode_looped(): the first of
   * them, and the first after them; both 0 if the file names none.
   */
  uint32_t loop_start;
  /**
   * See `loop_start`.
   */
  uint32_t loop_end;
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
   * Which expert of a neural file, from 0 on; of a compact shape see
   * nex_shape_expert_at(); 0 of a compact sound.
   */
  uint32_t index;
  /**
   * The first frame of a compact sound's block; 0 of a neural file, whose
   * experts own any positions that the gate gives them.
   */
  uint32_t first_frame;
  /**
   * Frames of a compact sound's block; 0 of a neural file.
   */
  uint32_t frames;
  /**
   * Weights of the block that are not zero, in a compact sound; 0 of a
   * neural file.
   */
  uint32_t nonzero;
};

/**
 * A sound that a player plays, checked. What is said of struct nex_decoder holds.
 */
struct nex_sound {
  /**
   * For the alignment.
   */
  uint64_t state;
  /**
   * The rest.
   */
  size_t opaque[NEX_SOUND_WORDS];
};

/**
 * What plays sounds into audio buffers. What is said of struct nex_decoder holds.
 */
struct nex_player {
  /**
   * For the alignment.
   */
  uint64_t state;
  /**
   * The rest.
   */
  size_t opaque[NEX_PLAYER_WORDS];
};

/**
 * Facts about a picture. After an error all are 0 but `part` and `detail`.
 */
struct nex_picture_info {
  /**
   * One of enum nex_profile.
   */
  uint32_t profile;
  /**
   * One of enum nex_arithmetic.
   */
  uint32_t arithmetic;
  /**
   * Pixels per row, 1 to 65,535.
   */
  uint32_t width;
  /**
   * Rows, 1 to 65,535.
   */
  uint32_t height;
  /**
   * Samples of a pixel: 1: gray, 2: gray and alpha, 3: red, green, blue,
   * 4: these and alpha, which is not multiplied into the colours.
   */
  uint32_t channels;
  /**
   * Columns that are decoded together, whatever part of them is asked for: those
   * of a compact picture's tile; 1 of a neural one.
   */
  uint32_t tile_columns;
  /**
   * Likewise rows.
   */
  uint32_t tile_rows;
  /**
   * Bytes of memory that nex_picture_open() needs at least; for rows see
   * nex_picture_rows_bytes().
   */
  uint32_t memory_bytes;
  /**
   * More bytes of memory than this change nothing (but for rows); up to this
   * much, a neural picture is decoded faster.
   */
  uint32_t best_memory_bytes;
  /**
   * Number of experts of a neural picture; 0 of a compact one, whose every
   * square is an expert.
   */
  uint32_t experts;
  /**
   * Multiply-accumulates per pixel of a neural picture; 0 of a compact one,
   * where they depend on the content.
   */
  uint32_t macs_per_pixel;
  /**
   * Sines per pixel of a neural picture; 0 of a compact one.
   */
  uint32_t sines_per_pixel;
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
 * A picture that is decoded. What is said of struct nex_decoder holds.
 */
struct nex_picture {
  /**
   * For the alignment.
   */
  uint64_t state;
  /**
   * The rest.
   */
  size_t opaque[NEX_PICTURE_WORDS];
};

/**
 * A rectangle of pixels.
 */
struct nex_area {
  /**
   * Its left edge.
   */
  uint32_t left;
  /**
   * Its upper edge.
   */
  uint32_t top;
  /**
   * Columns.
   */
  uint32_t width;
  /**
   * Rows.
   */
  uint32_t height;
};

/**
 * How a picture is shown.
 */
struct nex_look {
  /**
   * What lies behind a picture with alpha: red, green, blue. Others do not show
   * it.
   */
  uint8_t background[3];
  /**
   * If not 0, the bits that 16 of a pixel lack are spread over the pixels
   * around, so that slopes show no bands; what is drawn in parts has no seams.
   */
  uint8_t dither;
  /**
   * If not 0, a pixel of 16 bits has its high byte first in memory, whatever the
   * processor, as most displays on SPI take it.
   */
  uint8_t high_byte_first;
};

/**
 * Facts about a shape. After an error all are 0 but `part` and `detail`.
 */
struct nex_shape_info {
  /**
   * One of enum nex_profile.
   */
  uint32_t profile;
  /**
   * One of enum nex_arithmetic.
   */
  uint32_t arithmetic;
  /**
   * Cells along each side of the cube, 1 to 65,535, voxels of a compact shape, 16 to
   * 512: what positions are counted in.
   */
  uint32_t cells;
  /**
   * The cube's corner of the smallest coordinates, in the shape's own units.
   */
  float origin[3];
  /**
   * Length of the cube's side in the same units.
   */
  float side;
  /**
   * One step of a distance in the same units: half the cube's side over
   * 32,768.
   */
  float step;
  /**
   * Bytes of memory that nex_shape_open() needs at least; of a compact shape all that
   * is in it, 16 to 40 KB for most.
   */
  uint32_t memory_bytes;
  /**
   * More bytes of memory than this change nothing; up to this much, more is
   * faster.
   */
  uint32_t best_memory_bytes;
  /**
   * Number of experts of a neural shape; 0 of a compact one, whose every cell near the
   * surface is an expert.
   */
  uint32_t experts;
  /**
   * Multiply-accumulates per point of a neural shape; 0 of a compact one.
   */
  uint32_t macs_per_point;
  /**
   * Sines per point of a neural shape; 0 of a compact one.
   */
  uint32_t sines_per_point;
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
 * A shape that is evaluated. What is said of struct nex_decoder holds.
 */
struct nex_shape {
  /**
   * For the alignment.
   */
  uint64_t state;
  /**
   * The rest.
   */
  size_t opaque[NEX_SHAPE_WORDS];
};

/**
 * A place in a shape's cube, counted in cells from the corner of the smallest
 * coordinates: x, y and z, each a whole number and a fraction in 2^-32. From 0 to
 * `cells`, both included, lies in the cube.
 */
struct nex_point {
  /**
   * Whole cells.
   */
  uint32_t cell[3];
  /**
   * And 2^-32 cells.
   */
  uint32_t fraction[3];
};

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * The version of the library that is linked, as NEX_VERSION is the one of this
 * header.
 */
uint32_t nex_version(void);

/**
 * Says what a file holds: a sound, a picture or a shape; and in which profile.
 *
 * Only its first five bytes are looked at: opening it tells whether it is whole.
 *
 * Returns 0 or an error: NEX_ERROR_TRUNCATED, _BAD_MAGIC, _UNSUPPORTED_VERSION,
 * _UNKNOWN_KIND, _NULL, _MISALIGNED or _TOO_LONG, after which `kind` is left as
 * it is.
 *
 * The caller promises:
 * `bytes` is NULL or points to `bytes_len` bytes; `kind` is NULL or points to a
 * struct nex_kind.
 */
int32_t nex_kind(const uint8_t *bytes,
                 size_t bytes_len,
                 struct nex_kind *kind);

/**
 * Bytes that nex_unpack() writes: of a packed file the plain file's length,
 * of a plain file its own; or an error. Only neural files are ever packed: a
 * library without their decoder says NEX_ERROR_NOT_BUILT.
 *
 * The caller promises:
 * `bytes` is NULL or points to `bytes_len` bytes.
 */
int32_t nex_unpacked_bytes(const uint8_t *bytes, size_t bytes_len);

/**
 * Makes a plain file of a packed one (which is for storage and download);
 * a plain file is copied. Compact files are never packed.
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

/**
 * Checks a whole sound's file and says what it holds and what playing it takes.
 *
 * Cost: one pass over the file. Stack on a Cortex-M: below 3 KB for a compact
 * file, 8 KB for a neural one.
 *
 * Returns 0, or why the file cannot be played: any error from
 * NEX_ERROR_TRUNCATED to NEX_ERROR_PACKED, _NOT_BUILT or _OTHER_KIND, about
 * which `info->part` and `info->detail` say more; or NEX_ERROR_NULL,
 * _MISALIGNED or _TOO_LONG about the arguments.
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
 * Opens a sound of either profile at its beginning.
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
 * sound, then 0; or NEX_ERROR_NOT_OPEN, _NULL, _MISALIGNED, _TOO_LONG, _OVERLAPS,
 * _OVERWRITTEN.
 *
 * The caller promises:
 * `decoder` is NULL or points to a struct nex_decoder that is zero or was
 * given to nex_open(); `out` is NULL or has room for `frames` frames.
 */
int32_t nex_decode(struct nex_decoder *decoder,
                   int16_t *out,
                   uint32_t frames);

/**
 * Decodes the next frames of a sound that is played over and over.
 *
 * After the frame before `end` comes `start`, without a gap; from the end of the
 * loop on it goes on at `start`. Which frames they are the file may say, see
 * `loop_start` and `loop_end` of struct nex_info; 0 and `frames` are all of the
 * sound. All else is as in nex_decode(): the samples are the same, and a jump costs
 * what nex_seek() costs.
 *
 * Returns how many frames were written, which is `frames`; or the errors of
 * nex_decode(), and NEX_ERROR_OUT_OF_RANGE if `start` is not below `end`, or `end`
 * above the sound's frames.
 *
 * The caller promises:
 * As nex_decode().
 */
int32_t nex_decode_looped(struct nex_decoder *decoder,
                          int16_t *out,
                          uint32_t frames,
                          uint32_t start,
                          uint32_t end);

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
 * sample differs from nex_decode()'s by 1 at most, unless the numbers of a forged
 * file wrap; in a neural sound by nothing.
 *
 * Returns 0 or an error: NEX_ERROR_OUT_OF_RANGE past the end, _MEMORY_TOO_SMALL
 * below `points_memory_bytes`.
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
 * Checks a whole sound's file, for a player to play.
 *
 * `bytes` (in flash, say; any alignment) must stay as they are while the sound is
 * in use. Cost, stack and errors: those of nex_inspect().
 *
 * The caller promises:
 * `sound` is NULL or points to a struct nex_sound that no player uses; `bytes` is
 * NULL or points to `bytes_len` bytes that live, unchanged, as long as the sound is
 * used.
 */
int32_t nex_sound_open(struct nex_sound *sound,
                       const uint8_t *bytes,
                       size_t bytes_len);

/**
 * Bytes of a struct nex_player, for those who cannot read this header.
 */
size_t nex_player_bytes(void);

/**
 * Makes a player for a DAC of this rate and of 1 or 2 channels, with nothing to
 * play.
 *
 * `memory` is where sounds are decoded: the most of `memory_bytes` of struct
 * nex_info that one of them takes, aligned to 4 bytes. In `ahead` wait samples that
 * were decoded ahead: the most of `worst_frames` of them, times the DAC's channels.
 * With less, if at least a frame, it plays the same, but in bursts of work. Both
 * belong to the player and may hold anything.
 *
 * The work of a block is spread over the buffers before it; it fades for 4 ms where
 * it stops, pauses, seeks, begins another sound or changes its volume; between the
 * sounds of its queue and at a loop's end is no gap; sounds of other rates are
 * resampled, images and aliases 80 dB below, unless the library was built without
 * feature `resampler`.
 *
 * Returns 0, or NEX_ERROR_NO_SUCH_OUTPUT, _MEMORY_TOO_SMALL, _NULL, _MISALIGNED,
 * _TOO_LONG.
 *
 * The caller promises:
 * `player` is NULL or points to a struct nex_player; `memory` is NULL or points to
 * `memory_bytes` bytes, `ahead` to `ahead_samples` samples, which live, and are used
 * by nobody else, as long as the player is used.
 */
int32_t nex_player_open(struct nex_player *player,
                        uint32_t rate_hz,
                        uint32_t channels,
                        void *memory,
                        size_t memory_bytes,
                        int16_t *ahead,
                        size_t ahead_samples);

/**
 * Plays a sound now, instead of what is played or waits. It is heard when its first
 * blocks are decoded, for which the time of about two is taken.
 *
 * Returns 0, or NEX_ERROR_MEMORY_TOO_SMALL, _NO_SUCH_OUTPUT, _NOT_OPEN, _NULL,
 * _MISALIGNED, _OVERWRITTEN.
 *
 * The caller promises:
 * `player` is NULL or points to a struct nex_player that is zero or was given to
 * nex_player_open(); `sound` is NULL or points to a struct nex_sound that is zero or
 * was given to nex_sound_open(), and stays as it is as long as the player may play it.
 */
int32_t nex_player_play(struct nex_player *player,
                        const struct nex_sound *sound);

/**
 * Plays a sound after those that are played and wait, of which there may be NEX_QUEUE,
 * without a gap; at once if there are none.
 *
 * Returns as nex_player_play(), and NEX_ERROR_QUEUE_FULL.
 *
 * The caller promises:
 * As nex_player_play().
 */
int32_t nex_player_queue(struct nex_player *player,
                         const struct nex_sound *sound);

/**
 * Plays the frames from `start` to `end` - 1 of the sound that was last begun over
 * and over; with `end` 0, or frames that it does not have, it plays to its end.
 *
 * The caller promises:
 * As nex_player_fill().
 */
int32_t nex_player_loop(struct nex_player *player,
                        uint32_t start,
                        uint32_t end);

/**
 * Sets the volume, in 1/32768: 0 is silence, 32768 unity.
 *
 * The caller promises:
 * As nex_player_fill().
 */
int32_t nex_player_gain(struct nex_player *player, uint16_t gain);

/**
 * Fades, and keeps its place.
 *
 * The caller promises:
 * As nex_player_fill().
 */
int32_t nex_player_pause(struct nex_player *player);

/**
 * Plays on after nex_player_pause().
 *
 * The caller promises:
 * As nex_player_fill().
 */
int32_t nex_player_resume(struct nex_player *player);

/**
 * Fades, and forgets what was played and waited.
 *
 * The caller promises:
 * As nex_player_fill().
 */
int32_t nex_player_stop(struct nex_player *player);

/**
 * Fades, and plays on at a frame of the sound that was last begun.
 *
 * The caller promises:
 * As nex_player_fill().
 */
int32_t nex_player_seek(struct nex_player *player, uint32_t frame);

/**
 * The frame that is heard next, -1 if nothing is to be heard any more, or another
 * negative number: an error less 1.
 *
 * The caller promises:
 * As nex_player_fill().
 */
int64_t nex_player_position(const struct nex_player *player);

/**
 * How many sounds have been played to their ends since nex_player_open(), modulo
 * 2^32: who wants to hear of an end looks after each buffer whether it has grown.
 * 0 if the player is not open.
 *
 * The caller promises:
 * As nex_player_fill().
 */
uint32_t nex_player_ended(const struct nex_player *player);

/**
 * Fills `out` with the next `frames` frames, interleaved, and with silence what lies
 * behind the end.
 *
 * Returns how many frames lie before the end, then and while it pauses 0; or
 * NEX_ERROR_NOT_OPEN, _NULL, _MISALIGNED, _TOO_LONG, _OVERLAPS, _OVERWRITTEN.
 *
 * The caller promises:
 * `player` is NULL or points to a struct nex_player that is zero or was given to
 * nex_player_open(); `out` is NULL or has room for `frames` frames.
 */
int32_t nex_player_fill(struct nex_player *player,
                        int16_t *out,
                        uint32_t frames);

/**
 * Adds the next frames to what `out` holds; sums are limited to what a sample can be.
 * Returns as nex_player_fill().
 *
 * The caller promises:
 * As nex_player_fill(), and `out` holds samples.
 */
int32_t nex_player_mix(struct nex_player *player,
                       int16_t *out,
                       uint32_t frames);

/**
 * Checks a whole picture's file and says what it holds and what decoding it
 * takes. Cost, stack and errors are those of nex_inspect().
 *
 * The caller promises:
 * `bytes` is NULL or points to `bytes_len` bytes; `info` is NULL or points to
 * a struct nex_picture_info.
 */
int32_t nex_picture_inspect(const uint8_t *bytes,
                            size_t bytes_len,
                            struct nex_picture_info *info);

/**
 * Bytes of a struct nex_picture, for those who cannot read this header.
 */
size_t nex_picture_bytes(void);

/**
 * Opens a picture, before its first window: nex_picture_next() may follow. `bytes`
 * and `memory` as of nex_open(); how much memory is needed says
 * nex_picture_inspect(), and for rows nex_picture_rows_bytes().
 *
 * Returns 0, or an error, after which the picture is not open: those of
 * nex_picture_inspect(), and NEX_ERROR_MEMORY_TOO_SMALL.
 *
 * The caller promises:
 * `picture` is NULL or points to a struct nex_picture; `bytes` is NULL or
 * points to `bytes_len` bytes, `memory` to `memory_bytes` bytes; what they
 * point to lives, and is used by nobody else (`bytes`: is not changed), as
 * long as the picture is used.
 */
int32_t nex_picture_open(struct nex_picture *picture,
                         const uint8_t *bytes,
                         size_t bytes_len,
                         void *memory,
                         size_t memory_bytes);

/**
 * Begins windows, again or of another part: as nex_picture_open() does, and
 * smaller or of an area alone.
 *
 * With `halvings`, 0 to 3, the picture is shown in 1, 1/2, 1/4 or 1/8 of its size
 * (rounded up), each pixel the mean of those that it stands for. `area` is in
 * pixels of the size that is shown; NULL is everything. Of a compact picture those
 * tiles are decoded that it touches; without tiles, all rows above it, too.
 *
 * Returns 0 or an error: NEX_ERROR_OUT_OF_RANGE of more halvings, _NOT_OPEN, _NULL,
 * _MISALIGNED.
 *
 * The caller promises:
 * `picture` is NULL or points to a struct nex_picture that is zero or was given
 * to nex_picture_open(); `area` is NULL or points to a struct nex_area.
 */
int32_t nex_picture_windows(struct nex_picture *picture,
                            uint32_t halvings,
                            const struct nex_area *area);

/**
 * Decodes the next window and says where it lies: at most 32 columns and rows,
 * which nex_picture_rgb565(), nex_picture_rgb888() and nex_picture_samples() give
 * as often as asked, until the next window.
 *
 * Windows come from left to right and from top to bottom, those of a compact
 * picture tile by tile; each pixel is in one of them.
 *
 * Cost: `macs_per_pixel` and `sines_per_pixel` a pixel of a neural picture, more
 * memory less loading; of a compact one it depends on the content, and what is
 * not in the area but in its tiles is decoded, too.
 *
 * Returns 1; 0 after the last window; or NEX_ERROR_NOT_BEGUN, _NOT_OPEN, _NULL,
 * _MISALIGNED.
 *
 * The caller promises:
 * As nex_picture_windows().
 */
int32_t nex_picture_next(struct nex_picture *picture,
                         struct nex_area *area);

/**
 * The window's samples, 8 bits each, interleaved, row by row: of up to `pixels`
 * pixels, so `pixels` times the channels of them.
 *
 * Returns how many pixels were written: as many as the window has, `pixels` at
 * most; 0 if there is no window; or NEX_ERROR_NOT_BEGUN, _NOT_OPEN, _NULL,
 * _MISALIGNED, _TOO_LONG, _OVERLAPS.
 *
 * The caller promises:
 * As nex_picture_windows(), with `out` NULL or with room for `pixels` pixels.
 */
int32_t nex_picture_samples(struct nex_picture *picture,
                            uint8_t *out,
                            uint32_t pixels);

/**
 * The window's pixels as red, green and blue, three bytes each, row by row; all
 * else as of nex_picture_samples(). NULL for `look` is black behind the picture.
 *
 * The caller promises:
 * As nex_picture_samples(), with `look` NULL or pointing to a struct nex_look, and
 * room for `pixels` times three bytes.
 */
int32_t nex_picture_rgb888(struct nex_picture *picture,
                           const struct nex_look *look,
                           uint8_t *out,
                           uint32_t pixels);

/**
 * The window's pixels in 16 bits each, red in the highest five, green in the next
 * six, blue in the lowest; row by row; all else as of nex_picture_samples(). NULL
 * for `look` is dithered, over black, in the processor's order of bytes.
 *
 * The caller promises:
 * As nex_picture_samples(), with `look` NULL or pointing to a struct nex_look.
 */
int32_t nex_picture_rgb565(struct nex_picture *picture,
                           const struct nex_look *look,
                           uint16_t *out,
                           uint32_t pixels);

/**
 * Bytes of memory that nex_picture_open() needs for rows of a picture, see
 * nex_picture_rows(). Cost and errors are those of nex_picture_inspect().
 *
 * The caller promises:
 * `bytes` is NULL or points to `bytes_len` bytes; `area` is NULL or points to a
 * struct nex_area.
 */
int64_t nex_picture_rows_bytes(const uint8_t *bytes,
                               size_t bytes_len,
                               const struct nex_area *area,
                               uint32_t columns,
                               uint32_t rows);

/**
 * Begins rows: of a part of the picture (NULL is everything), scaled to so many
 * columns and rows. Its own are its pixels as they are; others are scaled by Catmull
 * and Rom's cubic, a much smaller picture by means before. Windows that were begun
 * are ended, and these rows by them.
 *
 * Returns 0 or an error: NEX_ERROR_MEMORY_TOO_SMALL, see nex_picture_rows_bytes();
 * _OUT_OF_RANGE if columns or rows are 0 or above 65,535, or the picture has nothing
 * there; _NOT_OPEN, _NULL, _MISALIGNED.
 *
 * The caller promises:
 * As nex_picture_windows().
 */
int32_t nex_picture_rows(struct nex_picture *picture,
                         const struct nex_area *area,
                         uint32_t columns,
                         uint32_t rows);

/**
 * Decodes the next row from its left end: up to `pixels` pixels into `out`, 8-bit
 * samples, interleaved, so `pixels` times the channels of them. After those that
 * there are, `out` is left as it is.
 *
 * Returns how many pixels were written: `pixels`, or the row's columns if that is
 * less; 0 after the last row; or NEX_ERROR_NOT_BEGUN, _NOT_OPEN, _NULL,
 * _MISALIGNED, _TOO_LONG, _OVERLAPS.
 *
 * The caller promises:
 * As nex_picture_samples().
 */
int32_t nex_picture_next_row(struct nex_picture *picture,
                             uint8_t *out,
                             uint32_t pixels);

/**
 * Evaluates a neural picture along a line from left to right: any part of it at
 * any scale. Windows and rows that were begun are ended.
 *
 * Positions are measured in pixels from the left and the upper edge, each as a
 * whole number and a fraction in 2^-32: pixel 0 has its centre at
 * (0, 0x80000000). The line begins at x and y; the next pixel lies `step` and
 * `step_fraction` further on. A step of 1 shows pixels as they are, one of half
 * of it twice as large. No filter is applied, so that a step of more than 1
 * aliases.
 *
 * Cost: `macs_per_pixel` and `sines_per_pixel` a pixel; more memory less loading.
 *
 * Returns how many pixels were written into `out`, as nex_picture_next_row() has
 * them, before the right edge, 0 below the picture; or an error:
 * NEX_ERROR_NOT_NEURAL of a compact picture, _NOT_OPEN, _NULL, _MISALIGNED,
 * _TOO_LONG, _OVERLAPS.
 *
 * The caller promises:
 * As nex_picture_samples().
 */
int32_t nex_picture_line(struct nex_picture *picture,
                         uint32_t x,
                         uint32_t x_fraction,
                         uint32_t y,
                         uint32_t y_fraction,
                         uint32_t step,
                         uint32_t step_fraction,
                         uint8_t *out,
                         uint32_t pixels);

/**
 * Says which expert of a neural picture owns a point; positions, and what is begun,
 * as of nex_picture_line().
 *
 * Returns 0 or an error: NEX_ERROR_OUT_OF_RANGE beside the picture, _NOT_NEURAL,
 * _NOT_OPEN, _NULL, _MISALIGNED.
 *
 * The caller promises:
 * As nex_picture_windows(); `expert` is NULL or points to a struct nex_expert.
 */
int32_t nex_picture_expert_at(struct nex_picture *picture,
                              uint32_t x,
                              uint32_t x_fraction,
                              uint32_t y,
                              uint32_t y_fraction,
                              struct nex_expert *expert);

/**
 * Checks a whole shape's file and says what it holds and what evaluating it
 * takes. Cost, stack and errors are those of nex_inspect().
 *
 * The caller promises:
 * `bytes` is NULL or points to `bytes_len` bytes; `info` is NULL or points to
 * a struct nex_shape_info.
 */
int32_t nex_shape_inspect(const uint8_t *bytes,
                          size_t bytes_len,
                          struct nex_shape_info *info);

/**
 * Bytes of a struct nex_shape, for those who cannot read this header.
 */
size_t nex_shape_bytes(void);

/**
 * Opens a shape. `bytes` and `memory` as of nex_open(); how much memory is
 * needed says nex_shape_inspect().
 *
 * Cost: a compact shape is decoded here, all of it into `memory`, which takes about
 * 1,000 instructions for each bit of the file; a neural one is only checked.
 *
 * Returns 0, or an error, after which the shape is not open: those of
 * nex_shape_inspect(), and NEX_ERROR_MEMORY_TOO_SMALL.
 *
 * The caller promises:
 * `shape` is NULL or points to a struct nex_shape; `bytes` is NULL or points to
 * `bytes_len` bytes, `memory` to `memory_bytes` bytes; what they point to lives,
 * and is used by nobody else (`bytes`: is not changed), as long as the shape is
 * used.
 */
int32_t nex_shape_open(struct nex_shape *shape,
                       const uint8_t *bytes,
                       size_t bytes_len,
                       void *memory,
                       size_t memory_bytes);

/**
 * The signed distance of one point from the surface, negative inside, in steps
 * of `step` (struct nex_shape_info), at most 32,767 of them either way.
 *
 * Of a compact shape a cell near the surface says what its polynomial says. Anywhere
 * else the distance is the one to the nearest such cell, or, where that is further than
 * 16 voxels, a little less: never more than the surface is away, so that a ray or a
 * robot may go as far at once.
 *
 * Cost: `macs_per_point` and `sines_per_point` of a neural shape; of a compact one a
 * descent of three steps and one polynomial, or a look at the cells around.
 *
 * Returns 0 or an error: NEX_ERROR_OUT_OF_RANGE outside of the cube, _NOT_OPEN,
 * _NULL, _MISALIGNED, _OVERLAPS.
 *
 * The caller promises:
 * `shape` is NULL or points to a struct nex_shape that is zero or was given to
 * nex_shape_open(); `point` is NULL or points to a struct nex_point, `distance`
 * to an int16_t.
 */
int32_t nex_shape_sdf_at(struct nex_shape *shape,
                         const struct nex_point *point,
                         int16_t *distance);

/**
 * The rise of the distance per cell along x, y and z into `gradient`, in half
 * steps: central differences over one cell either way. It points away from the
 * shape, and where it is divided by its length it is the normal of the surface.
 *
 * Of a compact shape where a polynomial is, the difference is that of this polynomial, over
 * two voxels that lie in its cell; anywhere else, up to 16 voxels away, it points from the
 * nearest such cell.
 *
 * Cost: six times that of nex_shape_sdf_at(), twice of a compact shape; it shares the errors.
 *
 * The caller promises:
 * As nex_shape_sdf_at(), with `gradient` for three numbers.
 */
int32_t nex_shape_gradient_at(struct nex_shape *shape,
                              const struct nex_point *point,
                              int32_t *gradient);

/**
 * The signed distances of `count` points that lie anywhere in the cube, each to
 * its place in `out`. Of a neural shape this is faster than one by one: a weight is
 * loaded once for several points.
 *
 * Returns 0 or an error: those of nex_shape_sdf_at(), after which `out` holds
 * anything, and NEX_ERROR_TOO_LONG.
 *
 * The caller promises:
 * As nex_shape_sdf_at(); `points` is NULL or points to `count` points, `out` has
 * room for as many numbers.
 */
int32_t nex_shape_points(struct nex_shape *shape,
                         const struct nex_point *points,
                         uint32_t count,
                         int16_t *out);

/**
 * Says which expert owns a point: `index` is 0 to `experts` - 1 of a neural shape; of a
 * compact one 1, 2 or 3 in a cell of 4, 8 or 16 voxels a side, 0 where no polynomial is.
 * Cost and errors are those of nex_shape_sdf_at().
 *
 * The caller promises:
 * As nex_shape_sdf_at(); `expert` is NULL or points to a struct nex_expert.
 */
int32_t nex_shape_expert_at(struct nex_shape *shape,
                            const struct nex_point *point,
                            struct nex_expert *expert);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* NEX_H */
