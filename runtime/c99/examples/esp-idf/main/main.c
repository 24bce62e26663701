/*
 * Plays a sound over and over through an amplifier on I2S, a MAX98357A, say, without a master
 * clock. The pins are any that are free.
 */
#include "nex.h"

#include "hello.h"

#include "driver/i2s_std.h"
#include "freertos/FreeRTOS.h"
#include "freertos/task.h"

#define PIN_BCLK GPIO_NUM_26
#define PIN_WS GPIO_NUM_25
#define PIN_DOUT GPIO_NUM_22

static struct nex_decoder decoder;
static uint32_t memory[HELLO_MEMORY_BYTES / 4];
static int16_t block[256 * HELLO_CHANNELS];

static i2s_chan_handle_t open_i2s(void)
{
    i2s_chan_config_t channel = I2S_CHANNEL_DEFAULT_CONFIG(I2S_NUM_AUTO, I2S_ROLE_MASTER);
    i2s_std_config_t standard = {
        .clk_cfg = I2S_STD_CLK_DEFAULT_CONFIG(HELLO_RATE_HZ),
        .slot_cfg = I2S_STD_PHILIPS_SLOT_DEFAULT_CONFIG(I2S_DATA_BIT_WIDTH_16BIT,
                                                        I2S_SLOT_MODE_MONO),
        .gpio_cfg = {
            .mclk = I2S_GPIO_UNUSED,
            .bclk = PIN_BCLK,
            .ws = PIN_WS,
            .dout = PIN_DOUT,
            .din = I2S_GPIO_UNUSED,
        },
    };
    i2s_chan_handle_t out;

    /* Silence, not the last buffer again, when nothing comes. */
    channel.auto_clear = true;
    ESP_ERROR_CHECK(i2s_new_channel(&channel, &out, NULL));
    ESP_ERROR_CHECK(i2s_channel_init_std_mode(out, &standard));
    ESP_ERROR_CHECK(i2s_channel_enable(out));
    return out;
}

void app_main(void)
{
    i2s_chan_handle_t out = open_i2s();
    int32_t frames;

    ESP_ERROR_CHECK(nex_open(&decoder, hello_file, HELLO_FILE_BYTES, memory, sizeof memory));
    for (;;) {
        while ((frames = nex_decode(&decoder, block, 256)) > 0) {
            size_t written;

            /* Waits until the DMA has room. */
            i2s_channel_write(out, block, (size_t)frames * HELLO_CHANNELS * sizeof block[0],
                              &written, portMAX_DELAY);
        }
        vTaskDelay(pdMS_TO_TICKS(1000));
        nex_seek(&decoder, 0);
    }
}
