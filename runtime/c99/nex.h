/*
 * Decodes compact .nex files, sounds and pictures, in portable C99: for compilers and
 * processors that the library in Rust (runtime/c) does not reach. The bits, names, types
 * and error codes are that library's, so that a program links with either; what this one
 * has not is named in README.md.
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
 * A picture, in windows of up to 32 x 32 pixels as its file has them:
 *
 *     static struct nex_picture picture;
 *     static uint16_t pixels[32 * 32];
 *
 *     nex_picture_open(&picture, bytes, length, memory, sizeof memory);
 *     while (nex_picture_next(&picture, &area) > 0) {
 *         nex_picture_rgb565(&picture, NULL, pixels, 32 * 32);
 *         // send them to that area of the display
 *     }
 *
 * Nothing is allocated, nothing is global: all memory is the caller's, and different
 * decoders and pictures may be used by different threads and interrupts at once, each of
 * them by one at a time. Of the C library memcpy and memset are used.
 *
 * A file is checked whole when it is opened: hostile bytes give an error, never harm. A
 * NULL or misaligned pointer gives an error too.
 *
 * To leave parts out, define for nex.c and for whoever includes this NEX_NO_SOUNDS,
 * NEX_NO_POINTS (nex_sample_at() and the two functions after it), NEX_NO_PICTURES,
 * NEX_NO_DRAWN (drawn pictures and drawn blocks) or NEX_NO_ROWS (nex_picture_rows() and what
 * belongs to it). Files that need what was left out are refused.
 */
#ifndef NEX_H
#define NEX_H

#if defined(NEX_NO_SOUNDS) && defined(NEX_NO_PICTURES)
#error "nothing is left: NEX_NO_SOUNDS and NEX_NO_PICTURES"
#endif

#include <stddef.h>
#include <stdint.h>

/* The version of this header and its library: numbers that only grow. */
#define NEX_VERSION_MAJOR 0
#define NEX_VERSION_MINOR 1
#define NEX_VERSION_PATCH 0
#define NEX_VERSION (((NEX_VERSION_MAJOR << 16) | (NEX_VERSION_MINOR << 8)) | NEX_VERSION_PATCH)

/* What a function returns instead of a result: 0, or a negative number. */
enum nex_error {
    /* Nothing is wrong. */
    NEX_ERROR_NONE = 0,
    /* The file ends before its last byte. */
    NEX_ERROR_TRUNCATED = -1,
    /* The file does not begin with "NEX". */
    NEX_ERROR_BAD_MAGIC = -2,
    /* The file is of a format version this decoder does not know. `detail` is that version. */
    NEX_ERROR_UNSUPPORTED_VERSION = -3,
    /* The checksum over the whole file does not match: it is damaged. */
    NEX_ERROR_BAD_CRC = -4,
    /* Bytes follow the end of the file. */
    NEX_ERROR_TRAILING_BYTES = -5,
    /* A header field, `part`, is malformed or contradicts another. */
    NEX_ERROR_BAD_HEADER = -6,
    /* `part` is of a kind, `detail`, that this decoder does not know; a newer one may. */
    NEX_ERROR_UNKNOWN_KIND = -7,
    /* The size of `part` is above the limit of this decoder. */
    NEX_ERROR_LIMIT_EXCEEDED = -8,
    /* The weights of `part` are not finite or could overflow the arithmetic. */
    NEX_ERROR_BAD_WEIGHTS = -9,
    /* The file is packed: nex_unpack() makes the plain file of it. */
    NEX_ERROR_PACKED = -10,
    /* The memory does not suffice; nex_inspect(), nex_picture_inspect(),
     * nex_picture_rows_bytes(), nex_shape_inspect() or nex_unpacked_bytes() says how much
     * does. */
    NEX_ERROR_MEMORY_TOO_SMALL = -11,
    /* The position lies past the end of the sound, beside the picture or outside of the
     * shape's cube. */
    NEX_ERROR_OUT_OF_RANGE = -12,
    /* A pointer is NULL. */
    NEX_ERROR_NULL = -13,
    /* A pointer is not aligned as its type demands. */
    NEX_ERROR_MISALIGNED = -14,
    /* A length is larger than any object can be. */
    NEX_ERROR_TOO_LONG = -15,
    /* The decoder, picture or shape has not been opened, or opening it failed. */
    NEX_ERROR_NOT_OPEN = -16,
    /* This library was built without what the file needs: NEX_PART_PROFILE without the
     * decoder of its profile, `detail`, which is one of enum nex_profile; NEX_PART_MODELS
     * without a model of its chunks; NEX_PART_CHANNELS without stereo. */
    NEX_ERROR_NOT_BUILT = -17,
    /* Any other error of the decoder. */
    NEX_ERROR_OTHER = -18,
    /* The file holds another signal than the function is for: `detail` is one of enum
     * nex_signal, plus 16 times one of enum nex_profile. */
    NEX_ERROR_OTHER_KIND = -19,
    /* As many sounds wait in the player as have room. */
    NEX_ERROR_QUEUE_FULL = -20,
    /* A player has 1 or 2 channels and a rate, and plays sounds of up to three times its
     * rate. */
    NEX_ERROR_NO_SUCH_OUTPUT = -21,
    /* What is to be written to lies in memory that the decoder works in. */
    NEX_ERROR_OVERLAPS = -22,
    /* Something else has written over the decoder, player or sound. */
    NEX_ERROR_OVERWRITTEN = -23,
    /* Only a neural picture has a value between its pixels. */
    NEX_ERROR_NOT_NEURAL = -24,
    /* Windows, or rows, of the picture have not been begun, or something else has been done
     * with it since. */
    NEX_ERROR_NOT_BEGUN = -25,
};

