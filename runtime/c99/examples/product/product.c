/*
 * Plays a sound and draws a picture that lie in flash, and says whether they came out as they
 * were stored. Any system with printf() runs it; a product has its DAC and its display where
 * `send` is.
 *
 *     ne-train emit hello.nex --c hello.h
 *     ne-train emit icon.nex --c icon.h
 */
#include "nex.h"

#include "hello.h"
#include "icon.h"

#include <stdio.h>

/* For one after the other; how much a file takes nex_inspect() and nex_picture_inspect() say. */
static uint32_t memory[20 * 1024 / 4];

/* In place of the DAC and the display, the CRC-32 of the bytes that they would get, low first. */
static uint32_t send(uint32_t crc, const uint16_t *words, uint32_t count)
{
    for (uint32_t i = 0; i < 2 * count; i++) {
        crc ^= words[i / 2] >> 8 * (i % 2) & 0xffu;
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (0xedb88320u & (0u - (crc & 1)));
    }
    return crc;
}

static int report(const char *name, int32_t error, uint32_t bytes, int as_stored)
{
    if (error == NEX_ERROR_MEMORY_TOO_SMALL)
        printf("%s: takes %lu bytes of memory\n", name, (unsigned long)bytes);
    else if (error != 0)
        printf("%s: %s\n", name, nex_error_text(error));
    else
        printf("%s: %s\n", name, as_stored ? "as it was stored" : "ANOTHER than was stored");
    return error == 0 && as_stored ? 0 : 1;
}

static int play(void)
{
    static struct nex_decoder decoder;
    static int16_t block[256 * HELLO_CHANNELS];
    struct nex_info info;
    uint32_t crc = 0xffffffff;
    int32_t frames = nex_inspect(hello_file, HELLO_FILE_BYTES, &info);

    if (frames == 0)
        frames = nex_open(&decoder, hello_file, HELLO_FILE_BYTES, memory, sizeof memory);
    if (frames == 0)
        while ((frames = nex_decode(&decoder, block, 256)) > 0)
            crc = send(crc, (const uint16_t *)block, (uint32_t)frames * HELLO_CHANNELS);
    return report("the sound", frames, info.memory_bytes, ~crc == HELLO_SAMPLES_CRC32);
}

static int draw(void)
{
    static struct nex_picture picture;
    static uint16_t pixels[32 * 32];
    struct nex_picture_info info;
    struct nex_area area;
    uint32_t crc = 0xffffffff;
    int32_t more = nex_picture_inspect(icon_file, ICON_FILE_BYTES, &info);

    if (more == 0)
        more = nex_picture_open(&picture, icon_file, ICON_FILE_BYTES, memory, sizeof memory);
    if (more == 0)
        while ((more = nex_picture_next(&picture, &area)) > 0) {
            nex_picture_rgb565(&picture, NULL, pixels, 32 * 32);
            crc = send(crc, pixels, area.width * area.height);
        }
    return report("the picture", more, info.memory_bytes, ~crc == ICON_PIXELS_CRC32);
}

int main(void)
{
    int failures = play();

    failures += draw();
    return failures;
}
