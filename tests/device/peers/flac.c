/* FLAC by dr_flac. */
#include "peer.h"
#define DR_FLAC_NO_STDIO
#define DR_FLAC_NO_OGG
#define DR_FLAC_NO_SIMD
#define DR_FLAC_NO_WCHAR
/* Memory comes from the callbacks below alone. */
#define DRFLAC_MALLOC(bytes) 0
#define DRFLAC_REALLOC(p, bytes) 0
#define DRFLAC_FREE(p) ((void)(p))
#define DR_FLAC_IMPLEMENTATION
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#if __ARM_ARCH == 6
/* Armv6-M is an Arm without clz, which dr_flac does not expect. */
#undef __arm__
#endif
#include "dr_flac.h"

/* What dr_flac allocates: once, when it opens a file. */
static uint64_t arena[24 * 1024 / 8];
static unsigned used;

static void *take(size_t bytes, void *user) {
    (void)user;
    void *at = (uint8_t *)arena + used;
    used += (bytes + 7) & ~7u;
    return used <= sizeof arena ? at : 0;
}
static void *retake(void *p, size_t bytes, void *user) {
    (void)p;
    return take(bytes, user);
}
static void give(void *p, void *user) { (void)p, (void)user; }

int peer_decode(const uint8_t *file, unsigned bytes, sink *out) {
    const drflac_allocation_callbacks memory = {0, take, retake, give};
    int16_t block[128];
    used = 0;
    drflac *flac = drflac_open_memory(file, bytes, &memory);
    if (!flac)
        return 0;
    unsigned frames;
    while ((frames = drflac_read_pcm_frames_s16(flac, 128 / flac->channels, block)) > 0)
        out(block, frames * flac->channels);
    return 1;
}

unsigned peer_memory(void) { return used; }
