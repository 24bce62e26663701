/*
 * The decoder of nex.h, written from format/SPEC.md, whose names and sections it has:
 * numbers and files, decisions, compact sounds, compact pictures with drawn ones, the
 * functions of nex.h for each.
 */
#include "nex.h"
#include "nex_tables.h"

#include <limits.h>
#include <stdbool.h>

#if INT_MAX < 0x7fffffff
#error "an int must have 32 bits"
#endif

/* All of the C library that is used; compilers for bare processors have no string.h. */
void *memcpy(void *to, const void *from, size_t bytes);
void *memset(void *to, int byte, size_t bytes);

/* What lies in the caller's memory, which may be declared of any type. */
#if defined(__GNUC__)
#define NEX_ALIAS __attribute__((may_alias))
/* Not part of a caller that has its stack several times, or while others need theirs. */
#define NEX_APART __attribute__((noinline))
#else
#define NEX_ALIAS
#define NEX_APART
#endif
typedef int16_t NEX_ALIAS nex_i16;
typedef uint16_t NEX_ALIAS nex_u16;
typedef int32_t NEX_ALIAS nex_i32;
typedef uint32_t NEX_ALIAS nex_u32;

/* Numbers ------------------------------------------------------------------------------ */

#if (-1 >> 1) != -1
#error "numbers below 0 are not shifted as this decoder needs it, and as all compilers known do"
#endif

/* x >> n, rounded towards minus infinity. */
static int32_t asr(int32_t x, uint32_t n) { return x >> n; }
static int64_t asr64(int64_t x, uint32_t n) { return x >> n; }

static int32_t clamp(int32_t x, int32_t low, int32_t high)
{
    return x < low ? low : x > high ? high : x;
}

static int16_t short_of(int32_t x) { return (int16_t)clamp(x, -32768, 32767); }
static uint32_t least(uint32_t a, uint32_t b) { return a < b ? a : b; }
static uint32_t most(uint32_t a, uint32_t b) { return a > b ? a : b; }
static uint32_t distance(int32_t a, int32_t b) { return (uint32_t)(a > b ? a - b : b - a); }

/* The number of binary digits, 0 of 0. */
static uint32_t bits(uint32_t x)
{
#if defined(__GNUC__)
    return x == 0 ? 0 : (uint32_t)(8 * sizeof(unsigned int)) - (uint32_t)__builtin_clz(x);
#else
    uint32_t n = 0;

    for (; x != 0; x >>= 1)
        n++;
    return n;
#endif
}

/* The lowest n bits in two's complement. */
static int8_t signed_bits(uint32_t x, uint32_t n)
{
    uint32_t sign = 1u << (n - 1);

    return (int8_t)((int32_t)((x & (2 * sign - 1)) ^ sign) - (int32_t)sign);
}

/* Rounded down, of 1 or more. */
static uint32_t log2_of(uint32_t x) { return bits(x) - 1; }

/* States of the quantiser, by the parity of a magnitude. */
static uint32_t next_state(uint32_t state, uint32_t magnitude)
{
    static const uint8_t next[4][2] = {{0, 2}, {2, 0}, {1, 3}, {3, 1}};

    return next[state][magnitude & 1];
}

/* Arguments of functions --------------------------------------------------------------- */

#define ALIGN_OF(type) offsetof(struct { char first; type second; }, second)

/* Returns from a function with the error that another one returns, if any. */
#define TRY(call)                          \
    do {                                   \
        int32_t error_ = (call);           \
        if (error_ != NEX_ERROR_NONE)      \
            return error_;                 \
    } while (false)

/* What can be said of a pointer to `count` values of `size` bytes, aligned to `to`. */
static int32_t check(const void *pointer, size_t count, size_t size, size_t to)
{
    if (pointer == NULL)
        return NEX_ERROR_NULL;
    if ((uintptr_t)pointer % to != 0)
        return NEX_ERROR_MISALIGNED;
    return count > (SIZE_MAX >> 1) / size ? NEX_ERROR_TOO_LONG : NEX_ERROR_NONE;
}

/* Likewise of where `count` values go, which is not to be in a decoder's memory. */
static int32_t check_room(const void *out, uint64_t count, size_t size, const void *memory,
                          size_t bytes)
{
    uintptr_t from = (uintptr_t)out, to, first = (uintptr_t)memory, last = first + bytes;

    if (count > SIZE_MAX)
        return NEX_ERROR_TOO_LONG;
    to = count > (UINTPTR_MAX - from) / size ? UINTPTR_MAX : from + (size_t)count * size;
    if (from < to && to > first && from < last)
        return NEX_ERROR_OVERLAPS;
    return check(out, (size_t)count, size, size);
}

/* A state that no likely content of memory has, another of each type. */
#define DECODER_OPEN 0x6e65785f6f70656eu
#define PICTURE_OPEN 0x6e65785f70696373u

static int32_t check_open(uint64_t state, uint64_t end, uint64_t open)
{
    if (state != open)
        return NEX_ERROR_NOT_OPEN;
    return end != ~open ? NEX_ERROR_OVERWRITTEN : NEX_ERROR_NONE;
}

/* Files -------------------------------------------------------------------------------- */

/* What is wrong, and with what; the first fault counts. */
struct fault {
    int32_t error;
    uint32_t part, detail;
};

static void blame(struct fault *fault, int32_t error, uint32_t part, uint32_t detail)
{
    if (fault->error == NEX_ERROR_NONE) {
        fault->error = error;
        fault->part = part;
        fault->detail = detail;
    }
}

/* A field of a header is to be so. */
static void demand(bool is_so, struct fault *fault, uint32_t part)
{
    if (!is_so)
        blame(fault, NEX_ERROR_BAD_HEADER, part, 0);
}

struct reader {
    const uint8_t *at, *end;
    struct fault fault;
};

static uint32_t read_byte(struct reader *r)
{
    if (r->fault.error != NEX_ERROR_NONE || r->at == r->end) {
        blame(&r->fault, NEX_ERROR_TRUNCATED, 0, 0);
        return 0;
    }
    return *r->at++;
}

/* A number of 16 or 32 bits in as few bytes as it can have. */
static uint32_t read_number(struct reader *r, uint32_t width, uint32_t part)
{
    uint32_t value = 0;

    for (uint32_t shift = 0; shift < width; shift += 7) {
        uint32_t byte = read_byte(r), digit = byte & 127;

        if (shift + 7 > width && digit >> (width - shift) != 0)
            break;
        value |= digit << shift;
        if (byte < 128) {
            if (digit == 0 && shift > 0)
                break;
            return value;
        }
    }
    blame(&r->fault, NEX_ERROR_BAD_HEADER, part, 0);
    return 0;
}

/* CRC-32/ISO-HDLC, four bits after the other. */
static uint32_t checksum(const uint8_t *bytes, size_t length)
{
    static const uint32_t remainders[16] = {
        0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158,
        0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4,
        0xa00ae278, 0xbdbdf21c
    };
    uint32_t crc = UINT32_MAX;

    for (size_t i = 0; i < length; i++) {
        crc ^= bytes[i];
        crc = crc >> 4 ^ remainders[crc & 15];
        crc = crc >> 4 ^ remainders[crc & 15];
    }
    return ~crc;
}

/* The kind's byte, without the flag of sections. */
static uint32_t judge_kind(uint32_t byte, struct fault *fault)
{
    if ((byte & 15) > NEX_SIGNAL_SHAPE)
        blame(fault, NEX_ERROR_UNKNOWN_KIND, NEX_PART_SIGNAL, byte & 15);
    if ((byte >> 4 & 7) > NEX_PROFILE_COMPACT)
        blame(fault, NEX_ERROR_UNKNOWN_KIND, NEX_PART_PROFILE, byte >> 4 & 7);
    return byte & 127;
}

/* Magic and version. */
static void read_magic(const uint8_t *bytes, size_t length, struct fault *fault)
{
    static const uint8_t magic[3] = {'N', 'E', 'X'};

    for (size_t i = 0; i < 3 && i < length; i++)
        if (bytes[i] != magic[i])
            blame(fault, NEX_ERROR_BAD_MAGIC, 0, 0);
    if (length < 4)
        blame(fault, NEX_ERROR_TRUNCATED, 0, 0);
    else if (bytes[3] != 1)
        blame(fault, NEX_ERROR_UNSUPPORTED_VERSION, 0, bytes[3]);
}

/* What all kinds of files have: between table and checksum lie header and payload, which
 * `body` reads, then the sections. */
struct file {
    struct reader body;
    const uint8_t *table, *sections, *end;
    uint32_t count;
    bool is_intact;
};

/* Takes the table of sections off the front and their data off the end. */
static void read_sections(struct file *file)
{
    struct reader *r = &file->body;
    uint32_t count = read_byte(r), last = 0;
    uint64_t total = 0;

    if (count == 0)
        blame(&r->fault, NEX_ERROR_BAD_HEADER, NEX_PART_SECTIONS, 0);
    if (count > 8)
        blame(&r->fault, NEX_ERROR_LIMIT_EXCEEDED, NEX_PART_SECTIONS, 0);
    file->table = r->at;
    for (uint32_t i = 0; i < count && r->fault.error == NEX_ERROR_NONE; i++) {
        uint32_t id = read_byte(r);

        if (id <= last && i > 0)
            blame(&r->fault, NEX_ERROR_BAD_HEADER, NEX_PART_SECTIONS, 0);
        last = id;
        total += read_number(r, 32, NEX_PART_SECTIONS);
    }
    if (total > (uint64_t)(r->end - r->at))
        blame(&r->fault, NEX_ERROR_TRUNCATED, 0, 0);
    if (r->fault.error == NEX_ERROR_NONE) {
        file->count = count;
        r->end -= (size_t)total;
        file->sections = r->end;
    }
}

/* Takes a file apart, of this signal; faults are in `file->body`. Neural ones are refused. */
static void read_file(struct file *file, const uint8_t *bytes, size_t length, uint32_t signal)
{
    struct reader *r = &file->body;
    uint32_t kind, stored = 0;

    memset(file, 0, sizeof *file);
    r->fault.error = check(bytes, length, 1, 1);
    if (r->fault.error == NEX_ERROR_NONE)
        read_magic(bytes, length, &r->fault);
    if (r->fault.error == NEX_ERROR_NONE && length >= 5 && (bytes[4] & 127) == signal)
        blame(&r->fault, NEX_ERROR_NOT_BUILT, NEX_PART_PROFILE, NEX_PROFILE_NEURAL);
    if (length < 9)
        blame(&r->fault, NEX_ERROR_TRUNCATED, 0, 0);
    if (r->fault.error != NEX_ERROR_NONE) {
        file->is_intact = true;
        return;
    }
    r->end = file->end = bytes + length - 4;
    for (size_t i = 0; i < 4; i++)
        stored |= (uint32_t)r->end[i] << (8 * i);
    file->is_intact = stored == checksum(bytes, length - 4);
    r->at = bytes + 5;
    kind = judge_kind(bytes[4], &r->fault);
    if (bytes[4] >= 128 && r->fault.error == NEX_ERROR_NONE)
        read_sections(file);
    if (kind != (signal | NEX_PROFILE_COMPACT << 4))
        blame(&r->fault, NEX_ERROR_OTHER_KIND, NEX_PART_SIGNAL, kind);
}

/* Of a damaged file only the lengths count, to tell a cut file from a changed one. */
static struct fault verdict(const struct file *file)
{
    static const struct fault damaged = {NEX_ERROR_BAD_CRC, 0, 0};
    int32_t error = file->body.fault.error;
    bool is_cut = error == NEX_ERROR_TRUNCATED || error == NEX_ERROR_TRAILING_BYTES;

    return file->is_intact || is_cut ? file->body.fault : damaged;
}

/* Of the section with this id: its data, or NULL. Those before it that a decoder must
 * understand are refused. */
static const uint8_t *find_section(struct file *file, uint32_t id, size_t *length)
{
    struct reader table = {file->table, file->end, {0, 0, 0}};
    const uint8_t *data = file->sections;

    for (uint32_t i = 0; i < file->count; i++) {
        uint32_t found = read_byte(&table);

        *length = read_number(&table, 32, 0);
        if (found == id)
            return data;
        if (found < 128)
            blame(&file->body.fault, NEX_ERROR_UNKNOWN_KIND, NEX_PART_SECTIONS, found);
        data += *length;
    }
    *length = 0;
    return NULL;
}

/* Are these bytes text in UTF-8? */
static bool is_text(const uint8_t *bytes, size_t length)
{
    /* How many bytes of a character are missing, and what the next one may be. */
    uint32_t missing = 0, low = 0x80, high = 0xbf;

    for (size_t i = 0; i < length; i++) {
        uint32_t byte = bytes[i];

        if (missing > 0) {
            if (byte < low || byte > high)
                return false;
            missing--;
            low = 0x80;
            high = 0xbf;
        } else if (byte >= 0x80) {
            if (byte < 0xc2 || byte > 0xf4)
                return false;
            missing = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
            low = byte == 0xe0 ? 0xa0 : byte == 0xf0 ? 0x90 : 0x80;
            high = byte == 0xed ? 0x9f : byte == 0xf4 ? 0x8f : 0xbf;
        }
    }
    return missing == 0;
}

/* Sections that must be understood, and a comment that is no text, are refused. */
static void check_sections(struct file *file)
{
    size_t length;
    const uint8_t *comment = find_section(file, 128, &length);

    if (comment != NULL && !is_text(comment, length))
        blame(&file->body.fault, NEX_ERROR_BAD_HEADER, NEX_PART_COMMENT, 0);
}

/* The table of chunks or tiles, of which there are `count`. */
static struct nex_x_pieces read_pieces(struct reader *r, uint32_t count)
{
    struct nex_x_pieces pieces = {r->at, NULL, r->end, count};
    uint64_t total = 0;

    for (uint32_t i = 1; i < count && r->fault.error == NEX_ERROR_NONE; i++)
        total += read_number(r, 32, NEX_PART_CHUNKS);
    if (total > (uint64_t)(r->end - r->at))
        blame(&r->fault, NEX_ERROR_TRUNCATED, 0, 0);
    pieces.data = r->at;
    return pieces;
}

/* Decisions ---------------------------------------------------------------------------- */

static uint32_t coder_byte(struct nex_x_coder *coder)
{
    return coder->at == coder->end ? 0 : *coder->at++;
}

/* Begins the next piece; past the last one it is empty. */
static void begin_piece(struct nex_x_coder *coder, struct nex_x_pieces *pieces)
{
    size_t length = (size_t)(pieces->end - pieces->data);

    if (pieces->left > 1) {
        struct reader table = {pieces->table, pieces->end, {0, 0, 0}};

        length = read_number(&table, 32, 0);
        pieces->table = table.at;
    }
    coder->at = pieces->data;
    coder->end = pieces->data = pieces->data + length;
    pieces->left -= pieces->left > 0 ? 1 : 0;
    coder->range = UINT32_MAX;
    coder->code = 0;
    for (int i = 0; i < 4; i++)
        coder->code = coder->code << 8 | coder_byte(coder);
}

/* A decision that is true with probability p / 2^16. */
static inline bool decide(struct nex_x_coder *coder, uint32_t p)
{
    uint32_t bound = (coder->range >> 16) * p;
    bool is_true = coder->code < bound;

    if (is_true) {
        coder->range = bound;
    } else {
        coder->code -= bound;
        coder->range -= bound;
    }
    while (coder->range < 1u << 24) {
        coder->range <<= 8;
        coder->code = coder->code << 8 | coder_byte(coder);
    }
    return is_true;
}

static uint32_t raw(struct nex_x_coder *coder, uint32_t n)
{
    uint32_t value = 0;

    while (n-- > 0)
        value = 2 * value + decide(coder, 1u << 15);
    return value;
}

/* A number that is coded by how many bits it has but for the `low` ones. */
static uint64_t escaped(struct nex_x_coder *coder, uint32_t n, uint32_t low)
{
    uint64_t top = ((uint64_t)1 << n) + raw(coder, n) - 1;

    return (top << low) + raw(coder, low);
}

/* Functions of nex.h for all kinds of files ---------------------------------------------- */

uint32_t nex_version(void) { return NEX_VERSION; }

int32_t nex_kind(const uint8_t *bytes, size_t bytes_len, struct nex_kind *kind)
{
    struct fault fault = {NEX_ERROR_NONE, 0, 0};
    uint32_t byte;

    TRY(check(kind, 1, sizeof *kind, 4));
    TRY(check(bytes, bytes_len, 1, 1));
    read_magic(bytes, bytes_len, &fault);
    if (bytes_len < 5)
        blame(&fault, NEX_ERROR_TRUNCATED, 0, 0);
    TRY(fault.error);
    byte = judge_kind(bytes[4], &fault);
    TRY(fault.error);
    kind->signal = byte & 15;
    kind->profile = byte >> 4;
    return NEX_ERROR_NONE;
}

const char *nex_error_text(int32_t error)
{
    static const char *const texts[] = {
        "no error", "the file ends too early", "not a .nex file (it does not begin with \"NEX\")",
        "this format version is not supported",
        "the checksum does not match: the file is damaged", "bytes follow the end of the file",
        "a field of the header is malformed", "a kind that this decoder does not know",
        "a size above this decoder's limit", "weights that are not finite or could overflow",
        "the file is packed; unpack it before it is decoded", "the memory does not suffice",
        "the position lies past the end", "a pointer is NULL", "a pointer is not aligned",
        "a length is larger than any object", "the decoder is not open",
        "the library was built without what this file needs", "another error",
        "the file holds another kind of signal", "the queue is full",
        "no player has that rate or those channels", "the output lies in the decoder's memory",
        "something has written over what was open",
        "a compact picture has no value between its pixels",
        "windows or rows of the picture have not been begun"
    };
    uint32_t index = error >= 0 ? 0 : 0u - (uint32_t)error;

    return index < sizeof texts / sizeof *texts ? texts[index] : "not an error of this library";
}

const char *nex_part_text(uint32_t part)
{
    static const char *const texts[] = {
        "file", "signal", "sample rate", "channel count", "frame count", "output range",
        "arithmetic", "gate", "encoder", "experts", "activation", "layer width", "layer count",
        "weight type", "section table", "encoder weights", "manager weights", "expert weights",
        "comment", "block lengths", "quantiser", "set of models", "chunk table", "baked routing",
        "unknown part", "profile", "size", "cube", "loop", "form of planes"
    };

    return part < sizeof texts / sizeof *texts ? texts[part] : "unknown part";
}

/* Compact sounds ----------------------------------------------------------------------- */

#ifndef NEX_NO_SOUNDS
/* Classes: the first of each table. */
enum {
    SAME = 0, LARGER = 2, FURTHER = 3, WIDEST = 4, NARROWER = 6, SAME_LOW = 7, SAME_HIGH = 9,
    LOW = 11, HIGH = 43, GAIN = 75, END = 80, SAME_NOISE = 85, NOISE = 86, FADE = 91,
    ESCAPES = 96, WEIGHTS = 112
};

/* The frame at which a chunk begins. */
static uint64_t chunk_begin(const struct nex_x_sound *sound, uint32_t index)
{
    uint64_t begin = (uint64_t)index << sound->chunk;

    return begin < sound->unused ? 0 : begin - sound->unused;
}

