/*
 * Does the C library decode every golden sound, picture and shape to its CRC, and
 * does it refuse what it must refuse?
 *
 *     host tests/golden
 *
 * runtime/c/tests/run builds and runs this, with sanitizers too.
 */
#include "support.h"

#define MOST_CHANNELS 8u
#define BLOCK 100u

/* The plain file of a packed one; the packed one itself if it is refused. */
static uint8_t *unpack(uint8_t *bytes, size_t *length)
{
    int32_t plain = nex_unpacked_bytes(bytes, *length);
    uint8_t *out;

    CHECK(plain > 0);
    out = exactly((size_t)plain);
    CHECK(nex_unpack(bytes, *length, out, (size_t)plain - 1) == NEX_ERROR_MEMORY_TOO_SMALL);
    CHECK(nex_unpack(bytes, *length, NULL, (size_t)plain) == NEX_ERROR_NULL);
    if (nex_unpack(bytes, *length, out, (size_t)plain) != plain) {
        free(out);
        return bytes;
    }
    *length = (size_t)plain;
    free(bytes);
    return out;
}

/* Random access gives what playing gives: by 1 in a compact sound. */
static void jump(struct nex_decoder *decoder, const struct nex_info *info)
{
    int tolerance = info->profile == NEX_PROFILE_COMPACT ? 1 : 0;
    int16_t block[MOST_CHANNELS], point[MOST_CHANNELS];
    struct nex_expert expert;

    for (uint32_t i = 0; i < 8; i++) {
        uint32_t frame = (uint32_t)((uint64_t)(info->frames - 1) * i / 7);

        CHECK(nex_seek(decoder, frame) == 0 && nex_position(decoder) == frame);
        CHECK(nex_decode(decoder, block, 1) == 1);
        CHECK(nex_sample_at(decoder, frame, 0, point) == 0);
        CHECK(nex_position(decoder) == (int64_t)frame + 1);
        for (uint32_t c = 0; c < info->channels; c++)
            CHECK(abs(block[c] - point[c]) <= tolerance);
        CHECK(nex_expert_at(decoder, frame, 0x80000000u, &expert) == 0);
        if (info->profile == NEX_PROFILE_COMPACT)
            CHECK(expert.first_frame <= frame + 1 && expert.frames >= 32);
        else
            CHECK(expert.index < info->experts);
    }
    CHECK(nex_sample_at(decoder, info->frames, 0, point) == NEX_ERROR_OUT_OF_RANGE);
    CHECK(nex_seek(decoder, UINT32_MAX) == 0 && nex_decode(decoder, block, 1) == 0);
}

/* A loop has the samples that its frames have elsewhere. */
static void repeat(struct nex_decoder *decoder, const struct nex_info *info)
{
    uint32_t channels = info->channels, start = info->frames / 3, end = info->frames - info->frames / 7;
    uint32_t total = end + end - start, at = 0;
    int16_t *all = exactly(info->frames * channels * sizeof *all);
    int16_t out[7 * MOST_CHANNELS];

    if (start == end || total > 1u << 14) {
        free(all);
        return;
    }
    CHECK(nex_seek(decoder, 0) == 0);
    CHECK(nex_decode(decoder, all, info->frames) == (int32_t)info->frames);
    CHECK(nex_seek(decoder, 0) == 0);
    CHECK(nex_decode_looped(decoder, out, 7, end, start) == NEX_ERROR_OUT_OF_RANGE);
    CHECK(nex_decode_looped(decoder, out, 7, 0, info->frames + 1) == NEX_ERROR_OUT_OF_RANGE);
    CHECK(nex_decode_looped(decoder, NULL, 7, start, end) == NEX_ERROR_NULL);
    for (uint32_t played = 0; played < total; played += 7) {
        CHECK(nex_decode_looped(decoder, out, 7, start, end) == 7);
        for (uint32_t i = 0; i < 7; i++) {
            CHECK(memcmp(out + i * channels, all + at * channels, channels * sizeof *out) == 0);
            at = at + 1 < end ? at + 1 : start;
        }
    }
    free(all);
}

/* A player of the sound's own rate and channels plays the same samples, twice by its
 * queue; one of another rate, another player mixed into it, plays as long. */
static void products(const uint8_t *bytes, size_t length, const struct nex_info *info, uint32_t crc)
{
    uint32_t channels = info->channels, played = 0, twice = 0, at = 0;
    size_t samples = (size_t)info->worst_frames * channels;
    struct nex_sound *sound = exactly(sizeof *sound);
    struct nex_player *player = exactly(sizeof *player), *other = exactly(sizeof *other);
    void *memory = exactly(info->memory_bytes), *more = exactly(info->memory_bytes);
    int16_t *ahead = exactly(samples * sizeof *ahead), *few = exactly(sizeof *few);
    int16_t out[2 * BLOCK];
    int32_t frames;
    int heard = 0;

    CHECK(nex_sound_open(sound, bytes, length) == 0);
    CHECK(nex_player_open(player, info->rate_hz, channels, memory, info->memory_bytes, ahead,
                          samples) == 0);
    CHECK(nex_player_position(player) == -1);
    CHECK(nex_player_queue(player, sound) == 0 && nex_player_queue(player, sound) == 0);
    while ((frames = nex_player_fill(player, out, BLOCK)) > 0) {
        /* Silence until the first blocks are decoded. */
        if (!heard && nex_player_position(player) == 0)
            continue;
        heard = 1;
        for (uint32_t i = 0; i < (uint32_t)frames * channels; i++, at++) {
            if (at < info->frames * channels)
                played = crc32(played, out + i, 1);
            else
                twice = crc32(twice, out + i, 1);
        }
    }
    CHECK(frames == 0 && nex_player_ended(player) == 2);
    CHECK(at == 2 * info->frames * channels && played == twice && played == crc);
    if (info->rate_hz <= 96000 && info->rate_hz >= 8000) {
        CHECK(nex_player_open(player, 48000, 1, memory, info->memory_bytes, ahead, samples) == 0);
        CHECK(nex_player_open(other, 48000, 1, more, info->memory_bytes, few, 1) == 0);
        CHECK(nex_player_play(player, sound) == 0 && nex_player_play(other, sound) == 0);
        CHECK(nex_player_gain(other, 16384) == 0 && nex_player_loop(other, 0, 1) == 0);
        for (at = 0; (frames = nex_player_fill(player, out, BLOCK)) > 0; at += (uint32_t)frames)
            CHECK(nex_player_mix(other, out, BLOCK) == (int32_t)BLOCK);
        CHECK(at >= (uint64_t)info->frames * 48000 / info->rate_hz);
        CHECK(nex_player_stop(other) == 0 && nex_player_fill(other, out, 48) == 48);
        while (nex_player_fill(other, out, BLOCK) > 0)
            ;
        CHECK(nex_player_position(other) == -1);
    }
    free(few);
    free(ahead);
    free(more);
    free(memory);
    free(other);
    free(player);
    free(sound);
}

