/* How is a peer started, counted and its output reported?
 *
 * Prints the lines of src/bin/bench.rs that a peer can have, and marks the same
 * regions: nothing, and decoding the whole file. */
#include "peer.h"
#include <string.h>

#define PAINT 0x5aa5c33cu
#define DEEPEST (40 * 1024)

extern uint32_t _data, _edata, _idata, _bss, _ebss, _top;
extern const uint32_t _job[];

int main(void);

static uintptr_t semihost(uintptr_t operation, const void *argument) {
    register uintptr_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

static void leave(int failed) {
    /* ADP_Stopped_ApplicationExit is success, anything else is not. */
    semihost(0x18, (const void *)(failed ? 0x20023u : 0x20026u));
    for (;;)
        ;
}

static void fault(void) { leave(1); }

void reset(void) {
#if __ARM_FP
    *(volatile uint32_t *)0xe000ed88 |= 0xfu << 20;
    __asm__ volatile("dsb\nisb" ::: "memory");
#endif
    for (uint32_t *to = &_data, *from = &_idata; to < &_edata;)
        *to++ = *from++;
    for (uint32_t *to = &_bss; to < &_ebss;)
        *to++ = 0;
    leave(main());
}

__attribute__((section(".vectors"), used)) static const void *const vectors[16] = {
    &_top, reset, fault, fault, fault, fault, fault,
};

static void print(const char *name, uint32_t value) {
    char line[48], digits[12];
    unsigned n = 0, at = strlen(name);
    memcpy(line, name, at);
    line[at++] = ' ';
    do
        digits[n++] = '0' + value % 10;
    while (value /= 10);
    while (n)
        line[at++] = digits[--n];
    line[at++] = '\n';
    /* The console, opened for writing: standard output. */
    static uintptr_t console;
    const void *const open[3] = {":tt", (const void *)4, (const void *)3};
    if (!console)
        console = semihost(0x01, open);
    const void *const write[3] = {(const void *)console, line, (const void *)(uintptr_t)at};
    semihost(0x05, write);
}

static void *volatile kept;
static void drop(const int16_t *samples, unsigned count) {
    (void)count;
    kept = (void *)samples;
}

static uint32_t crc = 0xffffffff, total;
static void check(const int16_t *samples, unsigned count) {
    total += count;
    for (const uint8_t *at = (const uint8_t *)samples, *end = at + 2 * count; at < end; at++) {
        crc ^= *at;
        for (int i = 0; i < 8; i++)
            crc = crc >> 1 ^ (0xedb88320 & -(crc & 1));
    }
}

__attribute__((noinline)) static void nothing(void) {
    __asm__ volatile("mov r10, r10\nmov r11, r11" ::: "memory");
}

__attribute__((noinline)) static int decode(const uint8_t *file, unsigned bytes) {
    __asm__ volatile("mov r10, r10" ::: "memory");
    int ok = peer_decode(file, bytes, drop);
    __asm__ volatile("mov r11, r11" ::: "memory");
    return ok;
}

int main(void) {
    const uint8_t *file = (const uint8_t *)(_job + 2);
    unsigned bytes = _job[1];
    nothing();
    volatile uint32_t *sp;
    __asm__ volatile("mov %0, sp" : "=r"(sp));
    volatile uint32_t *low = sp - DEEPEST / 4;
    if (low < (volatile uint32_t *)&_ebss)
        low = &_ebss;
    for (volatile uint32_t *at = low; at < sp; at++)
        *at = PAINT;
    if (!decode(file, bytes))
        return 1;
    volatile uint32_t *deepest = low;
    while (deepest < sp && *deepest == PAINT)
        deepest++;
    print("stack", deepest == low ? 0xffffffff : 4 * (uint32_t)(sp - deepest));
    print("memory", peer_memory());
    peer_decode(file, bytes, check);
    print("samples", total);
    print("crc", ~crc);
    return 0;
}
