//! The Rust module.

use super::{Facts, rows};
use std::fmt::Write;

/// A module for `#[path]` or a folder of sources: needs no crate to compile,
/// and `nex_runtime` to decode.
#[must_use]
pub fn module(facts: &Facts<'_>) -> String {
    let Facts { name, source, profile, .. } = facts;
    // Of the other profile nothing is linked then.
    let open = if facts.is_neural() { "open_neural" } else { "open_compact" };
    let mut text = format!(
        "//! `{source}`, a sound of profile {profile}.\n\
         //!\n\
         //! Made by `ne-train emit {source} --rust {name}.rs`; not to be edited. As module\n\
         //! `{name}` of a firmware it is played so, and budgets are held by the compiler:\n\
         //!\n\
         //! ```ignore\n\
         //! let mut memory = [0u32; {name}::MEMORY_WORDS];\n\
         //! let sound = nex_runtime::Sound::{open}({name}::FILE)?;\n\
         //! let mut playback = sound.play(&mut memory)?; // then playback.decode_block(..)\n\
         //! const _: () = assert!({name}::FILE_BYTES <= 16 * 1024 && {name}::MEMORY_WORDS <= 2048);\n\
         //! ```\n\
         #![allow(dead_code)]\n\n",
    );
    for c in facts.constants() {
        let ty =
            if c.name.ends_with("_WORDS") || c.name.ends_with("_BYTES") { "usize" } else { "u32" };
        let value = if c.hex { format!("0x{:08x}", c.value) } else { underscored(c.value) };
        let about = match c.name.ends_with("_WORDS") {
            true => format!("{}: {} bytes.", c.about.trim_end_matches('.'), 4 * c.value),
            false => c.about.into(),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "/// {about}\npub const {}: {ty} = {value};", c.name);
    }
    let _ = write!(
        text,
        "\n/// The file, at a multiple of 4 bytes.\n\
         pub static FILE: &[u8] = &ALIGNED.0;\n\n\
         #[repr(C, align(4))]\n\
         struct Aligned([u8; FILE_BYTES]);\n\n\
         #[rustfmt::skip]\n\
         static ALIGNED: Aligned = Aligned([\n{}]);\n",
        rows(facts.bytes, "    ")
    );
    text
}

/// `1234567` as `1_234_567`.
fn underscored(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('_');
        }
        out.push(digit);
    }
    out
}