static void golden_sound(uint8_t *bytes, size_t length, const char *name, uint32_t expected)
{
    struct nex_decoder *decoder = exactly(sizeof *decoder);
    struct nex_info info;
    uint32_t played, crc;
    void *memory;

    if (nex_inspect(bytes, length, &info) != 0) {
        check(0, name, __FILE__, __LINE__);
        return;
    }
    memory = exactly(info.memory_bytes);
    CHECK(nex_open(decoder, bytes, length, memory, info.memory_bytes - 1) ==
          NEX_ERROR_MEMORY_TOO_SMALL);
    CHECK(nex_decode(decoder, memory, 0) == NEX_ERROR_NOT_OPEN);
    CHECK(nex_open(decoder, bytes, length, memory, info.memory_bytes) == 0);
    crc = play(decoder, info.channels, BLOCK, &played);
    CHECK(played == info.frames);
    if (info.profile == NEX_PROFILE_NEURAL) {
        CHECK(info.worst_frames == 1 && info.worst_multiplies == info.macs_per_frame);
        CHECK(nex_multiplies(decoder) == (uint64_t)info.macs_per_frame * info.frames);
    } else {
        CHECK(info.worst_frames >= 32 && info.worst_decisions >= info.worst_frames);
        CHECK(nex_multiplies(decoder) <= (uint64_t)info.worst_multiplies * (info.frames / 32 + 2));
    }
    if (crc != expected) {
        fprintf(stderr, "%s: CRC %08x, not %08x\n", name, crc, expected);
        failures++;
    }
    free(memory);
    memory = exactly(info.best_memory_bytes);
    CHECK(info.best_memory_bytes >= info.points_memory_bytes);
    CHECK(nex_open(decoder, bytes, length, memory, info.best_memory_bytes) == 0);
    jump(decoder, &info);
    repeat(decoder, &info);
    CHECK(info.loop_start == 0 && info.loop_end == 0);
    if (info.channels <= 2)
        products(bytes, length, &info, crc);
    CHECK(play(decoder, info.channels, 1, &played) == crc);
    free(memory);
    free(decoder);
}

/* The larger of both, for memory that serves both. */
static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

/* A look over gray, without dither; the order of bytes in 16 bits. */
static struct nex_look plain_look(uint8_t high_byte_first)
{
    struct nex_look look = {{90, 91, 92}, 0, 0};

    look.high_byte_first = high_byte_first;
    return look;
}

/* Each window into its place of the whole picture; returns how many pixels. */
static uint32_t windows(struct nex_picture *picture, const struct nex_picture_info *info,
                        struct nex_area part, uint8_t *whole, uint32_t width)
{
    uint8_t *samples = exactly(1024 * info->channels);
    uint32_t pixels = 0;
    struct nex_area area;
    int32_t more;

    CHECK(nex_picture_samples(picture, samples, 1024) == 0);
    while ((more = nex_picture_next(picture, &area)) > 0) {
        uint32_t count = area.width * area.height;

        CHECK(more == 1 && count > 0 && area.width <= 32 && area.height <= 32);
        CHECK(area.left >= part.left && area.left + area.width <= part.left + part.width);
        CHECK(area.top >= part.top && area.top + area.height <= part.top + part.height);
        pixels += count;
        CHECK(nex_picture_samples(picture, samples, 1024) == (int32_t)count);
        for (uint32_t y = 0; y < area.height; y++)
            memcpy(whole + ((area.top + y) * width + area.left) * info->channels,
                   samples + y * area.width * info->channels, area.width * info->channels);
    }
    CHECK(more == 0);
    CHECK(nex_picture_next(picture, &area) == 0);
    CHECK(nex_picture_samples(picture, samples, 1024) == 0);
    free(samples);
    return pixels;
}

/* What a display gets of the first window is what its samples say. */
static void looks(struct nex_picture *picture, const struct nex_picture_info *info)
{
    struct nex_look low = plain_look(0), high = plain_look(1);
    uint8_t *samples = exactly(1024 * info->channels), *colours = exactly(1024 * 3);
    uint16_t *words = exactly(1024 * sizeof *words), *other = exactly(1024 * sizeof *other);
    struct nex_area area;
    int32_t count;

    CHECK(nex_picture_windows(picture, 0, NULL) == 0);
    CHECK(nex_picture_next(picture, &area) == 1);
    count = (int32_t)(area.width * area.height);
    CHECK(nex_picture_samples(picture, samples, 1024) == count);
    CHECK(nex_picture_rgb888(picture, &low, colours, 1024) == count);
    CHECK(nex_picture_rgb565(picture, &low, words, 1024) == count);
    CHECK(nex_picture_rgb565(picture, &high, other, 1024) == count);
    for (int32_t i = 0; i < count; i++) {
        const uint8_t *from = samples + (uint32_t)i * info->channels, *rgb = colours + 3 * i;
        const uint8_t *bytes = (const uint8_t *)&other[i];
        unsigned red = words[i] >> 11, green = words[i] >> 5 & 63, blue = words[i] & 31;

        if (info->channels == 1 || info->channels == 3)
            CHECK(rgb[0] == from[0] && rgb[2] == from[info->channels - 1]);
        else if (from[info->channels - 1] == 0)
            CHECK(rgb[0] == 90 && rgb[1] == 91 && rgb[2] == 92);
        CHECK(abs((int)(red * 255) - rgb[0] * 31) <= 128);
        CHECK(abs((int)(green * 255) - rgb[1] * 63) <= 128);
        CHECK(abs((int)(blue * 255) - rgb[2] * 31) <= 128);
        CHECK(bytes[0] == words[i] >> 8 && bytes[1] == (words[i] & 255));
    }
    /* No further than asked. */
    samples[info->channels] = (uint8_t)~samples[info->channels];
    CHECK(nex_picture_samples(picture, samples, 1) == 1);
    CHECK(nex_picture_samples(picture, colours, 0) == 0);
    free(other);
    free(words);
    free(colours);
    free(samples);
}

