//! The C header.

use super::{
    facts::{Constant, Facts},
    index::{Group, counted},
    rows,
};
use nex_runtime::Signal;
use std::fmt::Write;

/// A header in C99 that C++11 reads too; `nex.h` of `runtime/c` decodes it.
#[must_use]
pub fn header(facts: &Facts<'_>) -> String {
    let Facts { name, source, .. } = facts;
    let upper = name.to_uppercase();
    let source = commented(source);
    let (file, bytes) = (format!("{name}_file"), format!("{upper}_FILE_BYTES"));
    let (to, example) = example(facts.signal(), &file, &bytes, &format!("{upper}_MEMORY_BYTES"));
    format!(
        "/*\n \
         * {source}, {}.\n \
         *\n \
         * Made by `ne-train emit {source} --c {name}.h`; not to be edited. To {to} it,\n \
         * with nex.h:\n{example} \
         * Budgets are held by the compiler (C11):\n \
         * _Static_assert({upper}_MEMORY_BYTES <= 32768, \"{name} takes too much memory\");\n \
         */\n{}{}{}",
        facts.described(),
        begin(&upper),
        items(facts),
        END
    )
}

/// A header of many files, sorted by name, with an index of each signal.
#[must_use]
pub fn headers(all: &[Facts<'_>]) -> String {
    let groups = Group::of(all);
    let mut text = format!(
        "/*\n \
         * {}, and an index by name.\n \
         *\n \
         * Made by `ne-train emit`; not to be edited. With nex.h:\n",
        counted(&groups)
    );
    for group in &groups {
        let (names, signal, name) = (&group.index.c, group.index.signal, group.example());
        let memory = format!("{}_MEMORY_BYTES", names.table.to_uppercase());
        let (to, example) = example(signal, "found->file", "found->file_bytes", &memory);
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            " *\n * To {to} one of {}[], with memory that suffices for each of them:\n \
             *     const {} *found = {}(\"{name}\");\n{example}",
            names.table, names.row, names.find
        );
    }
    text += " */\n";
    text += &begin("CLIPS");
    text += "#include <stddef.h>\n#include <string.h>\n\n";
    for facts in all {
        let Facts { name, source, profile, .. } = facts;
        let _ = writeln!(text, "/* {name}: {}, profile {profile} */", commented(source));
        text += &items(facts);
    }
    groups.iter().for_each(|group| text += &index(group));
    text + END
}

/// What is done with a signal, and the lines of a comment that do it.
fn example(signal: Signal, file: &str, bytes: &str, memory: &str) -> (&'static str, String) {
    let memory = format!(" *     static uint32_t memory[{memory} / 4];\n");
    let open = format!("{file}, {bytes}, memory, sizeof memory);\n");
    match signal {
        Signal::Picture => (
            "draw",
            format!(
                "{memory} \
                 * (The decoder in C99 takes other amounts: nex_picture_inspect() says how much.)\n \
                 *     static uint16_t pixels[32 * 32];\n \
                 *     static struct nex_picture picture;\n \
                 *     struct nex_area area;\n \
                 *     nex_picture_open(&picture, {open} \
                 *     while (nex_picture_next(&picture, &area) > 0) {{\n \
                 *         nex_picture_rgb565(&picture, NULL, pixels, 32 * 32);\n \
                 *         display_send(&area, pixels);\n \
                 *     }}\n"
            ),
        ),
        _ => (
            "play",
            format!(
                "{memory} \
                 *     static struct nex_decoder decoder;\n \
                 *     nex_open(&decoder, {open}"
            ),
        ),
    }
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

/// The table of one signal's files, sorted by name, and what finds one.
fn index(group: &Group<'_, '_>) -> String {
    let (signal, names) = (group.index.signal.name(), &group.index.c);
    let (row, table, find) = (names.row, names.table, names.find);
    let (upper, count, most) = (table.to_uppercase(), group.all.len(), 4 * group.most_words());
    let fields: Vec<Macro> = group.fields().iter().map(Macro::of).collect();
    let mut text = format!(
        "#define {upper} {count}u\n#define {upper}_MEMORY_BYTES {most}u\n\n\
         /* A {signal} of {table}. */\n\
         typedef struct {{\n    \
             const char *name;\n    \
             /* At a multiple of 4 bytes. */\n    \
             const uint8_t *file;\n"
    );
    for Macro { name, about, .. } in &fields {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "    /* {about} */\n    uint32_t {};", name.to_lowercase());
    }
    let _ = write!(
        text,
        "}} {row};\n\n\
         /* All, by name. */\n\
         static const {row} {table}[{upper}] = {{\n"
    );
    for Facts { name, .. } in &group.all {
        let _ = write!(text, "    {{\"{name}\", {name}_file");
        for field in &fields {
            let _ = write!(text, ", {}_{}", name.to_uppercase(), field.name);
        }
        text += "},\n";
    }
    let _ = write!(
        text,
        "}};\n\n\
         /* The {signal} of a name, or NULL. */\n\
         static inline const {row} *{find}(const char *name) {{\n    \
             size_t from = 0, to = {upper};\n    \
             while (from < to) {{\n        \
                 size_t at = from + (to - from) / 2;\n        \
                 int order = strcmp({table}[at].name, name);\n        \
                 if (order == 0) return &{table}[at];\n        \
                 if (order < 0) from = at + 1; else to = at;\n    \
             }}\n    \
             return NULL;\n\
         }}\n\n"
    );
    text
}

/// A constant as C has it: memory in bytes.
struct Macro {
    name: String,
    value: String,
    about: String,
}

impl Macro {
    fn of(constant: &Constant) -> Self {
        let (name, value) = match constant.name.strip_suffix("_WORDS") {
            Some(of) => (format!("{of}_BYTES"), 4 * constant.value),
            None => (constant.name.to_string(), constant.value),
        };
        let about = constant.about.replace("32-bit words", "Bytes").replace("Words", "Bytes");
        let value = if constant.hex { format!("0x{value:08x}u") } else { format!("{value}u") };
        Self { name, value, about }
    }
}

/// The constants and the bytes.
fn items(facts: &Facts<'_>) -> String {
    let name = &facts.name;
    let upper = name.to_uppercase();
    let mut text = String::new();
    for Macro { name, value, about } in facts.constants().iter().map(Macro::of) {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "/* {about} */\n#define {upper}_{name} {value}");
    }
    let _ = write!(
        text,
        "\n/* The file, at a multiple of 4 bytes. Include this in one source file. */\n\
         NEX_EMITTED_ALIGNED static const uint8_t {name}_file[{upper}_FILE_BYTES] = {{\n{}}};\n\n",
        rows(facts.bytes, "    ")
    );
    text
}
