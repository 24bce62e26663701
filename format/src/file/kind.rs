//! What does a file hold, and how?

use super::{error::value_of, reader::Reader};
use crate::{Error, Part, VERSION};

/// What is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
#[repr(u8)]
pub enum Signal {
    /// Samples along time.
    Sound = 0,
    /// Pixels in a plane.
    Picture = 1,
    /// The signed distance to a surface in space.
    Shape = 2,
}

impl Signal {
    /// Coordinates per point: 1 of a sound, 2 of a picture, 3 of a shape.
    #[must_use]
    pub const fn dims(self) -> usize {
        self as usize + 1
    }

    /// The word for it in English.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sound => "sound",
            Self::Picture => "picture",
            Self::Shape => "shape",
        }
    }
}

/// How it is stored: both are mixtures of experts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
#[repr(u8)]
pub enum Profile {
    /// The paper's networks: continuous, no good compressor.
    Neural = 0,
    /// A coded gate and sparse linear experts, entropy-coded by a mixture.
    Compact = 1,
}

impl Profile {
    /// The word for it in English.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Neural => "neural",
            Self::Compact => "compact",
        }
    }
}

/// What a file is: one cell of the table of signals and profiles.
///
/// ```
/// use nex_format::{Error, Kind, Part, Profile, Signal};
///
/// let sound = Kind { signal: Signal::Sound, profile: Profile::Compact };
/// assert_eq!(Kind::of(b"NEX\x01\x10"), Ok(sound));
/// assert_eq!(Kind::of(b"NEX\x01\x8f"), Err(Error::UnknownKind(Part::Signal, 15)));
/// assert_eq!(Kind::of(b"RIFF"), Err(Error::BadMagic));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Kind {
    /// What is stored.
    pub signal: Signal,
    /// How it is stored.
    pub profile: Profile,
}

impl Kind {
    /// Every kind that this version has bytes for.
    pub const ALL: [Self; 6] = [
        Self::new(Signal::Sound, Profile::Neural),
        Self::new(Signal::Picture, Profile::Neural),
        Self::new(Signal::Shape, Profile::Neural),
        Self::new(Signal::Sound, Profile::Compact),
        Self::new(Signal::Picture, Profile::Compact),
        Self::new(Signal::Shape, Profile::Compact),
    ];

    /// A cell of the table.
    #[must_use]
    pub const fn new(signal: Signal, profile: Profile) -> Self {
        Self { signal, profile }
    }

    /// What the first five bytes of a file say it is, packed or not. Nothing
    /// after them is looked at: parsing tells whether the file is sound.
    ///
    /// # Errors
    /// [`Error::Truncated`], [`Error::BadMagic`],
    /// [`Error::UnsupportedVersion`]; [`Error::UnknownKind`] of
    /// [`Part::Signal`] or [`Part::Profile`].
    ///
    /// # Panics
    /// Never.
    pub const fn of(bytes: &[u8]) -> Result<Self, Error> {
        let mut reader = value_of!(after_magic(bytes));
        match Self::from_byte(value_of!(reader.byte())) {
            Ok((kind, _)) => Ok(kind),
            Err(e) => Err(e),
        }
    }

    /// Of the kind's byte; and whether a table of sections follows.
    pub(crate) const fn from_byte(byte: u8) -> Result<(Self, bool), Error> {
        let signal = match byte & 0x0f {
            0 => Signal::Sound,
            1 => Signal::Picture,
            2 => Signal::Shape,
            other => return Err(Error::UnknownKind(Part::Signal, other)),
        };
        let profile = match byte >> 4 & 0x07 {
            0 => Profile::Neural,
            1 => Profile::Compact,
            other => return Err(Error::UnknownKind(Part::Profile, other)),
        };
        Ok((Self { signal, profile }, byte & SECTIONS_FLAG != 0))
    }

    /// The kind's byte in a file with a table of sections, or without one.
    #[cfg(feature = "write")]
    pub(crate) const fn byte(self, sections: bool) -> u8 {
        self.signal as u8 | (self.profile as u8) << 4 | if sections { SECTIONS_FLAG } else { 0 }
    }
}

/// In the kind's byte: a table of sections follows.
const SECTIONS_FLAG: u8 = 0x80;

/// Behind the magic and the version.
pub(crate) const fn after_magic(bytes: &[u8]) -> Result<Reader<'_>, Error> {
    match bytes {
        [] | [b'N'] | [b'N', b'E'] | [b'N', b'E', b'X'] => Err(Error::Truncated),
        [b'N', b'E', b'X', VERSION, rest @ ..] => Ok(Reader::new(rest)),
        [b'N', b'E', b'X', version, ..] => Err(Error::UnsupportedVersion(*version)),
        _ => Err(Error::BadMagic),
    }
}