/* Of a neural picture: the same pixels along lines, in any order. */
static void lines(struct nex_picture *picture, const struct nex_picture_info *info, const uint8_t *whole)
{
    size_t row = (size_t)info->width * info->channels;
    uint8_t *part = exactly(7 * info->channels);
    uint32_t differ = 0;
    struct nex_expert expert;
    struct nex_area area;

    for (uint32_t y = info->height; y-- > 0;)
        for (uint32_t x = 0; x < info->width; x += 7) {
            uint32_t left = info->width - x < 7 ? info->width - x : 7;

            CHECK(nex_picture_line(picture, x, 0x80000000u, y, 0x80000000u, 1, 0, part, 7) ==
                  (int32_t)left);
            differ |= (uint32_t)memcmp(part, whole + y * row + x * info->channels, left * info->channels);
        }
    CHECK(differ == 0);
    CHECK(nex_picture_next(picture, &area) == NEX_ERROR_NOT_BEGUN);
    CHECK(nex_picture_next_row(picture, part, 7) == NEX_ERROR_NOT_BEGUN);
    CHECK(nex_picture_expert_at(picture, info->width - 1, 0, 0, 7, &expert) == 0 &&
          expert.index < info->experts && expert.frames == 0);
    CHECK(nex_picture_expert_at(picture, info->width, 0, 0, 0, &expert) == NEX_ERROR_OUT_OF_RANGE);
    free(part);
}

/* Row by row: its own, or of another size. Returns the CRC. */
static uint32_t rows(struct nex_picture *picture, const struct nex_picture_info *info,
                     const struct nex_area *area, uint32_t width, uint32_t height)
{
    size_t bytes = (size_t)width * info->channels;
    uint8_t *row = exactly(bytes);
    uint32_t crc = 0;

    CHECK(nex_picture_rows(picture, area, width, height) == 0);
    for (uint32_t y = 0; y < height; y++) {
        CHECK(nex_picture_next_row(picture, row, width) == (int32_t)width);
        crc = crc32_bytes(crc, row, bytes);
    }
    CHECK(nex_picture_next_row(picture, row, width) == 0);
    free(row);
    return crc;
}

/* By windows and by rows, whole, in part and smaller: all are the same pixels. */
static void golden_picture(uint8_t *bytes, size_t length, const char *name, uint32_t expected)
{
    struct nex_picture *picture = exactly(sizeof *picture);
    struct nex_picture_info info;
    struct nex_area all = {0, 0, 0, 0}, part, area;
    struct nex_expert expert;
    uint32_t crc, half_width, half_height;
    int64_t more;
    size_t row, most;
    uint8_t *whole, *again;
    void *memory;

    if (nex_picture_inspect(bytes, length, &info) != 0) {
        check(0, name, __FILE__, __LINE__);
        return;
    }
    all.width = info.width;
    all.height = info.height;
    row = (size_t)info.width * info.channels;
    memory = exactly(info.memory_bytes);
    CHECK(nex_picture_open(picture, bytes, length, memory, info.memory_bytes - 1) ==
          NEX_ERROR_MEMORY_TOO_SMALL);
    CHECK(nex_picture_next(picture, &area) == NEX_ERROR_NOT_OPEN);
    CHECK(nex_picture_open(picture, bytes, length, memory, info.memory_bytes) == 0);
    whole = exactly(row * info.height);
    CHECK(windows(picture, &info, all, whole, info.width) == info.width * info.height);
    crc = crc32_bytes(0, whole, row * info.height);
    if (crc != expected) {
        fprintf(stderr, "%s: CRC %08x, not %08x\n", name, crc, expected);
        failures++;
    }
    looks(picture, &info);
    CHECK(nex_picture_rows(picture, NULL, info.width, info.height) == NEX_ERROR_MEMORY_TOO_SMALL);
    CHECK(nex_picture_next(picture, &area) == NEX_ERROR_NOT_BEGUN);
    CHECK(nex_picture_windows(picture, 4, NULL) == NEX_ERROR_OUT_OF_RANGE);
    CHECK(nex_picture_windows(picture, 0, NULL) == 0);
    CHECK(nex_picture_next_row(picture, whole, 1) == NEX_ERROR_NOT_BEGUN);
    free(memory);

    /* A part of it, and the rest as it was. */
    more = nex_picture_rows_bytes(bytes, length, NULL, info.width, info.height);
    CHECK(more > info.memory_bytes);
    most = larger(info.best_memory_bytes, (size_t)more);
    part.left = info.width / 3;
    part.top = info.height / 4;
    part.width = info.width / 2 + 1;
    part.height = info.height / 2 + 1;
    part.width = part.width < info.width - part.left ? part.width : info.width - part.left;
    part.height = part.height < info.height - part.top ? part.height : info.height - part.top;
    half_width = (info.width + 1) / 2;
    half_height = (info.height + 1) / 2;
    for (uint32_t i = 0; i < 2; i++) {
        /* 1.5 times as large, which takes more than its own size and less columns. */
        uint32_t width = i ? 3 * info.width / 2 : half_width, height = i ? 3 * info.height / 2 : half_height;

        more = nex_picture_rows_bytes(bytes, length, i ? &part : NULL, width, height);
        CHECK(more > info.memory_bytes);
        most = larger(most, (size_t)more);
    }
    memory = exactly(most);
    CHECK(nex_picture_open(picture, bytes, length, memory, most) == 0);
    again = exactly(row * info.height);
    memcpy(again, whole, row * info.height);
    for (uint32_t y = part.top; y < part.top + part.height; y++)
        memset(again + y * row + part.left * info.channels, 0, part.width * info.channels);
    CHECK(nex_picture_windows(picture, 0, &part) == 0);
    CHECK(windows(picture, &info, part, again, info.width) == part.width * part.height);
    CHECK(memcmp(again, whole, row * info.height) == 0);
    /* Smaller, as often as it is asked for. */
    CHECK(nex_picture_windows(picture, 1, NULL) == 0);
    all.width = half_width;
    all.height = half_height;
    CHECK(windows(picture, &info, all, again, half_width) == half_width * half_height);

    CHECK(rows(picture, &info, NULL, info.width, info.height) == crc);
    crc = rows(picture, &info, NULL, half_width, half_height);
    CHECK(rows(picture, &info, NULL, half_width, half_height) == crc);
    rows(picture, &info, &part, 3 * info.width / 2, 3 * info.height / 2);
    CHECK(nex_picture_rows(picture, NULL, 0, 1) == NEX_ERROR_OUT_OF_RANGE);
    part.left = info.width;
    CHECK(nex_picture_rows(picture, &part, part.width, part.height) == NEX_ERROR_OUT_OF_RANGE);

    if (info.profile == NEX_PROFILE_NEURAL) {
        CHECK(info.tile_columns == 1 && info.tile_rows == 1 && info.experts > 0);
        lines(picture, &info, whole);
    } else {
        CHECK(info.tile_columns > 0 && info.tile_rows > 0 && info.experts == 0 &&
              info.macs_per_pixel == 0 && info.sines_per_pixel == 0);
        CHECK(nex_picture_windows(picture, 0, NULL) == 0);
        CHECK(nex_picture_line(picture, 0, 0, 0, 0, 1, 0, whole, 1) == NEX_ERROR_NOT_NEURAL);
        CHECK(nex_picture_expert_at(picture, 0, 0, 0, 0, &expert) == NEX_ERROR_NOT_NEURAL);
        /* What was begun goes on. */
        CHECK(nex_picture_next(picture, &area) == 1);
    }
    free(again);
    free(whole);
    free(memory);
    free(picture);
}

