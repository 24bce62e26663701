/*
 * Plays a sound over and over on an ESP32, through an amplifier on I2S (a MAX98357A, say)
 * without a master clock. For arduino-esp32 3.0 and newer; the pins are any that are free.
 *
 * hello.h is made by `ne-train emit hello-world.nex --name hello --c hello.h`.
 */
#include <ESP_I2S.h>
#include <nex.h>

#include "hello.h"

const int8_t PIN_BCLK = 26, PIN_WS = 25, PIN_DOUT = 22;

static I2SClass i2s;
static struct nex_decoder decoder;
static uint32_t memory[HELLO_MEMORY_BYTES / 4];
static int16_t block[256];

void setup()
{
    Serial.begin(115200);
    i2s.setPins(PIN_BCLK, PIN_WS, PIN_DOUT);
    if (!i2s.begin(I2S_MODE_STD, HELLO_RATE_HZ, I2S_DATA_BIT_WIDTH_16BIT, I2S_SLOT_MODE_MONO))
        Serial.println("I2S does not start: are the pins free?");
    int32_t error = nex_open(&decoder, hello_file, HELLO_FILE_BYTES, memory, sizeof memory);
    if (error != 0)
        Serial.println(nex_error_text(error));
}

void loop()
{
    int32_t frames = nex_decode(&decoder, block, 256);
    if (frames > 0) {
        // Waits until the DMA has room.
        i2s.write((uint8_t *)block, frames * sizeof block[0]);
    } else {
        delay(1000);
        nex_seek(&decoder, 0);
    }
}
