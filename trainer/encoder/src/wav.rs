//! Which sound do the bytes of a WAV file hold?

use super::{Clip, SoundError};
use std::io::Cursor;

/// Reads a WAV file.
///
/// Integers of 8, 16, 24 or 32 bits or 32-bit floats, 1 to 8 channels, also as
/// `WAVE_FORMAT_EXTENSIBLE`. A single sample and silence are sounds too.
///
/// # Errors
/// [`SoundError`] by variant. A file shorter than its header declares is an
/// error, unless the header says "length unknown", as programs that write
/// into a pipe make it say.
///
/// # Panics
/// Never.
pub fn read(bytes: Vec<u8>) -> Result<Clip, SoundError> {
    if bytes.is_empty() {
        return Err(SoundError::Empty);
    }
    if !is_wav(&bytes) {
        return Err(SoundError::NotWav(looks_like(&bytes)));
    }
    let clip = parse(bytes)?;
    clip.check()?;
    Ok(clip)
}

/// Whether a file begins as a WAV file does.
#[must_use]
pub fn is_wav(bytes: &[u8]) -> bool {
    bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WAVE")
}

/// A guess at the format of a file, for a message: "it looks like MP3".
#[must_use]
pub fn looks_like(bytes: &[u8]) -> String {
    let known: [(&[u8], &str); 8] = [
        (b"ID3", "it looks like MP3"),
        (b"\xff\xfb", "it looks like MP3"),
        (b"OggS", "it looks like Ogg"),
        (b"fLaC", "it looks like FLAC"),
        (b"FORM", "it looks like AIFF"),
        (b"RF64", "it is an RF64 file"),
        (b"RIFX", "it is a big-endian RIFF file"),
        (b"RIFF", "it is a RIFF file, but not of WAVE kind"),
    ];
    if let Some((_, name)) = known.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return (*name).into();
    }
    let head = bytes[..bytes.len().min(8)].escape_ascii();
    format!("it begins with \"{head}\"")
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

fn parse(mut bytes: Vec<u8>) -> Result<Clip, SoundError> {
    let damaged = |reason: &str| SoundError::Damaged(reason.to_string());
    let (format_at, _) =
        find_chunk(&bytes, b"fmt ").ok_or_else(|| damaged("it has no format chunk"))?;
    let encoding = Encoding::read(&bytes, format_at + 4)
        .ok_or_else(|| damaged("its format chunk is cut off"))?;
    if let Some(name) = encoding.unsupported() {
        return Err(SoundError::UnsupportedEncoding(name));
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
        return Err(SoundError::Truncated { declared, available });
    }
    decode(bytes).map_err(|e| match e {
        hound::Error::FormatError(reason) => damaged(reason),
        hound::Error::Unsupported | hound::Error::InvalidSampleFormat => {
            SoundError::UnsupportedEncoding(encoding.name())
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