/* The part of a file that an error is about. */
enum nex_part {
    /* No part in particular. */
    NEX_PART_NONE = 0,
    /* The signal: sound, picture, shape. */
    NEX_PART_SIGNAL = 1,
    /* Sample rate. */
    NEX_PART_RATE = 2,
    /* Channel count. */
    NEX_PART_CHANNELS = 3,
    /* Number of frames. */
    NEX_PART_FRAMES = 4,
    /* Output range. */
    NEX_PART_PEAK = 5,
    /* Integer or float arithmetic. */
    NEX_PART_ARITHMETIC = 6,
    /* The gate that picks the expert. */
    NEX_PART_GATE = 7,
    /* The shared encoder. */
    NEX_PART_ENCODER = 8,
    /* The experts. */
    NEX_PART_EXPERTS = 9,
    /* An activation function. */
    NEX_PART_ACTIVATION = 10,
    /* The width of a layer. */
    NEX_PART_WIDTH = 11,
    /* The number of layers of a block. */
    NEX_PART_LAYERS = 12,
    /* A weight type that does not exist or does not fit its place. */
    NEX_PART_WEIGHT_TYPE = 13,
    /* The section table. */
    NEX_PART_SECTIONS = 14,
    /* Values of the encoder section. */
    NEX_PART_ENCODER_WEIGHTS = 15,
    /* Values of the manager section. */
    NEX_PART_MANAGER_WEIGHTS = 16,
    /* Values of the expert section. */
    NEX_PART_EXPERT_WEIGHTS = 17,
    /* The comment. */
    NEX_PART_COMMENT = 18,
    /* Block and chunk lengths of a compact sound. */
    NEX_PART_BLOCKS = 19,
    /* Step of a compact file, shaping and offsets of a sound. */
    NEX_PART_STEP = 20,
    /* The set of models of a compact sound. */
    NEX_PART_MODELS = 21,
    /* The chunk table of a compact sound, or the table of a picture's tiles. */
    NEX_PART_CHUNKS = 22,
    /* The runs of baked routing. */
    NEX_PART_ROUTING = 23,
    /* A part that this table does not know yet. */
    NEX_PART_OTHER = 24,
    /* The profile: neural, compact. */
    NEX_PART_PROFILE = 25,
    /* Width or height of a picture, cells of a shape. */
    NEX_PART_SIZE = 26,
    /* Place and side of the cube that holds a shape. */
    NEX_PART_CUBE = 27,
    /* The loop of a sound. */
    NEX_PART_LOOP = 28,
    /* How a compact picture's planes are stored. */
    NEX_PART_FORM = 29,
};

