//! Which picture is measured?

use crate::{
    audio,
    measure::bench::BenchError,
    picture::{self, Loaded, Picture},
};
use std::path::{Path, PathBuf};

/// A picture in memory.
#[derive(Clone, Debug)]
pub struct Shot {
    /// Unlike any other's.
    pub name: String,
    /// Where it came from.
    pub path: PathBuf,
    /// Its samples.
    pub picture: Picture,
}

/// Reads a picture. With `fit` it gets so many columns and rows, or, if it is upright, as
/// many rows and columns: what is too wide or too high is cut off on both sides alike, what
/// is left is scaled by Lanczos' filter.
///
/// # Errors
/// Those of reading.
pub fn load(path: &Path, name: String, fit: Option<(u16, u16)>) -> Result<Shot, BenchError> {
    let bytes = audio::load(path)?;
    let Loaded { picture, .. } = match fit {
        None => picture::parse(path, &bytes, None)?,
        Some(size) => picture::parse_fitted(path, &bytes, size)?,
    };
    Ok(Shot { name, path: path.into(), picture })
}
