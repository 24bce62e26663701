//! What sound is in this file?

use super::{AudioError, Clip, wav};
use std::{
    fs,
    io::{self, Read},
    path::Path,
};

/// Reads a sound from `path`, or from standard input for `-`.
///
/// WAV with integers of 8, 16, 24 or 32 bits or 32-bit floats, 1 to 8
/// channels, also as `WAVE_FORMAT_EXTENSIBLE`; other formats with feature
/// `symphonia`. A single sample and silence are sounds too.
///
/// # Errors
/// [`AudioError`] by variant. A file shorter than its header declares is an
/// error, unless the header says "length unknown", as programs that write
/// into a pipe make it say.
pub fn read(path: &Path) -> Result<Clip, AudioError> {
    parse(path, load(path)?)
}

/// [`read`], of bytes that [`load`] gave.
pub(crate) fn parse(path: &Path, bytes: Vec<u8>) -> Result<Clip, AudioError> {
    if bytes.starts_with(&nex_format::MAGIC) {
        return Err(AudioError::Nex(path.into()));
    }
    if crate::picture::is_picture(&bytes) {
        return Err(AudioError::Picture(path.into()));
    }
    let clip = if wav::is_wav(&bytes) { wav::parse(path, bytes)? } else { other(path, bytes)? };
    check(path, &clip)?;
    Ok(clip)
}

/// The bytes of a file, or of standard input for `-`: at least one.
pub(crate) fn load(path: &Path) -> Result<Vec<u8>, AudioError> {
    let bytes = load_any(path)?;
    if bytes.is_empty() { Err(AudioError::Empty(path.into())) } else { Ok(bytes) }
}

fn load_any(path: &Path) -> Result<Vec<u8>, AudioError> {
    let failed = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound => AudioError::NotFound(path.into()),
        io::ErrorKind::IsADirectory => AudioError::Directory(path.into()),
        _ => AudioError::Io { path: path.into(), source },
    };
    if path.as_os_str() == "-" {
        let mut bytes = Vec::new();
        io::stdin().lock().read_to_end(&mut bytes).map_err(failed)?;
        return Ok(bytes);
    }
    if path.is_dir() {
        return Err(AudioError::Directory(path.into()));
    }
    fs::read(path).map_err(failed)
}

#[cfg(feature = "symphonia")]
fn other(path: &Path, bytes: Vec<u8>) -> Result<Clip, AudioError> {
    let found = first_bytes(&bytes);
    super::symphonia::parse(path, bytes).map_err(|source| AudioError::Unknown {
        path: path.into(),
        found,
        source,
    })
}

#[cfg(not(feature = "symphonia"))]
fn other(path: &Path, bytes: Vec<u8>) -> Result<Clip, AudioError> {
    Err(AudioError::NotWav { path: path.into(), found: first_bytes(&bytes) })
}

/// A guess at the format, for the message.
fn first_bytes(bytes: &[u8]) -> String {
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

/// What holds of every clip that [`read`] returns.
fn check(path: &Path, clip: &Clip) -> Result<(), AudioError> {
    let path = || path.to_path_buf();
    let max = nex_format::MAX_CHANNELS;
    if clip.channels == 0 || clip.channels > max {
        return Err(AudioError::Channels { path: path(), channels: clip.channels, max });
    }
    if !nex_format::RATE_HZ.contains(&clip.rate_hz) {
        return Err(AudioError::Rate { path: path(), rate_hz: clip.rate_hz });
    }
    if clip.frames() == 0 {
        return Err(AudioError::NoSamples(path()));
    }
    if let Some(at) = clip.samples.iter().position(|s| !s.is_finite()) {
        return Err(AudioError::NotFinite {
            path: path(),
            frame: at / clip.channels,
            channel: at % clip.channels,
            value: clip.samples[at],
        });
    }
    Ok(())
}
