//! What do the commands do with pictures?

pub(super) mod check;
pub(super) mod decode;
pub(super) mod export;
pub(super) mod info;
pub(super) mod plot;

use super::{
    console::Console,
    failure::Failure,
    sound::{SoundError, Stored},
};
use crate::picture::{self, Loaded, Picture};
use nex_format::Image;
use nex_runtime::ImageDecoder;
use std::path::Path;

/// Whether a `.nex` file holds a picture, sound or not.
pub(super) fn is_picture(file: &Stored) -> bool {
    Image::is_image(file.plain())
}

/// Checks the picture at `path`.
pub(super) fn parse<'a>(path: &Path, file: &'a Stored) -> Result<ImageDecoder<'a>, SoundError> {
    ImageDecoder::parse(file.plain())
        .map_err(|source| SoundError::Format { path: path.into(), source })
}

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