/* What is stored. */
enum nex_signal {
    /* Samples along time: nex_open() and what comes after it. */
    NEX_SIGNAL_SOUND = 0,
    /* Pixels in a plane: nex_picture_open(). */
    NEX_SIGNAL_PICTURE = 1,
    /* The signed distance to a surface in space: nex_shape_open(). */
    NEX_SIGNAL_SHAPE = 2,
};

/* How it is stored. */
enum nex_profile {
    /* A mixture of neural networks. */
    NEX_PROFILE_NEURAL = 0,
    /* Sparse sums of windowed cosines, entropy-coded, in integers. */
    NEX_PROFILE_COMPACT = 1,
};

/* How a neural file is computed. */
enum nex_arithmetic {
    /* In integers: needs no floating-point unit. */
    NEX_ARITHMETIC_INTEGER = 0,
    /* In 32-bit floats. */
    NEX_ARITHMETIC_FLOAT = 1,
};

/* What a file is. */
struct nex_kind {
    /* One of enum nex_signal. */
    uint32_t signal;
    /* One of enum nex_profile. */
    uint32_t profile;
};

/* Facts about a sound. After an error all are 0 but `part` and `detail`. */
struct nex_info {
    /* One of enum nex_profile. */
    uint32_t profile;
    /* One of enum nex_arithmetic; a compact sound is in integers. */
    uint32_t arithmetic;
    /* Sample rate in Hz, 1 to 768,000. */
    uint32_t rate_hz;
    /* Channels, 1 to 8; samples are interleaved. */
    uint32_t channels;
    /* Frames (time steps), 1 or more. */
    uint32_t frames;
    /* Bytes of memory that nex_open() needs at least: enough to play. */
    uint32_t memory_bytes;
    /* Bytes of memory for nex_sample_at(), nex_resample() and nex_expert_at() too; not less
     * than `memory_bytes`. */
    uint32_t points_memory_bytes;
    /* More bytes of memory than this change nothing; between `memory_bytes` and this much a
     * neural sound decodes faster, for each weight is loaded once for several frames. */
    uint32_t best_memory_bytes;
    /* Number of experts of a neural sound; 0 of a compact one, whose every block is an
     * expert. */
    uint32_t experts;
    /* Multiply-accumulates per frame of a neural sound; 0 of a compact one, where they
     * depend on the content. */
    uint32_t macs_per_frame;
    /* Sines per frame of a neural sound; 0 of a compact one. */
    uint32_t sines_per_frame;
    /* Frames that are decoded at once: the longest block of a compact sound, 1 of a neural
     * one. */
    uint32_t worst_frames;
    /* Entropy-coded decisions that these take at most, whatever the bytes; 0 of a neural
     * sound. */
    uint32_t worst_decisions;
    /* Multiply-accumulates that these take at most. */
    uint32_t worst_multiplies;
    /* What an error is about: one of enum nex_part. */
    uint32_t part;
    /* More about an error, see enum nex_error; otherwise 0. */
    uint32_t detail;
    /* The frames to play over and over, for nex_decode_looped(): the first of them, and the
     * first after them; both 0 if the file names none. */
    uint32_t loop_start;
    /* See `loop_start`. */
    uint32_t loop_end;
};

/* The expert that owns a position. */
struct nex_expert {
    /* Which expert of a neural file, from 0 on; 0 of a compact sound. */
    uint32_t index;
    /* The first frame of a compact sound's block; 0 of a neural file. */
    uint32_t first_frame;
    /* Frames of a compact sound's block; 0 of a neural file. */
    uint32_t frames;
    /* Weights of the block that are not zero, in a compact sound; 0 of a neural file. */
    uint32_t nonzero;
};

