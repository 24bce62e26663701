/*
 * The digest of a file, by whichever library of nex.h is linked. DIGEST is the function's
 * name, so that two libraries' may be in one program.
 */
#include "digest.h"
#include "nex.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef DIGEST
#define DIGEST digest_of
#endif

void DIGEST(const uint8_t *bytes, size_t length, struct digest *digest);

#define DEMAND(is_so) ((is_so) ? (void)0 : demanded(#is_so, __LINE__))

static void demanded(const char *what, int line)
{
    fprintf(stderr, "error: digest.c:%d: not so: %s\n", line, what);
    abort();
}

/* CRC-32 of more bytes. */
static uint32_t crc32_of(uint32_t crc, const void *data, size_t length)
{
    static const uint32_t digits[16] = {
        0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158,
        0x5005713c, 0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4,
        0xa00ae278, 0xbdbdf21c,
    };
    const uint8_t *bytes = data;

    crc = ~crc;
    for (size_t i = 0; i < length; i++) {
        crc ^= bytes[i];
        crc = crc >> 4 ^ digits[crc & 15];
        crc = crc >> 4 ^ digits[crc & 15];
    }
    return ~crc;
}

/* Memory of its own, so that a sanitizer sees what lies beyond it; with LEAVE_MEMORY as it
 * comes, so that valgrind sees what is used before it is written. */
static void *exactly(size_t bytes)
{
    void *memory = malloc(bytes > 0 ? bytes : 1);

    DEMAND(memory != NULL);
#ifndef LEAVE_MEMORY
    memset(memory, 0xa5, bytes);
#endif
    return memory;
}

/* The bytes of samples, the lower one first, whatever the processor. */
static uint32_t crc_words(uint32_t crc, const uint16_t *words, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint8_t two[2] = {(uint8_t)(words[i] & 255), (uint8_t)(words[i] >> 8)};

        crc = crc32_of(crc, two, 2);
    }
    return crc;
}

static uint32_t crc_number(uint32_t crc, uint64_t number)
{
    for (int i = 0; i < 8; i++) {
        uint8_t byte = (uint8_t)(number >> (8 * i) & 255);

        crc = crc32_of(crc, &byte, 1);
    }
    return crc;
}

/* With FEW only one of some ways to decode a file is taken, by its last byte, which is one of a
 * checksum: for fuzzing. */
static int takes(const uint8_t *bytes, size_t length, unsigned way, unsigned ways)
{
#ifdef FEW
    return bytes[length - 1] % ways == way;
#else
    (void)bytes, (void)length, (void)way, (void)ways;
    return 1;
#endif
}

#ifndef NEX_NO_SOUNDS
static uint32_t crc_info(const struct nex_info *info)
{
    const uint32_t fields[] = {
        info->profile, info->arithmetic, info->rate_hz, info->channels, info->frames,
        info->experts, info->macs_per_frame, info->sines_per_frame, info->worst_frames,
        info->worst_decisions, info->worst_multiplies, info->part, info->detail,
        info->loop_start, info->loop_end,
    };
    uint32_t crc = 0;

    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        crc = crc_number(crc, fields[i]);
    return crc;
}

/* The next frames, in parts of this length, up to a number of them. */
static uint32_t play(struct nex_decoder *decoder, uint32_t channels, uint32_t block, uint32_t most,
                     uint32_t crc)
{
    int16_t *out = exactly((size_t)block * channels * sizeof *out);
    int32_t frames = 1;

    for (uint32_t played = 0; played < most && frames > 0; played += (uint32_t)frames) {
        frames = nex_decode(decoder, out, block < most - played ? block : most - played);
        DEMAND(frames >= 0);
        crc = crc_words(crc, (uint16_t *)out, (uint32_t)frames * channels);
    }
    free(out);
    return crc;
}

/* Frames elsewhere, and over and over. */
static uint32_t jump(struct nex_decoder *decoder, const struct nex_info *info, uint32_t crc)
{
    int16_t *out = exactly(100 * (size_t)info->channels * sizeof *out);
    uint32_t random = info->frames, start = info->frames / 3, end = start + (info->frames + 6) / 7;

    for (int i = 0; i < (MOST_FRAMES < 10000 ? 2 : 8); i++) {
        uint32_t frame;

        random = random * 1664525u + 1013904223u;
        frame = (uint32_t)((uint64_t)random * info->frames >> 32);
        DEMAND(nex_seek(decoder, frame) == 0 && nex_position(decoder) == (int64_t)frame);
        crc = play(decoder, info->channels, 33, 70, crc);
    }
    DEMAND(nex_seek(decoder, end - 1) == 0);
    DEMAND(nex_decode_looped(decoder, out, 100, start, end) == 100);
    crc = crc_words(crc, (uint16_t *)out, 100 * info->channels);
    DEMAND(nex_decode_looped(decoder, out, 1, end, start) == NEX_ERROR_OUT_OF_RANGE);
    DEMAND(nex_seek(decoder, info->frames) == 0 && nex_decode(decoder, out, 1) == 0);
    free(out);
    return crc_number(crc, (uint64_t)nex_position(decoder));
}

