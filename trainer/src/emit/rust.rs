//! The Rust module.

use super::{Facts, most_words, rows};
use std::fmt::Write;

/// A module for `#[path]` or a folder of sources: needs no crate to compile,
/// and `nex_runtime` to decode.
#[must_use]
pub fn module(facts: &Facts<'_>) -> String {
    let Facts { name, source, profile, .. } = facts;
    // Of the other profile nothing is linked then.
    let open = if facts.is_neural() { "open_neural" } else { "open_compact" };
    let text = format!(
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
    text + &items(facts)
}

/// A module of many sounds, sorted by name: a module each, and an index.
#[must_use]
pub fn modules(all: &[Facts<'_>]) -> String {
    let (count, most) = (all.len(), underscored(most_words(all) as u64));
    let first = all.first().map_or("", |facts| &facts.name);
    let mut text = format!(
        "//! {count} sounds, a module each, and an index by name.\n\
         //!\n\
         //! Made by `ne-train emit`; not to be edited. As module `clips` of a firmware:\n\
         //!\n\
         //! ```ignore\n\
         //! let mut memory = [0u32; clips::MEMORY_WORDS]; // enough for each of them\n\
         //! let clip = clips::find(\"{first}\").unwrap();\n\
         //! let sound = nex_runtime::Sound::open(clip.file)?;\n\
         //! ```\n\
         #![allow(dead_code)]\n\n\
         {CLIP}\
         /// Words of working memory that suffice for each of them.\n\
         pub const MEMORY_WORDS: usize = {most};\n\n\
         /// All, by name.\n\
         #[rustfmt::skip]\n\
         pub static CLIPS: [Clip; {count}] = [\n",
    );
    for Facts { name, .. } in all {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "    Clip {{ name: \"{name}\", file: {name}::FILE, rate_hz: {name}::RATE_HZ, \
             channels: {name}::CHANNELS, frames: {name}::FRAMES, \
             memory_words: {name}::MEMORY_WORDS }},"
        );
    }
    text += FIND;
    for facts in all {
        let Facts { name, source, profile, .. } = facts;
        let _ =
            writeln!(text, "\n/// `{source}`, a sound of profile {profile}.\npub mod {name} {{");
        for line in items(facts).lines() {
            text += if line.is_empty() { "" } else { "    " };
            text += line;
            text += "\n";
        }
        text += "}\n";
    }
    text
}

const CLIP: &str = "\
/// A sound of [`CLIPS`].
#[derive(Debug)]
pub struct Clip {
    /// Its name.
    pub name: &'static str,
    /// The file, at a multiple of 4 bytes.
    pub file: &'static [u8],
    /// Sample rate in Hz.
    pub rate_hz: u32,
    /// Channels; samples are interleaved.
    pub channels: u32,
    /// Time steps.
    pub frames: u32,
    /// 32-bit words of working memory, at least.
    pub memory_words: usize,
}

";

const FIND: &str = "];

/// The sound of a name.
pub fn find(name: &str) -> Option<&'static Clip> {
    CLIPS.binary_search_by(|clip| clip.name.cmp(name)).ok().and_then(|at| CLIPS.get(at))
}
";

/// The constants and the bytes.
fn items(facts: &Facts<'_>) -> String {
    let mut text = String::new();
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
