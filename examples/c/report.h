/* What an example says, by the board. */
#ifndef REPORT_H
#define REPORT_H

#include <stdint.h>

/* Says what went wrong; returns 1, for main. */
int report_failure(const char *name, const char *why);

/* "name: 0123abcd" */
void report_crc(const char *name, uint32_t crc);

/* What is counted, and how many. */
void report_number(const char *what, uint32_t number);

#endif
