/*
 * From reset to main on a Cortex-M, and semihosting for a debugger or QEMU.
 *
 * A product has the vendor's startup code in place of this file.
 */
#include "board.h"

/* From sections.ld. */
extern uint32_t stack_top[], stack_limit[];
extern uint32_t data_start[], data_end[], data_load[];
extern uint32_t bss_start[], bss_end[];

int main(void);

#define PAINT 0x5a5a5a5au

static uint32_t semihost(uint32_t operation, const void *argument)
{
    register uint32_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;

    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

/* SYS_EXIT_EXTENDED, with ADP_Stopped_ApplicationExit. */
static void leave(uint32_t status)
{
    const uint32_t block[2] = {0x20026u, status};

    for (;;)
        semihost(0x20, block);
}

void board_print(const char *text)
{
    semihost(0x04, text); /* SYS_WRITE0 */
}

uint32_t board_stack_used(void)
{
    const uint32_t *at = stack_limit;

    while (at < stack_top && *at == PAINT)
        at++;
    return (uint32_t)((const char *)stack_top - (const char *)at);
}

void reset(void);
void fault(void);

/* A fault must not look like success. The stack may be what is at fault. */
void fault(void)
{
    __asm__ volatile("msr msp, %0" : : "r"(stack_top) : "memory");
    board_print("error: fault\n");
    leave(2);
}

void reset(void)
{
    uint32_t *to, *here;
    const uint32_t *from = data_load;

#ifdef __ARM_FP
    /* CPACR: full access to the floating-point unit. */
    *(volatile uint32_t *)0xe000ed88u |= 0xfu << 20;
    __asm__ volatile("dsb\n\tisb");
#endif
    for (to = data_start; to < data_end; to++)
        *to = *from++;
    for (to = bss_start; to < bss_end; to++)
        *to = 0;
    /* The stack below here is free: paint it, to see later what was used. Word
     * by word: a call of memset, which a compiler may make of a loop, would
     * have its own return address painted. */
    __asm__ volatile("mov %0, sp" : "=r"(here));
    for (volatile uint32_t *free = stack_limit; free < here; free++)
        *free = PAINT;
    leave((uint32_t)main());
}

/* The stack's top, reset, and the exceptions up to SysTick. */
struct vectors {
    const void *stack;
    void (*handlers[15])(void);
};

__attribute__((section(".vectors"), used)) static const struct vectors vectors = {
    stack_top,
    {reset, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault,
     fault, fault},
};