/* Points along each side of the grid that a shape is looked at. */
#define GRID 9u

/* Point i of the grid along one axis. */
static void place(struct nex_point *point, unsigned axis, uint32_t cells, uint32_t i)
{
    uint64_t at = ((uint64_t)cells << 32) / (GRID - 1) * i;

    point->cell[axis] = (uint32_t)(at >> 32);
    point->fraction[axis] = (uint32_t)at;
}

static int16_t distance_at(struct nex_shape *shape, struct nex_point point, unsigned axis, int32_t by)
{
    int16_t distance = 0;

    point.cell[axis] = (uint32_t)((int32_t)point.cell[axis] + by);
    CHECK(nex_shape_sdf_at(shape, &point, &distance) == 0);
    return distance;
}

static void golden_shape(uint8_t *bytes, size_t length, const char *name, uint32_t expected)
{
    struct nex_shape *shape = exactly(sizeof *shape);
    struct nex_point *points = exactly(GRID * sizeof *points), middle;
    int16_t *distances = exactly(GRID * sizeof *distances);
    struct nex_shape_info info;
    struct nex_expert expert;
    int32_t gradient[3];
    uint32_t crc = 0;
    void *memory;

    if (nex_shape_inspect(bytes, length, &info) != 0) {
        check(0, name, __FILE__, __LINE__);
        return;
    }
    CHECK(info.side > 0 && info.step > 0 && info.step * 65536.0f == info.side);
    memory = exactly(info.memory_bytes);
    CHECK(nex_shape_open(shape, bytes, length, memory, info.memory_bytes - 1) ==
          NEX_ERROR_MEMORY_TOO_SMALL);
    memset(points, 0, GRID * sizeof *points);
    CHECK(nex_shape_sdf_at(shape, points, distances) == NEX_ERROR_NOT_OPEN);
    CHECK(nex_shape_open(shape, bytes, length, memory, info.memory_bytes) == 0);
    for (uint32_t i = 0; i < GRID * GRID; i++) {
        for (uint32_t x = 0; x < GRID; x++) {
            place(&points[x], 0, info.cells, x);
            place(&points[x], 1, info.cells, i % GRID);
            place(&points[x], 2, info.cells, i / GRID);
        }
        CHECK(nex_shape_points(shape, points, GRID, distances) == 0);
        crc = crc32(crc, distances, GRID);
        CHECK(distance_at(shape, points[i % GRID], 0, 0) == distances[i % GRID]);
    }
    if (crc != expected) {
        fprintf(stderr, "%s: CRC %08x, not %08x\n", name, crc, expected);
        failures++;
    }
    free(memory);
    memory = exactly(info.best_memory_bytes);
    CHECK(nex_shape_open(shape, bytes, length, memory, info.best_memory_bytes) == 0);
    for (unsigned axis = 0; axis < 3; axis++)
        place(&middle, axis, info.cells, GRID / 2);
    CHECK(nex_shape_gradient_at(shape, &middle, gradient) == 0);
    if (info.cells >= 2 && info.profile == NEX_PROFILE_NEURAL)
        for (unsigned axis = 0; axis < 3; axis++)
            CHECK(gradient[axis] == distance_at(shape, middle, axis, 1) - distance_at(shape, middle, axis, -1));
    CHECK(nex_shape_expert_at(shape, &middle, &expert) == 0);
    if (info.profile == NEX_PROFILE_NEURAL)
        CHECK(expert.index < info.experts);
    else
        /* Voxels of a cell are 2 << index; no polynomial, no index. */
        CHECK(expert.index <= 3 && info.experts == 0 && info.macs_per_point == 0);
    CHECK(nex_shape_sdf_at(shape, &middle, memory) == NEX_ERROR_OVERLAPS);
    CHECK(nex_shape_gradient_at(shape, &middle, memory) == NEX_ERROR_OVERLAPS);
    middle.cell[1] = info.cells + 1;
    CHECK(nex_shape_sdf_at(shape, &middle, distances) == NEX_ERROR_OUT_OF_RANGE);
    CHECK(nex_shape_gradient_at(shape, &middle, gradient) == NEX_ERROR_OUT_OF_RANGE);
    CHECK(nex_shape_expert_at(shape, &middle, &expert) == NEX_ERROR_OUT_OF_RANGE);
    /* What somebody else has written into the memory harms nothing but the distances. */
    memset(memory, 0x9d, info.best_memory_bytes);
    middle.cell[1] = info.cells / 2;
    CHECK(nex_shape_sdf_at(shape, &middle, distances) == 0);
    CHECK(nex_shape_gradient_at(shape, &middle, gradient) == 0);
    free(memory);
    free(distances);
    free(points);
    free(shape);
}

