/*
 * Plays two sounds from flash through a ping-pong buffer, as a DMA would
 * drain it, and reports by semihosting the CRC-32 of what was played.
 *
 * All that a product would keep is `play`, `refill` and the static memory; a
 * board's DMA driver calls `refill` from its half-transfer and
 * transfer-complete interrupts in place of `drain`.
 */
#include "board.h"
#include "crc32.h"
#include "nex.h"
#include "report.h"

/* Frames in half a buffer: 8 ms at 16 kHz. */
#define HALF_FRAMES 128u
/* Channels at most; one buffer serves sounds of mono and stereo. */
#define MAX_CHANNELS 2u
/* Memory for decoding: enough for both sounds of this example. */
#define MEMORY_BYTES 6144u

struct clip {
    const char *name;
    const uint8_t *bytes;
    const uint8_t *end;
};

/* In clips.S. */
extern const uint8_t compact_clip[], compact_clip_end[];
extern const uint8_t neural_clip[], neural_clip_end[];

static const struct clip clips[] = {
#ifdef PLAY_compact
    {COMPACT_NAME, compact_clip, compact_clip_end},
#endif
#ifdef PLAY_neural
    {NEURAL_NAME, neural_clip, neural_clip_end},
#endif
};

static struct nex_decoder decoder;
static uint32_t memory[MEMORY_BYTES / sizeof(uint32_t)];
static int16_t buffer[2][HALF_FRAMES * MAX_CHANNELS];

/* Decodes into one half of the buffer what comes next; fills up with silence.
 * Returns the frames decoded, or an error. */
static int32_t refill(unsigned half, uint32_t channels)
{
    int32_t frames = nex_decode(&decoder, buffer[half], HALF_FRAMES);
    for (uint32_t i = frames > 0 ? (uint32_t)frames * channels : 0; i < HALF_FRAMES * channels; i++)
        buffer[half][i] = 0;
    return frames;
}

/* Stands for the DAC's DMA: takes the samples of one half. */
static uint32_t drain(unsigned half, uint32_t samples, uint32_t crc)
{
    return crc32(crc, buffer[half], samples);
}

/* Plays from where the decoder stands: so many frames, or to the end. Goes on
 * with a CRC. Returns 0 or an error. */
static int32_t play(uint32_t channels, uint32_t most, uint32_t *crc)
{
    unsigned half = 0;
    int32_t frames;

    /* While one half is drained, the other is refilled: here in turns. */
    while (most > 0 && (frames = refill(half, channels)) != 0) {
        if (frames < 0)
            return frames;
        if ((uint32_t)frames > most)
            frames = (int32_t)most;
        *crc = drain(half, (uint32_t)frames * channels, *crc);
        most -= (uint32_t)frames;
        half ^= 1u;
    }
    return 0;
}

/* Plays a clip whole, then in two parts with a seek between them. */
static int run(const struct clip *clip)
{
    size_t bytes = (size_t)(clip->end - clip->bytes);
    uint32_t whole = 0, parts = 0, middle;
    struct nex_info info;
    int16_t frame[MAX_CHANNELS];
    int32_t error = nex_inspect(clip->bytes, bytes, &info);

    if (error == 0 && info.channels > MAX_CHANNELS)
        return report_failure(clip->name, "too many channels for this example");
    if (error == 0)
        error = nex_open(&decoder, clip->bytes, bytes, memory, sizeof memory);
    if (error == 0)
        error = play(info.channels, UINT32_MAX, &whole);
    if (error != 0)
        return report_failure(clip->name, nex_error_text(error));
    report_crc(clip->name, whole);

    middle = info.frames / 2;
    nex_seek(&decoder, 0);
    play(info.channels, middle, &parts);
    nex_seek(&decoder, info.frames);
    nex_seek(&decoder, middle);
    if (nex_position(&decoder) != middle || play(info.channels, UINT32_MAX, &parts) != 0)
        return report_failure(clip->name, "seeking failed");
    if (parts != whole)
        return report_failure(clip->name, "other samples after a seek");

    /* The value half way between two frames: for an effect, or a picture. */
    error = nex_sample_at(&decoder, middle, 0x80000000u, frame);
    return error != 0 ? report_failure(clip->name, nex_error_text(error)) : 0;
}

int main(void)
{
    int status = 0;

    for (size_t i = 0; i < sizeof clips / sizeof *clips; i++)
        status |= run(&clips[i]);
    report_number("bytes of stack used: ", board_stack_used());
    return status;
}