static uint32_t chunk_of(const struct nex_x_sound *sound, uint32_t frame)
{
    return (uint32_t)(((uint64_t)frame + sound->unused) >> sound->chunk);
}

/* All fields, and whether they are what they may be. */
static void read_sound_header(struct reader *r, struct nex_x_sound *s)
{
    struct fault *fault = &r->fault;
    uint32_t blocks, layout, lead, shaping, offsets;

    s->rate = read_number(r, 32, NEX_PART_RATE);
    s->frames = read_number(r, 32, NEX_PART_FRAMES);
    blocks = read_byte(r);
    layout = read_byte(r);
    lead = (layout & 16) != 0 ? read_byte(r) : 0;
    s->step = (uint16_t)read_number(r, 16, NEX_PART_STEP);
    shaping = read_byte(r);
    s->tilt = (uint8_t)(shaping != 0 ? read_byte(r) : 0);
    offsets = read_byte(r);
    offsets |= read_byte(r) << 8;
    s->min = blocks & 15;
    s->max = (uint8_t)(blocks >> 4);
    s->chunk = (uint8_t)(s->max + (layout & 7));
    s->channels = (uint8_t)(1 + (layout >> 3 & 1));
    s->gamma = shaping & 15;
    s->fill = (uint8_t)(shaping >> 4);
    s->unused = lead != 0 ? (1u << s->chunk) - (lead << s->max) : 0;
    for (uint32_t i = 0; i < 3; i++)
        s->offsets[i] = signed_bits(offsets >> (5 * i), 5);
    demand(s->rate >= 1 && s->rate <= 768000, fault, NEX_PART_RATE);
    demand(s->frames > 0, fault, NEX_PART_FRAMES);
    if (layout >> 5 != 0)
        blame(fault, NEX_ERROR_UNKNOWN_KIND, NEX_PART_MODELS, layout >> 5);
    demand(s->min >= 5 && s->max <= 11 && s->min <= s->max, fault, NEX_PART_BLOCKS);
    demand(lead >> (layout & 7) == 0 && (uint64_t)lead << s->max < most(s->frames, 1), fault,
           NEX_PART_BLOCKS);
    demand(s->step <= 800 && s->tilt <= 15, fault, NEX_PART_STEP);
    demand((layout & 16) == 0 || lead > 0, fault, NEX_PART_BLOCKS);
    demand(offsets >> 15 == 0, fault, NEX_PART_STEP);
}

/* The frames to play over and over, if the file names some. */
static void read_loop(struct file *file, struct nex_x_sound *s)
{
    size_t length;
    struct reader r = {find_section(file, 129, &length), NULL, {0, 0, 0}};

    if (r.at == NULL)
        return;
    r.end = r.at + length;
    s->loop_start = read_number(&r, 32, 0);
    s->loop_end = read_number(&r, 32, 0);
    demand(r.fault.error == NEX_ERROR_NONE && r.at == r.end && s->loop_start < s->loop_end &&
           s->loop_end <= s->frames, &file->body.fault, NEX_PART_LOOP);
}

/* Checks a whole file. */
static struct fault read_sound(struct nex_x_sound *s, const uint8_t *bytes, size_t length)
{
    struct file file;

    memset(s, 0, sizeof *s);
    read_file(&file, bytes, length, NEX_SIGNAL_SOUND);
    if (file.body.fault.error == NEX_ERROR_NONE)
        read_sound_header(&file.body, s);
    if (file.body.fault.error == NEX_ERROR_NONE)
        s->chunks = read_pieces(&file.body, chunk_of(s, s->frames - 1) + 1);
    check_sections(&file);
    read_loop(&file, s);
    return verdict(&file);
}

/* Heads of blocks */

/* A decision of a class, whose probability learns. */
static bool bit(struct nex_decoder *d, uint32_t number)
{
    uint32_t p = d->classes[number], rate = number >= WEIGHTS ? 6 : 5;
    bool is_true = decide(&d->coder, p);

    d->classes[number] = (uint16_t)(is_true ? p + ((65535 - p) >> rate) : p - (p >> rate));
    return is_true;
}

/* How far to go, by classes from `first` on, the last of which is for all steps after. */
static uint32_t steps(struct nex_decoder *d, uint32_t room, uint32_t first, uint32_t last)
{
    uint32_t step = 1;

    while (step < room && bit(d, least(first + step - 1, last)))
        step++;
    return step;
}

/* A number near the one before. */
static uint8_t move(struct nex_decoder *d, uint32_t first, uint8_t x, uint32_t limit)
{
    bool down;

    if (bit(d, first))
        return x;
    down = x == 0 ? false : x == limit ? true : bit(d, first + 1);
    return (uint8_t)(down ? x - steps(d, x, first + 2, first + 4)
                          : x + steps(d, limit - x, first + 2, first + 4));
}

/* The number of an envelope's half. */
static uint8_t half_envelope(struct nex_decoder *d, uint32_t same, uint32_t tree, uint8_t x)
{
    uint32_t node = 1;

    if (bit(d, same))
        return x;
    for (int i = 0; i < 5; i++)
        node = 2 * node + bit(d, tree + node);
    return (uint8_t)(node - 32);
}

/* Which samples the expert owns; `largest` is log2 of what fits there. */
static void block_size(struct nex_decoder *d, uint32_t largest)
{
    struct nex_x_block *b = &d->block;
    uint32_t min = d->sound.min, expected = least(b->size, largest);
    bool up;

    b->size = (uint8_t)expected;
    if (min == largest)
        return;
    b->was_same = bit(d, SAME + (uint32_t)b->was_same);
    if (b->was_same)
        return;
    up = expected == min ? true : expected == largest ? false : bit(d, LARGER);
    b->size = (uint8_t)(up ? expected + steps(d, largest - expected, FURTHER, FURTHER)
                           : expected - steps(d, expected - min, FURTHER, FURTHER));
}

/* How far the block and the one before, of `earlier`, overlap. */
static void block_overlap(struct nex_decoder *d, uint32_t earlier)
{
    struct nex_x_block *b = &d->block;
    uint32_t min = d->sound.min;

    b->overlap = (uint8_t)least(b->size, earlier);
    if (min == b->overlap)
        return;
    b->was_widest = bit(d, WIDEST + (uint32_t)b->was_widest);
    if (b->was_widest)
        return;
    b->overlap--;
    while (b->overlap > min && bit(d, NARROWER))
        b->overlap--;
}

/* Envelope, end and noise of a channel's block; the envelope only if it is due. */
static void channel_head(struct nex_decoder *d, uint32_t c, bool is_due)
{
    struct nex_x_block *b = &d->block;

    if (is_due) {
        uint8_t gain = move(d, GAIN, b->gain[c], 39);
        uint8_t low = half_envelope(d, SAME_LOW + (gain != b->gain[c] ? 1 : 0), LOW, b->low[c]);

        b->high[c] = half_envelope(d, SAME_HIGH + (low != b->low[c] ? 1 : 0), HIGH, b->high[c]);
        b->gain[c] = gain;
        b->low[c] = low;
    }
    b->end[c] = move(d, END, b->end[c], 16);
    if (d->sound.fill > 0 && !bit(d, SAME_NOISE))
        for (uint32_t band = 0; band < 7; band++)
            b->noise[c][band] = move(d, NOISE, b->noise[c][band], 7);
    if (d->sound.fill > 0)
        b->fade[c] = move(d, FADE, b->fade[c], 6);
}

/* The head of the next block. */
NEX_APART static void block_head(struct nex_decoder *d)
{
    const struct nex_x_sound *s = &d->sound;
    uint32_t earlier = d->block.size, cell = log2_of(most(s->rate / 31, 1));
    uint32_t largest = d->at == 0 ? s->max : least(s->max, log2_of(d->at & (0u - d->at)));
    bool is_due;

    cell = most(s->min, least(cell, s->max));
    is_due = s->gamma != 0 && d->at % (1u << cell) == 0;
    block_size(d, largest);
    block_overlap(d, earlier);
    for (uint32_t c = 0; c < s->channels; c++)
        channel_head(d, c, is_due);
}

/* Goes to the beginning of the next chunk of `d->chunks`, which has this number. */
static void begin_chunk(struct nex_decoder *d, uint32_t index)
{
    struct nex_x_block *b = &d->block;

    begin_piece(&d->coder, &d->chunks);
    d->chunk_index = index;
    d->in_chunk = true;
    d->model = (uint8_t)raw(&d->coder, 1);
    d->angle = (uint8_t)(d->sound.channels == 2 ? raw(&d->coder, 4) : 0);
    memcpy(d->classes, nex_starts[d->model], sizeof d->classes);
    memset(b, 0, sizeof *b);
    b->size = d->sound.max;
    memset(b->gain, 12, sizeof b->gain);
    memset(b->end, 8, sizeof b->end);
    memset(b->noise, 2, sizeof b->noise);
    memset(b->fade, 3, sizeof b->fade);
    d->noise = index * 0x9e3779b9u;
    d->at = 0;
    d->has_before = false;
}

static void go_to_chunk(struct nex_decoder *d, uint32_t index)
{
    d->chunks = d->sound.chunks;
    for (uint32_t i = 0; i < index; i++)
        begin_piece(&d->coder, &d->chunks);
    begin_chunk(d, index);
}

/* Weights */

/* What a block of 2^s magnitudes, NULL without one, says of weight k of one of 2^size. */
static inline uint32_t beside(const uint8_t *m, uint32_t s, uint32_t k, uint32_t size)
{
    uint32_t j, sum = 0;

    if (m == NULL)
        return 0;
    if (s > size) {
        for (uint32_t i = 0; i < 1u << (s - size); i++)
            sum += m[(k << (s - size)) + i];
        return 4 * sum >> (s - size);
    }
    j = k >> (size - s);
    return (uint32_t)m[j > 0 ? j - 1 : 0] + 2 * (uint32_t)m[j] + (j + 1 < 1u << s ? m[j + 1] : 0);
}

static uint32_t energy_of(uint32_t h0, uint32_t h1, uint32_t near)
{
    uint32_t e = 1 + 8 * h0 + 4 * h1 + 3 * near, o = log2_of(e);

    return o < 2 ? 0 : least(2 * o + (e >> (o - 1) & 1) - 3, 15);
}

/* By how much a magnitude is above 9. */
static uint64_t escape(struct nex_decoder *d, uint32_t mean)
{
    uint32_t low = mean < 4 ? 0 : least(log2_of(mean) - 1, 12), n = 0;

    while (n < 24 && bit(d, ESCAPES + least(n, 15)))
        n++;
    return escaped(&d->coder, n, low);
}

/* The weights of a channel's block into its coefficients; `d->magnitudes` are those of the
 * block before. */
NEX_APART static void block_weights(struct nex_decoder *d, uint32_t c)
{
    const struct nex_x_block *b = &d->block;
    const uint8_t *one = d->has_before ? d->magnitudes[c] : NULL;
    const uint8_t *other = c == 1 ? d->magnitudes[0] : NULL;
    uint32_t size = b->size, n = 1u << size, coded = (uint32_t)b->end[c] << size >> 4;
    uint32_t h0 = 0, h1 = 0, state = 0;
    int32_t *weights = d->coefs[c];

    for (uint32_t k = 0; k < coded; k++) {
        uint32_t near = beside(one, d->before, k, size), first, m = 0;

        if (other != NULL)
            near = (3 * near + beside(other, size, k, size)) >> 2;
        first = WEIGHTS + 12 * energy_of(h0, h1, near);
        while (m < 10 && bit(d, first + (m < 2 ? 2 * m + (state >> 1) : m + 2)))
            m++;
        if (m == 10) {
            uint64_t far = 10 + escape(d, (2 * h0 + h1 + (near >> 1)) / 5);

            m = far < 1u << 23 ? (uint32_t)far : 1u << 23;
        }
        weights[k] = m > 0 && raw(&d->coder, 1) ? -(int32_t)m : (int32_t)m;
        state = next_state(state, m);
        h1 = h0;
        h0 = m;
    }
    memset(weights + coded, 0, (n - coded) * sizeof *weights);
}

/* Coefficients */

/* v times 2^(exponent / 32 - 6), to half of 2^31. */
static int32_t scale(int32_t v, int32_t exponent)
{
    uint32_t e = (uint32_t)clamp(exponent, 0, 1023);
    int32_t s = 21 - (int32_t)(e >> 5);
    int64_t p, limit = (int64_t)1 << 30;

    /* Most numbers need no product of 64 bits, which small processors have not. */
    if (s > 0 && v > -(1 << 15) && v < 1 << 15)
        return asr(v * (int32_t)nex_powers[e % 32] + (1 << (s - 1)), (uint32_t)s);
    p = (int64_t)v * nex_powers[e % 32];
    p = s > 0 ? asr64(p + ((int64_t)1 << (s - 1)), (uint32_t)s) : p * ((int64_t)1 << -s);
    return (int32_t)(p < -limit ? -limit : p > limit ? limit : p);
}

struct factors {
    int32_t exponent, quiet;
};

/* Scale factors of one of 64 points. */
static struct factors factors_of(const struct nex_decoder *d, uint32_t c, uint32_t point)
{
    const struct nex_x_sound *s = &d->sound;
    const struct nex_x_block *b = &d->block;
    int32_t step = s->step + (int32_t)((s->tilt * point) >> 2), lift = b->size % 2 == 0 ? 16 : 0;
    struct factors factors = {step - lift, 64};
    uint32_t band = nex_places[point] >> 4, next = least(band + 1, 15), f = nex_places[point] & 15;
    const int8_t *low = nex_envelopes[d->model][b->low[c]];
    const int8_t *high = nex_envelopes[d->model][b->high[c]];
    int32_t loud = (band < 8 ? low : high)[band], above;

    if (s->gamma == 0)
        return factors;
    loud = 16 * loud + ((next < 8 ? low : high)[next] - loud) * (int32_t)f;
    loud = asr(loud, 4) + 4 * b->gain[c];
    step += (s->gamma * (loud > 40 ? loud : 40)) >> 2;
    above = 4 * loud + 256 - step;
    factors.exponent = step - lift;
    if (above < 0) {
        uint32_t e = (uint32_t)((above > -512 ? above : -512) + 512);

        factors.quiet = (int32_t)((64u * nex_powers[e % 32]) >> (31 - (e >> 5)));
    }
    return factors;
}

/* The band of noise that a point lies in. */
static uint32_t band_of(uint32_t point)
{
    uint32_t o;

    if (point < 8)
        return 0;
    o = log2_of(point);
    return 2 * o + (point >> (o - 1) & 1) - 5;
}

/* The signed number that equals x modulo 2^32. */
static int32_t wrapped(uint32_t x)
{
    return x <= INT32_MAX ? (int32_t)x : -(int32_t)(UINT32_MAX - x) - 1;
}

static int32_t add(int32_t a, int32_t b) { return wrapped((uint32_t)a + (uint32_t)b); }
static int32_t sub(int32_t a, int32_t b) { return wrapped((uint32_t)a - (uint32_t)b); }

/* (a * b) >> 16, b of 15 fractional bits, -2^15 to 2^15 - 1. */
static inline int32_t half(int32_t a, int32_t b)
{
#if UINTPTR_MAX > UINT32_MAX || defined(__thumb2__) || defined(__riscv_mul) || defined(__i386__)
    /* The upper word of a product of 64 bits. */
    return (int32_t)asr64((int64_t)a * (b * (1 << 16)), 32);
#else
    /* Without such a product, which small processors have not. */
    return asr(a, 16) * b + asr((a & 0xffff) * b, 16);
#endif
}

/* The next number of noise after `last`, 16 bits, which it has something in common with. */
static int32_t next_noise(struct nex_decoder *d, int32_t fade, int32_t last)
{
    int32_t n;

    d->noise = d->noise * 1664525u + 1013904223u;
    n = (int32_t)(d->noise >> 16 ^ 0x8000u) - 0x8000;
    n = asr(nex_noise_new[fade < 0 ? -fade : fade] * n + 32 * fade * last, 7);
    return n < -0x8000 ? -0x8000 : n > 0x7fff ? 0x7fff : n;
}

/* The weights of a channel's block become its coefficients and magnitudes. In the place of a
 * weight of 0 is noise, if two on each side are 0 too. */
static void block_coefs(struct nex_decoder *d, uint32_t c)
{
    const struct nex_x_sound *s = &d->sound;
    uint32_t size = d->block.size, n = 1u << size, state = 0, before = UINT32_MAX;
    struct factors factors = {0, 0};
    int32_t loud = 0, fade = d->block.fade[c] - 3, last = 0, *coefs = d->coefs[c];
    uint8_t *magnitudes = d->magnitudes[c];
    /* Which weights are not 0, a bit for each, the lowest for the one two ahead. */
    uint32_t near = 2u * (coefs[0] != 0) + (coefs[1] != 0);

    for (uint32_t k = 0; k < n; k++) {
        uint32_t point = ((2 * k + 1) << 5) >> size, m = distance(coefs[k], 0);

        near = near << 1 | (k + 2 < n && coefs[k + 2] != 0);
        if (point != before) {
            int32_t level = nex_noises[d->block.noise[c][band_of(point)]];

            before = point;
            factors = factors_of(d, c, point);
            loud = 2 * ((factors.quiet * ((s->fill * level * 7) >> 2)) >> 7);
            loud = scale(loud, factors.exponent);
        }
        if (m > 0) {
            int32_t v = 64 * (int32_t)(2 * m - (state >> 1)) + s->offsets[least(m, 3) - 1];

            coefs[k] = scale(coefs[k] < 0 ? -v : v, factors.exponent);
        } else if (loud != 0 && (near & 31) == 0) {
            last = next_noise(d, fade, last);
            coefs[k] = half(loud, last);
        }
        magnitudes[k] = (uint8_t)least(m, 255);
        state = next_state(state, m);
    }
}

/* Both channels turn by the chunk's angle. */
static void rotate(struct nex_decoder *d)
{
    uint32_t i = 32u * (d->angle & 7);
    int32_t s = nex_sines[i], c = nex_sines[256 - i], *first = d->coefs[0], *second = d->coefs[1];

    if (d->angle >= 8) {
        int32_t negative = -s;

        s = c;
        c = negative;
    }
    for (uint32_t k = 0; k < 1u << d->block.size; k++) {
        int32_t x = sub(half(second[k], s), half(first[k], c));
        int32_t y = add(half(first[k], s), half(second[k], c));

        first[k] = add(x, x);
        second[k] = sub(sub(0, y), y);
    }
}

/* Transform: its sums wrap */

struct NEX_ALIAS complex {
    int32_t re, im;
};

/* Minus half of a turn by a phase, less than a quarter of 2^32. */
static inline struct complex turn(int32_t re, int32_t im, uint32_t phase)
{
    uint32_t i = phase >> 22;
    int32_t s = nex_sines[i], c = nex_sines[256 - i], a = nex_angles[phase >> 18 & 15];
    int32_t p = add(half(re, c), half(im, s)), q = sub(half(im, c), half(re, s));
    struct complex turned = {add(p, half(q, a)), sub(q, half(p, a))};

    return turned;
}

