//! What do the commands do with pictures?

#[cfg(feature = "pictures")]
pub(super) mod check;
#[cfg(feature = "pictures")]
pub(super) mod decode;
#[cfg(feature = "neural")]
pub(super) mod export;
pub(super) mod info;
#[cfg(feature = "pictures")]
pub(super) mod plot;

use super::failure::Failure;
#[cfg(feature = "pictures")]
use crate::{
    cli::console::Console,
    picture::{self, Loaded, Picture},
};
#[cfg(feature = "pictures")]
use std::path::Path;

/// Reads a PNG or JPEG file; tells what was left out of it.
#[cfg(feature = "pictures")]
fn load(
    path: &Path,
    bytes: &[u8],
    max_side: Option<u32>,
    console: &Console,
) -> Result<Picture, Failure> {
    let Loaded { picture, notes } = picture::parse(path, bytes, max_side)?;
    notes.iter().for_each(|note| console.warn(&format!("{}: {note}", path.display())));
    Ok(picture)
}

/// Arguments that are given, but make sense for sounds only.
pub(super) fn refuse(arguments: &[(&str, bool)]) -> Result<(), Failure> {
    match arguments.iter().find(|(_, given)| *given) {
        Some((name, _)) => Err(Failure::usage(format!(
            "{name} is for sounds or shapes, and this is a picture; leave it out"
        ))),
        None => Ok(()),
    }
}
