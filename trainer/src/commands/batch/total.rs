//! Which quality do all files of a folder get, so that they fit one budget together?
//!
//! The same for all: more for one would be less for another, and the worst of
//! them is what is heard. So it is the highest at which the sum fits.

use super::{manifest::Entry, pool, work};
use crate::commands::{
    options::BatchArgs,
    terminal::{Console, Failure, text},
};
use rayon::prelude::*;
use std::{
    ffi::OsString,
    path::{Path, PathBuf},
};

/// Quality in parts of one, of which [`QUALITIES`] is the highest: steps of a file are
/// no finer.
const PARTS: u32 = 16;
const QUALITIES: u32 = 100 * PARTS;
/// Of the budget so much may be left.
const LEFT: u64 = 200;

/// The option `--quality=Q` with which all files together have at most so many
/// bytes.
pub(super) fn quality(
    sources: &[PathBuf],
    bytes: u64,
    options: &[OsString],
    args: &BatchArgs,
    console: &Console,
) -> Result<OsString, Failure> {
    let folder = tempfile::tempdir()?;
    let pool = pool(args.jobs)?;
    let quality = |parts: u32| f64::from(parts) / f64::from(PARTS);
    let option = |parts: u32| OsString::from(format!("--quality={}", quality(parts)));
    let sum = |parts: u32| -> u64 {
        let one = |(index, source): (usize, &PathBuf)| {
            let output = folder.path().join(format!("{index}.nex"));
            let options = [options, &[option(parts)]].concat();
            let entry =
                work::export(&Entry::new(Path::new(""), source, output), &options, None, None);
            // One of which there is no file takes no bytes; when the files are made, it is
            // told of, as a target that is missed.
            if matches!(entry.exit_code, 0 | 3) { entry.bytes.unwrap_or(0) } else { 0 }
        };
        let sum = pool.install(|| sources.par_iter().enumerate().map(one).sum());
        console.detail(&format!(
            "quality {}: {} together",
            quality(parts),
            text::count(sum, "byte")
        ));
        sum
    };
    let least = sum(0);
    if least > bytes {
        return Err(Failure::Target(format!(
            "the files have {} bytes together at the lowest quality, above the {} of --total",
            text::grouped(least),
            text::grouped(bytes)
        )));
    }
    // `fits` does, `above` does not or is more than there is.
    let (mut fits, mut above, mut left) = (0, QUALITIES + 1, bytes - least);
    while above - fits > 1 && left > bytes / LEFT {
        let middle = fits + (above - fits) / 2;
        match bytes.checked_sub(sum(middle)) {
            Some(rest) => (fits, left) = (middle, rest),
            None => above = middle,
        }
    }
    Ok(option(fits))
}
