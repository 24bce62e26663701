/*
 * Shows a picture in LVGL 9: decodes it once into memory, where LVGL draws it from, turns and
 * scales it. The display is TFT_eSPI's, by the driver that LVGL has for it (LV_USE_TFT_ESPI in
 * lv_conf.h, the pins in User_Setup.h).
 *
 * icon.h is made by `ne-train emit icon.nex --c icon.h`.
 */
#include <lvgl.h>
#include <nex.h>

#include "icon.h"

const uint32_t WIDTH = 240, HEIGHT = 320;

static uint32_t drawing[WIDTH * HEIGHT / 10 / 2];
static struct nex_picture picture;
static uint32_t memory[16 * 1024 / 4]; // nex_picture_inspect() says how much a picture takes
static uint8_t window[32 * 32 * 4];
static uint8_t pixels[ICON_HEIGHT][ICON_WIDTH][4];
static lv_image_dsc_t image;

// Blue, green, red and alpha, as LVGL has them.
static int32_t decode()
{
    struct nex_area area;
    int32_t more = nex_picture_open(&picture, icon_file, ICON_FILE_BYTES, memory, sizeof memory);

    if (more == 0)
        while ((more = nex_picture_next(&picture, &area)) > 0) {
            const uint8_t *from = window;
            nex_picture_samples(&picture, window, 32 * 32);
            for (uint32_t y = 0; y < area.height; y++)
                for (uint32_t x = 0; x < area.width; x++, from += 4) {
                    uint8_t *to = pixels[area.top + y][area.left + x];
                    to[0] = from[2];
                    to[1] = from[1];
                    to[2] = from[0];
                    to[3] = from[3];
                }
        }
    return more;
}

void setup()
{
    static_assert(ICON_CHANNELS == 4, "another colour format is due");
    Serial.begin(115200);
    lv_init();
    lv_tick_set_cb([]() -> uint32_t { return millis(); });
    lv_tft_espi_create(WIDTH, HEIGHT, drawing, sizeof drawing);

    int32_t error = decode();
    if (error < 0)
        Serial.println(nex_error_text(error));
    image.header.magic = LV_IMAGE_HEADER_MAGIC;
    image.header.cf = LV_COLOR_FORMAT_ARGB8888;
    image.header.w = ICON_WIDTH;
    image.header.h = ICON_HEIGHT;
    image.header.stride = sizeof pixels[0];
    image.data_size = sizeof pixels;
    image.data = &pixels[0][0][0];

    lv_obj_t *icon = lv_image_create(lv_screen_active());
    lv_image_set_src(icon, &image);
    lv_obj_center(icon);
}

void loop()
{
    delay(lv_timer_handler());
}
