//! Which `.nex` file is meant, and what does it hold?

use super::{
    options::LimitArgs,
    terminal::{Failure, text},
};
use crate::io::{Input, files_in, sniff};
use nex_format::{compact, neural};
use nex_runtime::{
    Error, Kind, NetworkInfo, Part, Picture, PictureInfo, Profile, SectionId, Shape, Signal, Sound,
    SoundInfo, sections, unpack, unpacked_len,
};
use std::{
    fs, io,
    io::Read,
    path::{Path, PathBuf},
};
use thiserror::Error;

/// Why a `.nex` file cannot be used.
#[derive(Debug, Error)]
pub enum FileError {
    #[error("{}: no such file; check the path", .0.display())]
    NotFound(PathBuf),
    #[error("{}: is a directory; name a .nex file in it", .0.display())]
    Directory(PathBuf),
    #[error("{}: cannot be read", .path.display())]
    Io { path: PathBuf, source: io::Error },
    #[error("{}: is empty (0 bytes); export it again", .0.display())]
    Empty(PathBuf),
    #[error("{}: is a WAV file; `ne-train export` makes a .nex file of it", .0.display())]
    Wav(PathBuf),
    #[error(
        "{}: holds a {}, and this command is about sounds; try info, check or decode",
        .path.display(), .signal.name()
    )]
    NoSound { path: PathBuf, signal: Signal },
    #[error("{}: holds no network", .0.display())]
    NoNetwork(PathBuf),
    #[error("{}: cannot be decoded; export it again or take an intact copy", .path.display())]
    Format { path: PathBuf, source: Error },
}

/// A `.nex` file as it is stored, plain or packed.
pub struct Stored {
    path: PathBuf,
    pub bytes: Vec<u8>,
    /// Of a packed file: the plain one that the decoder reads.
    unpacked: Option<Vec<u8>>,
}

/// Samples that a command is to decode.
pub struct Wanted {
    samples: u64,
    what: String,
}

impl Wanted {
    pub fn frames(frames: u64, channels: u8) -> Self {
        let (counted, of) = (text::count(frames, "frame"), text::count(channels.into(), "channel"));
        Self { samples: frames * u64::from(channels), what: format!("{counted} of {of}") }
    }

    pub fn pixels((width, height): (u32, u32), channels: u8) -> Self {
        let samples = u64::from(width) * u64::from(height);
        let of = text::count(channels.into(), "channel");
        let sides = [width, height].map(|side| text::grouped(side.into()));
        let what = format!("{} pixels of {of}", sides.join(" x "));
        Self { samples: samples.saturating_mul(channels.into()), what }
    }
}

/// Writes a `.nex` file, and takes what then stands there: of a pipe, what was written.
///
/// # Errors
/// Those of writing and of [`load`].
#[cfg(feature = "pictures")]
pub fn write(out: &Path, bytes: Vec<u8>, force: bool) -> Result<Stored, Failure> {
    crate::io::write_atomic(out, &bytes, force)?;
    let is_file = out.metadata().is_ok_and(|m| m.is_file());
    Ok(if is_file { load(out)? } else { Stored::new(out, bytes)? })
}

/// The `.nex` file at a path; `-` is standard input.
pub fn load(path: &Path) -> Result<Stored, FileError> {
    let failed = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound => FileError::NotFound(path.into()),
        _ => FileError::Io { path: path.into(), source },
    };
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        io::stdin().lock().read_to_end(&mut bytes).map_err(failed)?;
    } else if path.is_dir() {
        return Err(FileError::Directory(path.into()));
    } else {
        bytes = fs::read(path).map_err(failed)?;
    }
    if bytes.is_empty() {
        return Err(FileError::Empty(path.into()));
    }
    Stored::new(path, bytes)
}

/// The `.nex` files in a folder, relative to it: at least one.
pub fn in_folder(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut files = files_in(folder)?;
    files.retain(|path| path.extension().is_some_and(|ending| ending == "nex"));
    if files.is_empty() {
        let path = folder.display();
        return Err(format!("{path}: no .nex files in it; name another folder").into());
    }
    Ok(files)
}

impl Stored {
    /// Unpacks the bytes of the file at `path` if they are packed. Whether
    /// they are sound otherwise, opening them finds out.
    pub fn new(path: &Path, bytes: Vec<u8>) -> Result<Self, FileError> {
        let mut file = Self { path: path.into(), bytes, unpacked: None };
        if is_packed(&file.bytes) {
            file.unpacked = Some(file.check(unpacked(&file.bytes))?);
        }
        Ok(file)
    }

    /// What the decoder reads.
    pub fn plain(&self) -> &[u8] {
        self.unpacked.as_deref().unwrap_or(&self.bytes)
    }

    pub const fn is_packed(&self) -> bool {
        self.unpacked.is_some()
    }