/* Values of both ends become complex numbers of both ends, in their places. */
static void pair_up(struct complex *z, uint32_t size)
{
    uint32_t count = 1u << size >> 1;

    for (uint32_t k = 0; k < count / 2; k++) {
        struct complex *a = z + k, *b = z + count - 1 - k;
        struct complex first = turn(a->re, b->im, (4 * k + 1) << (29 - size));

        *b = turn(b->re, a->im, (4 * (count - k) - 3) << (29 - size));
        *a = first;
    }
}

/* The other way round. */
static void part(struct complex *z, uint32_t size)
{
    uint32_t count = 1u << size >> 1;

    for (uint32_t k = 0; k < count / 2; k++) {
        struct complex *a = z + k, *b = z + count - 1 - k;
        struct complex first = turn(a->re, a->im, k << (31 - size));
        struct complex last = turn(b->re, b->im, (count - 1 - k) << (31 - size));

        a->re = first.re;
        a->im = sub(0, last.im);
        b->re = last.re;
        b->im = sub(0, first.im);
    }
}

/* Puts 2^log2 numbers in order of reversed bits. */
static void reverse_bits(struct complex *z, uint32_t log2)
{
    uint32_t j = 0;

    for (uint32_t i = 0; i < 1u << log2; i++) {
        uint32_t carry = 1u << log2 >> 1;
        struct complex kept = z[i];

        if (j > i) {
            z[i] = z[j];
            z[j] = kept;
        }
        for (; carry != 0 && (j & carry) != 0; carry >>= 1)
            j ^= carry;
        j |= carry;
    }
}

/* A stage: place k of each 2^(stage + 1) numbers, and the one as far behind it, become their sum
 * and difference. Phases are 0 in the first two, and lie on the sines of the table in others. */
static void merge(struct complex *z, uint32_t count, uint32_t stage, bool is_halved)
{
    uint32_t h = 1u << stage;

    for (uint32_t k = 0; k < h; k++) {
        uint32_t i = (k & (h / 2 - 1)) << (9 - stage);
        int32_t s = nex_sines[i], c = nex_sines[256 - i];

        for (struct complex *a = z + k; a < z + count; a += 2 * h) {
            struct complex *b = a + h, x = *a;
            int32_t re = b->re, im = b->im, kept;

            if (stage >= 2) {
                re = sub(0, add(half(b->re, c), half(b->im, s)));
                im = sub(half(b->re, s), half(b->im, c));
                x.re = asr(x.re, is_halved);
                x.im = asr(x.im, is_halved);
                re = is_halved ? re : add(re, re);
                im = is_halved ? im : add(im, im);
            }
            /* A quarter of a turn ahead. */
            if ((k & h / 2) != 0) {
                kept = re;
                re = im;
                im = sub(0, kept);
            }
            a->re = add(x.re, re);
            a->im = add(x.im, im);
            b->re = sub(x.re, re);
            b->im = sub(x.im, im);
        }
    }
}

/* A cosine transform of type IV, in place. */
static void transform(int32_t *x, uint32_t size)
{
    struct complex *z = (struct complex *)(void *)x;

    pair_up(z, size);
    reverse_bits(z, size - 1);
    for (uint32_t stage = 0; stage + 1 < size; stage++)
        merge(z, 1u << size >> 1, stage, stage >= 5 && (size - stage) % 2 == 0);
    part(z, size);
}

/* A value of the slope, so many 2^-16 between one of its table and the next. */
static int32_t slope(uint32_t i, uint32_t next, uint32_t part)
{
    int32_t at = nex_slope[i];

    return at + asr((nex_slope[next] - at) * (int32_t)part, 16);
}

/* Blends what lies before `end` with what begins at `right`, over 2^v values. */
static void blend(int32_t *end, int32_t *right, uint32_t v)
{
    for (uint32_t t = 0; t < 1u << v >> 1; t++) {
        uint32_t d = (2 * t + 1) << (11 - v), i = 128 + (d >> 4), part = (d & 15) << 12;
        int32_t rise = slope(i, i + 1, part), fall = slope(256 - i, 255 - i, part);
        int32_t *r = right + t, *l = end - 1 - t;
        int32_t x = sub(half(*r, rise), half(*l, fall)), y = add(half(*l, rise), half(*r, fall));

        *r = add(x, x);
        *l = add(y, y);
    }
}

/* Blocks as they are played */

/* Multiplies of a transform, and of what scales its values. */
static uint32_t transform_multiplies(uint32_t size) { return (1u << size) * (size - 3 + 6 + 1); }

/* The block's coefficients become its values, blended with the tail before it. */
static void block_values(struct nex_decoder *d, uint32_t c)
{
    uint32_t size = d->block.size, v = d->block.overlap, k = 0;
    int32_t *x = d->coefs[c];

    while (k < 1u << size && x[k] == 0)
        k++;
    if (k < 1u << size) {
        transform(x, size);
        d->multiplies += transform_multiplies(size);
    }
    if (d->tail > 0) {
        v = least(v, log2_of(d->tail) + 1);
        blend(d->tails[c] + d->tail, x, v);
        d->multiplies += 3u << v;
    }
}

/* Goes to where the next block begins, which is told; false after the last one. */
static bool find_block(struct nex_decoder *d, uint32_t *start)
{
    uint64_t at;

    if (!d->in_chunk) {
        go_to_chunk(d, 0);
    } else {
        uint64_t end = chunk_begin(&d->sound, d->chunk_index + 1);

        if (chunk_begin(&d->sound, d->chunk_index) + d->at >= end) {
            if (end >= d->sound.frames)
                return false;
            begin_chunk(d, d->chunk_index + 1);
        }
    }
    at = chunk_begin(&d->sound, d->chunk_index) + d->at;
    *start = (uint32_t)at;
    return at < d->sound.frames;
}

/* The head is decoded: the coefficients follow. */
static void decode_coefs(struct nex_decoder *d)
{
    for (uint32_t c = 0; c < d->sound.channels; c++) {
        block_weights(d, c);
        block_coefs(d, c);
    }
    d->has_before = true;
    d->before = d->block.size;
    d->at += 1u << d->block.size;
    if (d->angle != 0)
        rotate(d);
}

/* Decodes the next block; false after the last one. */
NEX_APART static bool next_block(struct nex_decoder *d)
{
    uint32_t half_before = 1u << d->block.size >> 1, start;

    if (!find_block(d, &start))
        return false;
    d->tail = d->has_block ? half_before : 0;
    for (uint32_t c = 0; c < d->sound.channels; c++)
        memcpy(d->tails[c], d->coefs[c] + d->tail, d->tail * sizeof *d->tails[c]);
    block_head(d);
    decode_coefs(d);
    for (uint32_t c = 0; c < d->sound.channels; c++)
        block_values(d, c);
    if (!d->has_block)
        d->complete_from = start == 0 ? 0 : start + (1u << d->block.overlap >> 1);
    d->start = start;
    d->has_block = true;
    return true;
}

/* Which samples are complete: those of the tail and of the block's first half, and of the last
 * block all. */
struct ready {
    uint32_t begin, end;
};

static struct ready ready_frames(const struct nex_decoder *d)
{
    uint64_t end = (uint64_t)d->start + (1u << d->block.size);
    struct ready ready = {d->start > d->tail ? d->start - d->tail : 0, d->sound.frames};

    ready.begin = most(ready.begin, d->complete_from);
    if (end < d->sound.frames)
        ready.end = (uint32_t)end - (1u << d->block.size >> 1);
    if (!d->has_block)
        ready.begin = ready.end = 0;
    return ready;
}

/* How many frames from the next one on lie one behind the other, ready. */
static uint32_t ready_run(const struct nex_decoder *d)
{
    struct ready ready = ready_frames(d);

    if (d->next < ready.begin || d->next >= ready.end)
        return 0;
    return (d->next < d->start ? least(d->start, ready.end) : ready.end) - d->next;
}

static void seek(struct nex_decoder *d, uint32_t frame)
{
    struct ready ready = ready_frames(d);
    uint32_t index;

    d->next = frame;
    if (frame >= d->sound.frames || (frame >= ready.begin && frame < ready.end))
        return;
    index = chunk_of(&d->sound, frame);
    if (d->has_block && index == d->chunk_index && frame >= ready.end)
        return;
    d->has_block = false;
    d->tail = 0;
    if (index > 0) {
        go_to_chunk(d, index);
        block_head(d);
        if (frame - chunk_begin(&d->sound, index) < 1u << d->block.overlap >> 1)
            index--;
    }
    go_to_chunk(d, index);
}

/* A value, rounded; the sum does not wrap. */
static int16_t sample_of(int32_t value) { return short_of(asr(asr(value, 7) + 1, 1)); }

static uint32_t decode_frames(struct nex_decoder *d, int16_t *out, uint32_t frames)
{
    uint32_t channels = d->sound.channels, written = 0;

    while (written < frames && d->next < d->sound.frames) {
        uint32_t run = least(ready_run(d), frames - written);

        if (run == 0) {
            if (!next_block(d))
                break;
            continue;
        }
        for (uint32_t c = 0; c < channels; c++) {
            const int32_t *values = d->next >= d->start
                ? d->coefs[c] + (d->next - d->start)
                : d->tails[c] + (d->tail - (d->start - d->next));

            for (uint32_t i = 0; i < run; i++)
                out[i * channels + c] = sample_of(values[i]);
        }
        out += run * channels;
        d->next += run;
        written += run;
    }
    return written;
}

/* Between the frames: SPEC leaves the bits open, they are those of the library in Rust */

#ifndef NEX_NO_POINTS
static uint64_t owner_end(const struct nex_x_owner *owner)
{
    return (uint64_t)owner->start + (1u << owner->size);
}

static uint64_t owner_middle(const struct nex_x_owner *owner)
{
    return (uint64_t)owner->start + (1u << owner->size >> 1);
}

/* Goes on to the next boundary between two blocks; false past the last block. */
static bool next_boundary(struct nex_decoder *d)
{
    struct nex_x_owner *right = &d->right;

    if (!right->is_there && d->left.is_there)
        return false;
    for (uint32_t c = 0; c < d->sound.channels && right->is_there; c++)
        memcpy(d->tails[c], d->coefs[c], sizeof(int32_t) << right->size);
    d->left = *right;
    right->is_there = find_block(d, &right->start);
    if (right->is_there) {
        block_head(d);
        decode_coefs(d);
        right->size = d->block.size;
        right->overlap = d->block.overlap;
    }
    return d->left.is_there || right->is_there;
}

/* Is the boundary between the two blocks the nearest one? */
static bool is_nearest(const struct nex_decoder *d, uint64_t frame)
{
    if (!d->left.is_there && !d->right.is_there)
        return false;
    return (!d->left.is_there || owner_middle(&d->left) <= frame) &&
           (!d->right.is_there || frame < owner_middle(&d->right));
}

/* Goes to the boundary that is nearest to a position. */
static int32_t find_boundary(struct nex_decoder *d, uint32_t position, uint32_t fraction)
{
    /* A block begins half a frame before the first one that it owns. */
    uint64_t frame = (uint64_t)position + (fraction >> 31);

    if (position >= d->sound.frames)
        return NEX_ERROR_OUT_OF_RANGE;
    if (!is_nearest(d, frame)) {
        bool is_ahead = d->right.is_there &&
            (!d->left.is_there || owner_middle(&d->left) <= frame) &&
            frame < chunk_begin(&d->sound, d->chunk_index + 1);

        if (!is_ahead) {
            uint32_t reach = 1u << d->sound.max >> 1;

            d->left.is_there = d->right.is_there = false;
            go_to_chunk(d, chunk_of(&d->sound, frame < reach ? 0 : (uint32_t)(frame - reach)));
        }
    }
    while (!is_nearest(d, frame))
        if (!next_boundary(d))
            return NEX_ERROR_OUT_OF_RANGE;
    return NEX_ERROR_NONE;
}

/* The cosine with the other sign, 15 fractional bits, of a phase of 2^32 to a turn. */
static int32_t minus_cosine(uint32_t phase)
{
    uint32_t i = phase >> 22 & 255;
    int32_t s = nex_sines[i], c = nex_sines[256 - i];
    int32_t back = -((int32_t)(phase >> 10 & 4095) * 402 >> 12);
    int32_t sine = s - asr(c * back + (1 << 15), 16), cosine = c + asr(s * back + (1 << 15), 16);

    switch (phase >> 30) {
    case 0: return cosine;
    case 1: return -sine;
    case 2: return -cosine;
    default: return sine;
    }
}

/* The sum of a block's cosines, `distance` / 2^32 frames from where it begins. */
static int32_t sum_cosines(const int32_t *coefs, uint32_t size, uint64_t distance)
{
    uint64_t angle = distance << (30 - size), phase = angle;
    int64_t sum = 0;

    for (uint32_t k = 0; k < 1u << size; k++) {
        if (coefs[k] != 0)
            sum -= asr64((int64_t)coefs[k] * minus_cosine((uint32_t)(phase >> 32)), 16);
        phase += 2 * angle;
    }
    sum = asr64(2 * sum, (size - 1) / 2);
    return (int32_t)(sum < INT32_MIN ? INT32_MIN : sum > INT32_MAX ? INT32_MAX : sum);
}

/* A channel's value at a position whose boundary is found. */
static int32_t value_between(const struct nex_decoder *d, uint32_t c, uint32_t frame,
                             uint32_t fraction)
{
    const struct nex_x_owner *left = &d->left, *right = &d->right;
    int64_t boundary = right->is_there ? right->start : (int64_t)owner_end(left);
    int64_t from = ((int64_t)frame - boundary) * ((int64_t)1 << 32) + fraction + ((int64_t)1 << 31);
    uint64_t distance = (uint64_t)(from < 0 ? -from : from);
    uint64_t length = (uint64_t)1 << (32 + left->size);
    int32_t l = 0, r = 0, rise, fall;
    uint32_t v = left->is_there && right->is_there ? least(right->overlap, left->size) : 0, part;
    bool is_blended = v > 0 && distance < (uint64_t)1 << (31 + v);

    if (right->is_there && (from >= 0 || is_blended))
        r = sum_cosines(d->coefs[c], right->size, distance);
    if (left->is_there && (from < 0 || is_blended))
        l = sum_cosines(d->tails[c], left->size, length > distance ? length - distance : 0);
    if (!is_blended)
        return from < 0 ? l : r;
    distance >>= v;
    part = (uint32_t)(distance >> 8 & 0xffff);
    v = 128 + (uint32_t)(distance >> 24 & 127);
    rise = slope(v, v + 1, part);
    fall = slope(256 - v, 255 - v, part);
    r = from < 0 ? add(half(l, rise), half(r, fall)) : sub(half(r, rise), half(l, fall));
    return add(r, r);
}
#endif

/* Memory, and the functions of nex.h */

/* Words of memory for playing, and for positions between the frames. */
static uint32_t sound_words(const struct nex_x_sound *s)
{
    return s->channels * ((1u << s->max) + (1u << s->max >> 1) + (1u << s->max >> 2));
}

static uint32_t points_words(const struct nex_x_sound *s)
{
#ifndef NEX_NO_POINTS
    return s->channels * ((2u << s->max) + (1u << s->max >> 2));
#else
    return sound_words(s);
#endif
}

/* Divides the memory: behind coefficients and magnitudes lie tails, or of another block its
 * coefficients. What it held is lost. */
static void divide_sound(struct nex_decoder *d, bool is_for_points)
{
    uint32_t n = 1u << d->sound.max, behind = is_for_points ? n : n / 2;
    int32_t *words = d->memory;

    for (uint32_t c = 0; c < d->sound.channels; c++) {
        d->coefs[c] = words;
        d->tails[c] = words + n;
        d->magnitudes[c] = (uint8_t *)(words + n + behind);
        words += n + behind + n / 4;
    }
    d->is_for_points = is_for_points;
    d->has_block = d->left.is_there = d->right.is_there = false;
}

/* Goes on with playing where it was. */
static void play_on(struct nex_decoder *d)
{
    if (d->is_for_points) {
        divide_sound(d, false);
        seek(d, d->next);
    }
}

int32_t nex_inspect(const uint8_t *bytes, size_t bytes_len, struct nex_info *info)
{
    struct fault fault;
    struct nex_x_sound s;

    TRY(check(info, 1, sizeof *info, 4));
    memset(info, 0, sizeof *info);
    fault = read_sound(&s, bytes, bytes_len);
    info->part = fault.part;
    info->detail = fault.detail;
    TRY(fault.error);
    info->profile = NEX_PROFILE_COMPACT;
    info->arithmetic = NEX_ARITHMETIC_INTEGER;
    info->rate_hz = s.rate;
    info->channels = s.channels;
    info->frames = s.frames;
    info->memory_bytes = 4 * sound_words(&s);
    info->points_memory_bytes = info->best_memory_bytes = 4 * points_words(&s);
    info->worst_frames = 1u << s.max;
    /* Of a weight 10, an escape's 24 twice and 12, a sign; of a head what its numbers go up to. */
    info->worst_decisions = s.channels * (71u << s.max) + (1u << (s.max - s.min)) *
        (5 + 2 * (uint32_t)(s.max - s.min) + s.channels * (39 + 16 + 1 + 7 * 7 + 6 + 2 * 6));
    info->worst_multiplies = s.channels * (transform_multiplies(s.max) + (3u << s.max));
    info->loop_start = s.loop_start;
    info->loop_end = s.loop_end;
    return NEX_ERROR_NONE;
}

size_t nex_decoder_bytes(void) { return sizeof(struct nex_decoder); }

int32_t nex_open(struct nex_decoder *decoder, const uint8_t *bytes, size_t bytes_len,
                 void *memory, size_t memory_bytes)
{
    TRY(check(decoder, 1, sizeof *decoder, ALIGN_OF(struct nex_decoder)));
    memset(decoder, 0, sizeof *decoder);
    TRY(check(bytes, bytes_len, 1, 1));
    TRY(check(memory, memory_bytes, 1, 4));
    TRY(read_sound(&decoder->sound, bytes, bytes_len).error);
    if (memory_bytes / 4 < sound_words(&decoder->sound))
        return NEX_ERROR_MEMORY_TOO_SMALL;
    decoder->memory = memory;
    decoder->memory_bytes = memory_bytes / 4 * 4;
    divide_sound(decoder, false);
    decoder->state = DECODER_OPEN;
    decoder->end = ~DECODER_OPEN;
    return NEX_ERROR_NONE;
}

static int32_t check_decoder(const struct nex_decoder *d)
{
    TRY(check(d, 1, sizeof *d, ALIGN_OF(struct nex_decoder)));
    return check_open(d->state, d->end, DECODER_OPEN);
}

static int32_t check_samples(const struct nex_decoder *d, const int16_t *out, uint32_t frames)
{
    TRY(check_decoder(d));
    return check_room(out, (uint64_t)frames * d->sound.channels, sizeof *out, d->memory,
                      d->memory_bytes);
}

int32_t nex_decode(struct nex_decoder *decoder, int16_t *out, uint32_t frames)
{
    TRY(check_samples(decoder, out, frames));
    play_on(decoder);
    return (int32_t)least(decode_frames(decoder, out, frames), INT32_MAX);
}

