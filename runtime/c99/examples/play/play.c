/*
 * The least program: decodes a sound or a picture and says what it is.
 *
 *     play FILE.nex
 */
#include "nex.h"

#include <stdio.h>

static uint8_t bytes[1 << 20];
/* Of a drawn picture whose memory is the largest. */
static uint32_t memory[1 << 17];

static int play(size_t length, const struct nex_info *info)
{
    static struct nex_decoder decoder;
    static int16_t block[256];
    uint64_t sum = 0, played = 0;
    int32_t frames;

    if (nex_open(&decoder, bytes, length, memory, sizeof memory) != 0)
        return 1;
    while ((frames = nex_decode(&decoder, block, 256 / info->channels)) > 0) {
        /* Here they would go to the DAC. */
        for (uint32_t i = 0; i < (uint32_t)frames * info->channels; i++)
            sum += (uint64_t)(block[i] < 0 ? -block[i] : block[i]);
        played += (uint64_t)frames;
    }
    printf("a sound: %lu frames at %lu Hz, %lu in the mean\n", (unsigned long)played,
           (unsigned long)info->rate_hz, (unsigned long)(sum / (played * info->channels)));
    return frames < 0;
}

static int show(size_t length, const struct nex_picture_info *info)
{
    static struct nex_picture picture;
    static uint16_t pixels[32 * 32];
    struct nex_area area;
    unsigned windows = 0;

    if (nex_picture_open(&picture, bytes, length, memory, sizeof memory) != 0)
        return 1;
    while (nex_picture_next(&picture, &area) > 0) {
        /* Here they would go to that area of the display. */
        nex_picture_rgb565(&picture, NULL, pixels, 32 * 32);
        windows++;
    }
    printf("a picture: %lu x %lu pixels in %u windows\n", (unsigned long)info->width,
           (unsigned long)info->height, windows);
    return 0;
}

int main(int count, char **arguments)
{
    FILE *file = count == 2 ? fopen(arguments[1], "rb") : NULL;
    struct nex_picture_info picture;
    struct nex_info sound;
    size_t length;
    int32_t error;

    if (file == NULL) {
        fprintf(stderr, "usage: play FILE.nex\n");
        return 2;
    }
    length = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    error = nex_inspect(bytes, length, &sound);
    if (error == 0)
        return play(length, &sound);
    if (error == NEX_ERROR_OTHER_KIND)
        error = nex_picture_inspect(bytes, length, &picture);
    if (error == 0)
        return show(length, &picture);
    fprintf(stderr, "error: %s\n", nex_error_text(error));
    return 1;
}
