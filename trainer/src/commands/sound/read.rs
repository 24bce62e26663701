//! Which sound is meant, and what does the user have to know of its file?

use crate::{
    audio::{self, AudioError, Encoding, Opened, Sound, Unread},
    commands::terminal::Console,
};
use std::path::Path;

/// A sound that is read part by part; says what its reader noticed.
pub fn open(file: Unread, path: &Path, console: &Console) -> Result<Opened, AudioError> {
    let opened = audio::open(file)?;
    warn(path, &opened.warnings, console);
    Ok(opened)
}

/// A sound in memory.
#[cfg(feature = "pictures")]
pub fn read(path: &Path, console: &Console) -> Result<audio::Clip, AudioError> {
    let loaded = audio::parse(path, audio::load(path)?)?;
    warn(path, &loaded.warnings, console);
    Ok(loaded.clip)
}

/// The sound of a file without a head: how a sample is stored, how many a second
/// has, and of how many channels.
pub fn open_raw(
    file: Unread,
    path: &Path,
    how: (Encoding, u32, usize),
    console: &Console,
) -> Result<Sound, AudioError> {
    let opened = audio::open_raw(file, how)?;
    warn(path, &opened.warnings, console);
    Ok(opened.sound)
}

fn warn(path: &Path, warnings: &[String], console: &Console) {
    for warning in warnings {
        console.warn(&format!("{}: {warning}", path.display()));
    }
}
