//! Which bytes are a WAV file, or its samples alone?

use super::{AudioError, Clip};
use crate::io::Output;
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

/// Bytes of so many samples, if a WAV file holds them.
fn check_wav_len(path: &Path, frames: u64, channels: u64) -> Result<u64, AudioError> {
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
/// As [`SampleWriter::wav`].
pub fn write_wav(path: &Path, clip: &Clip, force: bool) -> Result<(), AudioError> {
    let mut writer =
        SampleWriter::wav(path, clip.rate_hz, clip.channels, clip.frames() as u64, force)?;
    writer.write(&clip.to_i16())?;
    writer.finish()
}

/// A file of 16-bit samples that is written part by part; it appears whole or
/// not at all.
pub struct SampleWriter(Output);

impl SampleWriter {
    /// Begins a file of samples alone, little-endian, interleaved.
    ///
    /// # Errors
    /// [`AudioError::Output`] if the file exists and `force` is not given, or
    /// if it cannot be written.
    pub fn raw(path: &Path, force: bool) -> Result<Self, AudioError> {
        Ok(Self(Output::create(path, force)?))
    }

    /// Begins a WAV file of so many frames at `path`, or on standard output for
    /// `-`.
    ///
    /// # Errors
    /// [`AudioError::Output`] if the file exists and `force` is not given, or
    /// if it cannot be written; [`AudioError::TooLong`].
    pub fn wav(
        path: &Path,
        rate_hz: u32,
        channels: usize,
        frames: u64,
        force: bool,
    ) -> Result<Self, AudioError> {
        let bytes = check_wav_len(path, frames, channels as u64)?;
        let mut head = Vec::with_capacity(HEADER_BYTES as usize);
        head.extend_from_slice(b"RIFF");
        head.extend_from_slice(&(bytes as u32 + HEADER_BYTES as u32 - 8).to_le_bytes());
        head.extend_from_slice(b"WAVEfmt ");
        head.extend_from_slice(&16u32.to_le_bytes());
        for half in [INTEGER, channels as u16] {
            head.extend_from_slice(&half.to_le_bytes());
        }
        for word in [rate_hz, rate_hz.saturating_mul(2 * channels as u32)] {
            head.extend_from_slice(&word.to_le_bytes());
        }
        for half in [2 * channels as u16, 16] {
            head.extend_from_slice(&half.to_le_bytes());
        }
        head.extend_from_slice(b"data");
        head.extend_from_slice(&(bytes as u32).to_le_bytes());
        let mut writer = Self::raw(path, force)?;
        writer.0.write(&head)?;
        Ok(writer)
    }

    /// The next samples, `[frames, channels]`.
    ///
    /// # Errors
    /// [`AudioError::Output`].
    pub fn write(&mut self, samples: &[i16]) -> Result<(), AudioError> {
        let bytes: Vec<u8> = samples.iter().flat_map(|s| s.to_le_bytes()).collect();
        Ok(self.0.write(&bytes)?)
    }

    /// Puts the file in its place, once all frames are written.
    ///
    /// # Errors
    /// As [`wav`](Self::wav).
    pub fn finish(self) -> Result<(), AudioError> {
        Ok(self.0.finish()?)
    }
}