int32_t nex_decode_looped(struct nex_decoder *decoder, int16_t *out, uint32_t frames,
                          uint32_t start, uint32_t end)
{
    uint32_t written = 0;

    TRY(check_samples(decoder, out, frames));
    if (start >= end || end > decoder->sound.frames)
        return NEX_ERROR_OUT_OF_RANGE;
    play_on(decoder);
    while (written < frames) {
        if (decoder->next >= end)
            seek(decoder, start);
        written += decode_frames(decoder, out + (size_t)written * decoder->sound.channels,
                                 least(frames - written, end - decoder->next));
    }
    return (int32_t)least(written, INT32_MAX);
}

int32_t nex_seek(struct nex_decoder *decoder, uint32_t frame)
{
    TRY(check_decoder(decoder));
    if (decoder->is_for_points)
        decoder->next = frame;
    else
        seek(decoder, frame);
    return NEX_ERROR_NONE;
}

int64_t nex_position(const struct nex_decoder *decoder)
{
    TRY(check_decoder(decoder));
    return (int64_t)decoder->next;
}

uint64_t nex_multiplies(const struct nex_decoder *decoder)
{
    return check_decoder(decoder) != NEX_ERROR_NONE ? 0 : decoder->multiplies;
}

#ifndef NEX_NO_POINTS
/* The memory becomes one for positions between the frames. */
static int32_t begin_points(struct nex_decoder *d)
{
    if (d->memory_bytes / 4 < points_words(&d->sound))
        return NEX_ERROR_MEMORY_TOO_SMALL;
    if (!d->is_for_points)
        divide_sound(d, true);
    return NEX_ERROR_NONE;
}

int32_t nex_resample(struct nex_decoder *decoder, uint32_t frame, uint32_t fraction,
                     uint32_t step_frames, uint32_t step_fraction, int16_t *out, uint32_t frames)
{
    uint64_t at = (uint64_t)frame << 32 | fraction;
    uint64_t step = (uint64_t)step_frames << 32 | step_fraction;
    uint32_t written = 0;

    TRY(check_samples(decoder, out, frames));
    TRY(begin_points(decoder));
    while (written < frames) {
        frame = (uint32_t)(at >> 32);
        fraction = (uint32_t)(at & UINT32_MAX);
        if (find_boundary(decoder, frame, fraction) != NEX_ERROR_NONE)
            break;
        for (uint32_t c = 0; c < decoder->sound.channels; c++)
            *out++ = sample_of(value_between(decoder, c, frame, fraction));
        written++;
        if (at > UINT64_MAX - step)
            break;
        at += step;
    }
    return (int32_t)least(written, INT32_MAX);
}

int32_t nex_sample_at(struct nex_decoder *decoder, uint32_t frame, uint32_t fraction, int16_t *out)
{
    int32_t count = nex_resample(decoder, frame, fraction, 0, 0, out, 1);

    return count < 0 ? count : count == 0 ? NEX_ERROR_OUT_OF_RANGE : NEX_ERROR_NONE;
}

int32_t nex_expert_at(struct nex_decoder *decoder, uint32_t frame, uint32_t fraction,
                      struct nex_expert *expert)
{
    const struct nex_x_owner *owner;
    bool is_right;

    TRY(check(expert, 1, sizeof *expert, 4));
    TRY(check_decoder(decoder));
    TRY(begin_points(decoder));
    TRY(find_boundary(decoder, frame, fraction));
    is_right = decoder->right.is_there && frame >= decoder->right.start;
    owner = is_right ? &decoder->right : &decoder->left;
    if (!owner->is_there || frame < owner->start || frame >= owner_end(owner))
        return NEX_ERROR_OUT_OF_RANGE;
    expert->index = expert->nonzero = 0;
    expert->first_frame = owner->start;
    expert->frames = 1u << owner->size;
    for (uint32_t c = 0; c < decoder->sound.channels; c++)
        for (uint32_t k = 0; k < expert->frames; k++)
            expert->nonzero += (is_right ? decoder->coefs : decoder->tails)[c][k] != 0;
    return NEX_ERROR_NONE;
}
#endif
#endif

/* Compact pictures --------------------------------------------------------------------- */

#ifndef NEX_NO_PICTURES
/* Without drawn pictures, compilers leave out what is called only where there are some. */
#ifdef NEX_NO_DRAWN
#define WITH_DRAWN false
#else
#define WITH_DRAWN true
#endif

#define BLOCK 32u
#define CELLS 8u
#define BRIGHTEST 4080

enum { LUMA, CO, CG, ALPHA };

/* What a leaf leaves in each of its cells; of none, size is NO_CELL. */
struct NEX_ALIAS cell {
    uint16_t count;
    uint8_t size, mode, energy[4];
};
#define NO_CELL 255u

/* What the planes of a block have in common. */
struct NEX_ALIAS common {
    int8_t field;
    uint8_t filtered, drawn, unused;
};

/* A plane's block and what lies around it; pixels as they are before the filter but for
 * `pixels`, which it changes when all planes are decoded. */
struct NEX_ALIAS nex_x_plane {
    nex_i16 pixels[BLOCK][BLOCK];
    /* From the corner on, and the column beside the block. */
    nex_i16 above[1 + 2 * BLOCK], next_corner, left[BLOCK];
    /* Of the block, and above it; until they are decoded, the rightmost ones are those of the
     * block beside it. */
    struct cell cells[CELLS][CELLS], above_cells[CELLS];
    /* By row of cells, a bit for each whose pixels are known. */
    uint8_t known[CELLS];
};

/* Magnitudes of a leaf, with a row and column before them and three after them. */
#define MAGNITUDES (BLOCK + 4)

struct NEX_ALIAS nex_x_shared {
    nex_i16 answers[1218], kinds[4];
    nex_i16 weights[BLOCK * BLOCK];
    uint8_t magnitudes[MAGNITUDES * MAGNITUDES];
    struct common beside;
};

/* The place and size of a block in its tile: `inside` are its pixels in whole cells. */
struct place {
    uint32_t left, top, width, height, inside_width, inside_height, tile_width;
};

/* The file */

static uint32_t whole_cells(uint32_t pixels) { return (pixels + 3) / 4 * 4; }

static uint32_t tiles_across(const struct nex_x_picture *p)
{
    return (p->width - 1) / p->tile_width + 1;
}

static uint32_t tiles_down(const struct nex_x_picture *p)
{
    return (p->height - 1) / p->tile_height + 1;
}

static bool has_drawn(const struct nex_picture *p) { return WITH_DRAWN && p->picture.drawn; }
static bool has_leaves(const struct nex_picture *p) { return !WITH_DRAWN || p->picture.leaves; }
/* Bits of the form that may not be set. */
static uint32_t unknown_form(uint32_t form)
{
    static const uint8_t unknown[4] = {0xe0, 0xe0, 0x7c, 0x20};

    return form & (WITH_DRAWN ? unknown[form >> 6] : 0xe0u);
}

static void read_picture_header(struct reader *r, struct nex_x_picture *p)
{
    struct fault *fault = &r->fault;
    uint32_t form, tiles, drawn = 0, step = 0, chroma = 0;

    p->width = read_number(r, 16, NEX_PART_SIZE);
    p->height = read_number(r, 16, NEX_PART_SIZE);
    form = read_byte(r);
    if (unknown_form(form) != 0)
        blame(fault, NEX_ERROR_UNKNOWN_KIND, NEX_PART_FORM, unknown_form(form));
    tiles = read_byte(r);
    p->channels = (uint8_t)(1 + (form & 3));
    p->orthogonal = form >> 2 & 1;
    p->filtered = form >> 3 & 1;
    p->fielded = form >> 4 & 1;
    p->drawn = (uint8_t)(form >> 7);
    p->leaves = form >> 6 != 2;
    if (p->drawn) {
        drawn = read_byte(r);
        p->memory = (uint8_t)(4 + (drawn & 15));
        p->display = drawn >> 4 & 1;
        p->halves = p->display && p->channels == 3;
    }
    if (p->leaves) {
        step = read_number(r, 16, NEX_PART_STEP);
        chroma = p->channels >= 3 ? read_byte(r) : 0;
    }
    p->step = step & 511;
    p->falloff = step >> 9 & 7;
    p->chroma[0] = signed_bits(chroma, 4);
    p->chroma[1] = signed_bits(chroma >> 4, 4);
    p->tile_width = (tiles & 15) != 0 ? 16u << (tiles & 15) : p->width;
    p->tile_height = tiles >> 4 != 0 ? 16u << (tiles >> 4) : p->height;
    demand(p->width > 0 && p->height > 0, fault, NEX_PART_SIZE);
    demand(p->step <= 320, fault, NEX_PART_STEP);
    demand(!p->orthogonal || p->channels >= 3, fault, NEX_PART_CHANNELS);
    demand((tiles & 15) <= 12 && tiles >> 4 <= 12, fault, NEX_PART_BLOCKS);
    demand(p->memory <= 16, fault, NEX_PART_FORM);
    demand(!p->display || p->channels >= 3, fault, NEX_PART_CHANNELS);
    demand(step >> 12 == 0, fault, NEX_PART_STEP);
    demand(drawn >> 5 == 0, fault, NEX_PART_FORM);
}

/* Checks a whole file. */
static struct fault read_picture(struct nex_x_picture *p, const uint8_t *bytes, size_t length)
{
    struct file file;

    memset(p, 0, sizeof *p);
    read_file(&file, bytes, length, NEX_SIGNAL_PICTURE);
    if (file.body.fault.error == NEX_ERROR_NONE)
        read_picture_header(&file.body, p);
    if (file.body.fault.error == NEX_ERROR_NONE)
        p->tiles = read_pieces(&file.body, tiles_across(p) * tiles_down(p));
    check_sections(&file);
    return verdict(&file);
}

/* Answers: the first of each table. */
enum {
    BY_HIGHER = 1, BY_PLACE = 161, BY_ENERGY = 449, LEAF_ESCAPES = 569, END_SIZE = 584,
    END_AROUND = 672, END_LUMA = 692, END_BITS = 702, MODE_SIZE = 783, MODE_SAME = 943,
    MODE_LUMA = 988, LUMA_MODE = 1084, LUMA_SAME = 1100, SINE_SIZE = 1104, SINE_MODE = 1107,
    SPLIT_SIZE = 1115, SPLIT_END = 1169, FILTER = 1205, OTHER = 1209, LARGER_FIELD = 1212,
    FARTHER = 1215, NOWHERE = UINT16_MAX
};

/* A decision by the answers of up to three places, the first of which is one; they learn. */
static bool ask(struct nex_x_coder *coder, nex_i16 *answers, uint32_t rate, uint32_t a, uint32_t b,
                uint32_t c)
{
    nex_i16 none[2] = {0, 0}, *first = answers + a;
    nex_i16 *second = b != NOWHERE ? answers + b : none;
    nex_i16 *third = c != NOWHERE ? answers + c : none + 1;
    int32_t sum = *first + *second + *third, move;
    uint32_t size = least(distance(sum, 0), (1u << 15) - 1), i = size >> 8;
    uint32_t rise = (uint32_t)(nex_logistic[i + 1] - nex_logistic[i]);
    uint32_t p = nex_logistic[i] + ((rise * (size & 255)) >> 8);
    bool is_true;

    p = sum < 0 ? (1u << 16) - p : p;
    is_true = decide(coder, p);
    move = asr((is_true ? 1 << 16 : 0) - (int32_t)p + (int32_t)(1u << (rate + 3)), rate + 4);
    *first = short_of(*first + move);
    *second = short_of(*second + move);
    *third = short_of(*third + move);
    return is_true;
}

/* Of a leaf's tables, but those of weights. */
static bool ask_leaf(struct nex_picture *p, uint32_t a, uint32_t b, uint32_t c)
{
    return ask(&p->coder, p->shared->answers, 4, a, b, c);
}

/* What lies around */

/* A plane's block while it is decoded, and the square of it that comes next: one that may be
 * split, then a leaf. `luma` and `co` are the planes that chroma sees. */
struct job {
    struct nex_picture *picture;
    struct place place;
    uint32_t name, step;
    struct nex_x_plane *plane;
    const struct nex_x_plane *luma, *co;
    /* Where the square is, and log2 of how many cells a side has. */
    uint32_t x, y, size;
    /* Of a leaf; weights beyond `span` columns or rows are 0. */
    uint32_t mode, count, sine, span;
};

static bool is_chroma(const struct job *job) { return job->name == CO || job->name == CG; }

/* A cell of the block, or of those beside it, counted from 1 at its corner. */
static const struct cell *cell_at(const struct nex_x_plane *plane, uint32_t x, uint32_t y)
{
    if (x == 0)
        return &plane->cells[y - 1][CELLS - 1];
    return y == 0 ? &plane->above_cells[x - 1] : &plane->cells[y - 1][x - 1];
}

/* The cell beside the square's i-th row or column of cells. */
static const struct cell *left_of(const struct job *job, uint32_t i)
{
    return cell_at(job->plane, job->x / 4, job->y / 4 + 1 + i);
}

static const struct cell *above_of(const struct job *job, uint32_t i)
{
    return cell_at(job->plane, job->x / 4 + 1 + i, job->y / 4);
}

static bool is_known(const struct cell *cell) { return cell->size != NO_CELL; }

/* The count of a cell, in a leaf of another size. */
static uint32_t share(const struct cell *cell, uint32_t size)
{
    if (cell->size < size)
        return (uint32_t)cell->count << (2 * (size - cell->size));
    return most((uint32_t)cell->count >> (2 * (cell->size - size)), least(cell->count, 1));
}

/* How many weights a square is expected to have, twice. */
static uint32_t around(const struct job *job)
{
    bool has_left = is_known(left_of(job, 0)), has_above = is_known(above_of(job, 0));
    uint32_t size = job->size, l = 1u << size >> 1, a = l;

    for (uint32_t i = 0; i < 1u << size; i++) {
        l += has_left ? share(left_of(job, i), size) : 0;
        a += has_above ? share(above_of(job, i), size) : 0;
    }
    l >>= size;
    a >>= size;
    return has_left && has_above ? l + a : has_left ? 2 * l : has_above ? 2 * a : 0;
}

static bool is_split(const struct job *job)
{
    uint32_t smaller = 0, all = 0, near = 5, cut = 0, size = job->size;
    uint32_t end = least(bits(around(job)), 11);

    for (uint32_t i = 0; i < 2u << size; i++) {
        const struct cell *cell = i >> size ? above_of(job, i - (1u << size)) : left_of(job, i);

        smaller += cell->size < size;
        all += is_known(cell);
    }
    if (all > 0)
        near = (4 * smaller + all - 1) / all;
    if (job->luma != NULL)
        cut = job->luma->cells[job->y / 4][job->x / 4].size < size ? 1 : 2;
    return ask_leaf(job->picture, SPLIT_SIZE + 18 * (size - 1) + 3 * near + cut,
                    SPLIT_END + 12 * (size - 1) + end, NOWHERE);
}

/* The head of a leaf */

static uint32_t class_of(uint32_t mode) { return mode < 3 ? mode : 3 + (mode - 3) / 5; }

static uint32_t direction(uint32_t mode)
{
    return mode >= 18 && mode <= 24 ? 1 : mode >= 6 && mode <= 12 ? 2 : 0;
}

/* What a neighbour's mode says of the next digit: 0 if it has left the path. */
static uint32_t agrees(uint32_t mode, uint32_t node, uint32_t depth)
{
    return (mode + 32) >> (5 - depth) == node ? 1 + (mode >> (4 - depth) & 1) : 0;
}

static uint32_t decode_mode(const struct job *job)
{
    const struct cell *l = left_of(job, 0), *a = above_of(job, 0);
    uint32_t left = is_known(l) ? l->mode : 31, above = is_known(a) ? a->mode : 31;
    uint32_t luma = 0, node = 1;

    if (job->luma != NULL) {
        luma = job->luma->cells[job->y / 4][job->x / 4].mode;
        if (ask_leaf(job->picture, LUMA_MODE + class_of(luma) + (job->name == CG ? 8 : 0),
                     LUMA_SAME + 2u * (left == luma) + (above == luma), NOWHERE))
            return luma;
    }
    for (uint32_t depth = 0; depth < 5; depth++) {
        uint32_t both = 3 * agrees(left, node, depth) + agrees(above, node, depth);
        uint32_t size = MODE_SIZE + node + (job->luma == NULL ? 32 * job->size : 128);
        uint32_t by_luma = MODE_LUMA + 32 * agrees(luma, node, depth) + node;

        node = 2 * node + ask_leaf(job->picture, MODE_SAME + 9 * depth + both, size,
                                   job->luma == NULL ? NOWHERE : by_luma);
    }
    return least(node - 32, 27);
}

static uint32_t far_from(uint32_t k, uint32_t end)
{
    return (uint32_t)clamp((int32_t)(k + 5) - (int32_t)end, 0, 9);
}

/* What luma's cells in the leaf's place expect, in digits. */
static uint32_t luma_end(const struct job *job)
{
    uint32_t size = job->size, within = 1u << (2 * size) >> 1;

    for (uint32_t y = 0; y < 1u << size; y++)
        for (uint32_t x = 0; x < 1u << size; x++)
            within += share(&job->luma->cells[job->y / 4 + y][job->x / 4 + x], size);
    return bits(within >> (2 * size));
}

/* How many weights are coded. */
static uint32_t decode_count(const struct job *job)
{
    struct nex_picture *p = job->picture;
    uint32_t end = bits(around(job)), luma = job->luma != NULL ? luma_end(job) : 0;
    uint32_t sizes = END_SIZE + 44u * is_chroma(job) + 11 * job->size;
    uint32_t ends = END_AROUND + 10u * is_chroma(job), last = 2 * job->size + 5, k = 0, count, t;

    while (k < last && ask_leaf(p, sizes + k, ends + far_from(k, end),
                                job->luma != NULL ? END_LUMA + far_from(k, luma) : NOWHERE))
        k++;
    if (k < 2)
        return k;
    if (k == last)
        return 1u << (k - 1);
    t = END_BITS + 3 * (9 * direction(job->mode) + k - 2);
    count = 2u + ask_leaf(p, t, NOWHERE, NOWHERE);
    if (k > 2)
        count = 2 * count + ask_leaf(p, t + 1 + (count & 1), NOWHERE, NOWHERE);
    if (k > 3)
        count = (count << (k - 3)) + raw(&p->coder, k - 3);
    return count;
}

/* Weights of a leaf */

/* The place before one of the zigzag of n x n. */
static void step_back(uint32_t n, uint32_t *u, uint32_t *v)
{
    uint32_t d = *u + *v, *rising = d % 2 == 0 ? u : v, *other = d % 2 == 0 ? v : u;

    if (*rising > (d < n ? 0 : d - n + 1)) {
        --*rising;
        ++*other;
    } else if (d > 0) {
        *other = least(d - 1, n - 1);
        *rising = d - 1 - *other;
    }
}

/* The place of this number. */
static void place_of(uint32_t n, uint32_t number, uint32_t *u, uint32_t *v)
{
    uint32_t d = 0, length = 1, rising;

    while (number >= length) {
        number -= length;
        d++;
        length = d < n ? d + 1 : 2 * n - 1 - d;
    }
    rising = (d < n ? 0 : d - n + 1) + number;
    *u = d % 2 == 0 ? rising : d - rising;
    *v = d - *u;
}

