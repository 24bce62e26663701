//! The C header.

use super::{Facts, most_words, rows};
use std::fmt::Write;

/// A header in C99 that C++11 reads too; `nex.h` of `runtime/c` decodes it.
#[must_use]
pub fn header(facts: &Facts<'_>) -> String {
    let Facts { name, source, profile, .. } = facts;
    let upper = name.to_uppercase();
    let source = commented(source);
    format!(
        "/*\n \
         * {source}, a sound of profile {profile}.\n \
         *\n \
         * Made by `ne-train emit {source} --c {name}.h`; not to be edited. To play it:\n \
         * nex_open(&decoder, {name}_file, {upper}_FILE_BYTES, memory, sizeof memory),\n \
         * with nex.h. Budgets are held by the compiler (C11):\n \
         * _Static_assert({upper}_MEMORY_BYTES <= 8192, \"{name} takes too much memory\");\n \
         */\n{}{}{}",
        begin(&upper),
        items(facts),
        END
    )
}

/// A header of many sounds, sorted by name, with an index.
#[must_use]
pub fn headers(all: &[Facts<'_>]) -> String {
    let (count, most) = (all.len(), 4 * most_words(all));
    let mut text = format!(
        "/*\n \
         * {count} sounds, and an index by name: nex_clips[] and nex_find_clip().\n \
         *\n \
         * Made by `ne-train emit`; not to be edited. To play one, with nex.h:\n \
         * nex_open(&decoder, clip->file, clip->file_bytes, memory, sizeof memory),\n \
         * where memory has NEX_CLIPS_MEMORY_BYTES, which suffice for each of them.\n \
         */\n{}#include <stddef.h>\n#include <string.h>\n\n",
        begin("CLIPS")
    );
    for facts in all {
        let Facts { name, source, profile, .. } = facts;
        // Writing to a string cannot fail.
        let _ = writeln!(text, "/* {name}: {}, profile {profile} */", commented(source));
        text += &items(facts);
    }
    let _ =
        write!(text, "#define NEX_CLIPS {count}u\n#define NEX_CLIPS_MEMORY_BYTES {most}u\n{CLIP}");
    for Facts { name, .. } in all {
        let upper = name.to_uppercase();
        let _ = writeln!(
            text,
            "    {{\"{name}\", {name}_file, {upper}_FILE_BYTES, {upper}_RATE_HZ, \
             {upper}_CHANNELS, {upper}_FRAMES, {upper}_MEMORY_BYTES}},"
        );
    }
    text + FIND + END
}

/// A comment must not be ended by a file's name.
fn commented(source: &str) -> String {
    source.replace("*/", "* /")
}

fn begin(upper: &str) -> String {
    format!(
        "#ifndef NEX_EMITTED_{upper}_H\n\
         #define NEX_EMITTED_{upper}_H\n\n\
         #include <stdint.h>\n\n\
         #if defined(__cplusplus)\n\
         #define NEX_EMITTED_ALIGNED alignas(4)\n\
         #elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L\n\
         #define NEX_EMITTED_ALIGNED _Alignas(4)\n\
         #elif defined(__GNUC__)\n\
         #define NEX_EMITTED_ALIGNED __attribute__((aligned(4)))\n\
         #else\n\
         #define NEX_EMITTED_ALIGNED\n\
         #endif\n\n"
    )
}

const END: &str = "#undef NEX_EMITTED_ALIGNED\n\n#endif\n";

const CLIP: &str = "
/* A sound of nex_clips. */
typedef struct {
    const char *name;
    /* At a multiple of 4 bytes. */
    const uint8_t *file;
    uint32_t file_bytes;
    uint32_t rate_hz;
    uint32_t channels;
    uint32_t frames;
    uint32_t memory_bytes;
} nex_clip;

/* All, by name. */
static const nex_clip nex_clips[NEX_CLIPS] = {
";

const FIND: &str = "};

/* The sound of a name, or NULL. */
static inline const nex_clip *nex_find_clip(const char *name) {
    size_t from = 0, to = NEX_CLIPS;
    while (from < to) {
        size_t at = from + (to - from) / 2;
        int order = strcmp(nex_clips[at].name, name);
        if (order == 0) return &nex_clips[at];
        if (order < 0) from = at + 1; else to = at;
    }
    return NULL;
}

";

/// The constants and the bytes.
fn items(facts: &Facts<'_>) -> String {
    let name = &facts.name;
    let upper = name.to_uppercase();
    let mut text = String::new();
    for c in facts.constants() {
        // C counts memory in bytes.
        let (of, value) = match c.name.strip_suffix("_WORDS") {
            Some(of) => (format!("{of}_BYTES"), 4 * c.value),
            None => (c.name.to_string(), c.value),
        };
        let about = c.about.replace("32-bit words", "Bytes").replace("Words", "Bytes");
        let value = if c.hex { format!("0x{value:08x}u") } else { format!("{value}u") };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "/* {about} */\n#define {upper}_{of} {value}");
    }
    let _ = write!(
        text,
        "\n/* The file, at a multiple of 4 bytes. Include this in one source file. */\n\
         NEX_EMITTED_ALIGNED static const uint8_t {name}_file[{upper}_FILE_BYTES] = {{\n{}}};\n\n",
        rows(facts.bytes, "    ")
    );
    text
}