    /// What the file is, sound or not: the one place that finds out.
    pub fn kind(&self) -> Result<Kind, FileError> {
        let bytes = self.plain();
        if sniff(&self.path, bytes) == Input::Wav {
            return Err(FileError::Wav(self.path.clone()));
        }
        // Of a damaged file a kind that nobody knows says nothing.
        let damaged = |error| sections(bytes).err().unwrap_or(error);
        self.check(Kind::of(bytes).map_err(damaged))
    }

    /// The sound in it.
    pub fn sound(&self) -> Result<Sound<'_>, FileError> {
        self.check(Sound::open(self.of_sound()?))
    }

    /// The sound in it, if all of it may be decoded.
    pub fn sound_within(&self, limit: LimitArgs) -> Result<Sound<'_>, Failure> {
        match Sound::open_within(self.of_sound()?, limit.limits()) {
            Err(Error::LimitExceeded(Part::Frames)) => {
                let SoundInfo { frames, channels, .. } = self.sound()?.info();
                Err(self.beyond(limit, &Wanted::frames(frames.into(), channels), ""))
            }
            opened => Ok(self.check(opened)?),
        }
    }

    /// [`plain`](Self::plain), which has to be a sound's.
    fn of_sound(&self) -> Result<&[u8], FileError> {
        match self.kind()?.signal {
            Signal::Sound => Ok(self.plain()),
            signal => Err(FileError::NoSound { path: self.path.clone(), signal }),
        }
    }

    /// The picture in it, if all of it may be decoded.
    pub fn picture_within(&self, limit: LimitArgs) -> Result<Picture<'_>, Failure> {
        match Picture::open_within(self.plain(), limit.limits()) {
            Err(Error::LimitExceeded(Part::Size)) => {
                let PictureInfo { width, height, channels, .. } = self.picture()?.info();
                Err(self.beyond(limit, &Wanted::pixels((width, height), channels), ""))
            }
            opened => Ok(self.check(opened)?),
        }
    }

    /// Whether a part may be decoded; `less` says how to ask for less.
    pub fn allow(&self, limit: LimitArgs, wanted: &Wanted, less: &str) -> Result<(), Failure> {
        let few = wanted.samples <= limit.max_samples;
        if few { Ok(()) } else { Err(self.beyond(limit, wanted, less)) }
    }

    fn beyond(&self, limit: LimitArgs, wanted: &Wanted, less: &str) -> Failure {
        Failure::Usage(format!(
            "{}: {} would be decoded, above the limit of {} samples in all; {less}allow them with \
             --max-samples {}",
            self.path.display(),
            wanted.what,
            text::grouped(limit.max_samples),
            wanted.samples
        ))
    }

    /// The picture in it.
    pub fn picture(&self) -> Result<Picture<'_>, FileError> {
        self.check(Picture::open(self.plain()))
    }

    /// The shape in it.
    pub fn shape(&self) -> Result<Shape<'_>, FileError> {
        self.check(Shape::open(self.plain()))
    }

    /// What a network costs, of a file that has to be one.
    pub fn cost(&self, network: Option<NetworkInfo>) -> Result<NetworkInfo, FileError> {
        network.ok_or_else(|| FileError::NoNetwork(self.path.clone()))
    }

    /// The network in it, to look into.
    pub fn network(&self) -> Result<neural::File<'_>, FileError> {
        self.check(neural::File::parse(self.plain()))
    }

    /// The compact sound in it, to look into.
    pub fn compact(&self) -> Result<compact::Sound<'_>, FileError> {
        self.check(compact::Sound::parse(self.plain()))
    }

    /// The compact picture in it, to look into.
    pub fn compact_picture(&self) -> Result<compact::Picture<'_>, FileError> {
        self.check(compact::Picture::parse(self.plain()))
    }

    /// The compact shape in it, to look into.
    pub fn compact_shape(&self) -> Result<compact::Shape<'_>, FileError> {
        self.check(compact::Shape::parse(self.plain()))
    }

    fn check<T>(&self, parsed: Result<T, Error>) -> Result<T, FileError> {
        parsed.map_err(|source| FileError::Format { path: self.path.clone(), source })
    }
}

fn is_packed(bytes: &[u8]) -> bool {
    const PACKED: [SectionId; 3] =
        [SectionId::PACKED_ENCODER, SectionId::PACKED_MANAGER, SectionId::PACKED_EXPERTS];
    let neural = Kind::of(bytes).is_ok_and(|kind| kind.profile == Profile::Neural);
    neural && sections(bytes).is_ok_and(|mut all| all.any(|section| PACKED.contains(&section.id)))
}

fn unpacked(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let mut plain = vec![0; unpacked_len(bytes)?];
    let len = unpack(bytes, &mut plain)?;
    plain.truncate(len);
    Ok(plain)
}
