/*
 * The decoder of nex.h, written from format/SPEC.md, whose names and sections it has:
 * numbers and files, decisions, compact sounds, compact pictures with drawn ones, the
 * functions of nex.h for each.
 */
#include "nex.h"
#include "nex_tables.h"

#include <stdbool.h>
#include <string.h>

/* What lies in the caller's memory, which may be declared of any type. */
#if defined(__GNUC__)
#define NEX_ALIAS __attribute__((may_alias))
#else
#define NEX_ALIAS
#endif
typedef int16_t NEX_ALIAS nex_i16;
typedef int32_t NEX_ALIAS nex_i32;
typedef uint32_t NEX_ALIAS nex_u32;

/* Numbers ------------------------------------------------------------------------------ */

/* The signed number that equals x modulo 2^32. */
static int32_t wrapped(uint32_t x)
{
    return x <= INT32_MAX ? (int32_t)x : -(int32_t)(UINT32_MAX - x) - 1;
}

static int32_t add(int32_t a, int32_t b) { return wrapped((uint32_t)a + (uint32_t)b); }
static int32_t sub(int32_t a, int32_t b) { return wrapped((uint32_t)a - (uint32_t)b); }

/* x >> n, rounded towards minus infinity. */
static int32_t asr(int32_t x, uint32_t n)
{
#if (-1 >> 1) == -1
    return x >> n;
#else
    return x < 0 ? -(int32_t)(((uint32_t)(-(x + 1))) >> n) - 1 : (int32_t)((uint32_t)x >> n);
#endif
}

static int64_t asr64(int64_t x, uint32_t n)
{
#if (-1 >> 1) == -1
    return x >> n;
#else
    return x < 0 ? -(int64_t)(((uint64_t)(-(x + 1))) >> n) - 1 : (int64_t)((uint64_t)x >> n);
#endif
}

static int32_t clamp(int32_t x, int32_t low, int32_t high)
{
    return x < low ? low : x > high ? high : x;
}

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

/* Rounded down, of 1 or more. */
static uint32_t log2_of(uint32_t x) { return bits(x) - 1; }