#ifndef NEX_NO_POINTS
/* Positions between the frames, near each other and not, and playing in between. */
static uint32_t between(struct nex_decoder *decoder, const struct nex_info *info, uint32_t crc)
{
    int16_t *out = exactly(20 * (size_t)info->channels * sizeof *out);
    uint32_t random = info->rate_hz;

    for (uint32_t i = 0; i < (MOST_FRAMES < 10000 ? 2 : 8); i++) {
        struct nex_expert expert = {1, 2, 3, 4};
        uint32_t frame, steps[3] = {0, 1, info->frames / 40};
        int32_t frames;

        random = random * 1664525u + 1013904223u;
        frame = (uint32_t)((uint64_t)random * info->frames >> 32);
        DEMAND(nex_sample_at(decoder, frame, random * 77, out) == 0);
        crc = crc_words(crc, (uint16_t *)out, info->channels);
        frames = nex_resample(decoder, frame, random, steps[i % 3], random * 3, out, 20);
        DEMAND(frames > 0);
        crc = crc_words(crc, (uint16_t *)out, (uint32_t)frames * info->channels);
        DEMAND(nex_expert_at(decoder, frame, random * 5, &expert) == 0);
        crc = crc_number(crc_number(crc, expert.index), expert.first_frame);
        crc = crc_number(crc_number(crc, expert.frames), expert.nonzero);
        if (i % 2 == 0)
            DEMAND(nex_seek(decoder, frame / 2) == 0);
        if (i % 3 != 0)
            crc = play(decoder, info->channels, 20, 20, crc);
        crc = crc_number(crc, (uint64_t)nex_position(decoder));
    }
    DEMAND(nex_sample_at(decoder, info->frames, 0, out) == NEX_ERROR_OUT_OF_RANGE);
    DEMAND(nex_resample(decoder, info->frames, 0, 1, 0, out, 20) == 0);
    DEMAND(nex_expert_at(decoder, 0, 0, NULL) == NEX_ERROR_NULL);
    DEMAND(nex_sample_at(NULL, 0, 0, out) == NEX_ERROR_NULL);
    free(out);
    return crc;
}
#endif

static void digest_sound(const uint8_t *bytes, size_t length, struct digest *digest)
{
    struct nex_decoder *decoder = exactly(sizeof *decoder);
    struct nex_info info;
    void *memory;

    digest->sound = nex_inspect(bytes, length, &info);
    digest->all = crc_info(&info);
    if (digest->sound == 0) {
        memory = exactly(info.points_memory_bytes);
        DEMAND(nex_open(decoder, bytes, length, memory, info.memory_bytes - 1) ==
               NEX_ERROR_MEMORY_TOO_SMALL);
        DEMAND(nex_open(decoder, bytes, length, memory, info.memory_bytes) == 0);
        digest->samples = play(decoder, info.channels, 4096, MOST_FRAMES, 0);
        digest->all = crc_number(digest->all, nex_multiplies(decoder));
        if (takes(bytes, length, 0, 3)) {
            DEMAND(nex_seek(decoder, 0) == 0);
            DEMAND(play(decoder, info.channels, 37, MOST_FRAMES, 0) == digest->samples);
        }
        if (takes(bytes, length, 1, 3))
            digest->all = jump(decoder, &info, digest->all);
#ifndef NEX_NO_POINTS
        if (takes(bytes, length, 2, 3)) {
            DEMAND(nex_sample_at(decoder, 0, 0, (int16_t[2]){0}) == NEX_ERROR_MEMORY_TOO_SMALL);
            DEMAND(nex_open(decoder, bytes, length, memory, info.points_memory_bytes) == 0);
            digest->all = between(decoder, &info, digest->all);
        }
#endif
        free(memory);
    } else {
        DEMAND(nex_open(decoder, bytes, length, &info, 0) == digest->sound);
    }
    free(decoder);
}
#endif

