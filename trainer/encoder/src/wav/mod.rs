//! Which sound do the bytes of a WAV file hold?
//!
//! [`Head::read`] finds the samples, [`Encoding::decode`] reads any part of
//! them; [`read`] does both for a file in memory.

mod encoding;
mod head;
mod loops;

pub use encoding::Encoding;
pub use head::{Head, HeadError};

use super::{Clip, SoundError};
use std::io::Cursor;

/// Reads a WAV file; what [`Head::warnings`] would say is not heard.
///
/// Integers of 1 to 64 bits, floats of 32 or 64, A-law and mu-law, 1 to 8
/// channels, also as `WAVE_FORMAT_EXTENSIBLE`, RF64, BW64 or RIFX. A single
/// sample and silence are sounds too.
///
/// # Errors
/// [`SoundError`] by variant. A file shorter than its header declares is an
/// error, unless the header says "length unknown", as programs that write
/// into a pipe make it say.
///
/// # Panics
/// Never.
pub fn read(bytes: Vec<u8>) -> Result<Clip, SoundError> {
    head(&bytes)?.clip(&bytes)
}

/// The head of a WAV file in memory.
///
/// # Errors
/// As [`read`], but for what only its samples show.
pub fn head(bytes: &[u8]) -> Result<Head, SoundError> {
    Head::read(Cursor::new(bytes)).map_err(|error| match error {
        HeadError::Sound(fault) => fault,
        error => SoundError::Damaged(error.to_string()),
    })
}

impl Head {
    /// The sound of the file in memory that this is the head of.
    ///
    /// # Errors
    /// As [`Clip::check`].
    pub fn clip(&self, file: &[u8]) -> Result<Clip, SoundError> {
        let data = self.data.start as usize..self.data.end as usize;
        let data = file.get(data).unwrap_or_default();
        let mut samples = Vec::with_capacity(data.len() / self.encoding.sample_bytes());
        self.encoding.decode(data, &mut samples);
        let clip = Clip { rate_hz: self.rate_hz, channels: self.channels, samples };
        clip.check()?;
        Ok(clip)
    }
}

/// Whether a file begins as a WAV file does.
#[must_use]
pub fn is_wav(bytes: &[u8]) -> bool {
    let forms = [b"RIFF", b"RIFX", b"RF64", b"BW64"];
    forms.iter().any(|form| bytes.starts_with(*form)) && bytes.get(8..12) == Some(b"WAVE")
}

/// A guess at the format of a file, for a message: "it looks like MP3".
#[must_use]
pub fn looks_like(bytes: &[u8]) -> String {
    let known: [(&[u8], &str); 7] = [
        (b"ID3", "it looks like MP3"),
        (b"\xff\xfb", "it looks like MP3"),
        (b"OggS", "it looks like Ogg"),
        (b"fLaC", "it looks like FLAC"),
        (b"FORM", "it looks like AIFF"),
        (b"riff", "it looks like Wave64"),
        (b"RIFF", "it is a RIFF file, but not of WAVE kind"),
    ];
    if let Some((_, name)) = known.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return (*name).into();
    }
    let head = bytes[..bytes.len().min(8)].escape_ascii();
    format!("it begins with \"{head}\"")
}
