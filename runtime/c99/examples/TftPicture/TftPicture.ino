/*
 * Draws a picture with alpha on a display, by TFT_eSPI, whose User_Setup.h knows the pins:
 * window by window, without memory for the whole.
 *
 * icon.h is made by `ne-train emit icon.nex --c icon.h`.
 */
#include <TFT_eSPI.h>
#include <nex.h>

#include "icon.h"

static TFT_eSPI tft;
static struct nex_picture picture;
static uint32_t memory[16 * 1024 / 4]; // nex_picture_inspect() says how much a picture takes
static uint16_t pixels[32 * 32];

// Draws it with its upper left corner at x, y, over a colour.
static int32_t draw(int32_t x, int32_t y, const struct nex_look *look)
{
    struct nex_area area;
    int32_t more = nex_picture_open(&picture, icon_file, ICON_FILE_BYTES, memory, sizeof memory);

    if (more == 0)
        while ((more = nex_picture_next(&picture, &area)) > 0) {
            nex_picture_rgb565(&picture, look, pixels, 32 * 32);
            tft.pushImage(x + area.left, y + area.top, area.width, area.height, pixels);
        }
    return more;
}

void setup()
{
    // The background, dithered, in the processor's order of bytes, which TFT_eSPI swaps.
    const struct nex_look look = {{0, 0, 128}, 1, 0};

    Serial.begin(115200);
    tft.init();
    tft.fillScreen(TFT_NAVY);
    tft.setSwapBytes(true);
    int32_t error = draw(10, 10, &look);
    if (error < 0)
        Serial.println(nex_error_text(error));
}

void loop()
{
}
