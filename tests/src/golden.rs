//! What do the committed files decode to?
//!
//! `golden/golden.txt` has a line per file: its name, then the CRC-32 of the
//! decoded samples (16-bit little-endian, interleaved) or the error that
//! parsing gives; packed files are unpacked first. Files whose names begin with `x-` must fail.
//! `golden/images` has the same for pictures, samples of 8 bits: decoders that
//! know sounds alone, as that of the web page does, skip it. `golden/shapes` has
//! it for shapes, the 16-bit distances on a grid of 9^3 points, and
//! `golden/networks` for further networks, for decoders that are built with them.

use crate::verdict::verdict;
use std::{
    fmt::Write,
    fs, io,
    path::{Path, PathBuf},
};

/// Words in which every golden file decodes as fast as it can.
const MEMORY: usize = 1 << 18;

/// Where the sounds are.
#[must_use]
pub fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden")
}

/// Where the pictures are.
#[must_use]
pub fn images() -> PathBuf {
    folder().join("images")
}

/// Where the shapes are.
#[must_use]
pub fn shapes() -> PathBuf {
    folder().join("shapes")
}

/// Where the further networks are.
#[must_use]
pub fn networks() -> PathBuf {
    folder().join("networks")
}

/// The compact pictures that decode: names without their ends, and bytes.
///
/// # Panics
/// If one cannot be read.
#[must_use]
pub fn compact_pictures() -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(images())
        .unwrap()
        .filter_map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_stem()?.to_str()?.to_owned();
            name.starts_with("compact-").then(|| (name, fs::read(path).unwrap()))
        })
        .collect();
    files.sort();
    files
}

/// The folders and the lists of what their files decode to.
#[must_use]
pub fn lists() -> [(PathBuf, PathBuf); 4] {
    [
        (folder(), folder().join("golden.txt")),
        (images(), images().join("images.txt")),
        (shapes(), shapes().join("shapes.txt")),
        (networks(), networks().join("networks.txt")),
    ]
}

/// The lines for all files of a folder, sorted by name.
///
/// # Errors
/// If the folder cannot be read.
pub fn lines(folder: &Path) -> io::Result<String> {
    let mut names: Vec<_> = fs::read_dir(folder)?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<io::Result<_>>()?;
    names.retain(|name| name.ends_with(".nex"));
    names.sort();
    let mut memory = vec![0; MEMORY];
    let mut text = String::new();
    for name in names {
        let bytes = fs::read(folder.join(&name))?;
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{name}: {}", verdict(&bytes, &mut memory));
    }
    Ok(text)
}