/* What the weights of higher frequency around one say. */
static uint32_t near_of(const uint8_t *m)
{
    const uint32_t s = MAGNITUDES;
    uint32_t one = (uint32_t)m[1] + m[s], two = (uint32_t)m[2] + m[s + 1] + m[2 * s];
    uint32_t three = (uint32_t)m[3] + m[s + 2] + m[2 * s + 1] + m[3 * s];

    return 4 * one + 2 * two + three + (m - s)[1] + (m + s)[-1];
}

/* Answers about a weight, by what is known of it. */
struct known {
    uint32_t higher, place, energy;
};

/* Of the c-th weight, in column u and row v. */
static struct known known_of(const struct job *job, uint32_t u, uint32_t v, uint32_t near,
                             uint32_t energy, uint32_t c)
{
    uint32_t o = near < 4 ? 0 : log2_of(near) - 2, sum = u + v;
    uint32_t level = near < 4 ? near : least(4 * o + (near >> o), 19);
    uint32_t own = u > 2 * v ? 1 : v > 2 * u ? 2 : 0, way = direction(job->mode);
    uint32_t d = way == 0 ? own : own == 0 ? 3 : own == way ? 4 : 5;
    uint32_t l = energy == 0 ? 0 : least(bits(energy / 3) + 1, 5);
    uint32_t age = least(log2_of(most(c, 1)), 4);
    struct known known = {BY_HIGHER + 8 * level, 0, BY_ENERGY + 60u * is_chroma(job)};

    known.energy += 2 * (5 * l + age);
    sum = sum < 2 ? sum : sum < 4 ? 2 : sum < 6 ? 3 : sum < 9 ? 4 : 5;
    known.place = BY_PLACE + 2 * (36 * job->size + 6 * sum + d);
    return known;
}

static uint32_t decode_magnitude(struct nex_picture *p, const struct known *known, uint32_t state,
                                 uint32_t near, uint32_t m)
{
    nex_i16 *answers = p->shared->answers;
    uint32_t k = 0;
    uint64_t far;

    while (m < 10) {
        uint32_t row = m < 2 ? 2 * m + (state >> 1) : m < 5 ? m + 2 : 7, g = least(m, 1);

        if (!ask(&p->coder, answers, 5, known->higher + row, known->place + g, known->energy + g))
            return m;
        m++;
    }
    while (k < 15 && ask(&p->coder, answers, 5, LEAF_ESCAPES + k, NOWHERE, NOWHERE))
        k++;
    far = 10 + escaped(&p->coder, k, log2_of(near / 32 + 1));
    return far < 1u << 15 ? (uint32_t)far : 1u << 15;
}

/* What a weight stands for. */
static int16_t weight_value(const struct job *job, uint32_t u, uint32_t v, uint32_t m,
                            uint32_t state, bool is_negative)
{
    int32_t x = 64 * (int32_t)(2 * m - (state >> 1)) + (m == 1 ? -4 : -2);
    uint32_t f = (2 * most(u, v) + least(u, v)) * 32 >> (job->size + 2);
    uint32_t s = 25 + job->size - (job->step >> 5);
    int32_t falloff = (int32_t)(64 + (job->picture->picture.falloff * f >> 2));
    int64_t product = (int64_t)(is_negative ? -x : x) * nex_powers[job->step % 32] * falloff;

    product = asr64(product + ((int64_t)1 << (s - 1)), s);
    return (int16_t)(product < -32768 ? -32768 : product > 32767 ? 32767 : product);
}

/* What is expected of the four bands. */
static void expect(const struct job *job, uint32_t *energies)
{
    const struct cell *l = left_of(job, 0), *a = above_of(job, 0);
    const struct nex_x_plane *before = job->name == CG ? job->co : job->luma;

    for (uint32_t band = 0; band < 4; band++) {
        uint32_t left = is_known(l) ? l->energy[band] : 0u;
        uint32_t above = is_known(a) ? a->energy[band] : 0u;

        energies[band] = is_known(l) != is_known(a) ? 2 * (left + above) : left + above;
        if (before != NULL)
            energies[band] = before->cells[job->y / 4][job->x / 4].energy[band] / 2u;
    }
}

/* The values of a leaf's weights, and what it leaves. */
NEX_APART static struct cell decode_weights(struct job *job)
{
    static const uint16_t shares[4] = {256, 85, 51, 37};
    struct nex_picture *p = job->picture;
    nex_i16 *weights = p->shared->weights;
    struct cell cell = {(uint16_t)job->count, (uint8_t)job->size, (uint8_t)job->mode, {0}};
    uint32_t n = 4u << job->size, u = 0, v = 0, state = 0, energies[4], sums[4] = {0, 0, 0, 0};

    if (job->count == 0)
        return cell;
    expect(job, energies);
    place_of(n, job->count - 1, &u, &v);
    job->span = least(u + v + 1, n);
    memset(p->shared->magnitudes, 0, (size_t)(job->span + 4) * MAGNITUDES);
    memset(weights, 0, (size_t)n * job->span * sizeof *weights);
    for (uint32_t c = 0; c < job->count; c++) {
        uint8_t *magnitude = p->shared->magnitudes + (v + 1) * MAGNITUDES + u + 1;
        uint32_t near = near_of(magnitude), band = most(u, v) >> job->size;
        struct known known = known_of(job, u, v, near, energies[band], c);
        uint32_t m = decode_magnitude(p, &known, state, near, c == 0 ? 1 : 0);

        if (m > 0) {
            weights[v * n + u] = weight_value(job, u, v, m, state, raw(&p->coder, 1) == 1);
            *magnitude = (uint8_t)least(m, 255);
            sums[band] += m;
        }
        state = next_state(state, m);
        step_back(n, &u, &v);
    }
    for (uint32_t band = 0; band < 4; band++) {
        uint32_t mean = least(sums[band], 1u << 16) * shares[band] >> (5 + 2 * job->size);

        cell.energy[band] = (uint8_t)least(mean, 255);
    }
    return cell;
}

/* Prediction */

struct border {
    int16_t left[2 * BLOCK], above[2 * BLOCK], corner;
};

/* How many pixels from (x, y) on, down or to the right, are known inside of the block. */
static uint32_t known_from(const struct nex_x_plane *plane, uint32_t x, uint32_t y, bool down)
{
    uint32_t count = 0;

    while (x < BLOCK && y < BLOCK && (plane->known[y / 4] >> (x / 4) & 1) != 0) {
        x += down ? 0 : 4;
        y += down ? 4 : 0;
        count += 4;
    }
    return count;
}

/* Those of a side that are not known. */
static void fill_side(int16_t *side, uint32_t known, uint32_t all, int32_t otherwise)
{
    for (uint32_t i = known; i < all; i++)
        side[i] = known > 0 ? side[known - 1] : (int16_t)otherwise;
}

/* The pixels around the leaf, of its plane or of another one. */
static void find_border(const struct job *job, const struct nex_x_plane *plane,
                        struct border *border)
{
    const struct place *at = &job->place;
    uint32_t x = job->x, y = job->y, all = 8u << job->size, left = 0, above = 0;
    int32_t middle = is_chroma(job) && plane == job->plane ? 0 : 2040;

    if (x > 0)
        left = known_from(plane, x - 1, y, true);
    else if (at->left > 0)
        left = at->inside_height - y;
    if (y > 0)
        above = known_from(plane, x, y - 1, false);
    else if (at->top > 0)
        above = least(whole_cells(at->tile_width) - at->left, 2 * BLOCK) - x;
    left = least(left, all);
    above = least(above, all);
    for (uint32_t i = 0; i < left; i++)
        border->left[i] = x > 0 ? plane->pixels[y + i][x - 1] : plane->left[y + i];
    for (uint32_t i = 0; i < above; i++)
        border->above[i] = y > 0 ? plane->pixels[y - 1][x + i] : plane->above[1 + x + i];
    fill_side(border->left, left, all, above > 0 ? border->above[0] : middle);
    fill_side(border->above, above, all, border->left[0]);
    border->corner = border->left[0];
    if (left == 0 || above == 0)
        return;
    if (y == 0)
        border->corner = plane->above[x];
    else
        border->corner = x == 0 ? plane->left[y - 1] : plane->pixels[y - 1][x - 1];
}

static int32_t between(int32_t a, int32_t b, int32_t part)
{
    return asr(a * (32 - part) + b * part + 16, 5);
}

/* 1 2 1 along a side. */
static void smooth_side(int16_t *side, uint32_t all, int32_t corner)
{
    int32_t before = corner;

    for (uint32_t i = 0; i < all; i++) {
        int32_t here = side[i], after = side[i + 1 < all ? i + 1 : i];

        side[i] = (int16_t)asr(before + 2 * here + after + 2, 2);
        before = here;
    }
}

/* Value k, below -1, of a line that goes on around the corner. */
static int16_t around_corner(const int16_t *side, uint32_t all, int32_t k, int32_t slope_of)
{
    uint32_t at = ((uint32_t)(-1 - k) * (8192u / (uint32_t)-slope_of) >> 3) - 32;
    uint32_t i = least(at >> 5, all - 1), next = least((at >> 5) + 1, all - 1);

    return (int16_t)between(side[i], side[next], (int32_t)(at & 31));
}

/* From the side that the mode points to, around the corner from the other; both are spoilt. */
static void predict_directed(const struct job *job, struct border *border)
{
    bool is_above = job->mode >= 15;
    int32_t n = 4 << job->size, slope_of = nex_slopes[is_above ? 27 - job->mode : job->mode - 3];
    int16_t *front = is_above ? border->above : border->left;
    int16_t *side = is_above ? border->left : border->above;
    int16_t values[3 * BLOCK + 2], *line = values + BLOCK;
    uint32_t all = 8u << job->size;

    if (n >= 16 && slope_of != 0) {
        smooth_side(front, all, border->corner);
        smooth_side(side, all, border->corner);
    }
    for (int32_t k = slope_of < 0 ? asr(slope_of * n, 5) : 0; k < -1; k++)
        line[k] = around_corner(side, all, k, slope_of);
    line[-1] = border->corner;
    memcpy(line, front, all * sizeof *line);
    line[all] = line[all + 1] = line[all - 1];
    for (int32_t j = 0; j < n; j++)
        for (int32_t i = 0; i < n; i++) {
            int32_t at = 32 * i + slope_of * (j + 1), k = asr(at, 5);
            uint32_t x = job->x + (uint32_t)(is_above ? i : j);
            uint32_t y = job->y + (uint32_t)(is_above ? j : i);

            job->plane->pixels[y][x] = (int16_t)between(line[k], line[k + 1], at & 31);
        }
}

/* Chroma as a multiple of luma: its slope and the means. */
NEX_APART static void predict_chroma(const struct job *job, const struct border *own)
{
    struct border luma;
    int32_t n = 4 << job->size, mean_l = n, mean_c = n, factor = 0, t = 0;
    uint32_t s = 0;

    find_border(job, job->luma, &luma);
    for (int32_t k = 0; k < n; k++) {
        mean_l += luma.left[k] + luma.above[k];
        mean_c += own->left[k] + own->above[k];
    }
    mean_l = asr(mean_l, job->size + 3);
    mean_c = asr(mean_c, job->size + 3);
    for (int32_t k = 0; k < n; k++) {
        int32_t l = luma.left[k] - mean_l, a = luma.above[k] - mean_l;

        s += (uint32_t)(l * l) + (uint32_t)(a * a);
        t += l * (own->left[k] - mean_c) + a * (own->above[k] - mean_c);
    }
    if (s >> (job->size + 3) >= 256) {
        uint32_t d = most(bits(s), 16) - 16;

        factor = clamp(64 * asr(t, d) / (int32_t)(s >> d), -128, 128);
    }
    for (uint32_t y = job->y; y < job->y + (uint32_t)n; y++)
        for (uint32_t x = job->x; x < job->x + (uint32_t)n; x++) {
            int32_t more = asr(factor * (job->luma->pixels[y][x] - mean_l) + 32, 6);

            job->plane->pixels[y][x] = (int16_t)clamp(mean_c + more, -BRIGHTEST, BRIGHTEST);
        }
}

static int32_t nearest(int32_t a, int32_t b, int32_t c)
{
    int32_t aim = a + b - c;

    if (distance(aim, a) <= distance(aim, b) && distance(aim, a) <= distance(aim, c))
        return a;
    return distance(aim, b) <= distance(aim, c) ? b : c;
}

/* The mean, planes between the sides, or of three neighbours the likeliest. */
static void predict_smooth(const struct job *job, const struct border *own)
{
    const int16_t *left = own->left, *above = own->above;
    int32_t n = 4 << job->size, mean = n;

    for (int32_t k = 0; k < n; k++)
        mean += left[k] + above[k];
    mean = asr(mean, job->size + 3);
    for (int32_t y = 0; y < n; y++)
        for (int32_t x = 0; x < n; x++) {
            int32_t pixel = mean;

            if (job->mode == 1)
                pixel = asr((n - 1 - x) * left[y] + (x + 1) * above[n] + (n - 1 - y) * above[x] +
                            (y + 1) * left[n] + n, job->size + 3);
            else if (job->mode == 2)
                pixel = nearest(left[y], above[x], own->corner);
            job->plane->pixels[job->y + (uint32_t)y][job->x + (uint32_t)x] = (int16_t)pixel;
        }
}

NEX_APART static void predict(const struct job *job)
{
    struct border own;

    find_border(job, job->plane, &own);
    if (job->mode >= 3)
        predict_directed(job, &own);
    else if (job->mode == 2 && job->luma != NULL)
        predict_chroma(job, &own);
    else
        predict_smooth(job, &own);
}

/* From weights to pixels */

/* Adds `value` times row u of the leaf's transform. */
static void add_wave(const struct job *job, uint32_t u, int32_t value, int32_t *sums)
{
    static const int8_t *const sines[3] = {nex_sines_4, nex_sines_8, nex_sines_16};
    uint32_t n = 4u << job->size, step = u << (3 - job->size), phase = step;

    if (job->sine) {
        for (uint32_t x = 0; x < n; x++)
            sums[x] += value * sines[job->size][u * n + x];
        return;
    }
    for (uint32_t x = 0; x < n; x++) {
        sums[x] += value * nex_cosines[phase & 127];
        phase += 2 * step;
    }
}

/* Of a row or column of values, `stride` apart, the transform. */
static void transform_line(const struct job *job, const nex_i16 *values, uint32_t stride,
                           int32_t *sums)
{
    memset(sums, 0, (4u << job->size) * sizeof *sums);
    for (uint32_t u = 0; u < job->span; u++)
        if (values[u * stride] != 0)
            add_wave(job, u, values[u * stride], sums);
}

NEX_APART static void add_weights(const struct job *job)
{
    uint32_t n = 4u << job->size;
    nex_i16 *weights = job->picture->shared->weights;
    int32_t sums[BLOCK], lowest = is_chroma(job) ? -BRIGHTEST : 0;

    for (uint32_t v = 0; v < job->span; v++) {
        transform_line(job, weights + v * n, 1, sums);
        for (uint32_t x = 0; x < n; x++)
            weights[v * n + x] = short_of(asr(sums[x] + (1 << 6), 7));
    }
    for (uint32_t x = 0; x < n; x++) {
        transform_line(job, weights + x, n, sums);
        for (uint32_t y = 0; y < n; y++) {
            nex_i16 *pixel = &job->plane->pixels[job->y + y][job->x + x];

            *pixel = (int16_t)clamp(*pixel + asr(sums[y] + (1 << 7), 8), lowest, BRIGHTEST);
        }
    }
}

NEX_APART static void decode_leaf(struct job *job)
{
    uint32_t cells = 1u << job->size, column = job->x / 4, row = job->y / 4;
    struct cell cell;

    job->mode = decode_mode(job);
    job->count = decode_count(job);
    job->sine = 0;
    if (job->luma == NULL && job->size < 3 && job->mode > 0 && job->count > 0)
        job->sine = ask_leaf(job->picture, SINE_SIZE + job->size, SINE_MODE + class_of(job->mode),
                             NOWHERE);
    cell = decode_weights(job);
    predict(job);
    if (job->count > 0)
        add_weights(job);
    for (uint32_t y = row; y < row + cells; y++) {
        for (uint32_t x = column; x < column + cells; x++)
            job->plane->cells[y][x] = cell;
        job->plane->known[y] |= (uint8_t)(((1u << cells) - 1) << column);
    }
}

static void decode_square(struct job *job, uint32_t x, uint32_t y, uint32_t size)
{
    uint32_t n = 4u << size;
    bool fits = x + n <= job->place.inside_width && y + n <= job->place.inside_height;

    if (x >= job->place.inside_width || y >= job->place.inside_height)
        return;
    job->x = x;
    job->y = y;
    job->size = size;
    if (size == 0 || (fits && !is_split(job))) {
        decode_leaf(job);
        return;
    }
    for (uint32_t i = 0; i < 4; i++)
        decode_square(job, x + (i & 1) * n / 2, y + (i >> 1) * n / 2, size - 1);
}

/* Post filter */

/* A plane's block while it is filtered, and what lies around it. */
struct filter {
    struct nex_x_plane *plane;
    const struct place *place;
    uint32_t scale, back, octave;
};

/* A row, counted from 1 above the block, from the column to its left to the one to its right; at
 * the tile's edges the pixels there are repeated. */
static void load_row(const struct filter *f, uint32_t y, int16_t *row)
{
    const struct nex_x_plane *plane = f->plane;
    uint32_t columns = f->place->inside_width;

    y = least(y, f->place->inside_height);
    if (y == 0 && f->place->top == 0)
        y = 1;
    memcpy(row + 1, y == 0 ? plane->above + 1 : plane->pixels[y - 1], columns * sizeof *row);
    if (f->place->left == 0)
        row[0] = row[1];
    else
        row[0] = y == 0 ? plane->above[0] : plane->left[y - 1];
    row[columns + 1] = row[columns];
}

/* Adds to the sums of a row's cells by how much its pixels of odd columns are not in the middle
 * of their neighbours: left and right, above and below, along both diagonals. */
static void add_activity(const int16_t (*rows)[BLOCK + 2], uint32_t columns,
                         uint32_t sums[4][CELLS])
{
    for (uint32_t x = 1; x < columns; x += 2) {
        const int16_t *above = rows[0] + x, *at = rows[1] + x, *below = rows[2] + x;

        sums[0][x / 4] += distance(at[-1] + at[1], 2 * at[0]);
        sums[1][x / 4] += distance(above[0] + below[0], 2 * at[0]);
        sums[2][x / 4] += distance(above[-1] + below[1], 2 * at[0]);
        sums[3][x / 4] += distance(above[1] + below[-1], 2 * at[0]);
    }
}

/* 1 2 1 along `count` values that lie `stride` apart. */
static void smooth_line(uint16_t *values, uint32_t count, uint32_t stride)
{
    uint32_t before = values[0];

    for (uint32_t i = 0; i < count; i++) {
        uint32_t here = values[i * stride], after = values[(i + 1 < count ? i + 1 : i) * stride];

        values[i * stride] = (uint16_t)(before + 2 * here + after);
        before = here;
    }
}

