/*
 * Decodes three clips on a processor without a system, or with HOST on this machine: prints
 * the CRC of each, and marks what decoding takes for the plugin of tests/device/count.c.
 *
 * The rest of the firmware, the board's startup among it, is that of examples/c.
 */
#include "board.h"
#include "crc32.h"
#include "nex.h"
#include "report.h"

extern const uint8_t compact_clip[], compact_clip_end[], picture_clip[], picture_clip_end[];
extern const uint8_t icon_clip[], icon_clip_end[];

static uint32_t memory[8192];
static struct nex_decoder decoder;
static struct nex_picture picture;
static int16_t block[256];
static uint16_t pixels[32 * 32];

#ifdef HOST
#include <stdio.h>

void board_print(const char *text) { fputs(text, stdout); }
uint32_t board_stack_used(void) { return 0; }
#define MARK(instruction) ((void)0)
#else
#define MARK(instruction) __asm__ volatile(instruction ::: "memory")
#endif

static void play(const uint8_t *bytes, size_t length)
{
    uint32_t crc = 0;
    int32_t frames = nex_open(&decoder, bytes, length, memory, sizeof memory);

    if (frames == 0) {
        MARK("mov r10, r10");
        while ((frames = nex_decode(&decoder, block, 256)) > 0)
            crc += (uint32_t)block[0];
        MARK("mov r11, r11");
    }
    if (frames == 0 && nex_seek(&decoder, 0) == 0)
        for (crc = 0; (frames = nex_decode(&decoder, block, 256)) > 0;)
            crc = crc32(crc, block, (uint32_t)frames);
    if (frames < 0)
        report_failure("sound", nex_error_text(frames));
    else
        report_crc("sound", crc);
}

static void show(const char *name, const uint8_t *bytes, size_t length)
{
    uint32_t crc = 0;
    struct nex_area area;
    int32_t more = nex_picture_open(&picture, bytes, length, memory, sizeof memory);

    if (more == 0) {
        MARK("mov r10, r10");
        while (nex_picture_next(&picture, &area) > 0)
            nex_picture_rgb565(&picture, NULL, pixels, 32 * 32);
        MARK("mov r11, r11");
        nex_picture_windows(&picture, 0, NULL);
        while ((more = nex_picture_next(&picture, &area)) > 0)
            crc = crc32(crc, (const int16_t *)pixels,
                        (uint32_t)nex_picture_rgb565(&picture, NULL, pixels, 32 * 32));
    }
    if (more < 0)
        report_failure(name, nex_error_text(more));
    else
        report_crc(name, crc);
}

int main(void)
{
    play(compact_clip, (size_t)(compact_clip_end - compact_clip));
    show("picture", picture_clip, (size_t)(picture_clip_end - picture_clip));
    show("icon", icon_clip, (size_t)(icon_clip_end - icon_clip));
#ifndef HOST
    report_number("bytes of stack: ", board_stack_used());
#endif
    return 0;
}
