//! What do the commands do with pictures?

pub(super) mod check;
pub(super) mod decode;
pub(super) mod export;
pub(super) mod info;
pub(super) mod plot;

use super::{console::Console, failure::Failure};
use crate::picture::{self, Loaded, Picture};
use std::path::Path;

/// Reads a PNG or JPEG file; tells what was left out of it.
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