static uint8_t expert_of(uint32_t h, uint32_t v, uint32_t d, uint32_t a)
{
    uint32_t level = (h + v >= 1750) + (uint32_t)(h + v >= 7000) + (h + v >= 29000);
    uint32_t m = most(h, v), n = least(h, v) + 24, p = most(d, a), q = least(d, a) + 24, way;

    if (m < 2 * n && p < 2 * q)
        way = 0;
    else if (m * q >= p * n)
        way = h > v ? 1 : 2;
    else
        way = d > a ? 3 : 4;
    return (uint8_t)(5 * level + way);
}

/* Which experts the cells have. */
static void pick_experts(const struct filter *f, uint8_t experts[CELLS][CELLS])
{
    uint16_t active[4][CELLS * CELLS];
    uint32_t columns = f->place->inside_width / 4, rows = f->place->inside_height / 4;

    for (uint32_t y = 0; y < rows; y++) {
        uint32_t sums[4][CELLS] = {{0}};
        int16_t lines[3][BLOCK + 2];

        for (uint32_t half = 0; half < 2; half++) {
            for (uint32_t i = 0; i < 3; i++)
                load_row(f, 4 * y + 2 * half + i, lines[i]);
            add_activity((const int16_t (*)[BLOCK + 2])lines, 4 * columns, sums);
        }
        for (uint32_t way = 0; way < 4; way++) {
            uint16_t *row = active[way] + CELLS * y;

            for (uint32_t x = 0; x < columns; x++)
                row[x] = (uint16_t)least(((f->scale >> 4) * sums[way][x]) >> 12, 4095);
            smooth_line(row, columns, 1);
        }
    }
    for (uint32_t way = 0; way < 4; way++)
        for (uint32_t x = 0; x < columns; x++)
            smooth_line(active[way] + x, rows, CELLS);
    for (uint32_t y = 0; y < rows; y++)
        for (uint32_t x = 0; x < columns; x++)
            experts[y][x] = expert_of(active[0][CELLS * y + x], active[1][CELLS * y + x],
                                      active[2][CELLS * y + x], active[3][CELLS * y + x]);
}

/* Such a row in units of the filter. */
static void scaled_row(const struct filter *f, uint32_t y, int16_t *row)
{
    load_row(f, y, row);
    for (uint32_t x = 0; x < f->place->inside_width + 2; x++)
        row[x] = (int16_t)asr(row[x] * (int32_t)f->scale, 16);
}

/* How far two pixels are from one between them, each of `limit` at most. */
static inline int32_t pull(int32_t a, int32_t b, int32_t here, int32_t limit)
{
    return clamp(a - here, -limit, limit - 1) + clamp(b - here, -limit, limit - 1);
}

/* Keeps a pixel for the block on the right, before it is filtered. */
static void leave_row(struct nex_x_plane *plane, uint32_t y)
{
    plane->left[y] = plane->pixels[y][BLOCK - 1];
}

static void filter_plane(const struct filter *f, uint32_t name, uint8_t experts[CELLS][CELLS])
{
    int16_t lines[3][BLOCK + 2], *above = lines[0], *at = lines[1], *below = lines[2];
    int32_t limit = name == LUMA ? 32 : 64;

    scaled_row(f, 0, above);
    scaled_row(f, 1, at);
    for (uint32_t y = 0; y < f->place->inside_height; y++) {
        int16_t *first = above;

        leave_row(f->plane, y);
        if (y + 1 < f->place->inside_height)
            scaled_row(f, y + 2, below);
        else
            memcpy(below, at, sizeof lines[0]);
        for (uint32_t x = 1; x <= f->place->inside_width; x++) {
            uint32_t expert = experts[y / 4][(x - 1) / 4];
            const int8_t *weights = name == LUMA ? nex_luma_experts[expert]
                                                 : nex_chroma_experts[name - CO][expert];
            int32_t sum = weights[0] * pull(at[x - 1], at[x + 1], at[x], limit) +
                          weights[1] * pull(above[x], below[x], at[x], limit);

            if (name == LUMA)
                sum += weights[2] * pull(above[x - 1], below[x + 1], at[x], limit) +
                       weights[3] * pull(above[x + 1], below[x - 1], at[x], limit);
            sum = sum * (int32_t)f->back + (int32_t)(1u << (21 - f->octave));
            f->plane->pixels[y][x - 1] += (int16_t)asr(sum, 22 - f->octave);
        }
        above = at;
        at = below;
        below = first;
    }
}

/* Colours */

static uint8_t level(int32_t pixel) { return (uint8_t)clamp(asr(pixel + 8, 4), 0, 255); }

/* The samples of a pixel of a block of leaves: as many as there are channels, then zeros. */
static void leaf_samples(const struct nex_picture *p, uint32_t x, uint32_t y, uint8_t *samples)
{
    uint32_t channels = p->picture.channels;
    int32_t luma = p->planes[0].pixels[y][x], co, cg;

    memset(samples, 0, 4);
    samples[0] = level(luma);
    if (channels % 2 == 0)
        samples[channels - 1] = level(p->planes[channels - 1].pixels[y][x]);
    if (channels < 3)
        return;
    co = p->planes[1].pixels[y][x];
    cg = p->planes[2].pixels[y][x];
    samples[0] = level(luma + co - cg);
    samples[1] = level(luma + (p->picture.orthogonal ? 2 * cg : cg));
    samples[2] = level(luma - co - cg);
}

/* Drawn pictures ----------------------------------------------------------------------- */

/* Answers: the first of each table. */
enum {
    HIT_RUN = 0, HIT_EQUAL = 256, HIT_NEAR = 384, COPY_EQUAL = 640, COPY_NEAR = 896,
    COPY_ASKED = 1152, RECENT_EQUAL = 1192, RECENT_SIDE = 1256, RECENT_COUNT = 1272,
    RECENT_TREE = 1280, BLEND_EQUAL = 1408, BLEND_SIDE = 1472, BLEND_COUNT = 1488,
    PAIR_TREE = 1493, COVER_TREE = 1501, COVER_LOW = 1565, MORE_BUSY = 1567, MORE = 1887,
    DIGIT = 1919, SIGN = 2015, SOLID = 2055
};

/* Colours that were told last come first. */
#define RECENT 64u
#define FLAT 4u
/* Columns of a block with two on each side. */
#define SHEET (2 + BLOCK + 2)

/* What is known of a tile; colours are words, red the lowest byte. */
struct NEX_ALIAS nex_x_drawn {
    nex_i16 answers[2071];
    uint8_t recent_count, flat_count;
    nex_u32 run, recent[RECENT], flat[FLAT];
    /* The block with two rows above it and those columns. */
    nex_u32 sheet[(2 + BLOCK) * SHEET];
};

/* What an entry of the memory says: nothing if count is 0. */
struct said {
    uint32_t number, tag, colour, count;
};

/* What is known of a pixel before it is decoded. */
struct pixel {
    uint32_t w, n, nw, ne, equal, near, side;
    struct said said;
    bool has_said;
};

static uint32_t byte_of(uint32_t colour, uint32_t channel) { return colour >> (8 * channel) & 255; }

static uint32_t colour_of(uint32_t r, uint32_t g, uint32_t b, uint32_t a)
{
    return (r & 255) | (g & 255) << 8 | (b & 255) << 16 | (a & 255) << 24;
}

/* The 16 bits of a display's colour, and back. */
static uint16_t half_of(uint32_t c)
{
    return (uint16_t)((c >> 3 & 31) | (c >> 5 & 0x7e0) | (c >> 8 & 0xf800));
}

static uint32_t whole_of(uint32_t half)
{
    uint32_t r = half & 31, g = half >> 5 & 63, b = half >> 11;

    return colour_of(r << 3 | r >> 2, g << 2 | g >> 4, b << 3 | b >> 2, 0);
}

/* What a display makes of a colour. */
static uint32_t shown(const struct nex_picture *p, uint32_t c)
{
    return p->picture.display ? whole_of(half_of(c)) | (c & 0xff000000u) : c;
}

static bool ask_drawn(struct nex_picture *p, uint32_t a, uint32_t b, uint32_t c)
{
    return ask(&p->coder, p->drawn->answers, 3, a, b, c);
}

static uint32_t mix(uint32_t h, uint32_t colour)
{
    return ((h << 5 | h >> 27) ^ colour) * 0x9e3779b1u;
}

static uint32_t end_hash(uint32_t h) { return (h ^ h >> 15) * 0x2c1b3c6du; }

/* Entries of the memory have a colour each, in 16 bits where that is enough, and in another byte
 * a tag and a count. */
static struct said says(const struct nex_picture *p, uint32_t hash)
{
    uint32_t top = hash >> (27 - p->picture.memory);
    struct said said = {top >> 5, top & 31, 0, 0};
    uint32_t entry = p->counts[said.number];

    if (entry >> 3 == said.tag) {
        said.count = entry & 7;
        said.colour = p->picture.halves ? whole_of(((const nex_u16 *)p->entries)[said.number])
                                        : ((const nex_u32 *)p->entries)[said.number];
    }
    return said;
}

static void learn(const struct nex_picture *p, const struct said *said, uint32_t colour)
{
    uint8_t *entry = p->counts + said->number;
    uint32_t count = *entry & 7;

    if (said->count > 0 && said->colour == colour) {
        *entry = (uint8_t)(*entry + (count < 7));
    } else if (said->count == 0 && count > 1) {
        *entry = (uint8_t)((*entry & 0xf8) | count >> 1);
    } else {
        *entry = (uint8_t)(said->tag << 3 | 1);
        if (p->picture.halves)
            ((nex_u16 *)p->entries)[said->number] = half_of(colour);
        else
            ((nex_u32 *)p->entries)[said->number] = colour;
    }
}

/* The colour becomes the first of a list. */
static void to_front(nex_u32 *colours, uint8_t *count, uint32_t limit, uint32_t colour)
{
    uint32_t at = 0;

    while (at < *count && colours[at] != colour)
        at++;
    if (at == *count) {
        *count = (uint8_t)least(*count + 1u, limit);
        at = *count - 1u;
    }
    for (; at > 0; at--)
        colours[at] = colours[at - 1];
    colours[0] = colour;
}

/* So many bits by a tree whose answers begin there. */
static uint32_t tree(struct nex_picture *p, uint32_t first, uint32_t depth)
{
    uint32_t node = 1;

    for (uint32_t i = 0; i < depth; i++)
        node = 2 * node + ask_drawn(p, first + node - 1, NOWHERE, NOWHERE);
    return node - (1u << depth);
}

/* A mixture of two flat colours. */
static uint32_t decode_blend(struct nex_picture *p, uint32_t pairs)
{
    static const uint8_t firsts[6] = {0, 0, 1, 0, 1, 2}, seconds[6] = {1, 2, 2, 3, 3, 3};
    uint32_t pair = pairs == 1 ? 0 : least(tree(p, PAIR_TREE, 3), pairs - 1);
    uint32_t c = 4 * tree(p, COVER_TREE, 6);
    uint32_t f = p->drawn->flat[firsts[pair]], g = p->drawn->flat[seconds[pair]], colour = 0;

    c += 2u * ask_drawn(p, COVER_LOW + 1, NOWHERE, NOWHERE);
    c += ask_drawn(p, COVER_LOW, NOWHERE, NOWHERE);
    for (uint32_t i = 0; i < 4; i++)
        colour |= ((256 - c) * byte_of(f, i) + c * byte_of(g, i) + 128) >> 8 << (8 * i);
    return shown(p, colour);
}

/* A signed byte. */
static int32_t decode_number(struct nex_picture *p, uint32_t channel, uint32_t around_it)
{
    uint32_t busy = least(bits(around_it), 9), d = 0, v = 1;

    while (d < 8 && ask_drawn(p, MORE_BUSY + (10 * channel + busy) * 8 + d, MORE + 8 * channel + d,
                              NOWHERE))
        d++;
    if (d == 0)
        return 0;
    for (uint32_t i = 0; i + 1 < d; i++)
        v = 2 * v + (i < 3 ? ask_drawn(p, DIGIT + (8 * channel + d - 1) * 3 + i, NOWHERE, NOWHERE)
                           : raw(&p->coder, 1));
    if (ask_drawn(p, SIGN + 10 * channel + busy, NOWHERE, NOWHERE))
        v = 0 - v;
    return (int32_t)((v + 128) & 255) - 128;
}

/* What the plane through three neighbours says of a channel; how much varies there. */
static int32_t plane_of(const struct pixel *at, uint32_t channel, uint32_t *busy)
{
    int32_t w = (int32_t)byte_of(at->w, channel), n = (int32_t)byte_of(at->n, channel);
    int32_t nw = (int32_t)byte_of(at->nw, channel), ne = (int32_t)byte_of(at->ne, channel);

    *busy = distance(w, nw) + distance(n, nw) + distance(n, ne);
    return clamp(w + n - nw, w < n ? w : n, w < n ? n : w);
}

static uint32_t decode_remainder(struct nex_picture *p, const struct pixel *at)
{
    const struct nex_x_picture *header = &p->picture;
    uint32_t five = header->display ? 3 : 0, six = header->display ? 2 : 0, busy[4], alpha = 0;
    int32_t plane[4], red, green, blue, more, r;

    for (uint32_t i = 0; i < 4; i++)
        plane[i] = plane_of(at, i, &busy[i]);
    more = decode_number(p, 0, busy[0] + busy[1] + busy[2]);
    red = green = blue = asr(plane[1], six) + more;
    if (header->channels >= 3) {
        r = decode_number(p, 1, distance(more, 0));
        more = header->display ? asr(more, 1) : more;
        red = asr(plane[0], five) + more + r;
        blue = asr(plane[2], five) + more + decode_number(p, 2, distance(r, 0));
    }
    if (header->channels % 2 == 0)
        alpha = (uint32_t)(plane[3] + decode_number(p, 3, busy[3]));
    return shown(p, colour_of((uint32_t)red << five, (uint32_t)green << six, (uint32_t)blue << five,
                              alpha));
}

/* A colour that the memory does not say, and how it was coded. */
static uint32_t decode_other(struct nex_picture *p, const struct pixel *at, uint8_t *how)
{
    const uint32_t neighbours[4] = {at->w, at->n, at->nw, at->ne};
    static const uint8_t pairs_of[FLAT + 1] = {0, 0, 1, 3, 6};
    struct nex_x_drawn *drawn = p->drawn;
    uint32_t known = at->has_said ? 1 : 0, asked = known, n = drawn->recent_count;
    uint32_t pairs = pairs_of[drawn->flat_count];

    *how = 1;
    for (uint32_t i = 0; i < 4; i++) {
        bool is_out = at->has_said && neighbours[i] == at->said.colour;

        for (uint32_t j = 0; j < i; j++)
            is_out = is_out || neighbours[j] == neighbours[i];
        if (is_out)
            continue;
        if (ask_drawn(p, COPY_EQUAL + 64 * i + at->equal, COPY_NEAR + 64 * i + at->near,
                      COPY_ASKED + (5 * i + asked) * 2 + known))
            return neighbours[i];
        asked++;
    }
    *how = 2;
    if (n > 0 && ask_drawn(p, RECENT_EQUAL + at->equal, RECENT_SIDE + at->side,
                           RECENT_COUNT + bits(n))) {
        uint32_t b = bits(n - 1);

        return drawn->recent[least(tree(p, RECENT_TREE + (1u << b) - 1, b), n - 1)];
    }
    if (pairs > 0 && ask_drawn(p, BLEND_EQUAL + at->equal, BLEND_SIDE + at->side,
                               BLEND_COUNT + drawn->flat_count))
        return decode_blend(p, pairs);
    *how = 3;
    return decode_remainder(p, at);
}

/* A pixel of the sheet, which is `s`; returns its colour. */
NEX_APART static uint32_t decode_pixel(struct nex_picture *p, const nex_u32 *s, uint32_t left_how,
                                       uint8_t *how)
{
    struct nex_x_drawn *drawn = p->drawn;
    const nex_u32 *up = s - SHEET, *up2 = up - SHEET;
    uint32_t side = 4 * left_how + how[0];
    struct pixel at = {s[-1], up[0], up[-1], up[1], 0, 4 * side + how[1], side, {0}, false};
    uint32_t h = mix(mix(mix(mix(mix(mix(0, at.w), at.n), at.nw), at.ne), s[-2]), up2[0]);
    struct said close = says(p, end_hash(h));
    uint32_t more = mix(mix(mix(mix(h, up[-2]), up[2]), up2[-1]), up2[1]) ^ 0x5bd1e995u;
    struct said far = says(p, end_hash(more));
    uint32_t colour, kind = far.count > 0 ? 1 : 0;
    bool is_right = false;

    at.equal = (at.w == at.n) + 2u * (at.w == at.nw) + 4u * (at.n == at.nw) + 8u * (at.n == at.ne) +
               16u * (at.w == s[-2]) + 32u * (at.n == up2[0]);
    at.said = kind ? far : close;
    at.has_said = at.said.count > 0;
    if (at.has_said) {
        uint32_t like = (at.said.colour == at.w) + 2u * (at.said.colour == at.n);

        is_right = ask_drawn(p, HIT_RUN + (16 * kind + least(drawn->run, 15)) * 8 + at.said.count,
                             HIT_EQUAL + 64 * kind + at.equal, HIT_NEAR + 64 * like + at.near);
    }
    drawn->run = is_right ? drawn->run + 1 : 0;
    how[0] = 0;
    colour = is_right ? at.said.colour : decode_other(p, &at, how);
    if (far.count > 0 || close.count == 0 || close.colour != colour)
        learn(p, &far, colour);
    learn(p, &close, colour);
    if (colour == at.w && colour == at.n)
        to_front(drawn->flat, &drawn->flat_count, FLAT, colour);
    to_front(drawn->recent, &drawn->recent_count, RECENT, colour);
    return colour;
}

/* A tile's two lowest rows of colours above a block: the upper one, the lower one. */
static nex_u32 *drawn_line(const struct nex_picture *p, uint32_t row)
{
    return (nex_u32 *)p->drawn_lines + row * least(p->picture.tile_width, p->picture.width);
}

/* Goes on to the next block. */
static void step_sheet(struct nex_picture *p, const struct place *at)
{
    nex_u32 *sheet = p->drawn->sheet;

    for (uint32_t y = 0; y < 2 + BLOCK; y++)
        for (uint32_t x = 0; x < 2; x++)
            sheet[y * SHEET + x] = at->left > 0 ? sheet[y * SHEET + BLOCK + x] : 0;
    for (uint32_t y = 0; y < 2; y++) {
        const nex_u32 *line = drawn_line(p, y);

        for (uint32_t x = 0; x < BLOCK + 2; x++)
            sheet[y * SHEET + 2 + x] =
                at->top > 0 ? line[least(at->left + x, at->tile_width - 1)] : 0;
    }
}

/* Keeps what the blocks below see. */
static void leave_sheet(const struct nex_picture *p, const struct place *at)
{
    const nex_u32 *lowest = p->drawn->sheet + BLOCK * SHEET + 2;

    for (uint32_t y = 0; y < 2; y++)
        memcpy(drawn_line(p, y) + at->left, lowest + y * SHEET, at->width * sizeof *lowest);
}

/* Four pixels of the sheet, the first of which is `s`, if they are a run of the one colour around
 * them. */
