/*
 * Do two decoders say the same of damaged files, whatever the bytes?
 *
 *     fuzz FILES SEED FILE.nex...
 *
 * Makes so many files of those named, most of them with a checksum that is right, and
 * compares what digest_of() says of them with what reference_of() does, which is of
 * another library. One that differs is written to fuzz-differs.nex.
 */
#include "digest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void digest_of(const uint8_t *bytes, size_t length, struct digest *digest);
void reference_of(const uint8_t *bytes, size_t length, struct digest *digest);

#define MOST_FILES 256
/* Longer ones take too long. */
#define MOST_BYTES 3000u

static uint8_t *files[MOST_FILES];
static size_t lengths[MOST_FILES];
static uint32_t count;
static uint64_t state;

static uint32_t below(uint32_t limit)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((state >> 33) % (limit > 0 ? limit : 1));
}

static void load(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *bytes = malloc(MOST_BYTES + 1);
    size_t length;

    if (file == NULL || bytes == NULL) {
        perror(path);
        exit(1);
    }
    length = fread(bytes, 1, MOST_BYTES + 1, file);
    fclose(file);
    if (length > MOST_BYTES || length < 9 || count == MOST_FILES) {
        free(bytes);
        return;
    }
    files[count] = bytes;
    lengths[count++] = length;
}

static uint32_t crc32_of(const uint8_t *bytes, size_t length)
{
    uint32_t crc = UINT32_MAX;

    for (size_t i = 0; i < length; i++) {
        crc ^= bytes[i];
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (0xedb88320u & (0u - (crc & 1)));
    }
    return ~crc;
}

/* One change: a bit, a byte, some bytes, a piece of another file, an end. */
static size_t change(uint8_t *bytes, size_t length)
{
    /* Half of the changes hit the header. */
    size_t at = below(below(2) && length > 40 ? 40 : (uint32_t)length), from, much;
    uint32_t other = below(count);

    switch (below(8)) {
    case 0:
        return at;
    case 1:
        memmove(bytes + at, bytes + at + 1, length - at - 1);
        return length - 1;
    case 2:
        memmove(bytes + at + 1, bytes + at, length - at);
        bytes[at] = (uint8_t)below(256);
        return length + 1;
    case 3:
        for (much = below(32); much > 0 && at < length; much--)
            bytes[at++] = (uint8_t)below(256);
        return length;
    case 4:
        from = below((uint32_t)lengths[other]);
        for (much = below(200); much > 0 && at < length && from < lengths[other]; much--)
            bytes[at++] = files[other][from++];
        return length;
    case 5:
        bytes[at] = (uint8_t)below(256);
        return length;
    default:
        bytes[at] ^= (uint8_t)(1u << below(8));
        return length;
    }
}

int main(int argc, char **arguments)
{
    uint8_t *bytes = malloc(MOST_BYTES + 16);
    unsigned long total, decoded = 0;

    if (argc < 4 || bytes == NULL) {
        fprintf(stderr, "usage: fuzz FILES SEED FILE.nex...\n");
        return 2;
    }
    total = strtoul(arguments[1], NULL, 10);
    state = strtoul(arguments[2], NULL, 10);
    for (int i = 3; i < argc; i++)
        load(arguments[i]);
    for (unsigned long i = 0; i < total && count > 0; i++) {
        uint32_t which = below(count);
        size_t length = lengths[which];
        struct digest ours, theirs;
        uint8_t *exact;

        memcpy(bytes, files[which], length);
        for (uint32_t changes = 1 + below(4); changes > 0 && length > 0; changes--)
            length = change(bytes, length);
        if (length > 4 && below(20) > 0) {
            uint32_t crc = crc32_of(bytes, length - 4);

            for (size_t j = 0; j < 4; j++)
                bytes[length - 4 + j] = (uint8_t)(crc >> (8 * j));
        }
        exact = malloc(length > 0 ? length : 1);
        if (exact == NULL)
            return 1;
        memcpy(exact, bytes, length);
        digest_of(exact, length, &ours);
        reference_of(exact, length, &theirs);
        free(exact);
        decoded += ours.sound == 0 || ours.picture == 0;
        if ((i + 1) % 100000 == 0) {
            printf("%lu so far, %lu of them decoded\n", i + 1, decoded);
            fflush(stdout);
        }
        if (memcmp(&ours, &theirs, sizeof ours) != 0) {
            FILE *file = fopen("fuzz-differs.nex", "wb");

            fprintf(stderr, "error: file %lu: %d %d %08x %08x, not %d %d %08x %08x\n", i, ours.sound, ours.picture,
                    (unsigned)ours.samples, (unsigned)ours.all, theirs.sound, theirs.picture,
                    (unsigned)theirs.samples, (unsigned)theirs.all);
            if (file != NULL) {
                fwrite(bytes, 1, length, file);
                fclose(file);
            }
            return 1;
        }
    }
    printf("%lu changed files, %lu of them decoded: no difference\n", total, decoded);
    return count == 0;
}
