//! What do the committed files decode to?
//!
//! `golden/golden.txt` has a line per file: its name, then the CRC-32 of the
//! decoded samples (16-bit little-endian, interleaved) or the error that
//! parsing gives; packed files are unpacked first. Files whose names begin with `x-` must fail.

use crate::verdict::verdict;
use std::{fmt::Write, fs, io, path::PathBuf};

/// Words in which every golden file decodes as fast as it can.
const MEMORY: usize = 1 << 18;

/// Where the files are.
#[must_use]
pub fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden")
}

/// The lines for all files there are, sorted by name.
///
/// # Errors
/// If the folder cannot be read.
pub fn lines() -> io::Result<String> {
    let mut names: Vec<_> = fs::read_dir(folder())?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<io::Result<_>>()?;
    names.retain(|name| name.ends_with(".nex"));
    names.sort();
    let mut memory = vec![0; MEMORY];
    let mut text = String::new();
    for name in names {
        let bytes = fs::read(folder().join(&name))?;
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{name}: {}", verdict(&bytes, &mut memory));
    }
    Ok(text)
}