#ifndef NEX_NO_PICTURES
static uint32_t crc_picture_info(const struct nex_picture_info *info)
{
    const uint32_t fields[] = {
        info->profile, info->arithmetic, info->width, info->height, info->channels,
        info->tile_columns, info->tile_rows, info->experts, info->macs_per_pixel,
        info->sines_per_pixel, info->part, info->detail,
    };
    uint32_t crc = 0;

    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        crc = crc_number(crc, fields[i]);
    return crc;
}

/* Windows as they come, in a display's colours too. */
static uint32_t windows(struct nex_picture *picture, uint32_t channels, uint32_t crc)
{
    const struct nex_look look = {{90, 91, 92}, 1, 0};
    uint8_t *samples = exactly(1024 * (size_t)channels), *colours = exactly(1024 * 3);
    uint16_t *words = exactly(1024 * sizeof *words);
    struct nex_area area;

    for (uint32_t pixels = 0; pixels < MOST_PIXELS && nex_picture_next(picture, &area) > 0;) {
        uint32_t count = area.width * area.height;

        DEMAND(count > 0 && area.width <= 32 && area.height <= 32);
        DEMAND(nex_picture_samples(picture, samples, 1024) == (int32_t)count);
        DEMAND(nex_picture_rgb888(picture, pixels % 2 ? NULL : &look, colours, 1024) ==
               (int32_t)count);
        DEMAND(nex_picture_rgb565(picture, pixels % 2 ? NULL : &look, words, 1024) ==
               (int32_t)count);
        crc = crc_number(crc_number(crc, area.left), area.top);
        crc = crc_number(crc_number(crc, area.width), area.height);
        crc = crc32_of(crc, samples, (size_t)count * channels);
        crc = crc32_of(crc, colours, (size_t)count * 3);
        crc = crc_words(crc, words, count);
        pixels += count;
    }
    free(words);
    free(colours);
    free(samples);
    return crc;
}

/* All samples, row by row. */
static uint32_t whole(struct nex_picture *picture, const struct nex_picture_info *info)
{
    size_t row = (size_t)info->width * info->channels;
    uint8_t *all = exactly(row * info->height), *samples = exactly(1024 * (size_t)info->channels);
    struct nex_area area;
    uint32_t crc;

    DEMAND(nex_picture_windows(picture, 0, NULL) == 0);
    while (nex_picture_next(picture, &area) > 0) {
        size_t wide = (size_t)area.width * info->channels;

        DEMAND(nex_picture_samples(picture, samples, 1024) == (int32_t)(area.width * area.height));
        for (uint32_t y = 0; y < area.height; y++)
            memcpy(all + (area.top + y) * row + (size_t)area.left * info->channels, samples + y * wide, wide);
    }
    crc = crc32_of(0, all, row * info->height);
    free(samples);
    free(all);
    return crc;
}

#ifndef NEX_NO_ROWS
/* Rows of a part at a size. The decoder is opened again, for it takes more memory. */
static uint32_t scaled(const uint8_t *bytes, size_t length, const struct nex_area *area,
                       uint32_t columns, uint32_t rows, uint32_t crc)
{
    struct nex_picture *picture = exactly(sizeof *picture);
    int64_t needed = nex_picture_rows_bytes(bytes, length, area, columns, rows);
    uint8_t *out = exactly((size_t)columns * 4);
    void *memory;
    int32_t pixels;
    struct nex_picture_info info;

    DEMAND(needed > 0);
    memory = exactly((size_t)needed);
    DEMAND(nex_picture_inspect(bytes, length, &info) == 0);
    DEMAND(nex_picture_open(picture, bytes, length, memory, (size_t)needed - 4) ==
           ((size_t)needed - 4 < info.memory_bytes ? NEX_ERROR_MEMORY_TOO_SMALL : 0));
    if ((size_t)needed - 4 >= info.memory_bytes)
        DEMAND(nex_picture_rows(picture, area, columns, rows) == NEX_ERROR_MEMORY_TOO_SMALL &&
               nex_picture_next_row(picture, out, columns) == NEX_ERROR_NOT_BEGUN);
    DEMAND(nex_picture_open(picture, bytes, length, memory, (size_t)needed) == 0);
    DEMAND(nex_picture_rows(picture, area, columns, rows) == 0);
    DEMAND(nex_picture_next(picture, &(struct nex_area){0, 0, 0, 0}) == NEX_ERROR_NOT_BEGUN);
    while ((pixels = nex_picture_next_row(picture, out, columns)) > 0)
        crc = crc32_of(crc, out, (size_t)pixels * info.channels);
    DEMAND(pixels == 0);
    free(memory);
    free(out);
    free(picture);
    return crc_number(crc, (uint64_t)pixels);
}
#endif