/* By what the file says it is. A function for another signal refuses it. */
static void golden(uint8_t *bytes, size_t length, const char *name, uint32_t expected)
{
    struct nex_kind kind;
    struct nex_info sound;
    struct nex_picture_info picture;
    struct nex_shape_info shape;

    if (nex_kind(bytes, length, &kind) != 0) {
        check(0, name, __FILE__, __LINE__);
        return;
    }
    if (kind.signal != NEX_SIGNAL_SOUND)
        CHECK(nex_inspect(bytes, length, &sound) == NEX_ERROR_OTHER_KIND &&
              sound.part == NEX_PART_SIGNAL && sound.detail == kind.signal + 16 * kind.profile);
    if (kind.signal != NEX_SIGNAL_PICTURE && kind.profile == NEX_PROFILE_NEURAL)
        CHECK(nex_picture_inspect(bytes, length, &picture) == NEX_ERROR_OTHER_KIND);
    if (kind.signal != NEX_SIGNAL_SHAPE && kind.profile == NEX_PROFILE_NEURAL)
        CHECK(nex_shape_inspect(bytes, length, &shape) == NEX_ERROR_OTHER_KIND);
    if (kind.signal == NEX_SIGNAL_SOUND)
        golden_sound(bytes, length, name, expected);
    else if (kind.signal == NEX_SIGNAL_PICTURE)
        golden_picture(bytes, length, name, expected);
    else
        golden_shape(bytes, length, name, expected);
}

/* The CRC with which a .nex file ends. */
static void seal(uint8_t *bytes, size_t length)
{
    uint32_t crc;

    if (length < 4)
        return;
    crc = crc32_bytes(0, bytes, length - 4);
    for (int i = 0; i < 4; i++)
        bytes[length - 4 + (size_t)i] = (uint8_t)(crc >> 8 * i);
}

/* What an error may say. */
static void told(int32_t error, uint32_t part)
{
    CHECK(error <= 0 && error >= NEX_ERROR_OTHER_KIND);
    CHECK(strlen(nex_error_text(error)) > 0 && strlen(nex_part_text(part)) > 0);
}

static int hostile_sound(const uint8_t *bytes, size_t length)
{
    static struct nex_decoder decoder;
    int16_t out[64 * MOST_CHANNELS];
    struct nex_expert expert;
    struct nex_info info;
    int32_t error = nex_inspect(bytes, length, &info);
    void *memory;

    told(error, info.part);
    if (error != 0) {
        CHECK(nex_open(&decoder, bytes, length, out, 0) < 0);
        return 0;
    }
    memory = exactly(info.best_memory_bytes);
    CHECK(nex_open(&decoder, bytes, length, memory, info.best_memory_bytes) == 0);
    CHECK(nex_decode(&decoder, out, 64) >= 0);
    CHECK(nex_seek(&decoder, info.frames / 2) == 0 && nex_decode(&decoder, out, 64) >= 0);
    CHECK(nex_sample_at(&decoder, info.frames - 1, 7, out) <= 0);
    CHECK(nex_expert_at(&decoder, 0, 0, &expert) <= 0);
    free(memory);
    return 1;
}

static int hostile_picture(const uint8_t *bytes, size_t length)
{
    static struct nex_picture picture;
    uint8_t out[64 * MOST_CHANNELS];
    uint16_t words[64];
    /* A damaged size may be large. */
    unsigned most = 100;
    struct nex_expert expert;
    struct nex_area area;
    struct nex_picture_info info;
    int32_t error = nex_picture_inspect(bytes, length, &info);
    void *memory;

    told(error, info.part);
    if (error != 0) {
        CHECK(nex_picture_open(&picture, bytes, length, out, 0) < 0);
        return 0;
    }
    memory = exactly(info.best_memory_bytes);
    CHECK(nex_picture_open(&picture, bytes, length, memory, info.best_memory_bytes) == 0);
    while (most-- > 0 && nex_picture_next(&picture, &area) > 0)
        CHECK(nex_picture_rgb565(&picture, NULL, words, 64) > 0);
    CHECK(nex_picture_windows(&picture, 3, NULL) == 0 && nex_picture_next(&picture, &area) == 1);
    if (info.profile == NEX_PROFILE_NEURAL) {
        CHECK(nex_picture_line(&picture, info.width / 2, 3, 0, 5, 0, 1u << 31, out, 64) > 0);
        CHECK(nex_picture_line(&picture, UINT32_MAX, 3, 0, 5, UINT32_MAX, 0, out, 64) == 0);
        CHECK(nex_picture_expert_at(&picture, 0, 0, 0, 0, &expert) == 0);
    }
    free(memory);
    return 1;
}

static int hostile_shape(const uint8_t *bytes, size_t length)
{
    static struct nex_shape shape;
    static const struct nex_point corner, beyond = {{UINT32_MAX, 0, 0}, {UINT32_MAX, 0, 0}};
    int16_t distance;
    int32_t gradient[3];
    struct nex_expert expert;
    struct nex_shape_info info;
    int32_t error = nex_shape_inspect(bytes, length, &info);
    void *memory;

    told(error, info.part);
    if (error != 0) {
        CHECK(nex_shape_open(&shape, bytes, length, gradient, 0) < 0);
        return 0;
    }
    memory = exactly(info.best_memory_bytes);
    CHECK(nex_shape_open(&shape, bytes, length, memory, info.best_memory_bytes) == 0);
    CHECK(nex_shape_sdf_at(&shape, &corner, &distance) == 0);
    CHECK(nex_shape_gradient_at(&shape, &corner, gradient) == 0);
    CHECK(nex_shape_expert_at(&shape, &corner, &expert) == 0);
    CHECK(nex_shape_sdf_at(&shape, &beyond, &distance) == NEX_ERROR_OUT_OF_RANGE);
    free(memory);
    return 1;
}

/* A file that may be anything: an error, or one of the three, but never harm.
 * Returns whether it was accepted. */
static int hostile(const uint8_t *bytes, size_t length)
{
    int sound = hostile_sound(bytes, length), picture = hostile_picture(bytes, length);
    int shape = hostile_shape(bytes, length);
    struct nex_kind kind;
    int32_t error = nex_kind(bytes, length, &kind);

    told(error, 0);
    CHECK(sound + picture + shape <= 1);
    if (sound + picture + shape == 1)
        CHECK(error == 0 && kind.signal == (picture ? NEX_SIGNAL_PICTURE
                                            : shape ? NEX_SIGNAL_SHAPE
                                                    : NEX_SIGNAL_SOUND));
    return sound + picture + shape;
}

