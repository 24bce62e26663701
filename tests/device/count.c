/* Counts the instructions that an emulated processor executes.
 *
 * A plugin of QEMU's translator (plugin API 1, QEMU 6 to 8; its few functions
 * are declared here, for Debian packages no header):
 *
 *     cc -shared -fPIC -O2 -o count.so count.c
 *     qemu-system-arm ... -plugin ./count.so[,profile=FILE] -d plugin -D LOG
 *
 * A firmware marks a region with two instructions that do nothing and that no
 * compiler makes: `mov r10, r10` begins it, `mov r11, r11` ends it. The log
 * gets one line for each region, in the order they end: the instructions
 * between the two. With `profile`, FILE gets a line for each instruction that
 * ran inside a region: its address (hexadecimal) and how often it ran.
 *
 * One processor, no nesting of regions. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef uint64_t plugin_id;
struct info;
struct block;
struct insn;
typedef void (*block_callback)(plugin_id, struct block *);
typedef void (*insn_callback)(unsigned cpu, void *data);
typedef void (*data_callback)(plugin_id, void *data);

void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id, block_callback);
size_t qemu_plugin_tb_n_insns(const struct block *);
struct insn *qemu_plugin_tb_get_insn(const struct block *, size_t);
const void *qemu_plugin_insn_data(const struct insn *);
size_t qemu_plugin_insn_size(const struct insn *);
uint64_t qemu_plugin_insn_vaddr(const struct insn *);
void qemu_plugin_register_vcpu_insn_exec_cb(struct insn *, insn_callback, int flags, void *);
void qemu_plugin_register_vcpu_insn_exec_inline(struct insn *, int op, void *, uint64_t);
void qemu_plugin_register_atexit_cb(plugin_id, data_callback, void *);
void qemu_plugin_outs(const char *);

#define EXPORT __attribute__((visibility("default")))
EXPORT int qemu_plugin_version = 1;

enum { BEGIN = 0x46d2, END = 0x46db };

static uint64_t executed;
static uint64_t begun;
static int inside;

/* Code lies in the first 16 MiB of an address space of 256 MiB windows. */
enum { WINDOW = 1 << 24 };
static const char *profile;
static uint64_t *counts;
static uint64_t *scratch;
static uint64_t base;

static void begin(unsigned cpu, void *data) {
    (void)cpu, (void)data;
    begun = executed;
    inside = 1;
    if (profile)
        memset(scratch, 0, WINDOW / 2 * sizeof *scratch);
}

static void end(unsigned cpu, void *data) {
    (void)cpu, (void)data;
    if (!inside)
        return;
    inside = 0;
    char line[32];
    /* The marker that ends the region has been counted too. */
    snprintf(line, sizeof line, "%llu\n", (unsigned long long)(executed - begun - 1));
    qemu_plugin_outs(line);
    if (profile)
        for (size_t i = 0; i < WINDOW / 2; i++)
            counts[i] += scratch[i];
}

static void translated(plugin_id id, struct block *block) {
    (void)id;
    size_t n = qemu_plugin_tb_n_insns(block);
    for (size_t i = 0; i < n; i++) {
        struct insn *insn = qemu_plugin_tb_get_insn(block, i);
        qemu_plugin_register_vcpu_insn_exec_inline(insn, 0, &executed, 1);
        if (profile) {
            uint64_t at = qemu_plugin_insn_vaddr(insn);
            base = at & ~(uint64_t)(WINDOW - 1);
            qemu_plugin_register_vcpu_insn_exec_inline(insn, 0, &scratch[(at - base) / 2], 1);
        }
        uint16_t code = 0;
        if (qemu_plugin_insn_size(insn) == 2)
            memcpy(&code, qemu_plugin_insn_data(insn), 2);
        if (code == BEGIN)
            qemu_plugin_register_vcpu_insn_exec_cb(insn, begin, 0, NULL);
        if (code == END)
            qemu_plugin_register_vcpu_insn_exec_cb(insn, end, 0, NULL);
    }
}

static void finish(plugin_id id, void *data) {
    (void)id, (void)data;
    FILE *file = profile ? fopen(profile, "w") : NULL;
    for (size_t i = 0; file && i < WINDOW / 2; i++)
        if (counts[i])
            fprintf(file, "%llx %llu\n", (unsigned long long)(base + 2 * i),
                    (unsigned long long)counts[i]);
    if (file)
        fclose(file);
}

EXPORT int qemu_plugin_install(plugin_id id, const struct info *info, int argc, char **argv) {
    (void)info;
    for (int i = 0; i < argc; i++)
        if (!strncmp(argv[i], "profile=", 8))
            profile = strdup(argv[i] + 8);
    if (profile) {
        counts = calloc(WINDOW / 2, sizeof *counts);
        scratch = calloc(WINDOW / 2, sizeof *scratch);
        if (!counts || !scratch)
            return 1;
    }
    qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
    qemu_plugin_register_atexit_cb(id, finish, NULL);
    return 0;
}
