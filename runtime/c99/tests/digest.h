/* What a decoder says of a file, in few numbers: to compare decoders, and with lists. */
#ifndef DIGEST_H
#define DIGEST_H

#include <stddef.h>
#include <stdint.h>

struct digest {
    /* Results of nex_inspect() and nex_picture_inspect(). */
    int32_t sound, picture;
    /* CRC of all samples in the list's order, if there are at most so many. */
    uint32_t samples;
    /* CRC of all else: infos, parts of the sound or picture, in other orders and colours. */
    uint32_t all;
};

/* The most frames, or pixels, that are decoded of a file. */
#ifndef MOST_FRAMES
#define MOST_FRAMES (1u << 18)
#endif
#ifndef MOST_PIXELS
#define MOST_PIXELS (1u << 18)
#endif

#endif