/* Truncates a file, and changes single bytes of it, with the checksum set
 * right again in every second try so that the change is seen by the parser. */
static void corrupt(const uint8_t *bytes, size_t length, uint32_t *random, unsigned *accepted)
{
    uint8_t *copy = exactly(length);
    size_t step = length / 40 + 1;

    for (size_t cut = 0; cut < length; cut += step) {
        uint8_t *shorter = exactly(cut);
        int unsealed;

        memcpy(shorter, bytes, cut);
        unsealed = hostile(shorter, cut);
        seal(shorter, cut);
        /* What is too long may be sound once it is cut: its seal is right. */
        CHECK(!unsealed || memcmp(shorter, bytes, cut) == 0);
        *accepted += (unsigned)hostile(shorter, cut);
        free(shorter);
    }
    for (unsigned i = 0; i < 200 && length > 0; i++) {
        /* Half of the changes hit the header. */
        size_t most = i % 2 && length > 40 ? 40 : length;

        *random = *random * 1664525u + 1013904223u;
        memcpy(copy, bytes, length);
        copy[(*random >> 8) % most] ^= (uint8_t)(1u << (*random >> 4 & 7));
        if (i < 100)
            seal(copy, length);
        *accepted += (unsigned)hostile(copy, length);
    }
    free(copy);
}

/* Pointers and lengths that no caller should pass. */
static void misuse_player(const uint8_t *bytes, size_t length)
{
    static struct nex_sound sound;
    static struct nex_player player;
    static uint32_t memory[16384];
    static int16_t ahead[4096], out[8];
    struct nex_info info;
    uint64_t *end = (uint64_t *)(void *)&player;

    CHECK(nex_player_bytes() == sizeof player);
    memset(&player, 0, sizeof player);
    CHECK(nex_player_fill(&player, out, 1) == NEX_ERROR_NOT_OPEN);
    CHECK(nex_player_position(&player) == NEX_ERROR_NOT_OPEN - 1);
    CHECK(nex_player_ended(&player) == 0);
    CHECK(nex_sound_open(NULL, bytes, length) == NEX_ERROR_NULL);
    CHECK(nex_sound_open(&sound, bytes, 5) < 0);
    CHECK(nex_player_open(&player, 0, 1, memory, sizeof memory, ahead, 4096) ==
          NEX_ERROR_NO_SUCH_OUTPUT);
    CHECK(nex_player_open(&player, 8000, 3, memory, sizeof memory, ahead, 4096) ==
          NEX_ERROR_NO_SUCH_OUTPUT);
    CHECK(nex_player_open(&player, 8000, 1, memory, sizeof memory, ahead, 0) ==
          NEX_ERROR_MEMORY_TOO_SMALL);
    CHECK(nex_player_open(&player, 8000, 1, memory, sizeof memory, NULL, 1) == NEX_ERROR_NULL);
    CHECK(nex_inspect(bytes, length, &info) == 0);
    CHECK(nex_player_open(&player, info.rate_hz, 1, memory, sizeof memory, ahead, 4096) == 0);
    CHECK(nex_player_play(&player, &sound) == NEX_ERROR_NOT_OPEN);
    CHECK(nex_sound_open(&sound, bytes, length) == 0);
    CHECK(nex_player_play(&player, NULL) == NEX_ERROR_NULL);
    CHECK(nex_player_play(&player, &sound) == 0);
    for (int i = 0; i < NEX_QUEUE; i++)
        CHECK(nex_player_queue(&player, &sound) == 0);
    CHECK(nex_player_queue(&player, &sound) == NEX_ERROR_QUEUE_FULL);
    CHECK(nex_player_fill(&player, NULL, 1) == NEX_ERROR_NULL);
    CHECK(nex_player_fill(&player, (int16_t *)memory, 1) == NEX_ERROR_OVERLAPS);
    CHECK(nex_player_mix(&player, ahead + 5, 1) == NEX_ERROR_OVERLAPS);
    CHECK(nex_player_pause(&player) == 0 && nex_player_resume(&player) == 0);
    CHECK(nex_player_seek(&player, UINT32_MAX) == 0);
    /* Something has been written past an array before it. */
    *end ^= 1;
    CHECK(nex_player_fill(&player, out, 1) == NEX_ERROR_NOT_OPEN);
    *end ^= 1;
    CHECK(nex_player_fill(&player, out, 1) >= 0);
}

