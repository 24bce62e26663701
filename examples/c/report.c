#include "report.h"
#include "board.h"

int report_failure(const char *name, const char *why)
{
    board_print("error: ");
    board_print(name);
    board_print(": ");
    board_print(why);
    board_print("\n");
    return 1;
}

void report_crc(const char *name, uint32_t crc)
{
    static const char digits[] = "0123456789abcdef";
    char text[9];

    for (unsigned i = 0; i < 8; i++)
        text[i] = digits[crc >> (28 - 4 * i) & 15];
    text[8] = 0;
    board_print(name);
    board_print(": ");
    board_print(text);
    board_print("\n");
}

void report_number(const char *what, uint32_t number)
{
    char text[11], *at = &text[10];

    *at = 0;
    do
        *--at = (char)('0' + number % 10);
    while ((number /= 10) != 0);
    board_print(what);
    board_print(at);
    board_print("\n");
}
