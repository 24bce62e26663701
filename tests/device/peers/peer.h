/* What is a decoder that is measured beside ours?
 *
 * Each peer is one file that has these two functions; `none.c` is the firmware
 * without a decoder, whose size is taken off. */
#include <stdint.h>

/* Takes samples, all channels of a frame after each other. */
typedef void sink(const int16_t *samples, unsigned count);

/* Decodes a whole file; 0 if it could not. */
int peer_decode(const uint8_t *file, unsigned bytes, sink *out);

/* Bytes of memory beside the stack: the decoder's state, and a frame of
 * samples where the decoder gives no less. After decoding. */
unsigned peer_memory(void);
