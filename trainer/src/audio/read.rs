//! What sound is in this file?

use super::{
    AudioError, Clip, Frames, SoundError,
    file::WavFile,
    parts::{self, Sound},
};
use crate::io::{Input, RAW_ENDINGS, ends_in, sniff};
use nex_encoder::wav::{self, Encoding, Head, HeadError};
use rayon::prelude::*;
use std::{
    fs::{self, File},
    io::{self, Read},
    ops::Range,
    path::{Path, PathBuf},
};

/// A sound, and what its reader noticed.
#[derive(Debug)]
pub struct Loaded {
    pub clip: Clip,
    /// The frames that it wants to be played over and over.
    pub repeated: Option<Range<usize>>,
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
        Input::UnreadPicture(format) => {
            return Err(AudioError::UnreadPicture { path: path.into(), format });
        }
        Input::UnreadMesh(format) => {
            return Err(AudioError::UnreadMesh { path: path.into(), format });
        }
        _ => {}
    }
    let mut coded = None;
    if wav::is_wav(&bytes) {
        match wav::head(&bytes) {
            // Another reader may know it.
            Err(fault @ SoundError::UnsupportedEncoding(_)) if cfg!(feature = "symphonia") => {
                coded = Some(fault);
            }
            head => {
                let head = head.map_err(refuse)?;
                let clip = head.clip(&bytes).map_err(refuse)?;
                return Ok(Loaded { clip, repeated: repeated(&head), warnings: head.warnings });
            }
        }
    }
    if ends_in(path, RAW_ENDINGS) {
        return Err(AudioError::Raw(path.into()));
    }
    let (clip, warnings) = other(path, bytes).map_err(|error| coded.map_or(error, refuse))?;
    clip.check().map_err(refuse)?;
    Ok(Loaded { clip, repeated: None, warnings })
}

/// A sound that is read part by part, and what its reader noticed.
pub(crate) struct Opened {
    pub sound: Sound,
    /// The frames that it wants to be played over and over.
    pub repeated: Option<Range<usize>>,
    /// Each continues the file's name and a colon.
    pub warnings: Vec<String>,
}

/// The sound of a file: of a WAV file its samples stay there, others are
/// decoded into memory.
///
/// # Errors
/// As [`read`].
pub(crate) fn open(file: Unread) -> Result<Opened, AudioError> {
    let path = file.path.clone();
    let refuse = |fault| AudioError::Sound { path: path.clone(), fault };
    if !file.is_whole && wav::is_wav(&file.bytes) {
        let failed = |source| AudioError::Io { path: path.clone(), source };
        let source = File::open(&path).map_err(failed)?;
        match Head::read(&source) {
            Err(HeadError::Io(source)) => return Err(failed(source)),
            Err(HeadError::Sound(SoundError::UnsupportedEncoding(_)))
                if cfg!(feature = "symphonia") => {}
            Err(HeadError::Sound(fault)) => return Err(refuse(fault)),
            Err(fault) => return Err(refuse(SoundError::Damaged(fault.to_string()))),
            Ok(head) => return in_file(&path, source, head),
        }
    }
    let Loaded { clip, repeated, warnings } = parse(&path, file.bytes()?)?;
    Ok(Opened { sound: Box::new(clip), repeated, warnings })
}

/// The sound of a file that is samples and nothing else: how one is stored, how
/// many a second has, and of how many channels.
///
/// # Errors
/// As [`read`].
pub(crate) fn open_raw(
    file: Unread,
    (encoding, rate_hz, channels): (Encoding, u32, usize),
) -> Result<Opened, AudioError> {
    let path = file.path.clone();
    let failed = |source| AudioError::Io { path: path.clone(), source };
    let head = |len: u64| {
        let over = len % (encoding.sample_bytes() * channels).max(1) as u64;
        let warning = format!(
            "the last {over} bytes are no whole frame and left out; is it what --raw says?"
        );
        let warnings = Vec::from_iter((over > 0).then_some(warning));
        Head { encoding, channels, rate_hz, data: 0..len - over, repeated: None, warnings }
    };
    if !file.is_whole {
        let source = File::open(&path).map_err(failed)?;
        let len = source.metadata().map_err(failed)?.len();
        return in_file(&path, source, head(len));
    }
    let head = head(file.bytes.len() as u64);
    let clip = head.clip(&file.bytes).map_err(|fault| AudioError::Sound { path, fault })?;
    Ok(Opened { sound: Box::new(clip), repeated: None, warnings: head.warnings })
}