/* Facts about a picture. After an error all are 0 but `part` and `detail`. */
struct nex_picture_info {
    /* One of enum nex_profile. */
    uint32_t profile;
    /* One of enum nex_arithmetic. */
    uint32_t arithmetic;
    /* Pixels per row, 1 to 65,535. */
    uint32_t width;
    /* Rows, 1 to 65,535. */
    uint32_t height;
    /* Samples of a pixel: 1: gray, 2: gray and alpha, 3: red, green, blue, 4: these and
     * alpha, which is not multiplied into the colours. */
    uint32_t channels;
    /* Columns that are decoded together, whatever part of them is asked for: those of a
     * compact picture's tile; 1 of a neural one. */
    uint32_t tile_columns;
    /* Likewise rows. */
    uint32_t tile_rows;
    /* Bytes of memory that nex_picture_open() needs at least; for rows see
     * nex_picture_rows_bytes(). */
    uint32_t memory_bytes;
    /* More bytes of memory than this change nothing (but for rows); up to this much, a
     * neural picture is decoded faster. */
    uint32_t best_memory_bytes;
    /* Number of experts of a neural picture; 0 of a compact one, whose every square is an
     * expert. */
    uint32_t experts;
    /* Multiply-accumulates per pixel of a neural picture; 0 of a compact one, where they
     * depend on the content. */
    uint32_t macs_per_pixel;
    /* Sines per pixel of a neural picture; 0 of a compact one. */
    uint32_t sines_per_pixel;
    /* What an error is about: one of enum nex_part. */
    uint32_t part;
    /* More about an error, see enum nex_error; otherwise 0. */
    uint32_t detail;
};

/* A rectangle of pixels. */
struct nex_area {
    /* Its left edge. */
    uint32_t left;
    /* Its upper edge. */
    uint32_t top;
    /* Columns. */
    uint32_t width;
    /* Rows. */
    uint32_t height;
};

/* How a picture is shown. */
struct nex_look {
    /* What lies behind a picture with alpha: red, green, blue. Others do not show it. */
    uint8_t background[3];
    /* If not 0, the bits that 16 of a pixel lack are spread over the pixels around, so that
     * slopes show no bands; what is drawn in parts has no seams. */
    uint8_t dither;
    /* If not 0, a pixel of 16 bits has its high byte first in memory, whatever the
     * processor, as most displays on SPI take it. */
    uint8_t high_byte_first;
};

/* What follows, up to the functions, is the library's own: its names begin with nex_x_. */

/* A range decoder. */
struct nex_x_coder {
    const uint8_t *at, *end;
    uint32_t range, code;
};

/* Chunks or tiles that are left: their lengths but for the last one's, and their data. */
struct nex_x_pieces {
    const uint8_t *table, *data, *end;
    uint32_t left;
};

#ifndef NEX_NO_SOUNDS
/* The header of a sound, as format/SPEC.md has it. */
struct nex_x_sound {
    uint32_t rate, frames, unused, loop_start, loop_end;
    uint16_t step;
    uint8_t channels, min, max, chunk, gamma, fill, tilt;
    int8_t offsets[3];
    struct nex_x_pieces chunks;
};

/* A block on one side of a boundary, for positions between the frames. */
struct nex_x_owner {
    uint32_t start;
    uint8_t size, overlap, is_there;
};

/* The head of a block, by channel where it has one of each. */
struct nex_x_block {
    uint8_t size, overlap, was_same, was_widest;
    uint8_t gain[2], low[2], high[2], end[2], noise[2][7], fade[2];
};

/*
 * A sound while it is played. Its contents are the library's.
 *
 * Zero it before the first nex_open() (a `static` one is zero), so that a function called
 * too early can tell. It may be opened again at any time, with another file or memory;
 * there is nothing to close. It must not be copied while it is in use.
 */
struct nex_decoder {
    uint64_t state;
    struct nex_x_sound sound;
    struct nex_x_pieces chunks;
    struct nex_x_coder coder;
    struct nex_x_block block;
    struct nex_x_owner left, right;
    int32_t *coefs[2], *tails[2];
    uint8_t *magnitudes[2];
    void *memory;
    size_t memory_bytes;
    uint64_t multiplies;
    uint32_t chunk_index, at, noise, start, complete_from, tail, next;
    uint8_t in_chunk, has_block, has_before, before, model, angle, is_for_points;
    uint16_t classes[304];
    uint64_t end;
};
#endif

