//! Which sound is meant, and what does the user have to know of its file?

use crate::{
    audio::{self, AudioError, Clip, Encoding},
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

/// The sound of bytes without a head: how a sample is stored, how many a second
/// has, and of how many channels.
pub fn raw(
    path: &Path,
    bytes: &[u8],
    (encoding, rate_hz, channels): (Encoding, u32, usize),
    console: &Console,
) -> Result<Clip, AudioError> {
    let over = bytes.len() % (encoding.sample_bytes() * channels);
    if over > 0 {
        console.warn(&format!(
            "{}: the last {over} bytes are no whole frame and left out; is it what --raw says?",
            path.display()
        ));
    }
    let mut samples = Vec::with_capacity(bytes.len() / encoding.sample_bytes());
    encoding.decode(&bytes[..bytes.len() - over], &mut samples);
    let clip = Clip { rate_hz, channels, samples };
    clip.check().map_err(|fault| AudioError::Sound { path: path.into(), fault })?;
    Ok(clip)
}
