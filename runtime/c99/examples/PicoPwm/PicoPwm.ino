/*
 * Plays a sound over and over on a Raspberry Pi Pico, by PWM on one pin: through 1 kOhm and
 * 100 nF to ground into an amplifier, or into headphones by a capacitor. For the core of
 * Earle Philhower (arduino-pico), which has PWMAudio.
 *
 * hello.h is made by `ne-train emit hello-world.nex --name hello --c hello.h`.
 */
#include <PWMAudio.h>
#include <nex.h>

#include "hello.h"

static PWMAudio pwm(0);
static struct nex_decoder decoder;
static uint32_t memory[HELLO_MEMORY_BYTES / 4];
static int16_t block[256];

void setup()
{
    Serial.begin(115200);
    pwm.begin(HELLO_RATE_HZ);
    int32_t error = nex_open(&decoder, hello_file, HELLO_FILE_BYTES, memory, sizeof memory);
    if (error != 0)
        Serial.println(nex_error_text(error));
}

void loop()
{
    int32_t frames = nex_decode(&decoder, block, 256);
    for (int32_t i = 0; i < frames; i++)
        pwm.write(block[i]); // waits until there is room
    if (frames <= 0) {
        delay(1000);
        nex_seek(&decoder, 0);
    }
}