/* States of the quantiser, by the parity of a magnitude. */
static uint32_t next_state(uint32_t state, uint32_t magnitude)
{
    static const uint8_t next[4][2] = {{0, 2}, {2, 0}, {1, 3}, {3, 1}};

    return next[state][magnitude & 1];
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

/* CRC-32/ISO-HDLC. */
static uint32_t checksum(const uint8_t *bytes, size_t length)
{
    uint32_t crc = UINT32_MAX;

    for (size_t i = 0; i < length; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = (crc >> 1) ^ (0xedb88320u & (0u - (crc & 1)));
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

/* The first five bytes. */
static uint32_t read_kind(const uint8_t *bytes, size_t length, struct fault *fault)
{
    read_magic(bytes, length, fault);
    if (length < 5)
        blame(fault, NEX_ERROR_TRUNCATED, 0, 0);
    return fault->error == NEX_ERROR_NONE ? judge_kind(bytes[4], fault) : 0;
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

/* Takes a file apart; faults are in `file->body`. */
static void read_file(struct file *file, const uint8_t *bytes, size_t length, uint32_t wanted)
{
    struct reader *r = &file->body;
    uint32_t kind, stored = 0;

    memset(file, 0, sizeof *file);
    r->at = r->end = bytes;
    read_magic(bytes, length, &r->fault);
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
    if (kind != wanted)
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

/* The length of the character of UTF-8 that begins there, 0 if there is none. */
static size_t utf8_length(const uint8_t *at, size_t left)
{
    size_t length = at[0] < 0x80 ? 1 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;
    uint32_t code = length == 1 ? at[0] : at[0] & (0x7fu >> length);
    static const uint32_t lowest[5] = {0, 0, 0x80, 0x800, 0x10000};

    if ((at[0] >= 0x80 && at[0] < 0xc2) || at[0] > 0xf4 || length > left)
        return 0;
    for (size_t i = 1; i < length; i++) {
        if ((at[i] & 0xc0) != 0x80)
            return 0;
        code = code << 6 | (at[i] & 0x3fu);
    }
    return code < lowest[length] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? 0 : length;
}

/* Of the section with this id: its data, or NULL. */
static const uint8_t *find_section(const struct file *file, uint32_t id, size_t *length)
{
    struct reader table = {file->table, file->end, {0, 0, 0}};
    const uint8_t *data = file->sections;

    *length = 0;
    for (uint32_t i = 0; i < file->count; i++) {
        uint32_t found = read_byte(&table);

        *length = read_number(&table, 32, 0);
        if (found == id)
            return data;
        data += *length;
    }
    return NULL;
}

/* Sections that must be understood, and a comment that is no text, are refused. */
static void check_sections(struct file *file)
{
    struct reader table = {file->table, file->end, {0, 0, 0}};
    struct fault *fault = &file->body.fault;
    size_t length;
    const uint8_t *comment = find_section(file, 128, &length);

    if (fault->error != NEX_ERROR_NONE)
        return;
    for (uint32_t i = 0; i < file->count; i++) {
        uint32_t id = read_byte(&table);

        (void)read_number(&table, 32, 0);
        if (id < 128)
            blame(fault, NEX_ERROR_UNKNOWN_KIND, NEX_PART_SECTIONS, id);
    }
    for (size_t at = 0; comment != NULL && at < length;) {
        size_t step = utf8_length(comment + at, length - at);

        if (step == 0) {
            blame(fault, NEX_ERROR_BAD_HEADER, NEX_PART_COMMENT, 0);
            return;
        }
        at += step;
    }
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
static bool decide(struct nex_x_coder *coder, uint32_t p)
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

/* Arguments of functions --------------------------------------------------------------- */

#define ALIGN_OF(type) offsetof(struct { char first; type second; }, second)

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
static int32_t check_room(const void *out, uint64_t count, size_t size, const void *memory, size_t bytes)
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
    return state != open ? NEX_ERROR_NOT_OPEN : end != ~open ? NEX_ERROR_OVERWRITTEN : NEX_ERROR_NONE;
}

/* Why a neural file, which this library never reads, is refused. */
static bool is_neural(const uint8_t *bytes, size_t length, uint32_t signal)
{
    struct fault fault = {0, 0, 0};

    return read_kind(bytes, length, &fault) == signal && fault.error == NEX_ERROR_NONE;
}

uint32_t nex_version(void) { return NEX_VERSION; }

int32_t nex_kind(const uint8_t *bytes, size_t bytes_len, struct nex_kind *kind)
{
    struct fault fault = {check(kind, 1, sizeof *kind, 4), 0, 0};
    uint32_t byte;

    if (fault.error == NEX_ERROR_NONE)
        fault.error = check(bytes, bytes_len, 1, 1);
    if (fault.error != NEX_ERROR_NONE)
        return fault.error;
    byte = read_kind(bytes, bytes_len, &fault);
    if (fault.error == NEX_ERROR_NONE) {
        kind->signal = byte & 15;
        kind->profile = byte >> 4;
    }
    return fault.error;
}

const char *nex_error_text(int32_t error)
{
    static const char *const texts[] = {
        "no error",
        "the file ends too early",
        "not a .nex file (it does not begin with \"NEX\")",
        "this format version is not supported",
        "the checksum does not match: the file is damaged",
        "bytes follow the end of the file",
        "a field of the header is malformed",
        "a kind that this decoder does not know",
        "a size above this decoder's limit",
        "weights that are not finite or could overflow",
        "the file is packed; unpack it before it is decoded",
        "the memory does not suffice",
        "the position lies past the end",
        "a pointer is NULL",
        "a pointer is not aligned",
        "a length is larger than any object",
        "the decoder is not open",
        "the library was built without what this file needs",
        "another error",
        "the file holds another kind of signal",
        "the queue is full",
        "no player has that rate or those channels",
        "the output lies in the decoder's memory",
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
        "file",
        "signal",
        "sample rate",
        "channel count",
        "frame count",
        "output range",
        "arithmetic",
        "gate",
        "encoder",
        "experts",
        "activation",
        "layer width",
        "layer count",
        "weight type",
        "section table",
        "encoder weights",
        "manager weights",
        "expert weights",
        "comment",
        "block lengths",
        "quantiser",
        "set of models",
        "chunk table",
        "baked routing",
        "unknown part",
        "profile",
        "size",
        "cube",
        "loop",
        "form of planes"
    };

    return part < sizeof texts / sizeof *texts ? texts[part] : "unknown part";
}

/* Compact sounds ----------------------------------------------------------------------- */

#ifndef NEX_NO_SOUNDS
/* Classes: the first of each table. */
enum {
    SAME = 0, LARGER = 2, FURTHER = 3, WIDEST = 4, NARROWER = 6, SAME_LOW = 7, SAME_HIGH = 9,
    LOW = 11, HIGH = 43, GAIN = 75, END = 80, SAME_NOISE = 85, NOISE = 86, ESCAPES = 91,
    WEIGHTS = 107
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

/* Five bits in two's complement. */
static int8_t signed_five(uint32_t x) { return (int8_t)((int32_t)((x & 31) ^ 16) - 16); }

/* The fields, all of which are there. */
static void judge_sound(struct nex_x_sound *s, uint32_t layout, uint32_t lead, uint32_t offsets,
                        struct fault *fault)
{
    if (s->rate < 1 || s->rate > 768000)
        blame(fault, NEX_ERROR_BAD_HEADER, NEX_PART_RATE, 0);
    if (s->frames == 0)
        blame(fault, NEX_ERROR_BAD_HEADER, NEX_PART_FRAMES, 0);
    if (layout >> 5 != 0)
        blame(fault, NEX_ERROR_UNKNOWN_KIND, NEX_PART_MODELS, layout >> 5);
    if (s->min < 5 || s->max > 11 || s->min > s->max || lead >> (layout & 7) != 0 ||
        ((layout & 16) != 0 && lead == 0) || (uint64_t)lead << s->max >= most(s->frames, 1))
        blame(fault, NEX_ERROR_BAD_HEADER, NEX_PART_BLOCKS, 0);
    if (s->step > 800 || s->tilt > 15 || offsets >> 15 != 0)
        blame(fault, NEX_ERROR_BAD_HEADER, NEX_PART_STEP, 0);
}

static void read_sound_header(struct reader *r, struct nex_x_sound *s)
{
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
        s->offsets[i] = signed_five(offsets >> (5 * i));
    judge_sound(s, layout, lead, offsets, &r->fault);
}

/* The frames to play over and over, if the file names some. */
static void read_loop(struct file *file, struct nex_x_sound *s)
{
    size_t length;
    struct reader r = {find_section(file, 129, &length), NULL, {0, 0, 0}};

    if (file->body.fault.error != NEX_ERROR_NONE || r.at == NULL)
        return;
    r.end = r.at + length;
    s->loop_start = read_number(&r, 32, 0);
    s->loop_end = read_number(&r, 32, 0);
    if (r.fault.error != NEX_ERROR_NONE || r.at != r.end || s->loop_start >= s->loop_end ||
        s->loop_end > s->frames)
        blame(&file->body.fault, NEX_ERROR_BAD_HEADER, NEX_PART_LOOP, 0);
}

/* Checks a whole file. */
static struct fault read_sound(struct nex_x_sound *s, const uint8_t *bytes, size_t length)
{
    static const struct fault neural = {NEX_ERROR_NOT_BUILT, NEX_PART_PROFILE, NEX_PROFILE_NEURAL};
    struct file file;

    memset(s, 0, sizeof *s);
    if (is_neural(bytes, length, NEX_SIGNAL_SOUND))
        return neural;
    read_file(&file, bytes, length, NEX_SIGNAL_SOUND | NEX_PROFILE_COMPACT << 4);
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

/* A number near the one before. */
static uint8_t move(struct nex_decoder *d, uint32_t first, uint8_t x, uint32_t limit)
{
    bool down;
    uint32_t room, step = 1;

    if (bit(d, first))
        return x;
    down = x == 0 ? false : x == limit ? true : bit(d, first + 1);
    room = down ? x : limit - x;
    while (step < room && bit(d, first + 2 + least(step - 1, 2)))
        step++;
    return (uint8_t)(down ? x - step : x + step);
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
    uint32_t min = d->sound.min, expected = least(b->size, largest), room, step = 1;
    bool up;

    b->size = (uint8_t)largest;
    if (min == largest)
        return;
    b->was_same = bit(d, SAME + (uint32_t)b->was_same);
    b->size = (uint8_t)expected;
    if (b->was_same)
        return;
    up = expected == min ? true : expected == largest ? false : bit(d, LARGER);
    room = up ? largest - expected : expected - min;
    while (step < room && bit(d, FURTHER))
        step++;
    b->size = (uint8_t)(up ? expected + step : expected - step);
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

/* The head of the next block. */
static void block_head(struct nex_decoder *d)
{
    const struct nex_x_sound *s = &d->sound;
    struct nex_x_block *b = &d->block;
    uint32_t cell = log2_of(most(s->rate / 31, 1)), earlier = b->size;
    uint32_t largest = d->at == 0 ? s->max : least(s->max, log2_of(d->at & (0u - d->at)));
    bool is_due;

    cell = most(s->min, least(cell, s->max));
    is_due = s->gamma != 0 && d->at % (1u << cell) == 0;
    block_size(d, largest);
    block_overlap(d, earlier);
    for (uint32_t c = 0; c < s->channels; c++) {
        if (is_due) {
            uint8_t gain = move(d, GAIN, b->gain[c], 39);
            uint8_t low = half_envelope(d, gain != b->gain[c] ? SAME_LOW + 1 : SAME_LOW, LOW, b->low[c]);

            b->high[c] = half_envelope(d, low != b->low[c] ? SAME_HIGH + 1 : SAME_HIGH, HIGH, b->high[c]);
            b->gain[c] = gain;
            b->low[c] = low;
        }
        b->end[c] = move(d, END, b->end[c], 16);
        if (s->fill > 0 && !bit(d, SAME_NOISE))
            for (uint32_t band = 0; band < 7; band++)
                b->noise[c][band] = move(d, NOISE, b->noise[c][band], 7);
    }
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
static uint32_t beside(const uint8_t *m, uint32_t s, uint32_t k, uint32_t size)
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
    uint64_t top;

    while (n < 24 && bit(d, ESCAPES + least(n, 15)))
        n++;
    top = ((uint64_t)1 << n) + raw(&d->coder, n) - 1;
    return (top << low) + raw(&d->coder, low);
}

/* The weights of a channel's block into its coefficients, their magnitudes behind them. */
static void block_weights(struct nex_decoder *d, uint32_t c)
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
    for (uint32_t k = 0; k < n; k++)
        d->magnitudes[c][k] = (uint8_t)least(distance(weights[k], 0), 255);
}

/* Coefficients */

static int32_t scale(int32_t v, int32_t exponent)
{
    uint32_t e = (uint32_t)clamp(exponent, 0, 1023);
    int32_t s = 21 - (int32_t)(e >> 5);
    int64_t p = (int64_t)v * nex_powers[e % 32], limit = (int64_t)1 << 30;

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
    const int8_t *low, *high;
    int32_t loud, above;

    if (s->gamma == 0)
        return factors;
    low = nex_envelopes[d->model][b->low[c]];
    high = nex_envelopes[d->model][b->high[c]];
    loud = (band < 8 ? low : high)[band] * (int32_t)(16 - f) + (next < 8 ? low : high)[next] * (int32_t)f;
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

/* (a * b) >> 16, b of 15 fractional bits, -2^15 to 2^15. */
static int32_t half(int32_t a, int32_t b) { return asr(a, 16) * b + asr((a & 0xffff) * b, 16); }

/* Noise in the place of a weight that is 0, between others that are. */
static int32_t noise(struct nex_decoder *d, const uint8_t *m, uint32_t k, int32_t loud)
{
    uint32_t n = 1u << d->block.size;

    for (uint32_t i = k < 2 ? 0 : k - 2; i <= k + 2 && i < n; i++)
        if (m[i] != 0)
            return 0;
    if (loud == 0)
        return 0;
    d->noise = d->noise * 1664525u + 1013904223u;
    return half(loud, (int32_t)(d->noise >> 16 ^ 0x8000u) - 0x8000);
}

/* The weights of a channel's block become its coefficients. */
static void block_coefs(struct nex_decoder *d, uint32_t c)
{
    const struct nex_x_sound *s = &d->sound;
    uint32_t size = d->block.size, state = 0, before = UINT32_MAX;
    struct factors factors = {0, 0};
    int32_t loud = 0, *coefs = d->coefs[c];

    for (uint32_t k = 0; k < 1u << size; k++) {
        uint32_t point = ((2 * k + 1) << 5) >> size, m = distance(coefs[k], 0);

        if (point != before) {
            int32_t level = nex_noises[d->block.noise[c][band_of(point)]];

            before = point;
            factors = factors_of(d, c, point);
            loud = scale(2 * ((factors.quiet * ((s->fill * level * 7) >> 2)) >> 7), factors.exponent);
        }
        if (m > 0) {
            int32_t v = 64 * (int32_t)(2 * m - (state >> 1)) + s->offsets[least(m, 3) - 1];

            coefs[k] = scale(coefs[k] < 0 ? -v : v, factors.exponent);
        } else {
            coefs[k] = noise(d, d->magnitudes[c], k, loud);
        }
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

/* Transform */

struct complex {
    int32_t re, im;
};

/* Minus half of a turn by a phase, less than a quarter of 2^32. */
static struct complex turn(int32_t re, int32_t im, uint32_t phase)
{
    uint32_t i = phase >> 22;
    int32_t s = nex_sines[i], c = nex_sines[256 - i], a = nex_angles[phase >> 18 & 15];
    int32_t p = add(half(re, c), half(im, s)), q = sub(half(im, c), half(re, s));
    struct complex turned = {add(p, half(q, a)), sub(q, half(p, a))};

    return turned;
}

/* Values of both ends become complex numbers of both ends, in their places. */
static void pair_up(int32_t *x, uint32_t size)
{
    uint32_t n = 1u << size;

    for (uint32_t k = 0; k < n / 4; k++) {
        int32_t *a = x + 2 * k, *b = x + n - 2 - 2 * k;
        struct complex first = turn(a[0], b[1], (4 * k + 1) << (29 - size));
        struct complex last = turn(b[0], a[1], (2 * n - 4 * k - 3) << (29 - size));

        a[0] = first.re;
        a[1] = first.im;
        b[0] = last.re;
        b[1] = last.im;
    }
}

/* The other way round. */
static void part(int32_t *x, uint32_t size)
{
    uint32_t n = 1u << size;

    for (uint32_t k = 0; k < n / 4; k++) {
        int32_t *a = x + 2 * k, *b = x + n - 2 - 2 * k;
        struct complex first = turn(a[0], a[1], k << (31 - size));
        struct complex last = turn(b[0], b[1], (n / 2 - 1 - k) << (31 - size));

        a[0] = first.re;
        b[1] = sub(0, first.im);
        b[0] = last.re;
        a[1] = sub(0, last.im);
    }
}

/* Puts 2^log2 complex numbers in order of reversed bits. */
static void reverse_bits(int32_t *z, uint32_t log2)
{
    uint32_t j = 0;

    for (uint32_t i = 0; i < 1u << log2; i++) {
        uint32_t carry = 1u << log2 >> 1;

        if (j > i)
            for (uint32_t part = 0; part < 2; part++) {
                int32_t kept = z[2 * i + part];

                z[2 * i + part] = z[2 * j + part];
                z[2 * j + part] = kept;
            }
        for (; carry != 0 && (j & carry) != 0; carry >>= 1)
            j ^= carry;
        j |= carry;
    }
}

/* A butterfly: a is place k of the 2^stage first ones, b as far behind it. */
static void merge(int32_t *a, int32_t *b, uint32_t k, uint32_t stage, bool is_halved)
{
    bool is_ahead = stage > 0 && k >= 1u << stage >> 1;
    struct complex x = {a[0], a[1]}, y = {b[0], b[1]};

    if (stage >= 2) {
        y = turn(y.re, y.im, (is_ahead ? k - (1u << stage >> 1) : k) << (31 - stage));
        if (is_halved) {
            x.re = asr(x.re, 1);
            x.im = asr(x.im, 1);
        } else {
            y.re = add(y.re, y.re);
            y.im = add(y.im, y.im);
        }
        y.re = sub(0, y.re);
        y.im = sub(0, y.im);
    }
    if (is_ahead) {
        int32_t re = y.re;

        y.re = y.im;
        y.im = sub(0, re);
    }
    a[0] = add(x.re, y.re);
    a[1] = add(x.im, y.im);
    b[0] = sub(x.re, y.re);
    b[1] = sub(x.im, y.im);
}

/* A cosine transform of type IV, in place. */
static void transform(int32_t *x, uint32_t size)
{
    uint32_t half_n = 1u << size >> 1;

    pair_up(x, size);
    reverse_bits(x, size - 1);
    for (uint32_t stage = 0; stage + 1 < size; stage++) {
        uint32_t h = 1u << stage;
        bool is_halved = stage >= 5 && (size - stage) % 2 == 0;

        for (uint32_t first = 0; first < half_n; first += 2 * h)
            for (uint32_t k = 0; k < h; k++)
                merge(x + 2 * (first + k), x + 2 * (first + k + h), k, stage, is_halved);
    }
    part(x, size);
}

/* A value of the slope between two of its table, rounded from the one at `i`. */
static int32_t slope(uint32_t i, uint32_t next, uint32_t f)
{
    int32_t at = nex_slope[i];

    return f == 0 ? at : at + asr((nex_slope[next] - at) * (int32_t)f, 4);
}

/* Blends what lies before `end` with what begins at `right`, over 2^v values. */
static void blend(int32_t *end, int32_t *right, uint32_t v)
{
    for (uint32_t t = 0; t < 1u << v >> 1; t++) {
        uint32_t d = (2 * t + 1) << (11 - v), i = 128 + (d >> 4), f = d & 15;
        int32_t rise = slope(i, i + 1, f), fall = slope(256 - i, 255 - i, f);
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

/* Decodes the next block; false after the last one. */
static bool next_block(struct nex_decoder *d)
{
    uint32_t n = 1u << d->block.size, index = d->in_chunk ? d->chunk_index : 0;
    uint64_t start;

    if (!d->in_chunk) {
        go_to_chunk(d, 0);
    } else if (chunk_begin(&d->sound, index) + d->at >= chunk_begin(&d->sound, index + 1)) {
        if (chunk_begin(&d->sound, index + 1) >= d->sound.frames)
            return false;
        begin_chunk(d, index + 1);
    }
    start = chunk_begin(&d->sound, d->chunk_index) + d->at;
    if (start >= d->sound.frames)
        return false;
    d->tail = d->has_block ? n / 2 : 0;
    block_head(d);
    for (uint32_t c = 0; c < d->sound.channels; c++) {
        memcpy(d->tails[c], d->coefs[c] + d->tail, d->tail * sizeof *d->tails[c]);
        block_weights(d, c);
        block_coefs(d, c);
    }
    d->has_before = true;
    d->before = d->block.size;
    if (d->angle != 0)
        rotate(d);
    for (uint32_t c = 0; c < d->sound.channels; c++)
        block_values(d, c);
    if (!d->has_block)
        d->complete_from = start == 0 ? 0 : start + (1u << d->block.overlap >> 1);
    d->start = (uint32_t)start;
    d->at += 1u << d->block.size;
    d->has_block = true;
    return true;
}

/* Where the frames end whose samples are complete. */
static uint64_t ready_end(const struct nex_decoder *d)
{
    uint64_t end = (uint64_t)d->start + (1u << d->block.size);

    return end >= d->sound.frames ? d->sound.frames : end - (1u << d->block.size >> 1);
}

static bool is_ready(const struct nex_decoder *d, uint32_t frame)
{
    return d->has_block && frame >= d->complete_from && (uint64_t)frame + d->tail >= d->start &&
           frame < ready_end(d);
}

/* The value of a frame that is ready. */
static int32_t value_at(const struct nex_decoder *d, uint32_t c, uint32_t frame)
{
    return frame >= d->start ? d->coefs[c][frame - d->start] : d->tails[c][d->tail - (d->start - frame)];
}

static void seek(struct nex_decoder *d, uint32_t frame)
{
    uint32_t index;

    d->next = frame;
    if (frame >= d->sound.frames || is_ready(d, frame))
        return;
    index = chunk_of(&d->sound, frame);
    if (d->has_block && index == d->chunk_index && frame >= ready_end(d))
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

static uint32_t decode_frames(struct nex_decoder *d, int16_t *out, uint32_t frames)
{
    uint32_t channels = d->sound.channels, written = 0;

    while (written < frames && d->next < d->sound.frames) {
        if (!is_ready(d, d->next)) {
            if (!next_block(d))
                break;
            continue;
        }
        for (uint32_t c = 0; c < channels; c++)
            *out++ = (int16_t)clamp(asr(add(value_at(d, c, d->next), 1 << 7), 8), -32768, 32767);
        d->next++;
        written++;
    }
    return written;
}

/* Functions of nex.h */

static uint32_t sound_words(const struct nex_x_sound *s)
{
    return s->channels * ((1u << s->max) + (1u << s->max >> 1) + (1u << s->max >> 2));
}

static void tell_sound(const struct nex_x_sound *s, struct nex_info *info)
{
    uint32_t n = 1u << s->max;

    info->profile = NEX_PROFILE_COMPACT;
    info->arithmetic = NEX_ARITHMETIC_INTEGER;
    info->rate_hz = s->rate;
    info->channels = s->channels;
    info->frames = s->frames;
    info->memory_bytes = info->points_memory_bytes = info->best_memory_bytes = 4 * sound_words(s);
    info->worst_frames = n;
    /* Of a weight 10, an escape's 24 twice and 12, a sign; of each head 63 to 190. */
    info->worst_decisions = n * s->channels * 71 + (1u << (s->max - s->min)) *
        (5 + 2 * (uint32_t)(s->max - s->min) + s->channels * (39 + 16 + 1 + 7 * 7 + 2 * 6));
    info->worst_multiplies = s->channels * (transform_multiplies(s->max) + 3 * n);
    info->loop_start = s->loop_start;
    info->loop_end = s->loop_end;
}

int32_t nex_inspect(const uint8_t *bytes, size_t bytes_len, struct nex_info *info)
{
    struct fault fault = {check(info, 1, sizeof *info, 4), 0, 0};
    struct nex_x_sound sound;

    if (fault.error != NEX_ERROR_NONE)
        return fault.error;
    memset(info, 0, sizeof *info);
    fault.error = check(bytes, bytes_len, 1, 1);
    if (fault.error == NEX_ERROR_NONE)
        fault = read_sound(&sound, bytes, bytes_len);
    if (fault.error == NEX_ERROR_NONE)
        tell_sound(&sound, info);
    info->part = fault.part;
    info->detail = fault.detail;
    return fault.error;
}

size_t nex_decoder_bytes(void) { return sizeof(struct nex_decoder); }

int32_t nex_open(struct nex_decoder *decoder, const uint8_t *bytes, size_t bytes_len,
                 void *memory, size_t memory_bytes)
{
    int32_t error = check(decoder, 1, sizeof *decoder, ALIGN_OF(struct nex_decoder));
    int32_t *words = memory;

    if (error != NEX_ERROR_NONE)
        return error;
    memset(decoder, 0, sizeof *decoder);
    error = check(bytes, bytes_len, 1, 1);
    if (error == NEX_ERROR_NONE)
        error = check(memory, memory_bytes, 1, 4);
    if (error == NEX_ERROR_NONE)
        error = read_sound(&decoder->sound, bytes, bytes_len).error;
    if (error == NEX_ERROR_NONE && memory_bytes / 4 < sound_words(&decoder->sound))
        error = NEX_ERROR_MEMORY_TOO_SMALL;
    if (error != NEX_ERROR_NONE)
        return error;
    for (uint32_t c = 0; c < decoder->sound.channels; c++) {
        uint32_t n = 1u << decoder->sound.max;

        decoder->coefs[c] = words;
        decoder->tails[c] = words + n;
        decoder->magnitudes[c] = (uint8_t *)(words + n + n / 2);
        words += n + n / 2 + n / 4;
    }
    decoder->memory = memory;
    decoder->memory_bytes = memory_bytes / 4 * 4;
    decoder->state = DECODER_OPEN;
    decoder->end = ~DECODER_OPEN;
    return NEX_ERROR_NONE;
}

static int32_t check_decoder(const struct nex_decoder *d)
{
    int32_t error = check(d, 1, sizeof *d, ALIGN_OF(struct nex_decoder));

    return error != NEX_ERROR_NONE ? error : check_open(d->state, d->end, DECODER_OPEN);
}

static int32_t check_samples(const struct nex_decoder *d, const int16_t *out, uint32_t frames)
{
    int32_t error = check_decoder(d);

    return error != NEX_ERROR_NONE ? error
        : check_room(out, (uint64_t)frames * d->sound.channels, sizeof *out, d->memory, d->memory_bytes);
}

int32_t nex_decode(struct nex_decoder *decoder, int16_t *out, uint32_t frames)
{
    int32_t error = check_samples(decoder, out, frames);

    return error != NEX_ERROR_NONE ? error : (int32_t)least(decode_frames(decoder, out, frames), INT32_MAX);
}

int32_t nex_decode_looped(struct nex_decoder *decoder, int16_t *out, uint32_t frames,
                          uint32_t start, uint32_t end)
{
    int32_t error = check_samples(decoder, out, frames);
    uint32_t written = 0;

    if (error != NEX_ERROR_NONE)
        return error;
    if (start >= end || end > decoder->sound.frames)
        return NEX_ERROR_OUT_OF_RANGE;
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
    int32_t error = check_decoder(decoder);

    if (error == NEX_ERROR_NONE)
        seek(decoder, frame);
    return error;
}

int64_t nex_position(const struct nex_decoder *decoder)
{
    int32_t error = check_decoder(decoder);

    return error != NEX_ERROR_NONE ? error : (int64_t)decoder->next;
}

uint64_t nex_multiplies(const struct nex_decoder *decoder)
{
    return check_decoder(decoder) != NEX_ERROR_NONE ? 0 : decoder->multiplies;
}
#endif