#ifndef NEX_NO_PICTURES
/* The header of a picture, as format/SPEC.md has it. */
struct nex_x_picture {
    uint32_t width, height, tile_width, tile_height;
    uint16_t step;
    uint8_t channels, orthogonal, filtered, fielded, falloff, leaves, drawn, memory, display;
    uint8_t halves;
    int8_t chroma[2];
    struct nex_x_pieces tiles;
};

/* How an axis is scaled: `all` pixels, which are so many places when halved, become `to`
 * others, of so many places at most, up to `reach` away. `kept` are the pixels as if there were
 * so many places as after, and `wide` for how many the cubic is wide. */
struct nex_x_axis {
    uint64_t kept, wide;
    uint32_t all, to, places, reach, taps;
};

/* Rows of any size: the part of the halved picture, a band of its rows that is decoded, from
 * `begun` to before `ends`, and the last `kept` rows that were scaled along, `taken` in all. */
struct nex_x_rows {
    struct nex_area area;
    struct nex_x_axis x, y;
    uint8_t *pixels;
    int16_t *lines;
    uint32_t halvings, is_whole, band, kept, begun, ends, taken, next;
};

/* Where everything lies in the memory. */
struct nex_x_shared;
struct nex_x_plane;
struct nex_x_drawn;

/* A picture that is decoded. What is said of struct nex_decoder holds. */
struct nex_picture {
    uint64_t state;
    struct nex_x_picture picture;
    struct nex_x_pieces tiles;
    struct nex_x_coder coder;
    struct nex_x_shared *shared;
    struct nex_x_plane *planes;
    struct nex_x_drawn *drawn;
    void *lines, *commons, *drawn_lines, *entries;
    uint8_t *counts;
    void *memory;
    size_t memory_bytes;
    struct nex_area tile, shown, asked, full, window;
    struct nex_x_rows scaled;
    uint32_t tiles_begun, left, top, rows, halvings, has_window, begun;
    uint64_t end;
};
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The version of the library that is linked, as NEX_VERSION is the one of this header. */
uint32_t nex_version(void);

/*
 * Says what a file holds, by its first five bytes: opening it tells whether it is whole.
 *
 * Returns 0 or an error: NEX_ERROR_TRUNCATED, _BAD_MAGIC, _UNSUPPORTED_VERSION,
 * _UNKNOWN_KIND, _NULL, _MISALIGNED or _TOO_LONG, after which `kind` is left as it is.
 */
int32_t nex_kind(const uint8_t *bytes, size_t bytes_len, struct nex_kind *kind);

/* A sentence in English about a negative result; never NULL. */
const char *nex_error_text(int32_t error);

/* The name in English of a part of a file, see enum nex_part; never NULL. */
const char *nex_part_text(uint32_t part);

#ifndef NEX_NO_SOUNDS
/*
 * Checks a whole sound's file and says what it holds and what playing it takes: one pass
 * over the file.
 *
 * Returns 0, or why the file cannot be played: any error from NEX_ERROR_TRUNCATED to
 * NEX_ERROR_LIMIT_EXCEEDED, _NOT_BUILT or _OTHER_KIND, about which `info->part` and
 * `info->detail` say more; or NEX_ERROR_NULL, _MISALIGNED or _TOO_LONG about the arguments.
 */
int32_t nex_inspect(const uint8_t *bytes, size_t bytes_len, struct nex_info *info);

/* Bytes of a struct nex_decoder. */
size_t nex_decoder_bytes(void);

/*
 * Opens a sound at its beginning. `bytes` (in flash, say; any alignment) must stay as they
 * are while the decoder is in use, and `memory` belongs to the decoder as long; it may
 * hold anything and is aligned to 4 bytes. How much is needed says nex_inspect().
 *
 * Returns 0, or an error, after which the decoder is not open: those of nex_inspect(), and
 * NEX_ERROR_MEMORY_TOO_SMALL.
 */
int32_t nex_open(struct nex_decoder *decoder, const uint8_t *bytes, size_t bytes_len,
                 void *memory, size_t memory_bytes);