static bool decode_run(struct nex_picture *p, nex_u32 *s, uint8_t *how)
{
    struct nex_x_drawn *drawn = p->drawn;
    const nex_u32 *up = s - SHEET, *up2 = up - SHEET;
    uint32_t colour = s[-1];
    bool is_one = colour == s[-2];

    for (int32_t i = -2; i < 6 && is_one; i++)
        is_one = up[i] == colour && up2[i] == colour;
    if (!is_one || !ask_drawn(p, SOLID + least(drawn->run, 15), NOWHERE, NOWHERE))
        return false;
    for (int i = 0; i < 4; i++) {
        s[i] = colour;
        how[i] = 0;
    }
    drawn->run++;
    to_front(drawn->flat, &drawn->flat_count, FLAT, colour);
    to_front(drawn->recent, &drawn->recent_count, RECENT, colour);
    return true;
}

static void decode_drawn(struct nex_picture *p, const struct place *at)
{
    /* How pixels were coded: in the current row up to the current one, then in the row above. */
    uint8_t how[BLOCK + 1] = {0};

    for (uint32_t y = 0; y < at->height; y++) {
        nex_u32 *row = p->drawn->sheet + (2 + y) * SHEET + 2;
        uint32_t x = 0;

        while (x < at->width) {
            if (x % 4 == 0 && x + 4 <= at->width && decode_run(p, row + x, how + x)) {
                x += 4;
            } else {
                row[x] = decode_pixel(p, row + x, x > 0 ? how[x - 1] : 0, how + x);
                x++;
            }
        }
        row[at->width] = row[at->width + 1] = row[at->width - 1];
    }
}

/* The samples of a pixel of a drawn block. */
static void drawn_samples(const struct nex_picture *p, uint32_t x, uint32_t y, uint8_t *samples)
{
    uint32_t colour = p->drawn->sheet[(2 + y) * SHEET + 2 + x], channels = p->picture.channels;

    for (uint32_t i = 0; i < 4; i++)
        samples[i] = (uint8_t)(i < channels ? byte_of(colour, i) : 0);
    if (channels == 2)
        samples[1] = (uint8_t)byte_of(colour, 3);
}

/* Pictures of both kinds */

/* a / b, rounded down. */
static int32_t divided(int32_t a, int32_t b) { return a >= 0 ? a / b : -((b - 1 - a) / b); }

/* The pixels of the planes that show these samples. */
static void planes_of(const struct nex_x_picture *p, const uint8_t *samples, int16_t *pixel)
{
    int32_t r = samples[0], g = samples[1], b = samples[2], more = 2 * g - r - b;

    for (uint32_t i = 0; i < 4; i++)
        pixel[i] = (int16_t)(16 * samples[i]);
    if (p->channels < 3)
        return;
    pixel[1] = (int16_t)(8 * (r - b));
    pixel[0] = (int16_t)(p->orthogonal ? (32 * (r + g + b) + 3) / 6 : 4 * (r + 2 * g + b));
    pixel[2] = (int16_t)(p->orthogonal ? divided(16 * more + 3, 6) : 4 * more);
}

/* What blocks of leaves see of a drawn one. */
static void paint(struct nex_picture *p, const struct place *at)
{
    for (uint32_t y = 0; y < at->inside_height; y++)
        for (uint32_t x = 0; x < at->inside_width; x++) {
            uint8_t samples[4];
            int16_t pixel[4];

            drawn_samples(p, least(x, at->width - 1), least(y, at->height - 1), samples);
            planes_of(&p->picture, samples, pixel);
            for (uint32_t i = 0; i < p->picture.channels; i++)
                p->planes[i].pixels[y][x] = pixel[i];
        }
    for (uint32_t i = 0; i < p->picture.channels; i++)
        memset(p->planes[i].cells, NO_CELL, sizeof p->planes[i].cells);
}

/* What drawn blocks see of one of leaves, as far as they do. */
static void show_to_drawn(struct nex_picture *p, const struct place *at)
{
    for (uint32_t y = 0; y < at->height; y++)
        for (uint32_t x = y < BLOCK - 2 && at->width == BLOCK ? BLOCK - 2 : 0; x < at->width; x++) {
            uint8_t s[4];
            uint32_t alpha;

            leaf_samples(p, x, y, s);
            alpha = p->picture.channels % 2 == 0 ? s[p->picture.channels - 1] : 0;
            p->drawn->sheet[(2 + y) * SHEET + 2 + x] =
                p->picture.channels < 3 ? colour_of(s[0], s[0], s[0], alpha)
                                        : shown(p, colour_of(s[0], s[1], s[2], alpha));
        }
}

/* Blocks ------------------------------------------------------------------------------- */

/* Columns of a tile in whole cells, for which there is room. */
static uint32_t room_columns(const struct nex_x_picture *p)
{
    return whole_cells(least(p->tile_width, p->width));
}

/* Of the planes' lines: the lowest row of pixels above, then 8 bytes for each cell. */
static nex_i16 *line_pixels(const struct nex_picture *p, uint32_t plane)
{
    return (nex_i16 *)p->lines + (size_t)2 * plane * room_columns(&p->picture);
}

static struct cell *line_cells(const struct nex_picture *p, uint32_t plane)
{
    return (struct cell *)(void *)(line_pixels(p, plane) + room_columns(&p->picture));
}

/* What a plane's block sees on its left and above. */
static void step_plane(struct nex_picture *p, uint32_t name, const struct place *at)
{
    struct nex_x_plane *plane = &p->planes[name];
    uint32_t columns = least(whole_cells(at->tile_width) - at->left, 2 * BLOCK);

    plane->above[0] = plane->next_corner;
    if (at->left == 0)
        memset(plane->cells, NO_CELL, sizeof plane->cells);
    memset(plane->above_cells, NO_CELL, sizeof plane->above_cells);
    if (at->top > 0) {
        memcpy(plane->above + 1, line_pixels(p, name) + at->left, columns * sizeof(int16_t));
        memcpy(plane->above_cells, line_cells(p, name) + at->left / 4,
               least(columns / 4, CELLS) * sizeof(struct cell));
    }
    plane->next_corner = plane->above[BLOCK];
    memset(plane->known, 0, sizeof plane->known);
}

/* Keeps what the blocks below see. */
static void leave_plane(struct nex_picture *p, uint32_t name, const struct place *at)
{
    const struct nex_x_plane *plane = &p->planes[name];

    memcpy(line_pixels(p, name) + at->left, plane->pixels[BLOCK - 1],
           at->inside_width * sizeof(int16_t));
    memcpy(line_cells(p, name) + at->left / 4, plane->cells[CELLS - 1],
           at->inside_width / 4 * sizeof(struct cell));
}

/* By how much the block's steps are larger. */
static int8_t decode_field(struct nex_picture *p, int32_t left, int32_t above)
{
    int32_t field = asr(left + above, 1);
    uint32_t d = least(distance(left, above), 2), room, step = 1;
    bool up;

    if (!ask_leaf(p, OTHER + d, NOWHERE, NOWHERE))
        return (int8_t)field;
    up = field == -4 ? true : field == 3 ? false : ask_leaf(p, LARGER_FIELD + d, NOWHERE, NOWHERE);
    room = (uint32_t)(up ? 3 - field : field + 4);
    while (step < room && ask_leaf(p, FARTHER + least(step - 1, 2), NOWHERE, NOWHERE))
        step++;
    return (int8_t)(up ? field + (int32_t)step : field - (int32_t)step);
}

/* What kind of block is next, and what its planes have in common. */
static struct common decode_common(struct nex_picture *p, const struct place *at)
{
    static const struct common none = {0, 0, 0, 0};
    struct common *commons = p->commons, left = at->left > 0 ? p->shared->beside : none;
    struct common above = at->top > 0 ? commons[at->left / BLOCK] : none, common = none;

    if (has_drawn(p))
        common.drawn = ask(&p->coder, p->shared->kinds, 4, 2u * left.drawn + above.drawn, NOWHERE,
                           NOWHERE);
    else
        (void)ask_leaf(p, 0, NOWHERE, NOWHERE);
    if (!common.drawn) {
        common.field = p->picture.fielded ? decode_field(p, left.field, above.field) : 0;
        if (p->picture.filtered)
            common.filtered = ask_leaf(p, FILTER + 2u * left.filtered + above.filtered, NOWHERE,
                                       NOWHERE);
    }
    commons[at->left / BLOCK] = p->shared->beside = common;
    return common;
}

/* Luma, alpha or chroma: planes by number. */
static uint32_t name_of(const struct nex_x_picture *p, uint32_t plane)
{
    return p->channels < 3 && plane == 1 ? ALPHA : plane;
}

static uint32_t step_of(const struct nex_x_picture *p, uint32_t name, int32_t field)
{
    int32_t chroma = name == CO || name == CG ? p->chroma[name - CO] : 0;

    return (uint32_t)clamp(p->step + 4 * chroma + 8 * field, 0, 320);
}

/* Filters the block's planes, if that is said, but for alpha. */
NEX_APART static void filter_block(struct nex_picture *p, const struct place *at,
                                   const struct common *common)
{
    uint8_t experts[CELLS][CELLS];

    for (uint32_t i = 0; i < p->picture.channels; i++) {
        uint32_t name = name_of(&p->picture, i), step = step_of(&p->picture, name, common->field);
        uint32_t power = nex_powers[most(step, 96) % 32], octave = most(step, 96) / 32;
        struct filter filter = {&p->planes[i], at, ((46u << 26) / power << 5) >> octave,
                                power / 46, octave};

        if (name == LUMA && common->filtered)
            pick_experts(&filter, experts);
        if (name != ALPHA && common->filtered)
            filter_plane(&filter, name, experts);
        else
            for (uint32_t y = 0; y < BLOCK; y++)
                leave_row(&p->planes[i], y);
    }
}

static void decode_planes(struct nex_picture *p, const struct place *at, int32_t field)
{
    for (uint32_t i = 0; i < p->picture.channels; i++) {
        uint32_t name = name_of(&p->picture, i);
        struct job job;

        memset(&job, 0, sizeof job);
        job.picture = p;
        job.place = *at;
        job.name = name;
        job.step = step_of(&p->picture, name, field);
        job.plane = &p->planes[i];
        if (is_chroma(&job)) {
            job.luma = &p->planes[0];
            job.co = &p->planes[1];
        }
        decode_square(&job, 0, 0, 3);
    }
}

/* A block of leaves, or a drawn one among them. */
static void decode_block(struct nex_picture *p, const struct place *at)
{
    struct common common;

    for (uint32_t i = 0; i < p->picture.channels; i++)
        step_plane(p, i, at);
    if (has_drawn(p))
        step_sheet(p, at);
    common = decode_common(p, at);
    if (has_drawn(p) && common.drawn) {
        decode_drawn(p, at);
        paint(p, at);
    } else {
        decode_planes(p, at, common.field);
    }
    for (uint32_t i = 0; i < p->picture.channels; i++)
        leave_plane(p, i, at);
    filter_block(p, at, &common);
    if (has_drawn(p)) {
        if (!common.drawn)
            show_to_drawn(p, at);
        leave_sheet(p, at);
    }
}

/* Windows */

/* What two rectangles have in common, along one axis. */
static void cut_axis(uint32_t *from, uint32_t *length, uint32_t other, uint32_t other_length)
{
    uint32_t to = most(*from, other);
    uint64_t end = (uint64_t)*from + *length, other_end = (uint64_t)other + other_length;

    end = end < other_end ? end : other_end;
    *from = to;
    *length = end > to ? (uint32_t)(end - to) : 0;
}

static struct nex_area within(struct nex_area a, struct nex_area b)
{
    cut_axis(&a.left, &a.width, b.left, b.width);
    cut_axis(&a.top, &a.height, b.top, b.height);
    return a;
}

/* Where it lies in a picture of 1 / 2^n of the size. */
static struct nex_area halved(struct nex_area a, uint32_t n)
{
    uint32_t last = (1u << n) - 1;
    struct nex_area small = {a.left >> n, a.top >> n, 0, 0};

    small.width = ((a.left + a.width + last) >> n) - small.left;
    small.height = ((a.top + a.height + last) >> n) - small.top;
    return small;
}

static uint32_t times(uint32_t x, uint32_t n) { return x > UINT32_MAX >> n ? UINT32_MAX : x << n; }

static struct nex_area doubled(struct nex_area a, uint32_t n)
{
    a.left = times(a.left, n);
    a.top = times(a.top, n);
    a.width = times(a.width, n);
    a.height = times(a.height, n);
    return a;
}

/* At a tile's beginning all that was learned is forgotten. */
static void begin_tile(struct nex_picture *p)
{
    static const nex_i16 kinds[4] = {-8192, 0, 0, 8192};
    struct nex_x_drawn *drawn = p->drawn;

    if (has_drawn(p)) {
        for (size_t i = 0; i < sizeof nex_drawn_starts; i++)
            drawn->answers[i] = (int16_t)(256 * nex_drawn_starts[i]);
        drawn->recent_count = drawn->flat_count = 0;
        drawn->run = 0;
        memset(p->counts, 0, (size_t)1 << p->picture.memory);
    }
    if (!has_leaves(p))
        return;
    for (size_t i = 0; i < sizeof nex_leaf_starts; i++)
        p->shared->answers[i] = (int16_t)(256 * nex_leaf_starts[i]);
    memcpy(p->shared->kinds, kinds, sizeof kinds);
}

/* Goes on to the next tile; of one that does not touch what is asked for, no rows are. */
static bool next_tile(struct nex_picture *p)
{
    const struct nex_x_picture *header = &p->picture;
    uint32_t across = tiles_across(header), number = p->tiles_begun;
    struct nex_area part;

    if (number == across * tiles_down(header))
        return false;
    begin_piece(&p->coder, &p->tiles);
    p->tiles_begun++;
    p->tile.left = number % across * header->tile_width;
    p->tile.top = number / across * header->tile_height;
    p->tile.width = least(header->tile_width, header->width - p->tile.left);
    p->tile.height = least(header->tile_height, header->height - p->tile.top);
    part = within(p->tile, p->asked);
    p->left = p->top = 0;
    p->rows = part.width > 0 && part.height > 0 ? part.top + part.height - p->tile.top : 0;
    if (p->rows > 0)
        begin_tile(p);
    return true;
}

/* Decodes the next block; false after the last one. */
static bool next_block_of_picture(struct nex_picture *p)
{
    struct place at;

    while (p->top >= p->rows)
        if (!next_tile(p))
            return false;
    at.left = p->left;
    at.top = p->top;
    at.tile_width = p->tile.width;
    at.width = least(p->tile.width - p->left, BLOCK);
    at.height = least(p->tile.height - p->top, BLOCK);
    at.inside_width = whole_cells(at.width);
    at.inside_height = whole_cells(at.height);
    if (has_leaves(p)) {
        decode_block(p, &at);
    } else {
        step_sheet(p, &at);
        decode_drawn(p, &at);
        leave_sheet(p, &at);
    }
    p->full.left = p->tile.left + p->left;
    p->full.top = p->tile.top + p->top;
    p->full.width = at.width;
    p->full.height = at.height;
    p->left += BLOCK;
    if (p->left >= p->tile.width) {
        p->left = 0;
        p->top += BLOCK;
    }
    return true;
}

static bool next_window(struct nex_picture *p)
{
    do {
        p->has_window = next_block_of_picture(p);
        p->window = within(halved(p->full, p->halvings), p->shown);
    } while (p->has_window && (p->window.width == 0 || p->window.height == 0));
    return p->has_window;
}

/* A pixel of the block that was decoded last. */
static inline void decoded_samples(const struct nex_picture *p, uint32_t x, uint32_t y,
                                   uint8_t *samples)
{
    if (has_leaves(p))
        leaf_samples(p, x, y, samples);
    else
        drawn_samples(p, x, y, samples);
}

/* A pixel of the window, where its blocks' pixels are more: the mean of those that it stands for,
 * alpha multiplied in. */
NEX_APART static void mean_samples(const struct nex_picture *p, uint32_t left, uint32_t top,
                                   uint8_t *samples)
{
    struct nex_area area = {left, top, 1, 1};
    uint32_t sums[4] = {0, 0, 0, 0}, weights = 0, channels = p->picture.channels;
    uint32_t alpha = channels % 2 == 0 ? channels - 1 : 4;

    area = within(doubled(area, p->halvings), p->full);
    for (uint32_t y = area.top; y < area.top + area.height; y++)
        for (uint32_t x = area.left; x < area.left + area.width; x++) {
            uint32_t weight = 255;

            decoded_samples(p, x - p->full.left, y - p->full.top, samples);
            if (alpha < 4)
                weight = samples[alpha];
            weights += weight;
            for (uint32_t i = 0; i < 4; i++)
                sums[i] += (i == alpha ? 255 : weight) * samples[i];
        }
    for (uint32_t i = 0; i < 4; i++) {
        uint32_t of = i == alpha ? 255 * area.width * area.height : weights;

        samples[i] = (uint8_t)(of > 0 ? (sums[i] + of / 2) / of : 0);
    }
}

/* A pixel of the window. */
static inline void window_samples(const struct nex_picture *p, uint32_t x, uint32_t y,
                                  uint8_t *samples)
{
    uint32_t left = p->window.left + x, top = p->window.top + y;

    if (p->halvings > 0)
        mean_samples(p, left, top, samples);
    else
        decoded_samples(p, left - p->full.left, top - p->full.top, samples);
}

/* x / 255, rounded down, of less than 65535: small processors do not divide. */
static uint32_t by_255(uint32_t x) { return (x + 1 + (x >> 8)) >> 8; }

/* A level of 255 times (`whole` * 255 + `rest`) / 255. */
static uint32_t in_64(uint32_t level, uint32_t whole, uint32_t rest)
{
    return level * whole + by_255(level * rest);
}

#ifndef NEX_NO_ROWS
/* Rows: a smaller picture is halved up to three times by means, then each axis is scaled by
 * Catmull and Rom's cubic, widened where rows or columns are left out. SPEC has none of this: the
 * bits are those of the library in Rust. */

/* How so many pixels, halved so often, become so many others. */
static struct nex_x_axis plan_axis(uint32_t all, uint32_t halvings, uint32_t to)
{
    struct nex_x_axis a = {(uint64_t)to << halvings, 0, all, to, 0, 0, 0};

    a.wide = a.all > a.kept ? a.all : a.kept;
    a.places = (all + (1u << halvings) - 1) >> halvings;
    a.reach = a.kept == 0 ? 0 : (uint32_t)((2 * a.wide + a.kept - 1) / a.kept);
    a.taps = least(2 * a.reach + 1, a.places);
    return a;
}

/* The cubic's value at a place, in 1/4096. */
static int64_t cubic(const struct nex_x_axis *a, uint64_t centre, uint32_t place)
{
    const int64_t one = 1 << 12;
    uint64_t at = (2 * (uint64_t)place + 1) * a->kept;
    uint64_t far = at > centre ? at - centre : centre - at;
    int64_t d = (int64_t)((far << 12) / (2 * a->wide));

    if (d >= 2 * one)
        return 0;
    return d < one ? ((3 * d - 5 * one) * d / one * d / one + 2 * one) / 2
                   : (((5 * one - d) * d / one - 8 * one) * d / one + 4 * one) / 2;
}

