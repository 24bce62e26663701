/* CRC-32 (that of zlib and PNG). */
#ifndef CRC32_H
#define CRC32_H

#include <stddef.h>
#include <stdint.h>

/* Of samples as 16-bit little-endian. Goes on from `crc`; begin with 0. */
static inline uint32_t crc32(uint32_t crc, const int16_t *samples, uint32_t count)
{
    crc = ~crc;
    for (uint32_t i = 0; i < count; i++) {
        crc ^= (uint16_t)samples[i];
        for (unsigned bit = 0; bit < 16; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
    return ~crc;
}

/* Of bytes. */
static inline uint32_t crc32_bytes(uint32_t crc, const uint8_t *bytes, size_t count)
{
    crc = ~crc;
    for (size_t i = 0; i < count; i++) {
        crc ^= bytes[i];
        for (unsigned bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0xedb88320u : 0);
    }
    return ~crc;
}

#endif