/*
 * Decodes the next frames: up to `frames` frames of 16-bit samples into `out`, interleaved.
 * A whole block is decoded when its first frame is asked for, and nothing in the frames
 * between; the samples are the same whatever the numbers asked for.
 *
 * Returns how many frames were written: `frames`, fewer at the end of the sound, then 0; or
 * NEX_ERROR_NOT_OPEN, _NULL, _MISALIGNED, _TOO_LONG, _OVERLAPS, _OVERWRITTEN.
 */
int32_t nex_decode(struct nex_decoder *decoder, int16_t *out, uint32_t frames);

/*
 * Decodes the next frames of a sound that is played over and over: after the frame before
 * `end` comes `start`. All else is as in nex_decode(); a jump costs what nex_seek() costs.
 *
 * Returns `frames`; or the errors of nex_decode(), and NEX_ERROR_OUT_OF_RANGE if `start` is
 * not below `end`, or `end` above the sound's frames.
 */
int32_t nex_decode_looped(struct nex_decoder *decoder, int16_t *out, uint32_t frames,
                          uint32_t start, uint32_t end);

/*
 * Goes on at frame `frame` of the sound; at or past its end nothing follows. Costs at most
 * the decisions of two chunks, paid here and by the next nex_decode(). Returns 0 or an error.
 */
int32_t nex_seek(struct nex_decoder *decoder, uint32_t frame);

/* The frame that nex_decode() gives next, or an error. */
int64_t nex_position(const struct nex_decoder *decoder);

/* Multiply-accumulates that nex_decode() has taken; 0 if the decoder is not open. */
uint64_t nex_multiplies(const struct nex_decoder *decoder);

#ifndef NEX_NO_POINTS
/*
 * Evaluates the sound at one position, `frame` and `fraction` in 2^-32 frames, between the
 * frames too, and writes one sample of each channel into `out`. nex_decode() goes on where it
 * was.
 *
 * This takes `points_memory_bytes`, and uses the memory in another way than nex_decode(): to
 * change from one to the other costs a seek, and nearby positions cost no decoding. At a
 * frame's own position the sample differs from nex_decode()'s by 1 at most, unless the numbers
 * of a forged file wrap.
 *
 * Returns 0 or an error: NEX_ERROR_OUT_OF_RANGE past the end, _MEMORY_TOO_SMALL below
 * `points_memory_bytes`, and those of nex_decode().
 */
int32_t nex_sample_at(struct nex_decoder *decoder, uint32_t frame, uint32_t fraction,
                      int16_t *out);

/*
 * Evaluates the sound at equally spaced positions: plays at any rate. The first is `frame` and
 * `fraction`, as of nex_sample_at(), whose memory and cost this shares; the next one lies
 * `step_frames` and `step_fraction` further on: the sound's rate by that of the output. No
 * filter is applied, so that a step of more than a frame aliases what lies above half the
 * output's rate.
 *
 * Returns how many frames were written: `frames`, or fewer at the end of the sound; or an
 * error.
 */
int32_t nex_resample(struct nex_decoder *decoder, uint32_t frame, uint32_t fraction,
                     uint32_t step_frames, uint32_t step_fraction, int16_t *out,
                     uint32_t frames);

/* Says which expert owns a position. Memory, cost and errors are those of nex_sample_at(). */
int32_t nex_expert_at(struct nex_decoder *decoder, uint32_t frame, uint32_t fraction,
                      struct nex_expert *expert);
#endif
#endif

#ifndef NEX_NO_PICTURES
/* Checks a whole picture's file and says what it holds, as nex_inspect() does of a sound's. */
int32_t nex_picture_inspect(const uint8_t *bytes, size_t bytes_len,
                            struct nex_picture_info *info);

/* Bytes of a struct nex_picture. */
size_t nex_picture_bytes(void);

/*
 * Opens a picture, before its first window: nex_picture_next() may follow. `bytes` and
 * `memory` as of nex_open(); how much memory is needed says nex_picture_inspect().
 *
 * Returns 0, or an error, after which the picture is not open: those of
 * nex_picture_inspect(), and NEX_ERROR_MEMORY_TOO_SMALL.
 */
int32_t nex_picture_open(struct nex_picture *picture, const uint8_t *bytes, size_t bytes_len,
                         void *memory, size_t memory_bytes);

