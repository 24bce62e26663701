/*
 * Does the C library decode every golden file to its CRC, and does it refuse
 * what it must refuse?
 *
 *     host tests/golden
 *
 * runtime/c/tests/run builds and runs this, with sanitizers too.
 */
#include "../../../examples/c/crc32.h"
#include "nex.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_BYTES (1u << 20)
#define MOST_CHANNELS 8u
#define BLOCK 100u

static unsigned checks, failures;

#define CHECK(condition) check((condition), #condition, __LINE__)

static void check(int ok, const char *what, int line)
{
    checks++;
    if (!ok) {
        fprintf(stderr, "tests/host.c:%d: %s\n", line, what);
        failures++;
    }
}

/* Memory of exactly so many bytes, so that a sanitizer sees one too many. */
static void *exactly(size_t bytes)
{
    void *memory = malloc(bytes ? bytes : 1);

    if (memory == NULL) {
        fputs("error: out of memory\n", stderr);
        exit(1);
    }
    memset(memory, 0xa5, bytes);
    return memory;
}

static uint8_t *load(const char *folder, const char *name, size_t *length)
{
    char path[1024];
    uint8_t *bytes = exactly(MOST_BYTES);
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        exit(1);
    }
    *length = fread(bytes, 1, MOST_BYTES, file);
    fclose(file);
    return realloc(bytes, *length ? *length : 1);
}

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

