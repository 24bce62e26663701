//! Which sound is meant, and what does the user have to know of its file?

use crate::{
    audio::{self, AudioError, Clip},
    commands::terminal::Console,
};
use std::path::Path;

/// Reads a sound's file and says what its reader noticed.
pub fn read(path: &Path, console: &Console) -> Result<Clip, AudioError> {
    parse(path, audio::load(path)?, console)
}

/// [`read`], of bytes that are there already.
pub fn parse(path: &Path, bytes: Vec<u8>, console: &Console) -> Result<Clip, AudioError> {
    let loaded = audio::parse(path, bytes)?;
    for warning in &loaded.warnings {
        console.warn(&format!("{}: {warning}", path.display()));
    }
    Ok(loaded.clip)
}