/*
 * Begins windows, again or of another part: smaller, or of an area alone.
 *
 * With `halvings`, 0 to 3, the picture is shown in 1, 1/2, 1/4 or 1/8 of its size (rounded
 * up), each pixel the mean of those that it stands for. `area` is in pixels of the size
 * that is shown; NULL is everything. Those tiles are decoded that it touches; without
 * tiles, all rows above it, too.
 *
 * Returns 0 or an error: NEX_ERROR_OUT_OF_RANGE of more halvings, _NOT_OPEN, _NULL,
 * _MISALIGNED, _OVERWRITTEN.
 */
int32_t nex_picture_windows(struct nex_picture *picture, uint32_t halvings,
                            const struct nex_area *area);

/*
 * Decodes the next window and says where it lies: at most 32 columns and rows, which the
 * functions below give as often as asked, until the next window. Windows come from left to
 * right and from top to bottom, tile by tile; each pixel is in one of them.
 *
 * Returns 1; 0 after the last window; or NEX_ERROR_NOT_BEGUN, _NOT_OPEN, _NULL,
 * _MISALIGNED, _OVERWRITTEN.
 */
int32_t nex_picture_next(struct nex_picture *picture, struct nex_area *area);

/*
 * The window's samples, 8 bits each, interleaved, row by row: of up to `pixels` pixels.
 *
 * Returns how many pixels were written: as many as the window has, `pixels` at most, whole
 * rows but for the last; 0 if there is no window; or NEX_ERROR_NOT_BEGUN, _NOT_OPEN, _NULL,
 * _MISALIGNED, _TOO_LONG, _OVERLAPS, _OVERWRITTEN.
 */
int32_t nex_picture_samples(struct nex_picture *picture, uint8_t *out, uint32_t pixels);

/* Likewise red, green and blue, three bytes a pixel. NULL for `look` is black behind it. */
int32_t nex_picture_rgb888(struct nex_picture *picture, const struct nex_look *look,
                           uint8_t *out, uint32_t pixels);

/*
 * Likewise 16 bits a pixel, red in the highest five, green in the next six, blue in the
 * lowest. NULL for `look` is dithered, over black, in the processor's order of bytes.
 */
int32_t nex_picture_rgb565(struct nex_picture *picture, const struct nex_look *look,
                           uint16_t *out, uint32_t pixels);

#ifndef NEX_NO_ROWS
/*
 * Bytes of memory that nex_picture_open() needs for rows of a picture, see
 * nex_picture_rows(). Cost and errors are those of nex_picture_inspect().
 */
int64_t nex_picture_rows_bytes(const uint8_t *bytes, size_t bytes_len, const struct nex_area *area,
                               uint32_t columns, uint32_t rows);

/*
 * Begins rows: of a part of the picture (NULL is everything), scaled to so many columns and
 * rows. Its own are its pixels as they are; others are scaled by Catmull and Rom's cubic, a
 * much smaller picture by means before. Windows that were begun are ended, and these rows by
 * them.
 *
 * Returns 0 or an error: NEX_ERROR_MEMORY_TOO_SMALL, see nex_picture_rows_bytes();
 * _OUT_OF_RANGE if columns or rows are 0 or above 65,535, or the picture has nothing there;
 * _NOT_OPEN, _NULL, _MISALIGNED, _OVERWRITTEN.
 */
int32_t nex_picture_rows(struct nex_picture *picture, const struct nex_area *area,
                         uint32_t columns, uint32_t rows);

/*
 * Decodes the next row from its left end: up to `pixels` pixels into `out`, 8-bit samples,
 * interleaved.
 *
 * Returns how many pixels were written: `pixels`, or the row's columns if that is less; 0
 * after the last row; or NEX_ERROR_NOT_BEGUN, _NOT_OPEN, _NULL, _MISALIGNED, _TOO_LONG,
 * _OVERLAPS, _OVERWRITTEN.
 */
int32_t nex_picture_next_row(struct nex_picture *picture, uint8_t *out, uint32_t pixels);
#endif
#endif

#ifdef __cplusplus
}
#endif

#endif /* NEX_H */
