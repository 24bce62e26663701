//! Which bytes are a WAV file, or its samples alone?

use super::{AudioError, Clip};
use crate::io::Output;
use std::{ops::Range, path::Path};

/// Bytes before the samples of the WAV files that [`write_wav`] writes.
const HEADER_BYTES: u64 = 44;

/// Bytes of the chunk that says which frames are a loop.
const SAMPLER_BYTES: u64 = 68;

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
    if bytes > u64::from(u32::MAX) - HEADER_BYTES - SAMPLER_BYTES {
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
    let (rate_hz, channels, frames) = (clip.rate_hz, clip.channels, clip.frames() as u64);
    let head = WavHead { rate_hz, channels, frames, repeated: None };
    let mut writer = SampleWriter::wav(path, &head, force)?;
    writer.write(&clip.to_i16())?;
    writer.finish()
}

/// What a WAV file of 16 bits says of itself.
#[derive(Clone, Debug)]
pub struct WavHead {
    /// Frames per second.
    pub rate_hz: u32,
    /// Samples per frame.
    pub channels: usize,
    /// Frames in all.
    pub frames: u64,
    /// Those to play over and over, for a sampler chunk.
    pub repeated: Option<Range<usize>>,
}

/// The sampler chunk of a loop that runs forwards for ever, of a sound that is
/// played at its own rate on note 60.
fn sampler_chunk(rate_hz: u32, points: &Range<usize>) -> Vec<u8> {
    let period = 1_000_000_000 / rate_hz.max(1);
    let last = points.end.saturating_sub(1) as u32;
    let head = [0, 0, period, 60, 0, 0, 0, 1, 0];
    let loops = [0, 0, points.start as u32, last, 0, 0];
    let words = head.into_iter().chain(loops);
    let mut chunk = b"smpl".to_vec();
    chunk.extend(60u32.to_le_bytes());
    chunk.extend(words.flat_map(u32::to_le_bytes));
    chunk
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
        WavHead { rate_hz, channels, frames, repeated }: &WavHead,
        force: bool,
    ) -> Result<Self, AudioError> {
        let (rate_hz, channels) = (*rate_hz, *channels);
        let bytes = check_wav_len(path, *frames, channels as u64)?;
        // Before the samples, as what comes after them is not known where they end.
        let sampler = repeated.as_ref().map(|points| sampler_chunk(rate_hz, points));
        let sampler = sampler.unwrap_or_default();
        let mut head = Vec::with_capacity(HEADER_BYTES as usize + sampler.len());
        head.extend_from_slice(b"RIFF");
        let length = bytes as u32 + HEADER_BYTES as u32 - 8 + sampler.len() as u32;
        head.extend_from_slice(&length.to_le_bytes());
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
        head.extend_from_slice(&sampler);
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
