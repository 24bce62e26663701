/* IMA ADPCM, one channel, as in WAV files: blocks of a head of 4 bytes (first
 * sample, step index) and two samples a byte, low half first.
 *
 * The file is the block's bytes as u16, the samples as u32, and the blocks. */
#include "peer.h"

static const int16_t steps[89] = {
    7,     8,     9,     10,    11,    12,    13,    14,    16,    17,    19,    21,    23,
    25,    28,    31,    34,    37,    41,    45,    50,    55,    60,    66,    73,    80,
    88,    97,    107,   118,   130,   143,   157,   173,   190,   209,   230,   253,   279,
    307,   337,   371,   408,   449,   494,   544,   598,   658,   724,   796,   876,   963,
    1060,  1166,  1282,  1411,  1552,  1707,  1878,  2066,  2272,  2499,  2749,  3024,  3327,
    3660,  4026,  4428,  4871,  5358,  5894,  6484,  7132,  7845,  8630,  9493,  10442, 11487,
    12635, 13899, 15289, 16818, 18500, 20350, 22385, 24623, 27086, 29794, 32767,
};
static const int8_t moves[8] = {-1, -1, -1, -1, 2, 4, 6, 8};

struct state {
    int sample, index;
};

static int16_t next(struct state *s, unsigned code) {
    int step = steps[s->index];
    int change = step >> 3;
    if (code & 4)
        change += step;
    if (code & 2)
        change += step >> 1;
    if (code & 1)
        change += step >> 2;
    int sample = code & 8 ? s->sample - change : s->sample + change;
    sample = sample > 32767 ? 32767 : sample < -32768 ? -32768 : sample;
    int index = s->index + moves[code & 7];
    s->index = index < 0 ? 0 : index > 88 ? 88 : index;
    s->sample = sample;
    return sample;
}

int peer_decode(const uint8_t *file, unsigned bytes, sink *out) {
    int16_t block[128];
    unsigned size = file[0] | file[1] << 8;
    unsigned wanted = file[2] | file[3] << 8 | file[4] << 16 | (unsigned)file[5] << 24;
    const uint8_t *end = file + bytes;
    for (file += 6; file < end && wanted > 0; file += size) {
        unsigned left = end - file < (int)size ? (unsigned)(end - file) : size;
        struct state s = {(int16_t)(file[0] | file[1] << 8), file[2]};
        if (left < 4 || s.index > 88)
            return 0;
        unsigned filled = 0;
        block[filled++] = s.sample;
        for (unsigned i = 4; i < left; i++) {
            if (filled > 126) {
                if (filled >= wanted)
                    break;
                out(block, filled);
                wanted -= filled;
                filled = 0;
            }
            block[filled++] = next(&s, file[i] & 15);
            block[filled++] = next(&s, file[i] >> 4);
        }
        filled = filled < wanted ? filled : wanted;
        out(block, filled);
        wanted -= filled;
    }
    return 1;
}

unsigned peer_memory(void) { return sizeof(struct state); }
