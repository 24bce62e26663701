//! What do the commands do with pictures?

#[cfg(feature = "pictures")]
pub mod check;
#[cfg(feature = "pictures")]
pub mod decode;
#[cfg(feature = "pictures")]
pub mod export;
#[cfg(feature = "neural")]
mod fit;
pub mod info;
#[cfg(feature = "pictures")]
mod kind;
#[cfg(feature = "pictures")]
pub mod plot;

#[cfg(feature = "pictures")]
use crate::{
    commands::terminal::{Console, Failure},
    picture::{self, Loaded, Picture},
};
#[cfg(feature = "pictures")]
use std::path::Path;

/// Reads a picture file; tells what was left out of it.
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
