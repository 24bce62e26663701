/* What the example asks of its board. */
#ifndef BOARD_H
#define BOARD_H

#include <stdint.h>

/* Shows a text to the host, by semihosting. */
void board_print(const char *text);

/* Bytes of stack used so far, at most. */
uint32_t board_stack_used(void);

#endif