/* Plays from frame 0 in blocks of so many frames; the CRC of the samples. */
static uint32_t play(struct nex_decoder *decoder, uint32_t channels, uint32_t block, uint32_t *played)
{
    int16_t *out = exactly(block * channels * sizeof *out);
    uint32_t crc = 0;
    int32_t frames;

    *played = 0;
    CHECK(nex_seek(decoder, 0) == 0);
    while ((frames = nex_decode(decoder, out, block)) > 0) {
        crc = crc32(crc, out, (uint32_t)frames * channels);
        *played += (uint32_t)frames;
    }
    CHECK(frames == 0);
    free(out);
    return crc;
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

static void golden(uint8_t *bytes, size_t length, const char *name, uint32_t expected)
{
    struct nex_decoder *decoder = exactly(sizeof *decoder);
    struct nex_info info;
    uint32_t played, crc;
    void *memory;

    if (nex_inspect(bytes, length, &info) != 0) {
        check(0, name, __LINE__);
        return;
    }
    memory = exactly(info.memory_bytes);
    CHECK(nex_open(decoder, bytes, length, memory, info.memory_bytes - 1) ==
          NEX_ERROR_MEMORY_TOO_SMALL);
    CHECK(nex_decode(decoder, memory, 0) == NEX_ERROR_NOT_OPEN);
    CHECK(nex_open(decoder, bytes, length, memory, info.memory_bytes) == 0);
    crc = play(decoder, info.channels, BLOCK, &played);
    CHECK(played == info.frames);
    if (crc != expected) {
        fprintf(stderr, "%s: CRC %08x, not %08x\n", name, crc, expected);
        failures++;
    }
    free(memory);
    memory = exactly(info.best_memory_bytes);
    CHECK(info.best_memory_bytes >= info.points_memory_bytes);
    CHECK(nex_open(decoder, bytes, length, memory, info.best_memory_bytes) == 0);
    jump(decoder, &info);
    CHECK(play(decoder, info.channels, 1, &played) == crc);
    free(memory);
    free(decoder);
}

/* CRC-32 over bytes, with which a .nex file ends. */
static void seal(uint8_t *bytes, size_t length)
{
    uint32_t crc = ~0u;

    if (length < 4)
        return;
    for (size_t i = 0; i < length - 4; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
    crc = ~crc;
    for (int i = 0; i < 4; i++)
        bytes[length - 4 + (size_t)i] = (uint8_t)(crc >> 8 * i);
}

/* A file that may be anything: an error, or sound, but never harm. Returns
 * whether it was accepted. */
static int hostile(const uint8_t *bytes, size_t length)
{
    static struct nex_decoder decoder;
    int16_t out[64 * MOST_CHANNELS];
    struct nex_expert expert;
    struct nex_info info;
    int32_t error = nex_inspect(bytes, length, &info);
    void *memory;

    CHECK(error <= 0 && error >= NEX_ERROR_BAD_CRC - 16);
    CHECK(strlen(nex_error_text(error)) > 0 && strlen(nex_part_text(info.part)) > 0);
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

/* Truncates a file, and changes single bytes of it, with the checksum set
 * right again in every second try so that the change is seen by the parser. */
static void corrupt(const uint8_t *bytes, size_t length, uint32_t *random, unsigned *accepted)
{
    uint8_t *copy = exactly(length);
    size_t step = length / 40 + 1;

    for (size_t cut = 0; cut < length; cut += step) {
        uint8_t *shorter = exactly(cut);

        memcpy(shorter, bytes, cut);
        CHECK(!hostile(shorter, cut));
        seal(shorter, cut);
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
static void misuse(const uint8_t *bytes, size_t length)
{
    static struct nex_decoder decoder;
    static uint32_t memory[16384];
    int16_t out[2 * MOST_CHANNELS];
    struct nex_info info;
    struct nex_expert expert;
    int16_t *odd = (int16_t *)(void *)((char *)out + 1);

    CHECK(nex_decode(&decoder, out, 1) == NEX_ERROR_NOT_OPEN);
    CHECK(nex_seek(&decoder, 1) == NEX_ERROR_NOT_OPEN);
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
    CHECK(nex_decode(&decoder, NULL, 1) == NEX_ERROR_NULL);
    CHECK(nex_decode(&decoder, odd, 1) == NEX_ERROR_MISALIGNED);
    CHECK(nex_decode(&decoder, out, 0) == 0);
    CHECK(nex_seek(NULL, 0) == NEX_ERROR_NULL);
    CHECK(nex_position(NULL) == NEX_ERROR_NULL);
    CHECK(nex_sample_at(&decoder, 0, 0, NULL) == NEX_ERROR_NULL);
    CHECK(nex_expert_at(&decoder, 0, 0, NULL) == NEX_ERROR_NULL);
    CHECK(nex_expert_at(NULL, 0, 0, &expert) == NEX_ERROR_NULL);
    CHECK(nex_unpacked_bytes(NULL, 1) == NEX_ERROR_NULL);
    CHECK(nex_unpacked_bytes(bytes, 3) == NEX_ERROR_TRUNCATED);
    CHECK(nex_open(&decoder, bytes, length - 1, memory, sizeof memory) < 0);
    CHECK(nex_decode(&decoder, out, 1) == NEX_ERROR_NOT_OPEN);
    for (int32_t error = -40; error < 3; error++)
        CHECK(strlen(nex_error_text(error)) > 0);
    CHECK(strlen(nex_error_text(INT32_MIN)) > 0);
    CHECK(strlen(nex_part_text(UINT32_MAX)) > 0);
}

int main(int count, char **arguments)
{
    const char *folder = count == 2 ? arguments[1] : "tests/golden";
    char path[1024], line[256], name[200], crc[40];
    unsigned files = 0, accepted = 0;
    uint32_t random = 1;
    FILE *list;

    snprintf(path, sizeof path, "%s/golden.txt", folder);
    list = fopen(path, "r");
    if (list == NULL) {
        perror(path);
        return 1;
    }
    while (fgets(line, sizeof line, list) != NULL) {
        size_t length;
        uint8_t *bytes;
        int32_t error;

        if (sscanf(line, "%199[^:]: %39[^\n]", name, crc) != 2)
            continue;
        bytes = load(folder, name, &length);
        files++;
        error = nex_unpacked_bytes(bytes, length);
        if (error > 0 && (size_t)error != length) {
            struct nex_info info;

            CHECK(nex_inspect(bytes, length, &info) == NEX_ERROR_PACKED);
            bytes = unpack(bytes, &length);
        }
        if (strncmp(name, "x-", 2) == 0) {
            check(!hostile(bytes, length), name, __LINE__);
        } else {
            golden(bytes, length, name, (uint32_t)strtoul(crc, NULL, 16));
            if (files == 1)
                misuse(bytes, length);
        }
        corrupt(bytes, length, &random, &accepted);
        free(bytes);
    }
    fclose(list);
    printf("%u files, %u checks, %u failed; %u corrupted files played all the same\n", files, checks,
           failures, accepted);
    return failures != 0 || files == 0;
}
