/*
 * Does a library that was built with `compact-narrowband,player` alone play what it can,
 * and say of other files what they lack?
 *
 *     part tests/golden
 *
 * runtime/c/tests/run builds and runs this.
 */
#include "support.h"

/* The CRC that golden.txt has for a file. */
static uint32_t listed(const char *folder, const char *name)
{
    char path[1024], line[256], found[200], crc[40];
    FILE *list;

    snprintf(path, sizeof path, "%s/golden.txt", folder);
    list = fopen(path, "r");
    while (list != NULL && fgets(line, sizeof line, list) != NULL) {
        if (sscanf(line, "%199[^:]: %39[^\n]", found, crc) == 2 && strcmp(found, name) == 0) {
            fclose(list);
            return (uint32_t)strtoul(crc, NULL, 16);
        }
    }
    fprintf(stderr, "error: %s has no %s\n", path, name);
    exit(1);
}

static void plays(const char *folder, const char *name)
{
    static struct nex_decoder decoder;
    static struct nex_player player;
    static struct nex_sound sound;
    size_t length;
    uint8_t *bytes = load(folder, name, &length);
    uint32_t played, crc = listed(folder, name);
    int16_t out[64], *ahead;
    struct nex_info info;
    int32_t frames;
    void *memory;

    CHECK(nex_inspect(bytes, length, &info) == 0);
    memory = exactly(info.memory_bytes);
    ahead = exactly(info.worst_frames * sizeof *ahead);
    CHECK(nex_open(&decoder, bytes, length, memory, info.memory_bytes) == 0);
    CHECK(play(&decoder, info.channels, 64, &played) == crc && played == info.frames);

    CHECK(nex_sound_open(&sound, bytes, length) == 0);
    CHECK(nex_player_open(&player, info.rate_hz, 1, memory, info.memory_bytes, ahead,
                          info.worst_frames) == 0);
    CHECK(nex_player_play(&player, &sound) == 0);
    for (played = 0; (frames = nex_player_fill(&player, out, 64)) > 0; played += (uint32_t)frames)
        ;
    CHECK(frames == 0 && nex_player_ended(&player) == 1 && played >= info.frames);
    /* Feature `resampler` is what other rates take. */
    CHECK(nex_player_open(&player, 2 * info.rate_hz, 1, memory, info.memory_bytes, ahead,
                          info.worst_frames) == 0);
    CHECK(nex_player_play(&player, &sound) == NEX_ERROR_NO_SUCH_OUTPUT);
    free(ahead);
    free(memory);
    free(bytes);
}

static void lacks(const char *folder, const char *name, uint32_t part)
{
    static struct nex_decoder decoder;
    static uint32_t memory[16384];
    size_t length;
    uint8_t *bytes = load(folder, name, &length);
    struct nex_info info;

    CHECK(nex_inspect(bytes, length, &info) == NEX_ERROR_NOT_BUILT && info.part == part);
    CHECK(nex_open(&decoder, bytes, length, memory, sizeof memory) == NEX_ERROR_NOT_BUILT);
    free(bytes);
}

int main(int count, char **arguments)
{
    const char *folder = count == 2 ? arguments[1] : "tests/golden";

    plays(folder, "compact-speech.nex");
    plays(folder, "compact-one-frame.nex");
    lacks(folder, "compact-wideband.nex", NEX_PART_MODELS);
    lacks(folder, "compact-stereo.nex", NEX_PART_CHANNELS);
    lacks(folder, "integer-mono.nex", NEX_PART_PROFILE);
    printf("%u checks, %u failed\n", checks, failures);
    return failures != 0;
}
