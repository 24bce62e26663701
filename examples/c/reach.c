/*
 * Leads a robot's tool along a path and keeps it clear of an obstacle in flash, a compact
 * shape, and reports by semihosting the CRC-32 of the way it went.
 *
 * Away from the surface the tool goes as far at once as the distance says is free. In the
 * cells around it, where the distance is the true one, it keeps KEEP away: it slides along
 * the surface, and is pushed out along the gradient. The Rust firmware `reach` goes the
 * same way.
 *
 * A product keeps `next_step`, with what its drives can do in place of STEP.
 */
#include "board.h"
#include "crc32.h"
#include "nex.h"
#include "report.h"

/* A voxel, as places and ways are counted here. */
#define VOXEL 65536
/* How far the tool is to keep from the surface, and how far it goes at once at least. */
#define KEEP (2 * VOXEL)
#define STEP (VOXEL / 2)
/* More steps to one place: the way is blocked. */
#define MOST 200
/* The obstacle takes 25,876. */
#define MEMORY_BYTES 26624u

/* In clips.S. */
extern const uint8_t shape_clip[], shape_clip_end[];

static struct nex_shape obstacle;
static struct nex_shape_info info;
static uint32_t memory[MEMORY_BYTES / sizeof(uint32_t)];

/* In voxels: behind the vase, into the ring, out of it, and down beside it. */
static const int32_t path[][3] = {
    {14, 59, 95}, {57, 67, 84}, {84, 64, 84}, {84, 64, 98}, {112, 50, 81},
};

static uint32_t root(uint64_t square)
{
    uint32_t result = 0;

    for (uint32_t bit = 1u << 31; bit != 0; bit >>= 1)
        if ((uint64_t)(result | bit) * (result | bit) <= square)
            result |= bit;
    return result;
}

static int32_t length(const int32_t way[3])
{
    uint64_t square = 0;

    for (int i = 0; i < 3; i++)
        square += (uint64_t)((int64_t)way[i] * way[i]);
    return (int32_t)root(square);
}

/* Makes a way so long. */
static void scale(int32_t way[3], int32_t to)
{
    int32_t own = length(way);

    for (int i = 0; i < 3; i++)
        way[i] = (int32_t)((int64_t)way[i] * to / (own > 0 ? own : 1));
}

static int32_t smaller(int32_t a, int32_t b) { return a < b ? a : b; }
static int32_t larger(int32_t a, int32_t b) { return a > b ? a : b; }

/* One step from a place towards another. Returns 0 or an error. */
static int32_t next_step(int32_t at[3], const int32_t goal[3])
{
    struct nex_point point;
    struct nex_expert expert;
    int32_t way[3], away[3], room, far, error;
    int16_t distance;

    for (int i = 0; i < 3; i++) {
        point.cell[i] = (uint32_t)at[i] >> 16;
        point.fraction[i] = (uint32_t)at[i] << 16;
        way[i] = goal[i] - at[i];
    }
    error = nex_shape_sdf_at(&obstacle, &point, &distance);
    if (error == 0)
        error = nex_shape_expert_at(&obstacle, &point, &expert);
    if (error != 0)
        return error;
    room = distance * (int32_t)info.cells;
    far = expert.index > 0 ? STEP : larger(room, STEP);
    if (length(way) > far)
        scale(way, far);
    if (expert.index > 0 && room < KEEP + STEP) {
        int64_t inward = 0, out;

        /* Along the surface, and out to where there is room. */
        error = nex_shape_gradient_at(&obstacle, &point, away);
        if (error != 0)
            return error;
        scale(away, VOXEL);
        for (int i = 0; i < 3; i++)
            inward += (int64_t)way[i] * away[i];
        inward >>= 16;
        out = larger(KEEP - room, 0) - (inward < 0 ? inward : 0);
        for (int i = 0; i < 3; i++)
            way[i] += (int32_t)((away[i] * out) >> 16);
    }
    for (int i = 0; i < 3; i++)
        at[i] = smaller(larger(at[i] + way[i], 0), (int32_t)info.cells * VOXEL);
    return 0;
}

int main(void)
{
    size_t bytes = (size_t)(shape_clip_end - shape_clip);
    int32_t at[3], goal[3], error = nex_shape_inspect(shape_clip, bytes, &info);
    uint32_t crc = 0;

    if (error == 0)
        error = nex_shape_open(&obstacle, shape_clip, bytes, memory, sizeof memory);
    if (error != 0)
        return report_failure("obstacle", nex_error_text(error));
    for (int i = 0; i < 3; i++)
        at[i] = path[0][i] * VOXEL;
    for (size_t leg = 1; leg < sizeof path / sizeof *path; leg++) {
        int steps = 0;

        for (int i = 0; i < 3; i++)
            goal[i] = path[leg][i] * VOXEL;
        while (at[0] != goal[0] || at[1] != goal[1] || at[2] != goal[2]) {
            if (steps++ == MOST)
                return report_failure("path", "the way is blocked");
            error = next_step(at, goal);
            if (error != 0)
                return report_failure("path", nex_error_text(error));
            for (int i = 0; i < 3; i++) {
                int16_t words[2] = {(int16_t)at[i], (int16_t)(at[i] >> 16)};

                crc = crc32(crc, words, 2);
            }
        }
    }
    report_crc("path", crc);
    report_number("bytes of stack used: ", board_stack_used());
    return 0;
}
