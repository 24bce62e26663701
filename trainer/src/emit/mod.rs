//! How does a file become source code that a firmware compiles?
//!
//! The bytes as a static, aligned, and beside it what a build can hold
//! against its budgets: sizes, memory, work, and a checksum of what is decoded for
//! a self-test on the device.

mod c;
mod facts;
mod index;
mod rust;

pub use c::{header, headers};
pub use facts::{Facts, Network, Of, Picture, Sound};
pub use rust::{module, modules};

/// An identifier made of a file's name: lower case, `_` for what no
/// identifier has, and what it names (`sound`) before a digit, before a word that Rust
/// keeps for itself, and for nothing.
#[must_use]
pub fn identifier(stem: &str, what: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' };
    let name: String = stem.chars().map(plain).collect();
    // C reserves what begins with `_`, and Rust wants one between words.
    let words: Vec<&str> = name.split('_').filter(|word| !word.is_empty()).collect();
    match &*words.join("_") {
        "" => what.into(),
        name if name.starts_with(|c: char| c.is_ascii_digit()) => format!("{what}_{name}"),
        name if KEPT.contains(&name) => format!("{what}_{name}"),
        name => name.into(),
    }
}

/// Words in lower case that are no names of modules. In C all names have an ending.
const KEPT: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
    "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
    "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
    "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Bytes in rows of sixteen.
fn rows(bytes: &[u8], indent: &str) -> String {
    let row = |row: &[u8]| {
        let numbers: Vec<String> = row.iter().map(|b| format!("0x{b:02x},")).collect();
        format!("{indent}{}\n", numbers.join(" "))
    };
    bytes.chunks(16).map(row).collect()
}
