/*
 * Does every golden file decode to its CRC, and is what must be refused refused?
 *
 *     golden tests/golden/golden.txt [tests/golden/images/images.txt]
 *
 * Prints a line for each file: decoders of all compilers and processors print the same.
 */
#include "digest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void digest_of(const uint8_t *bytes, size_t length, struct digest *digest);

#define MOST_BYTES (1u << 17)

static unsigned failures;

static uint8_t *load(const char *list, const char *name, size_t *length)
{
    const char *slash = strrchr(list, '/');
    int folder = slash != NULL ? (int)(slash - list) : 0;
    uint8_t *bytes = malloc(MOST_BYTES), *fitting;
    char path[2048];
    FILE *file;

    snprintf(path, sizeof path, "%.*s/%s", folder, list, name);
    file = fopen(path, "rb");
    if (file == NULL || bytes == NULL) {
        perror(path);
        exit(1);
    }
    *length = fread(bytes, 1, MOST_BYTES, file);
    fclose(file);
    fitting = realloc(bytes, *length > 0 ? *length : 1);
    return fitting != NULL ? fitting : bytes;
}

/* Compact files decode to the CRC that the list has, others are refused. */
static void judge(const char *name, const struct digest *digest, const char *listed)
{
    int is_compact = strncmp(name, "compact-", 8) == 0;
    int is_decoded = digest->sound == 0 || digest->picture == 0;
    char found[16];

    snprintf(found, sizeof found, "%08x", (unsigned)digest->samples);
    if (is_compact != is_decoded || (is_compact && strncmp(found, listed, 8) != 0)) {
        fprintf(stderr, "%s: %d %d %s, not %s", name, digest->sound, digest->picture, found, listed);
        failures++;
    }
    printf("%s: %d %d %08x %08x\n", name, digest->sound, digest->picture, (unsigned)digest->samples,
           (unsigned)digest->all);
}

int main(int count, char **arguments)
{
    unsigned files = 0;

    for (int i = 1; i < count; i++) {
        FILE *list = fopen(arguments[i], "r");
        char line[512];

        if (list == NULL) {
            perror(arguments[i]);
            return 1;
        }
        while (fgets(line, sizeof line, list) != NULL) {
            char *colon = strstr(line, ": ");
            struct digest digest;
            size_t length;
            uint8_t *bytes;

            if (colon == NULL)
                continue;
            *colon = '\0';
            bytes = load(arguments[i], line, &length);
            digest_of(bytes, length, &digest);
            judge(line, &digest, colon + 2);
            free(bytes);
            files++;
        }
        fclose(list);
    }
    fprintf(stderr, "%u files, %u failed\n", files, failures);
    return failures != 0 || files == 0;
}
