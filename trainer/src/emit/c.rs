//! The C header.

use super::{Facts, rows};
use std::fmt::Write;

/// A header in C99 that C++11 reads too; `nex.h` of `runtime/c` decodes it.
#[must_use]
pub fn header(facts: &Facts<'_>) -> String {
    let Facts { name, source, profile, .. } = facts;
    let upper = name.to_uppercase();
    // A comment must not be ended by a file's name.
    let source = source.replace("*/", "* /");
    let mut text = format!(
        "/*\n \
         * {source}, a sound of profile {profile}.\n \
         *\n \
         * Made by `ne-train emit {source} --c {name}.h`; not to be edited. To play it:\n \
         * nex_open(&decoder, {name}_file, {upper}_FILE_BYTES, memory, sizeof memory),\n \
         * with nex.h. Budgets are held by the compiler (C11):\n \
         * _Static_assert({upper}_MEMORY_BYTES <= 8192, \"{name} takes too much memory\");\n \
         */\n\
         #ifndef NEX_EMITTED_{upper}_H\n\
         #define NEX_EMITTED_{upper}_H\n\n\
         #include <stdint.h>\n\n"
    );
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
        "\n#if defined(__cplusplus)\n\
         #define NEX_EMITTED_ALIGNED alignas(4)\n\
         #elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L\n\
         #define NEX_EMITTED_ALIGNED _Alignas(4)\n\
         #elif defined(__GNUC__)\n\
         #define NEX_EMITTED_ALIGNED __attribute__((aligned(4)))\n\
         #else\n\
         #define NEX_EMITTED_ALIGNED\n\
         #endif\n\n\
         /* The file, at a multiple of 4 bytes. Include this in one source file. */\n\
         NEX_EMITTED_ALIGNED static const uint8_t {name}_file[{upper}_FILE_BYTES] = {{\n{}}};\n\n\
         #undef NEX_EMITTED_ALIGNED\n\n\
         #endif\n",
        rows(facts.bytes, "    ")
    );
    text
}