static void misuse_sound(const uint8_t *bytes, size_t length)
{
    static struct nex_decoder decoder;
    static uint32_t memory[16384];
    int16_t out[2 * MOST_CHANNELS];
    struct nex_info info;
    struct nex_expert expert;
    struct nex_kind kind;
    int16_t *odd = (int16_t *)(void *)((char *)out + 1);

    CHECK(nex_decode(&decoder, out, 1) == NEX_ERROR_NOT_OPEN);
    CHECK(nex_seek(&decoder, 1) == NEX_ERROR_NOT_OPEN);
    CHECK(nex_decode_looped(&decoder, out, 1, 0, 1) == NEX_ERROR_NOT_OPEN);
    CHECK(nex_position(&decoder) == NEX_ERROR_NOT_OPEN);
    CHECK(nex_sample_at(&decoder, 0, 0, out) == NEX_ERROR_NOT_OPEN);
    CHECK(nex_inspect(NULL, length, &info) == NEX_ERROR_NULL);
    CHECK(nex_inspect(bytes, length, NULL) == NEX_ERROR_NULL);
    CHECK(nex_inspect(bytes, SIZE_MAX, &info) == NEX_ERROR_TOO_LONG);
    CHECK(nex_inspect(bytes, 0, &info) == NEX_ERROR_TRUNCATED);
    CHECK(nex_open(NULL, bytes, length, memory, sizeof memory) == NEX_ERROR_NULL);
    CHECK(nex_open(&decoder, NULL, length, memory, sizeof memory) == NEX_ERROR_NULL);
    CHECK(nex_open(&decoder, bytes, length, NULL, sizeof memory) == NEX_ERROR_NULL);
    CHECK(nex_open(&decoder, bytes, length, (char *)memory + 1, 8) == NEX_ERROR_MISALIGNED);
    CHECK(nex_open(&decoder, bytes, length, memory, 0) == NEX_ERROR_MEMORY_TOO_SMALL);
    CHECK(nex_open(&decoder, bytes, length, memory, SIZE_MAX) == NEX_ERROR_TOO_LONG);
    CHECK(nex_open(&decoder, bytes, length, memory, sizeof memory) == 0);
    CHECK(nex_decode(NULL, out, 1) == NEX_ERROR_NULL);
    misuse_player(bytes, length);
    CHECK(nex_decode(&decoder, NULL, 1) == NEX_ERROR_NULL);
    CHECK(nex_decode(&decoder, odd, 1) == NEX_ERROR_MISALIGNED);
    CHECK(nex_decode(&decoder, out, 0) == 0);
    CHECK(nex_decode(&decoder, (int16_t *)memory + 100, 1) == NEX_ERROR_OVERLAPS);
    CHECK(nex_sample_at(&decoder, 0, 0, (int16_t *)memory + 100) == NEX_ERROR_OVERLAPS);
    CHECK(nex_seek(NULL, 0) == NEX_ERROR_NULL);
    CHECK(nex_position(NULL) == NEX_ERROR_NULL);
    CHECK(nex_sample_at(&decoder, 0, 0, NULL) == NEX_ERROR_NULL);
    CHECK(nex_expert_at(&decoder, 0, 0, NULL) == NEX_ERROR_NULL);
    CHECK(nex_expert_at(NULL, 0, 0, &expert) == NEX_ERROR_NULL);
    CHECK(nex_unpacked_bytes(NULL, 1) == NEX_ERROR_NULL);
    CHECK(nex_unpacked_bytes(bytes, 3) == NEX_ERROR_TRUNCATED);
    CHECK(nex_open(&decoder, bytes, length - 1, memory, sizeof memory) < 0);
    CHECK(nex_decode(&decoder, out, 1) == NEX_ERROR_NOT_OPEN);
    CHECK(nex_kind(NULL, length, &kind) == NEX_ERROR_NULL);
    CHECK(nex_kind(bytes, length, NULL) == NEX_ERROR_NULL);
    CHECK(nex_kind(bytes, 4, &kind) == NEX_ERROR_TRUNCATED);
    CHECK(nex_version() == NEX_VERSION);
    for (int32_t error = -40; error < 3; error++)
        CHECK(strlen(nex_error_text(error)) > 0);
    CHECK(strlen(nex_error_text(INT32_MIN)) > 0);
    CHECK(strlen(nex_part_text(UINT32_MAX)) > 0);
}

static void misuse_picture(const uint8_t *bytes, size_t length)
{
    static struct nex_picture picture;
    static uint32_t memory[16384];
    uint8_t out[64];
    uint16_t words[4], *odd = (uint16_t *)(void *)(out + ((uintptr_t)out + 1) % 2);
    struct nex_area area, *odd_area = (struct nex_area *)(void *)((char *)memory + 1);
    struct nex_picture_info info;
    struct nex_expert expert;

    CHECK(nex_picture_next(&picture, &area) == NEX_ERROR_NOT_OPEN);
    CHECK(nex_picture_windows(&picture, 0, NULL) == NEX_ERROR_NOT_OPEN);
    CHECK(nex_picture_rows(&picture, NULL, 1, 1) == NEX_ERROR_NOT_OPEN);
    CHECK(nex_picture_next_row(&picture, out, 1) == NEX_ERROR_NOT_OPEN);
    CHECK(nex_picture_samples(&picture, out, 1) == NEX_ERROR_NOT_OPEN);
    CHECK(nex_picture_inspect(NULL, length, &info) == NEX_ERROR_NULL);
    CHECK(nex_picture_inspect(bytes, length, NULL) == NEX_ERROR_NULL);
    CHECK(nex_picture_inspect(bytes, SIZE_MAX, &info) == NEX_ERROR_TOO_LONG);
    CHECK(nex_picture_open(NULL, bytes, length, memory, sizeof memory) == NEX_ERROR_NULL);
    CHECK(nex_picture_open(&picture, bytes, length, NULL, sizeof memory) == NEX_ERROR_NULL);
    CHECK(nex_picture_open(&picture, bytes, length, (char *)memory + 1, 8) == NEX_ERROR_MISALIGNED);
    CHECK(nex_picture_open(&picture, bytes, length, memory, sizeof memory) == 0);
    CHECK(nex_picture_next(NULL, &area) == NEX_ERROR_NULL);
    CHECK(nex_picture_next(&picture, NULL) == NEX_ERROR_NULL);
    CHECK(nex_picture_next(&picture, odd_area) == NEX_ERROR_MISALIGNED);
    CHECK(nex_picture_windows(NULL, 0, NULL) == NEX_ERROR_NULL);
    CHECK(nex_picture_windows(&picture, 0, odd_area) == NEX_ERROR_MISALIGNED);
    CHECK(nex_picture_next(&picture, &area) == 1);
    CHECK(nex_picture_samples(NULL, out, 1) == NEX_ERROR_NULL);
    CHECK(nex_picture_samples(&picture, NULL, 1) == NEX_ERROR_NULL);
    CHECK(nex_picture_samples(&picture, out, 0) == 0);
    CHECK(nex_picture_samples(&picture, (uint8_t *)memory + 100, 1) == NEX_ERROR_OVERLAPS);
    CHECK(nex_picture_rgb888(&picture, NULL, NULL, 1) == NEX_ERROR_NULL);
    CHECK(nex_picture_rgb888(&picture, NULL, (uint8_t *)memory, 1) == NEX_ERROR_OVERLAPS);
    CHECK(nex_picture_rgb565(&picture, NULL, NULL, 1) == NEX_ERROR_NULL);
    CHECK(nex_picture_rgb565(&picture, NULL, odd, 1) == NEX_ERROR_MISALIGNED);
    CHECK(nex_picture_rgb565(&picture, NULL, (uint16_t *)memory, 1) == NEX_ERROR_OVERLAPS);
    CHECK(nex_picture_rgb565(&picture, NULL, words, 1) == 1);
    CHECK(nex_picture_rows_bytes(NULL, length, NULL, 1, 1) == NEX_ERROR_NULL);
    CHECK(nex_picture_rows_bytes(bytes, 3, NULL, 1, 1) == NEX_ERROR_TRUNCATED);
    CHECK(nex_picture_rows(NULL, NULL, 1, 1) == NEX_ERROR_NULL);
    CHECK(nex_picture_rows(&picture, NULL, 1, 1) == 0);
    CHECK(nex_picture_next_row(NULL, out, 1) == NEX_ERROR_NULL);
    CHECK(nex_picture_next_row(&picture, NULL, 1) == NEX_ERROR_NULL);
    CHECK(nex_picture_next_row(&picture, (uint8_t *)memory + 9, 1) == NEX_ERROR_OVERLAPS);
    CHECK(nex_picture_next_row(&picture, out, 2) == 1);
    CHECK(nex_picture_line(&picture, 0, 0, 0, 0, 1, 0, (uint8_t *)memory, 1) == NEX_ERROR_OVERLAPS);
    CHECK(nex_picture_expert_at(&picture, 0, 0, 0, 0, NULL) == NEX_ERROR_NULL);
    CHECK(nex_picture_expert_at(NULL, 0, 0, 0, 0, &expert) == NEX_ERROR_NULL);
    CHECK(nex_picture_open(&picture, bytes, length - 1, memory, sizeof memory) < 0);
    CHECK(nex_picture_next(&picture, &area) == NEX_ERROR_NOT_OPEN);
    CHECK(nex_picture_bytes() == sizeof picture);
}