/// The loop of a WAV file, which lies in it.
fn repeated(head: &Head) -> Option<Range<usize>> {
    head.repeated.as_ref().map(|l| l.start as usize..l.end as usize)
}

/// The sound whose samples stay in a file.
fn in_file(path: &Path, source: File, mut head: Head) -> Result<Opened, AudioError> {
    let refuse = |fault| AudioError::Sound { path: path.into(), fault };
    let (repeated, warnings) = (repeated(&head), std::mem::take(&mut head.warnings));
    let sound = WavFile::new(source, head);
    sound.check_shape().map_err(refuse)?;
    let fault = parts::blocks(sound.frames()).find_map_first(|range| {
        let start = range.start;
        match parts::clip(&sound, range) {
            Ok(part) => sound.check_samples(start, &part.samples).map_err(refuse).err(),
            Err(source) => Some(AudioError::Io { path: path.into(), source }),
        }
    });
    fault.map_or_else(|| Ok(Opened { sound: Box::new(sound), repeated, warnings }), Err)
}

/// A file of which only the beginning is known yet, or standard input, whose
/// bytes come but once.
pub(crate) struct Unread {
    path: PathBuf,
    bytes: Vec<u8>,
    is_whole: bool,
}

impl Unread {
    /// The file at a path, or standard input for `-`: at least one byte.
    pub fn of(path: &Path) -> Result<Self, AudioError> {
        let failed = |source: io::Error| match source.kind() {
            io::ErrorKind::NotFound => AudioError::NotFound(path.into()),
            io::ErrorKind::IsADirectory => AudioError::Directory(path.into()),
            _ => AudioError::Io { path: path.into(), source },
        };
        let mut bytes = Vec::new();
        let mut is_whole = true;
        if path.as_os_str() == "-" {
            io::stdin().lock().read_to_end(&mut bytes).map_err(failed)?;
        } else if path.is_dir() {
            return Err(AudioError::Directory(path.into()));
        } else {
            let mut file = File::open(path).map_err(failed)?;
            // Pipes and devices cannot be read twice.
            is_whole = !file.metadata().is_ok_and(|m| m.is_file());
            let most = if is_whole { u64::MAX } else { HEAD_BYTES };
            file.by_ref().take(most).read_to_end(&mut bytes).map_err(failed)?;
        }
        if bytes.is_empty() {
            return Err(AudioError::Sound { path: path.into(), fault: SoundError::Empty });
        }
        Ok(Self { path: path.into(), bytes, is_whole })
    }

    /// What it begins with: enough to tell its kind.
    pub fn head(&self) -> &[u8] {
        &self.bytes
    }

    /// All of it.
    pub fn bytes(self) -> Result<Vec<u8>, AudioError> {
        if self.is_whole {
            return Ok(self.bytes);
        }
        fs::read(&self.path).map_err(|source| AudioError::Io { path: self.path, source })
    }
}

/// Bytes that tell a file's kind.
const HEAD_BYTES: u64 = 64;

/// The bytes of a file, or of standard input for `-`: at least one.
pub(crate) fn load(path: &Path) -> Result<Vec<u8>, AudioError> {
    Unread::of(path)?.bytes()
}

#[cfg(feature = "symphonia")]
fn other(path: &Path, bytes: Vec<u8>) -> Result<(Clip, Vec<String>), AudioError> {
    let found = wav::looks_like(&bytes);
    super::symphonia::parse(path, bytes).map_err(|source| AudioError::Unknown {
        path: path.into(),
        found,
        source,
    })
}

#[cfg(not(feature = "symphonia"))]
fn other(path: &Path, bytes: Vec<u8>) -> Result<(Clip, Vec<String>), AudioError> {
    Err(AudioError::NotWav { path: path.into(), found: wav::looks_like(&bytes) })
}
