//! What sound is in this file?

use super::{AudioError, Clip, SoundError};
use crate::io::{Input, sniff};
use nex_encoder::wav;
use std::{
    fs,
    io::{self, Read},
    path::Path,
};

/// A sound, and what its reader noticed.
#[derive(Debug)]
pub struct Loaded {
    pub clip: Clip,
    /// Each continues the file's name and a colon.
    pub warnings: Vec<String>,
}

/// Reads a sound from `path`, or from standard input for `-`.
///
/// WAV as [`wav::read`] says; other formats with feature `symphonia`.
///
/// # Errors
/// [`AudioError`] by variant. A file shorter than its header declares is an
/// error, unless the header says "length unknown", as programs that write
/// into a pipe make it say.
pub fn read(path: &Path) -> Result<Clip, AudioError> {
    Ok(parse(path, load(path)?)?.clip)
}

/// [`read`], of bytes that [`load`] gave.
pub(crate) fn parse(path: &Path, bytes: Vec<u8>) -> Result<Loaded, AudioError> {
    let refuse = |fault| AudioError::Sound { path: path.into(), fault };
    match sniff(path, &bytes) {
        Input::Nex => return Err(AudioError::Nex(path.into())),
        Input::Picture => return Err(AudioError::Picture(path.into())),
        _ => {}
    }
    if wav::is_wav(&bytes) {
        match wav::head(&bytes) {
            // Coded samples in a WAV file; whose else is it?
            Err(SoundError::UnsupportedEncoding(_)) if cfg!(feature = "symphonia") => {}
            head => {
                let head = head.map_err(refuse)?;
                let clip = head.clip(&bytes).map_err(refuse)?;
                return Ok(Loaded { clip, warnings: head.warnings });
            }
        }
    }
    let clip = other(path, bytes)?;
    clip.check().map_err(refuse)?;
    Ok(Loaded { clip, warnings: Vec::new() })
}

/// The bytes of a file, or of standard input for `-`: at least one.
pub(crate) fn load(path: &Path) -> Result<Vec<u8>, AudioError> {
    let bytes = load_any(path)?;
    if bytes.is_empty() {
        return Err(AudioError::Sound { path: path.into(), fault: SoundError::Empty });
    }
    Ok(bytes)
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
    let found = wav::looks_like(&bytes);
    super::symphonia::parse(path, bytes).map_err(|source| AudioError::Unknown {
        path: path.into(),
        found,
        source,
    })
}

#[cfg(not(feature = "symphonia"))]
fn other(path: &Path, bytes: Vec<u8>) -> Result<Clip, AudioError> {
    Err(AudioError::NotWav { path: path.into(), found: wav::looks_like(&bytes) })
}
