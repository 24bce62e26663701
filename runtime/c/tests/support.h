/* What the tests in C share: checks, memory, files, and a sound that is played. */
#ifndef SUPPORT_H
#define SUPPORT_H

#include "../../../examples/c/crc32.h"
#include "nex.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_BYTES (1u << 20)

static unsigned checks, failures;

#define CHECK(condition) check((condition), #condition, __FILE__, __LINE__)

static void check(int ok, const char *what, const char *file, int line)
{
    checks++;
    if (!ok) {
        fprintf(stderr, "%s:%d: %s\n", file, line, what);
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
    char path[2048];
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

#endif
