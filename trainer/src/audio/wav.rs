//! Which bytes are a WAV file?

use super::{AudioError, Clip, output};
use std::{io::Cursor, path::Path};

/// Bytes before the samples of the WAV files that [`write_wav`] writes.
const HEADER_BYTES: u64 = 44;

/// The size of a 16-bit WAV file.
#[must_use]
pub const fn wav_bytes_len(frames: u64, channels: u64) -> u64 {
    HEADER_BYTES + 2 * frames * channels
}

pub(super) fn is_wav(bytes: &[u8]) -> bool {
    bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WAVE")
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

/// Where the chunk `id` has its length field, and the length it declares.
fn find_chunk(bytes: &[u8], id: &[u8; 4]) -> Option<(usize, u32)> {
    let mut at = 12;
    loop {
        let declared = u32_at(bytes, at + 4)?;
        if bytes.get(at..at + 4)? == id {
            return Some((at + 4, declared));
        }
        // Chunks are padded to even lengths.
        at = at.checked_add(8 + declared as usize + (declared & 1) as usize)?;
    }
}

/// Programs that write into a pipe cannot go back and fill in the length; they
/// leave one of these (`ffmpeg`: all ones, `sox` and others: near 2^31).
const fn is_unknown_length(declared: u32) -> bool {
    declared == u32::MAX || (declared >= 0x7fff_0000 && declared <= 0x8000_0000)
}

pub(super) fn parse(path: &Path, mut bytes: Vec<u8>) -> Result<Clip, AudioError> {
    let damaged =
        |reason: &str| AudioError::Damaged { path: path.into(), reason: reason.to_string() };
    let (format_at, _) =
        find_chunk(&bytes, b"fmt ").ok_or_else(|| damaged("it has no format chunk"))?;
    let encoding = Encoding::read(&bytes, format_at + 4)
        .ok_or_else(|| damaged("its format chunk is cut off"))?;
    let unsupported = |encoding| AudioError::UnsupportedEncoding { path: path.into(), encoding };
    if let Some(name) = encoding.unsupported() {
        return Err(unsupported(name));
    }
    let (length_at, declared) =
        find_chunk(&bytes, b"data").ok_or_else(|| damaged("it has no data chunk"))?;
    let available = bytes.len() - (length_at + 4);
    if is_unknown_length(declared) && available < declared as usize {
        let block = usize::from(encoding.block_bytes).max(1);
        let whole = (available - available % block) as u32;
        bytes[length_at..length_at + 4].copy_from_slice(&whole.to_le_bytes());
    } else if available < declared as usize {
        let (declared, available) = (declared.into(), available as u64);
        return Err(AudioError::Truncated { path: path.into(), declared, available });
    }
    decode(bytes).map_err(|e| match e {
        hound::Error::FormatError(reason) => damaged(reason),
        hound::Error::Unsupported | hound::Error::InvalidSampleFormat => {
            unsupported(encoding.name())
        }
        e => damaged(&e.to_string()),
    })
}

fn decode(bytes: Vec<u8>) -> Result<Clip, hound::Error> {
    let mut reader = hound::WavReader::new(Cursor::new(bytes))?;
    let spec = reader.spec();
    let samples = match spec.sample_format {
        hound::SampleFormat::Float => reader.samples::<f32>().collect::<Result<Vec<f32>, _>>()?,
        hound::SampleFormat::Int => {
            let scale = 0.5f64.powi(i32::from(spec.bits_per_sample) - 1);
            let samples = reader.samples::<i32>();
            samples.map(|s| s.map(|s| (f64::from(s) * scale) as f32)).collect::<Result<_, _>>()?
        }
    };
    Ok(Clip { rate_hz: spec.sample_rate, channels: spec.channels.into(), samples })
}

/// How a WAV file codes its samples.
struct Encoding {
    code: u16,
    bits: u16,
    block_bytes: u16,
}

impl Encoding {
    const INTEGER: u16 = 1;
    const FLOAT: u16 = 3;
    const EXTENSIBLE: u16 = 0xfffe;

    /// Reads the format chunk whose body is at `at`.
    fn read(bytes: &[u8], at: usize) -> Option<Self> {
        let mut code = u16_at(bytes, at)?;
        if code == Self::EXTENSIBLE {
            // The first two bytes of the sub-format's GUID.
            code = u16_at(bytes, at + 24)?;
        }
        Some(Self { code, block_bytes: u16_at(bytes, at + 12)?, bits: u16_at(bytes, at + 14)? })
    }

    fn name(&self) -> String {
        match self.code {
            Self::INTEGER => format!("{}-bit integer", self.bits),
            Self::FLOAT => format!("{}-bit float", self.bits),
            2 => "Microsoft ADPCM".into(),
            6 => "A-law".into(),
            7 => "mu-law".into(),
            0x11 => "IMA ADPCM".into(),
            0x31 => "GSM 6.10".into(),
            0x55 => "MP3".into(),
            code => format!("format {code:#06x}"),
        }
    }

    /// The name, if such samples are not read.
    fn unsupported(&self) -> Option<String> {
        let known = match self.code {
            Self::INTEGER => matches!(self.bits, 8 | 16 | 24 | 32),
            Self::FLOAT => self.bits == 32,
            _ => false,
        };
        (!known).then(|| self.name())
    }
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
    for half in [Encoding::INTEGER, clip.channels as u16] {
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
    output::write_atomic(path, &file, force)?;
    Ok(())
}
