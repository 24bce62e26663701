//! Which bytes are a WAV file, or its samples alone?

use super::{AudioError, Clip};
use crate::io::write_atomic;
use std::path::Path;

/// Bytes before the samples of the WAV files that [`write_wav`] writes.
const HEADER_BYTES: u64 = 44;

/// The code of integers in the format chunk.
const INTEGER: u16 = 1;

/// The size of a 16-bit WAV file.
#[must_use]
pub const fn wav_bytes_len(frames: u64, channels: u64) -> u64 {
    HEADER_BYTES + 2 * frames * channels
}

/// Bytes of so many samples, if a WAV file holds them: call it before work
/// that takes long.
pub(crate) fn check_wav_len(path: &Path, frames: u64, channels: u64) -> Result<u64, AudioError> {
    let bytes = frames.saturating_mul(2 * channels);
    if bytes > u64::from(u32::MAX) - HEADER_BYTES {
        return Err(AudioError::TooLong { path: path.into(), bytes });
    }
    Ok(bytes)
}

/// Writes a clip as 16-bit WAV to `path`, or to standard output for `-`.
///
/// The file appears whole or not at all.
///
/// # Errors
/// [`AudioError::Output`] if the file exists and `force` is not given, or if
/// it cannot be written; [`AudioError::TooLong`].
pub fn write_wav(path: &Path, clip: &Clip, force: bool) -> Result<(), AudioError> {
    let bytes = check_wav_len(path, clip.frames() as u64, clip.channels as u64)?;
    let samples = clip.to_i16();
    let channels = clip.channels as u32;
    let mut file = Vec::with_capacity((bytes + HEADER_BYTES) as usize);
    file.extend_from_slice(b"RIFF");
    file.extend_from_slice(&(bytes as u32 + HEADER_BYTES as u32 - 8).to_le_bytes());
    file.extend_from_slice(b"WAVEfmt ");
    file.extend_from_slice(&16u32.to_le_bytes());
    for half in [INTEGER, clip.channels as u16] {
        file.extend_from_slice(&half.to_le_bytes());
    }
    for word in [clip.rate_hz, clip.rate_hz.saturating_mul(2 * channels)] {
        file.extend_from_slice(&word.to_le_bytes());
    }
    for half in [2 * clip.channels as u16, 16] {
        file.extend_from_slice(&half.to_le_bytes());
    }
    file.extend_from_slice(b"data");
    file.extend_from_slice(&(bytes as u32).to_le_bytes());
    samples.iter().for_each(|s| file.extend_from_slice(&s.to_le_bytes()));
    write_atomic(path, &file, force)?;
    Ok(())
}

/// Writes the samples of a clip alone: 16 bits, little-endian, interleaved.
///
/// # Errors
/// As [`write_wav`], whatever the length.
pub fn write_raw(path: &Path, clip: &Clip, force: bool) -> Result<(), AudioError> {
    let bytes: Vec<u8> = clip.to_i16().iter().flat_map(|s| s.to_le_bytes()).collect();
    Ok(write_atomic(path, &bytes, force)?)
}
