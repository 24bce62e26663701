/*
 * Shows a picture from flash in the two ways in which libraries for displays, LVGL
 * for one, ask for it, and reports by semihosting the CRC-32 of what was shown.
 *
 * By windows: the picture is decoded in parts of 32 x 32 pixels, and a `flush`
 * callback sends each to its area of the display. Nothing holds the picture whole.
 * By lines: a `line` callback is asked for one row after the other, of any size. Last an
 * icon with alpha, at half its size, over the colour that the display has.
 *
 * A product keeps `show_windows` and `line`, and sends pixels to its panel in
 * `flush`; with LVGL, `flush` is what lv_display_set_flush_cb() takes, and `line`
 * belongs to an image decoder.
 */
#include "board.h"
#include "crc32.h"
#include "nex.h"
#include "report.h"

/* The display that is there: 16 bits a pixel, and the picture's size. */
#define WIDTH 60u
#define HEIGHT 40u
/* Pixels of a window at most. */
#define WINDOW_PIXELS (32u * 32u)
/* Memory for decoding: enough for windows and lines of this picture. */
#define MEMORY_BYTES 22528u
/* Samples of a pixel at most. */
#define MAX_CHANNELS 4u
/* Where the icon lies. */
#define ICON_LEFT 20u
#define ICON_TOP 8u

/* In clips.S. */
extern const uint8_t picture_clip[], picture_clip_end[];
extern const uint8_t icon_clip[], icon_clip_end[];

typedef void flush_callback(const struct nex_area *area, const uint16_t *pixels);

static struct nex_picture picture;
static uint32_t memory[MEMORY_BYTES / sizeof(uint32_t)];
static uint16_t window[WINDOW_PIXELS];
static uint16_t display[HEIGHT][WIDTH];

/* Stands for the panel: sets its window, and sends pixels into it. On SPI this starts
 * a DMA transfer; `high_byte_first` of struct nex_look is for that. */
static void flush(const struct nex_area *area, const uint16_t *pixels)
{
    for (uint32_t y = 0; y < area->height; y++)
        for (uint32_t x = 0; x < area->width; x++)
            display[area->top + y][area->left + x] = *pixels++;
}

/* Sends the picture that is open, part by part, at half its size for each of so many
 * halvings. Returns 0 or an error. */
static int32_t show_windows(uint32_t halvings, const struct nex_look *look, flush_callback *send)
{
    struct nex_area area;
    int32_t more = nex_picture_windows(&picture, halvings, NULL);

    if (more != 0)
        return more;
    while ((more = nex_picture_next(&picture, &area)) > 0) {
        int32_t pixels = nex_picture_rgb565(&picture, look, window, WINDOW_PIXELS);

        if (pixels < 0)
            return pixels;
        send(&area, window);
    }
    return more;
}

/* Puts parts of the icon where it lies. */
static void flush_icon(const struct nex_area *area, const uint16_t *pixels)
{
    struct nex_area place = *area;

    place.left += ICON_LEFT;
    place.top += ICON_TOP;
    flush(&place, pixels);
}

/* Shows the icon over a colour, of which the display is full. Returns 0 or an error. */
static int32_t show_icon(void)
{
    static const struct nex_look look = {{248, 240, 216}, 0, 0};
    const uint16_t ground = 248 >> 3 << 11 | 240 >> 2 << 5 | 216 >> 3;
    size_t bytes = (size_t)(icon_clip_end - icon_clip);
    int32_t error = nex_picture_open(&picture, icon_clip, bytes, memory, sizeof memory);

    if (error != 0)
        return error;
    for (uint32_t i = 0; i < WIDTH * HEIGHT; i++)
        display[i / WIDTH][i % WIDTH] = ground;
    return show_windows(1, &look, flush_icon);
}

/* The next row, as a decoder of images gives it to who asks for lines: samples, as
 * many of each pixel as the picture has channels. Returns the pixels, or an error. */
static int32_t line(uint8_t *samples, uint32_t pixels)
{
    return nex_picture_next_row(&picture, samples, pixels);
}

/* Asks for every line of the picture at a size. Returns 0 or an error. */
static int32_t show_lines(uint32_t columns, uint32_t rows, uint32_t channels, uint32_t *crc)
{
    static uint8_t samples[WIDTH * MAX_CHANNELS];
    int32_t pixels = nex_picture_rows(&picture, NULL, columns, rows);

    if (pixels != 0)
        return pixels;
    while ((pixels = line(samples, columns)) > 0)
        *crc = crc32_bytes(*crc, samples, (uint32_t)pixels * channels);
    return pixels;
}

int main(void)
{
    static const struct nex_look look = {{0, 0, 0}, 1, 0};
    size_t bytes = (size_t)(picture_clip_end - picture_clip);
    uint32_t crc = 0;
    struct nex_picture_info info;
    int32_t error = nex_picture_inspect(picture_clip, bytes, &info);

    if (error == 0 && (info.width != WIDTH || info.height != HEIGHT))
        return report_failure(PICTURE_NAME, "another size than the display's");
    if (error == 0)
        error = nex_picture_open(&picture, picture_clip, bytes, memory, sizeof memory);
    if (error == 0)
        error = show_windows(0, &look, flush);
    if (error != 0)
        return report_failure(PICTURE_NAME, nex_error_text(error));
    report_crc("windows", crc32(0, (const int16_t *)display[0], WIDTH * HEIGHT));

    error = show_lines(WIDTH, HEIGHT, info.channels, &crc);
    if (error != 0)
        return report_failure(PICTURE_NAME, nex_error_text(error));
    report_crc("lines", crc);

    /* A thumbnail, of the same file. */
    crc = 0;
    error = show_lines(WIDTH / 3, HEIGHT / 3, info.channels, &crc);
    if (error != 0)
        return report_failure(PICTURE_NAME, nex_error_text(error));
    report_crc("thumbnail", crc);

    error = show_icon();
    if (error != 0)
        return report_failure("icon", nex_error_text(error));
    report_crc("icon", crc32(0, (const int16_t *)display[0], WIDTH * HEIGHT));
    report_number("bytes of stack used: ", board_stack_used());
    return 0;
}
