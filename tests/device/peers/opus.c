/* Opus by libopus, fixed point.
 *
 * The file is the rate in kHz, the channels, and packets, each after its
 * bytes as u16: no Ogg container, whose reader would cost more. */
#include "peer.h"
#include "opus.h"

static uint64_t memory[40 * 1024 / 8];
static int16_t frame[2 * 960];
static unsigned state, widest;

int peer_decode(const uint8_t *file, unsigned bytes, sink *out) {
    OpusDecoder *decoder = (OpusDecoder *)memory;
    const uint8_t *end = file + bytes;
    unsigned rate = file[0] * 1000, channels = file[1];
    state = opus_decoder_get_size(channels);
    if (state > sizeof memory || opus_decoder_init(decoder, rate, channels) != OPUS_OK)
        return 0;
    for (file += 2; file < end;) {
        unsigned size = file[0] | file[1] << 8;
        int frames = opus_decode(decoder, file + 2, size, frame, sizeof frame / 2 / channels, 0);
        if (frames <= 0)
            return 0;
        file += 2 + size;
        if (frames * channels > widest)
            widest = frames * channels;
        out(frame, frames * channels);
    }
    return 1;
}

unsigned peer_memory(void) { return state + 2 * widest; }