/* All of a picture, parts, smaller ones, and its rows at other sizes. */
static void parts(struct nex_picture *picture, const uint8_t *bytes, size_t length,
                  const struct nex_picture_info *info, struct digest *digest)
{
    struct nex_area part = {info->width / 3, info->height / 4, info->width / 2 + 1,
                            info->height / 2 + 1};
    uint32_t crc = digest->all;

    if (takes(bytes, length, 5, 6))
        digest->samples = whole(picture, info);
    if (takes(bytes, length, 0, 6)) {
        DEMAND(nex_picture_windows(picture, 0, &part) == 0);
        crc = windows(picture, info->channels, crc);
    }
    part.left /= 2;
    part.top /= 2;
    if (takes(bytes, length, 1, 6)) {
        DEMAND(nex_picture_windows(picture, 1, &part) == 0);
        crc = windows(picture, info->channels, crc);
    }
    if (takes(bytes, length, 2, 6)) {
        DEMAND(nex_picture_windows(picture, 3, NULL) == 0);
        crc = windows(picture, info->channels, crc);
    }
#ifndef NEX_NO_ROWS
    DEMAND(nex_picture_rows(picture, NULL, 0, 1) == NEX_ERROR_OUT_OF_RANGE);
    DEMAND(nex_picture_next(picture, &part) == NEX_ERROR_NOT_BEGUN);
    DEMAND(nex_picture_rows(NULL, NULL, 1, 1) == NEX_ERROR_NULL);
    DEMAND(nex_picture_next_row(NULL, NULL, 1) == NEX_ERROR_NULL);
    DEMAND(nex_picture_rows_bytes(bytes, length, NULL, 0, 0) > 0);
    DEMAND(nex_picture_rows_bytes(bytes, length, NULL, UINT32_MAX, UINT32_MAX) > 0);
    if (takes(bytes, length, 3, 6))
        crc = scaled(bytes, length, NULL, info->width, info->height, crc);
    if (takes(bytes, length, 4, 6)) {
        struct nex_area odd = {info->width > 1, info->height > 1, info->width, info->height};

        crc = scaled(bytes, length, &part, info->width / 3 + 1, info->height / 5 + 2, crc);
        crc = scaled(bytes, length, NULL, info->width % 50 + 3, info->height % 40 + 2, crc);
        /* Not halved, so that each is made of many. */
        crc = scaled(bytes, length, &odd, 3, 2, crc);
    }
#endif
    digest->all = crc;
}

static void digest_picture(const uint8_t *bytes, size_t length, struct digest *digest)
{
    struct nex_picture *picture = exactly(sizeof *picture);
    struct nex_picture_info info;
    void *memory;

    digest->picture = nex_picture_inspect(bytes, length, &info);
    digest->all = crc_number(digest->all, crc_picture_info(&info));
    if (digest->picture == 0) {
        memory = exactly(info.memory_bytes);
        DEMAND(nex_picture_open(picture, bytes, length, memory, info.memory_bytes - 1) ==
               NEX_ERROR_MEMORY_TOO_SMALL);
        DEMAND(nex_picture_open(picture, bytes, length, memory, info.memory_bytes) == 0);
        digest->all = windows(picture, info.channels, digest->all);
        if ((uint64_t)info.width * info.height <= MOST_PIXELS)
            parts(picture, bytes, length, &info, digest);
        DEMAND(nex_picture_windows(picture, 4, NULL) == NEX_ERROR_OUT_OF_RANGE);
        free(memory);
    } else {
        DEMAND(nex_picture_open(picture, bytes, length, &info, 0) == digest->picture);
    }
    free(picture);
}
#endif

void DIGEST(const uint8_t *bytes, size_t length, struct digest *digest)
{
    struct nex_kind kind = {0, 0};
    int32_t error = nex_kind(bytes, length, &kind);

    memset(digest, 0, sizeof *digest);
    digest->sound = digest->picture = NEX_ERROR_NOT_BUILT;
#ifndef NEX_NO_SOUNDS
    digest_sound(bytes, length, digest);
#endif
#ifndef NEX_NO_PICTURES
    digest_picture(bytes, length, digest);
#endif
    digest->all = crc_number(crc_number(digest->all, (uint64_t)error), kind.signal + 16 * kind.profile);
}