/* Of which places one is made, and their weights: the sum of all, and the first few, which are
 * all but where a picture becomes very much smaller. */
struct taps {
    uint64_t centre;
    int64_t sum;
    uint32_t first, last;
    int16_t weights[16];
};

static int64_t weight_of(const struct nex_x_axis *a, const struct taps *taps, uint32_t place)
{
    uint32_t i = place - taps->first;

    return i < 16 ? taps->weights[i] : cubic(a, taps->centre, place);
}

static struct taps taps_of(const struct nex_x_axis *a, uint32_t at)
{
    struct taps taps = {(2 * (uint64_t)at + 1) * a->all, 0, 0, 0, {0}};
    uint32_t middle = (uint32_t)(taps.centre / (2 * a->kept));

    taps.first = middle > a->reach ? middle - a->reach : 0;
    taps.last = least(middle + a->reach, a->places - 1);
    taps.last = least(taps.last, taps.first + a->taps - 1);
    for (uint32_t place = taps.first; place <= taps.last; place++) {
        int64_t weight = cubic(a, taps.centre, place);

        if (place - taps.first < 16)
            taps.weights[place - taps.first] = (int16_t)weight;
        taps.sum += weight;
    }
    return taps;
}

/* sum / of, rounded. */
static int32_t rounded(int64_t sum, int64_t of)
{
    int64_t n = 2 * sum + of, quotient = of != 0 ? n / (2 * of) : 0;

    if (of != 0 && n % (2 * of) < 0)
        quotient -= of > 0 ? 1 : -1;
    return (int32_t)quotient;
}

/* How a part of a picture becomes so many columns and rows. */
static void plan_rows(const struct nex_x_picture *p, const struct nex_area *area, uint32_t columns,
                      uint32_t rows, struct nex_x_rows *plan)
{
    struct nex_area all = {0, 0, p->width, p->height};
    uint32_t n = 0;

    memset(plan, 0, sizeof *plan);
    if (area != NULL)
        all = within(*area, all);
    /* Not below what is asked for. */
    while (n < 3 && columns > 0 && rows > 0 && all.width >> (n + 1) >= columns &&
           all.height >> (n + 1) >= rows && ((all.left | all.top) >> n & 1) == 0)
        n++;
    plan->halvings = n;
    plan->x = plan_axis(all.width, n, columns);
    plan->y = plan_axis(all.height, n, rows);
    plan->area = halved(all, n);
    /* Several tiles side by side are decoded one after the other. */
    plan->band = least(p->tile_width < p->width ? p->tile_height : BLOCK, p->height);
    plan->band = (plan->band + (1u << n) - 1) >> n;
    plan->is_whole = plan->area.width == columns && plan->area.height == rows;
    plan->kept = plan->is_whole ? 0 : plan->y.taps;
    plan->begun = plan->ends = plan->area.top;
}

/* Bytes, in whole words, of rows that are decoded together, and of rows that were scaled along. */
static uint64_t band_bytes(const struct nex_x_picture *p, const struct nex_x_rows *plan)
{
    return ((uint64_t)plan->area.width * plan->band * p->channels + 3) / 4 * 4;
}

static uint64_t lines_bytes(const struct nex_x_picture *p, const struct nex_x_rows *plan)
{
    return ((uint64_t)plan->kept * plan->x.to * p->channels + 1) / 2 * 4;
}

/* A row of the part as it is decoded, of the band that is there or of one after it. */
static const uint8_t *decoded_row(struct nex_picture *p, uint32_t row)
{
    struct nex_x_rows *r = &p->scaled;
    uint32_t channels = p->picture.channels, end = r->area.top + r->area.height;
    size_t stride = (size_t)r->area.width * channels;

    while (r->area.top + row >= r->ends && r->ends < end) {
        r->begun = r->ends;
        r->ends = least((r->begun / r->band + 1) * r->band, end);
        do {
            if (!next_window(p))
                return NULL;
            for (uint32_t y = 0; y < p->window.height; y++) {
                uint8_t *to = r->pixels + (p->window.top - r->begun + y) * stride +
                              (p->window.left - r->area.left) * channels;

                for (uint32_t x = 0; x < p->window.width; x++) {
                    uint8_t samples[4];

                    window_samples(p, x, y, samples);
                    memcpy(to + x * channels, samples, channels);
                }
            }
        } while (p->window.left + p->window.width < r->area.left + r->area.width ||
                 p->window.top + p->window.height < r->ends);
    }
    return r->pixels + (r->area.top + row - r->begun) * stride;
}

/* Scales a row along: colours times alpha, in 1/32 of a level. */
static void scale_along(const struct nex_picture *p, const uint8_t *row, nex_i16 *line)
{
    uint32_t channels = p->picture.channels, alpha = channels % 2 == 0 ? channels - 1 : 4;
    const struct nex_x_axis *axis = &p->scaled.x;

    for (uint32_t x = 0; x < axis->to; x++) {
        struct taps taps = taps_of(axis, x);
        int64_t sums[4] = {0, 0, 0, 0};

        for (uint32_t place = taps.first; place <= taps.last; place++) {
            const uint8_t *pixel = row + (size_t)place * channels;
            int64_t weight = weight_of(axis, &taps, place);

            for (uint32_t i = 0; i < channels; i++) {
                int32_t of = alpha < 4 && i != alpha ? pixel[alpha] : 255;

                sums[i] += 32 * of * pixel[i] / 255 * weight;
            }
        }
        for (uint32_t i = 0; i < channels; i++)
            *line++ = short_of(rounded(sums[i], taps.sum));
    }
}

/* A pixel of the row that `taps` make, of rows that were scaled along; alpha divided out. */
static void scale_down(const struct nex_picture *p, const struct taps *taps, uint32_t x,
                       uint8_t *out)
{
    uint32_t channels = p->picture.channels, alpha = channels % 2 == 0 ? channels - 1 : 4;
    size_t length = (size_t)p->scaled.x.to * channels;
    int64_t sums[4] = {0, 0, 0, 0};
    int32_t values[4], opaque = 255 * 32;

    for (uint32_t place = taps->first; place <= taps->last; place++) {
        const nex_i16 *line = p->scaled.lines + place % p->scaled.kept * length;
        int64_t weight = weight_of(&p->scaled.y, taps, place);

        for (uint32_t i = 0; i < channels; i++)
            sums[i] += line[x * channels + i] * weight;
    }
    for (uint32_t i = 0; i < channels; i++)
        values[i] = rounded(sums[i], taps->sum);
    if (alpha < 4)
        opaque = clamp(values[alpha], 0, opaque);
    for (uint32_t i = 0; i < channels; i++) {
        int32_t of = i == alpha ? 255 * 32 : opaque;

        out[i] = (uint8_t)(of > 0 ? clamp((values[i] * 255 + of / 2) / of, 0, 255) : 0);
    }
}

/* The next row, so many pixels of it. */
static bool next_row(struct nex_picture *p, uint8_t *out, uint32_t pixels)
{
    struct nex_x_rows *r = &p->scaled;
    uint32_t channels = p->picture.channels, row = r->next++;
    const uint8_t *decoded;
    struct taps taps;

    if (r->is_whole) {
        decoded = decoded_row(p, row);
        if (decoded != NULL)
            memcpy(out, decoded, (size_t)pixels * channels);
        return decoded != NULL;
    }
    taps = taps_of(&r->y, row);
    for (; r->taken <= taps.last; r->taken++) {
        decoded = decoded_row(p, r->taken);
        if (decoded == NULL)
            return false;
        scale_along(p, decoded, r->lines + r->taken % r->kept * ((size_t)r->x.to * channels));
    }
    for (uint32_t x = 0; x < pixels; x++)
        scale_down(p, &taps, x, out + (size_t)x * channels);
    return true;
}
#endif

/* Memory, and the functions of nex.h */

static size_t words_of(size_t bytes) { return (bytes + 3) / 4 * 4; }

/* Bytes of memory, in whole words: those that blocks of leaves take, and drawn ones. */
static size_t leaf_bytes(const struct nex_x_picture *p)
{
    size_t columns = room_columns(p);

    if (!p->leaves)
        return 0;
    return words_of(sizeof(struct nex_x_shared)) +
           p->channels * (words_of(sizeof(struct nex_x_plane)) + 4 * columns) +
           (columns + BLOCK - 1) / BLOCK * sizeof(struct common);
}

static size_t drawn_bytes(const struct nex_x_picture *p)
{
    if (!WITH_DRAWN || !p->drawn)
        return 0;
    return sizeof(struct nex_x_drawn) + 8 * (size_t)least(p->tile_width, p->width) +
           ((size_t)(p->halves ? 3 : 5) << p->memory);
}

static size_t window_bytes(const struct nex_x_picture *p) { return leaf_bytes(p) + drawn_bytes(p); }

/* Divides the memory. */
static void divide(struct nex_picture *p, uint8_t *memory)
{
    uint32_t channels = p->picture.channels;

    if (has_leaves(p)) {
        p->shared = (void *)memory;
        p->planes = (void *)(memory + words_of(sizeof(struct nex_x_shared)));
        p->lines = p->planes + channels;
        p->commons = (uint8_t *)p->lines + (size_t)4 * channels * room_columns(&p->picture);
    }
    memory += leaf_bytes(&p->picture);
    if (has_drawn(p)) {
        p->drawn = (void *)memory;
        p->drawn_lines = memory + sizeof(struct nex_x_drawn);
        p->entries = drawn_line(p, 2);
        p->counts = p->entries;
        p->counts += (size_t)(p->picture.halves ? 2 : 4) << p->picture.memory;
    }
}

int32_t nex_picture_inspect(const uint8_t *bytes, size_t bytes_len, struct nex_picture_info *info)
{
    struct fault fault;
    struct nex_x_picture p;

    TRY(check(info, 1, sizeof *info, 4));
    memset(info, 0, sizeof *info);
    fault = read_picture(&p, bytes, bytes_len);
    info->part = fault.part;
    info->detail = fault.detail;
    TRY(fault.error);
    info->profile = NEX_PROFILE_COMPACT;
    info->arithmetic = NEX_ARITHMETIC_INTEGER;
    info->width = p.width;
    info->height = p.height;
    info->channels = p.channels;
    info->tile_columns = p.tile_width;
    info->tile_rows = p.tile_height;
    info->memory_bytes = info->best_memory_bytes = (uint32_t)window_bytes(&p);
    return NEX_ERROR_NONE;
}

size_t nex_picture_bytes(void) { return sizeof(struct nex_picture); }

/* What was begun last. */
enum { NOTHING, WINDOWS, ROWS };

static void begin_windows(struct nex_picture *p, uint32_t halvings, const struct nex_area *area)
{
    static const struct nex_area all = {0, 0, UINT32_MAX, UINT32_MAX};

    p->halvings = halvings;
    p->shown = area != NULL ? *area : all;
    p->asked = doubled(p->shown, halvings);
    p->tiles = p->picture.tiles;
    p->tiles_begun = p->left = p->top = p->rows = p->has_window = 0;
    p->begun = WINDOWS;
}

int32_t nex_picture_open(struct nex_picture *picture, const uint8_t *bytes, size_t bytes_len,
                         void *memory, size_t memory_bytes)
{
    TRY(check(picture, 1, sizeof *picture, ALIGN_OF(struct nex_picture)));
    memset(picture, 0, sizeof *picture);
    TRY(check(bytes, bytes_len, 1, 1));
    TRY(check(memory, memory_bytes, 1, 4));
    TRY(read_picture(&picture->picture, bytes, bytes_len).error);
    if (memory_bytes < window_bytes(&picture->picture))
        return NEX_ERROR_MEMORY_TOO_SMALL;
    divide(picture, memory);
    begin_windows(picture, 0, NULL);
    picture->memory = memory;
    picture->memory_bytes = memory_bytes / 4 * 4;
    picture->state = PICTURE_OPEN;
    picture->end = ~PICTURE_OPEN;
    return NEX_ERROR_NONE;
}

/* What can be said of a pointer to a struct that may be NULL. */
static int32_t check_any(const void *pointer, size_t size, size_t to)
{
    return pointer != NULL ? check(pointer, 1, size, to) : NEX_ERROR_NONE;
}

static int32_t check_picture(const struct nex_picture *p)
{
    TRY(check(p, 1, sizeof *p, ALIGN_OF(struct nex_picture)));
    return check_open(p->state, p->end, PICTURE_OPEN);
}

int32_t nex_picture_windows(struct nex_picture *picture, uint32_t halvings,
                            const struct nex_area *area)
{
    TRY(check_picture(picture));
    TRY(check_any(area, sizeof *area, 4));
    if (halvings > 3)
        return NEX_ERROR_OUT_OF_RANGE;
    begin_windows(picture, halvings, area);
    return NEX_ERROR_NONE;
}

int32_t nex_picture_next(struct nex_picture *picture, struct nex_area *area)
{
    TRY(check(area, 1, sizeof *area, 4));
    TRY(check_picture(picture));
    if (picture->begun != WINDOWS)
        return NEX_ERROR_NOT_BEGUN;
    if (!next_window(picture))
        return 0;
    *area = picture->window;
    return 1;
}

/* Red, green and blue of a pixel's samples, over a background. */
static void colours_of(uint32_t channels, const uint8_t *background, uint8_t *s)
{
    uint32_t alpha = channels % 2 == 0 ? s[channels - 1] : 255;

    if (channels < 3)
        s[1] = s[2] = s[0];
    for (uint32_t i = 0; i < 3 && alpha < 255; i++)
        s[i] = (uint8_t)by_255(s[i] * alpha + background[i] * (255 - alpha) + 127);
}

/* 5, 6 and 5 bits, rounded, or dithered by Bayer's matrix of 8 x 8. */
static uint16_t word_of(const struct nex_look *look, uint32_t x, uint32_t y, const uint8_t *rgb)
{
    uint32_t threshold = look->dither ? 0 : 32;
    uint16_t word;
    uint8_t bytes[2];

    for (uint32_t i = 0; i < 3 && look->dither; i++)
        threshold = threshold << 2 | ((x ^ y) >> i & 1) << 1 | (y >> i & 1);
    /* 64 * 31 is 7 * 255 + 199, 64 * 63 is 15 * 255 + 207. */
    word = (uint16_t)((in_64(rgb[0], 7, 199) + threshold) >> 6 << 11 |
                      (in_64(rgb[1], 15, 207) + threshold) >> 6 << 5 |
                      (in_64(rgb[2], 7, 199) + threshold) >> 6);
    if (look->high_byte_first) {
        bytes[0] = (uint8_t)(word >> 8);
        bytes[1] = (uint8_t)(word & 255);
        memcpy(&word, bytes, sizeof word);
    }
    return word;
}

/* What is made of the window's pixels. */
enum { SAMPLES, RGB888, RGB565 };

/* As many of them as there is room for. */
static int32_t give(const struct nex_picture *p, const struct nex_look *look, void *out,
                    uint32_t pixels, uint32_t form)
{
    static const struct nex_look plain = {{0, 0, 0}, 1, 0};
    uint32_t channels, bytes, x = 0, y = 0;
    uint8_t *to = out;

    TRY(check_picture(p));
    TRY(check_any(look, sizeof *look, 1));
    channels = p->picture.channels;
    bytes = form == SAMPLES ? channels : form == RGB888 ? 3 : 2;
    TRY(check_room(out, (uint64_t)pixels * bytes, 1, p->memory, p->memory_bytes));
    if (form == RGB565)
        TRY(check(out, pixels, 2, 2));
    if (p->begun != WINDOWS)
        return NEX_ERROR_NOT_BEGUN;
    pixels = p->has_window ? least(pixels, p->window.width * p->window.height) : 0;
    look = look != NULL ? look : &plain;
    for (uint32_t i = 0; i < pixels; i++) {
        uint8_t samples[4];
        uint16_t word;

        window_samples(p, x, y, samples);
        if (form != SAMPLES)
            colours_of(channels, look->background, samples);
        if (form == RGB565) {
            word = word_of(look, p->window.left + x, p->window.top + y, samples);
            memcpy(to, &word, sizeof word);
        } else {
            for (uint32_t j = 0; j < bytes; j++)
                to[j] = samples[j];
        }
        to += bytes;
        x = x + 1 < p->window.width ? x + 1 : 0;
        y += x == 0;
    }
    return (int32_t)pixels;
}

int32_t nex_picture_samples(struct nex_picture *picture, uint8_t *out, uint32_t pixels)
{
    return give(picture, NULL, out, pixels, SAMPLES);
}

int32_t nex_picture_rgb888(struct nex_picture *picture, const struct nex_look *look, uint8_t *out,
                           uint32_t pixels)
{
    return give(picture, look, out, pixels, RGB888);
}

int32_t nex_picture_rgb565(struct nex_picture *picture, const struct nex_look *look, uint16_t *out,
                           uint32_t pixels)
{
    return give(picture, look, out, pixels, RGB565);
}

#ifndef NEX_NO_ROWS
int64_t nex_picture_rows_bytes(const uint8_t *bytes, size_t bytes_len, const struct nex_area *area,
                               uint32_t columns, uint32_t rows)
{
    struct nex_x_picture picture;
    struct nex_x_rows plan;

    TRY(check(bytes, bytes_len, 1, 1));
    TRY(check_any(area, sizeof *area, 4));
    TRY(read_picture(&picture, bytes, bytes_len).error);
    plan_rows(&picture, area, columns, rows, &plan);
    return (int64_t)(window_bytes(&picture) + band_bytes(&picture, &plan) +
                     lines_bytes(&picture, &plan));
}

int32_t nex_picture_rows(struct nex_picture *picture, const struct nex_area *area, uint32_t columns,
                         uint32_t rows)
{
    struct nex_x_rows *plan;
    uint64_t before, bands;

    TRY(check_picture(picture));
    TRY(check_any(area, sizeof *area, 4));
    plan = &picture->scaled;
    plan_rows(&picture->picture, area, columns, rows, plan);
    picture->begun = NOTHING;
    if (columns == 0 || rows == 0 || columns > 65535 || rows > 65535 || plan->area.width == 0 ||
        plan->area.height == 0)
        return NEX_ERROR_OUT_OF_RANGE;
    before = window_bytes(&picture->picture);
    bands = band_bytes(&picture->picture, plan);
    if (before + bands + lines_bytes(&picture->picture, plan) > picture->memory_bytes)
        return NEX_ERROR_MEMORY_TOO_SMALL;
    begin_windows(picture, plan->halvings, &plan->area);
    plan->pixels = (uint8_t *)picture->memory + before;
    plan->lines = (void *)(plan->pixels + bands);
    picture->begun = ROWS;
    return NEX_ERROR_NONE;
}

int32_t nex_picture_next_row(struct nex_picture *picture, uint8_t *out, uint32_t pixels)
{
    TRY(check_picture(picture));
    TRY(check_room(out, (uint64_t)pixels * picture->picture.channels, 1, picture->memory,
                   picture->memory_bytes));
    if (picture->begun != ROWS)
        return NEX_ERROR_NOT_BEGUN;
    if (picture->scaled.next >= picture->scaled.y.to)
        return 0;
    pixels = least(pixels, picture->scaled.x.to);
    return next_row(picture, out, pixels) ? (int32_t)pixels : 0;
}
#endif
#endif
