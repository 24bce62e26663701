/* MP3 by minimp3. */
#include "peer.h"
#define MINIMP3_ONLY_MP3
#define MINIMP3_NO_SIMD
#define MINIMP3_IMPLEMENTATION
#include <stdlib.h>
#include <string.h>
#if __ARM_ARCH == 6
/* Armv6-M has no ssat, which minimp3 expects from version 6 on. */
#undef __ARM_ARCH
#define __ARM_ARCH 5
#endif
#include "minimp3.h"

static mp3dec_t decoder;
static int16_t frame[MINIMP3_MAX_SAMPLES_PER_FRAME];
static unsigned widest;

int peer_decode(const uint8_t *file, unsigned bytes, sink *out) {
    mp3dec_frame_info_t info;
    mp3dec_init(&decoder);
    while (bytes > 0) {
        unsigned samples = mp3dec_decode_frame(&decoder, file, bytes, frame, &info);
        if (info.frame_bytes == 0)
            break;
        file += info.frame_bytes;
        bytes -= info.frame_bytes;
        samples *= info.channels;
        if (samples > widest)
            widest = samples;
        if (samples > 0)
            out(frame, samples);
    }
    return widest > 0;
}

unsigned peer_memory(void) { return sizeof decoder + 2 * widest; }
