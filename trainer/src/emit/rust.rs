//! The Rust module.

use super::{
    facts::{Constant, Facts, Of},
    index::{Group, counted},
    rows,
};
use nex_runtime::Signal;
use std::fmt::Write;

/// A module for `#[path]` or a folder of sources: needs no crate to compile,
/// and `nex_runtime` to decode.
#[must_use]
pub fn module(facts: &Facts<'_>) -> String {
    let Facts { name, source, .. } = facts;
    let neural = facts.network.is_some();
    // A lossless picture may take several times what others do.
    let thousands = facts.memory_words.div_ceil(1024).max(6);
    let (used, words, more) = match facts.of {
        Of::Sound(_) => ("played", "2048".into(), String::new()),
        Of::Picture(_) => ("drawn", format!("{thousands} * 1024"), checks(name, neural)),
    };
    format!(
        "//! `{source}`, {}.\n\
         //!\n\
         //! Made by `ne-train emit {source} --rust {name}.rs`; not to be edited. As module\n\
         //! `{name}` of a firmware it is {used} so, and budgets are held by the compiler:\n\
         //!\n\
         //! ```ignore\n\
         //! let mut memory = [0u32; {name}::MEMORY_WORDS];\n\
         {}\
         //! const _: () = assert!({name}::FILE_BYTES <= 16 * 1024 && {name}::MEMORY_WORDS <= {words});\n\
         {more}\
         //! ```\n\
         #![allow(dead_code)]\n\n\
         {}",
        facts.described(),
        example(facts.signal(), (neural, !neural), &format!("{name}::FILE")),
        items(facts)
    )
}

/// The lines that tell whether a picture is whole, and decoded to the same bits.
fn checks(name: &str, neural: bool) -> String {
    let constant = format!(
        "//! // Or opened by the compiler, which refuses a damaged file:\n\
         //! const PICTURE: nex_runtime::Picture<'_> =\n\
         //!     match nex_runtime::Picture::open_compact({name}::FILE) {{\n\
         //!         Ok(picture) => picture,\n\
         //!         Err(_) => unreachable!(),\n\
         //!     }};\n"
    );
    // A network is not opened in a constant.
    let constant = if neural { "" } else { &constant };
    format!(
        "//! // A self-test:\n\
         //! assert!(picture.windows(&mut memory)?.checksum() == {name}::PIXELS_CRC32);\n{constant}"
    )
}

/// A module of many files, sorted by name: a module each, and an index of each signal.
#[must_use]
pub fn modules(all: &[Facts<'_>]) -> String {
    let groups = Group::of(all);
    let counted = counted(&groups);
    let mut text = format!(
        "//! {counted}, a module each, and an index by name.\n\
         //!\n\
         //! Made by `ne-train emit`; not to be edited. As module `clips` of a firmware:\n"
    );
    for group in &groups {
        let (names, name) = (&group.index.rust, group.example());
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "//!\n\
             //! ```ignore\n\
             //! let mut memory = [0u32; clips::{}]; // enough for each of them\n\
             //! let found = clips::{}(\"{name}\").unwrap();\n",
            names.memory, names.find
        );
        text += &example(group.index.signal, group.profiles(), "found.file");
        text += "//! ```\n";
    }
    text += "#![allow(dead_code)]\n";
    groups.iter().for_each(|group| text += &index(group));
    for facts in all {
        let Facts { name, source, .. } = facts;
        let _ = writeln!(text, "\n/// `{source}`, {}.\npub mod {name} {{", facts.described());
        for line in items(facts).lines() {
            text += if line.is_empty() { "" } else { "    " };
            text += line;
            text += "\n";
        }
        text += "}\n";
    }
    text
}

/// The lines that decode a file, with `memory`. Of a profile that none has nothing is
/// linked then.
fn example(signal: Signal, profiles: (bool, bool), file: &str) -> String {
    let open = match profiles {
        (true, false) => "open_neural",
        (false, true) => "open_compact",
        _ => "open",
    };
    match signal {
        Signal::Picture => format!(
            "//! let picture = nex_runtime::Picture::{open}({file})?;\n\
             //! let mut pixels = [0u16; 32 * 32];\n\
             //! let mut windows = picture.windows(&mut memory)?;\n\
             //! while let Some(window) = windows.next_window() {{\n\
             //!     let count = window.rgb565(nex_runtime::Look::DEFAULT, &mut pixels);\n\
             //!     display.send(window.area(), &pixels[..count]);\n\
             //! }}\n"
        ),
        _ => format!(
            "//! let sound = nex_runtime::Sound::{open}({file})?;\n\
             //! let mut playback = sound.play(&mut memory)?; // then playback.decode_block(..)\n"
        ),
    }
}

/// The table of one signal's files, sorted by name, and what finds one.
fn index(group: &Group<'_, '_>) -> String {
    let (signal, names) = (group.index.signal.name(), &group.index.rust);
    let (row, table, find) = (names.row, names.table, names.find);
    let mut fields = group.fields();
    // The slice says how long it is.
    fields.retain(|field| field.name != "FILE_BYTES");
    let mut text = format!(
        "\n/// A {signal} of [`{table}`].\n\
         #[derive(Debug)]\n\
         pub struct {row} {{\n    \
             /// Its name.\n    \
             pub name: &'static str,\n    \
             /// The file, at a multiple of 4 bytes.\n    \
             pub file: &'static [u8],\n"
    );
    for field in &fields {
        let (about, name) = (field.about, field.name.to_lowercase());
        // Writing to a string cannot fail.
        let _ = writeln!(text, "    /// {about}\n    pub {name}: {},", kind(field));
    }
    let (memory, most) = (names.memory, underscored(group.most_words()));
    let count = group.all.len();
    let _ = write!(
        text,
        "}}\n\n\
         /// Words of working memory that suffice for each of them.\n\
         pub const {memory}: usize = {most};\n\n\
         /// All, by name.\n\
         #[rustfmt::skip]\n\
         pub static {table}: [{row}; {count}] = [\n"
    );
    for Facts { name, .. } in &group.all {
        let _ = write!(text, "    {row} {{ name: \"{name}\", file: {name}::FILE");
        for field in &fields {
            let _ = write!(text, ", {}: {name}::{}", field.name.to_lowercase(), field.name);
        }
        text += " },\n";
    }
    let _ = write!(
        text,
        "];\n\n\
         /// The {signal} of a name.\n\
         pub fn {find}(name: &str) -> Option<&'static {row}> {{\n    \
             {table}.binary_search_by(|row| row.name.cmp(name)).ok().and_then(|at| {table}.get(at))\n\
         }}\n"
    );
    text
}

/// The type of a constant.
fn kind(constant: &Constant) -> &'static str {
    let sized = ["_WORDS", "_BYTES"].iter().any(|end| constant.name.ends_with(end));
    if sized { "usize" } else { "u32" }
}

/// The constants and the bytes.
fn items(facts: &Facts<'_>) -> String {
    let mut text = String::new();
    for c in facts.constants() {
        let value = if c.hex { format!("0x{:08x}", c.value) } else { underscored(c.value) };
        let about = match c.name.ends_with("_WORDS") {
            true => format!("{}: {} bytes.", c.about.trim_end_matches('.'), 4 * c.value),
            false => c.about.into(),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "/// {about}\npub const {}: {} = {value};", c.name, kind(&c));
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