static void misuse_shape(const uint8_t *bytes, size_t length)
{
    static struct nex_shape shape;
    static uint32_t memory[16384];
    static const struct nex_point corner;
    int32_t gradient[4];
    int16_t distance;
    struct nex_shape_info info;
    struct nex_expert expert;

    CHECK(nex_shape_sdf_at(&shape, &corner, &distance) == NEX_ERROR_NOT_OPEN);
    CHECK(nex_shape_inspect(NULL, length, &info) == NEX_ERROR_NULL);
    CHECK(nex_shape_inspect(bytes, length, NULL) == NEX_ERROR_NULL);
    CHECK(nex_shape_open(NULL, bytes, length, memory, sizeof memory) == NEX_ERROR_NULL);
    CHECK(nex_shape_open(&shape, bytes, length, memory, SIZE_MAX) == NEX_ERROR_TOO_LONG);
    CHECK(nex_shape_open(&shape, bytes, length, memory, sizeof memory) == 0);
    CHECK(nex_shape_sdf_at(NULL, &corner, &distance) == NEX_ERROR_NULL);
    CHECK(nex_shape_sdf_at(&shape, NULL, &distance) == NEX_ERROR_NULL);
    CHECK(nex_shape_sdf_at(&shape, &corner, NULL) == NEX_ERROR_NULL);
    CHECK(nex_shape_points(&shape, &corner, 0, &distance) == 0);
    CHECK(nex_shape_gradient_at(&shape, &corner, NULL) == NEX_ERROR_NULL);
    CHECK(nex_shape_gradient_at(&shape, &corner, (int32_t *)(void *)((char *)gradient + 1)) ==
          NEX_ERROR_MISALIGNED);
    CHECK(nex_shape_expert_at(&shape, &corner, NULL) == NEX_ERROR_NULL);
    CHECK(nex_shape_expert_at(NULL, &corner, &expert) == NEX_ERROR_NULL);
    CHECK(nex_shape_open(&shape, bytes, length - 1, memory, sizeof memory) < 0);
    CHECK(nex_shape_sdf_at(&shape, &corner, &distance) == NEX_ERROR_NOT_OPEN);
    CHECK(nex_shape_bytes() == sizeof shape);
}

/* Every file of a list: `name: crc`, or why it is refused. */
static void all(const char *folder, const char *list_name, void (*misused)(const uint8_t *, size_t))
{
    char path[1024], line[256], name[200], crc[40];
    unsigned files = 0, seen = 0, accepted = 0;
    uint32_t random = 1;
    FILE *list;

    snprintf(path, sizeof path, "%s/%s", folder, list_name);
    list = fopen(path, "r");
    if (list == NULL) {
        perror(path);
        exit(1);
    }
    /* Files lie beside their list. */
    *strrchr(path, '/') = 0;
    while (fgets(line, sizeof line, list) != NULL) {
        size_t length;
        uint8_t *bytes;
        int32_t error;

        if (sscanf(line, "%199[^:]: %39[^\n]", name, crc) != 2)
            continue;
        bytes = load(path, name, &length);
        files++;
        error = nex_unpacked_bytes(bytes, length);
        if (error > 0 && (size_t)error != length) {
            struct nex_info sound;
            struct nex_picture_info picture;
            struct nex_shape_info shape;

            CHECK(nex_inspect(bytes, length, &sound) == NEX_ERROR_PACKED ||
                  nex_picture_inspect(bytes, length, &picture) == NEX_ERROR_PACKED ||
                  nex_shape_inspect(bytes, length, &shape) == NEX_ERROR_PACKED);
            bytes = unpack(bytes, &length);
        }
        if (strncmp(name, "x-", 2) == 0) {
            check(!hostile(bytes, length), name, __FILE__, __LINE__);
        } else {
            golden(bytes, length, name, (uint32_t)strtoul(crc, NULL, 16));
            /* Of each profile the first; bit 7 says whether there are sections. */
            unsigned profile = 1u << (bytes[4] >> 4 & 7);

            if ((seen & profile) == 0)
                misused(bytes, length);
            seen |= profile;
        }
        corrupt(bytes, length, &random, &accepted);
        free(bytes);
    }
    fclose(list);
    CHECK(seen == (1u << NEX_PROFILE_NEURAL | 1u << NEX_PROFILE_COMPACT));
    printf("%s: %u files; %u corrupted ones decoded all the same\n", list_name, files, accepted);
}

int main(int count, char **arguments)
{
    const char *folder = count == 2 ? arguments[1] : "tests/golden";

    all(folder, "golden.txt", misuse_sound);
    all(folder, "images/images.txt", misuse_picture);
    all(folder, "shapes/shapes.txt", misuse_shape);
    printf("%u checks, %u failed\n", checks, failures);
    return failures != 0;
}
