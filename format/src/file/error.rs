//! Why can these bytes not be decoded?

use super::{
    kind::{Kind, Profile},
    text::Text,
};
use core::fmt;

/// The value, or return the error: what `?` does where a constant may be
/// computed.
macro_rules! value_of {
    ($result:expr) => {
        match $result {
            Ok(value) => value,
            Err(e) => return Err(e),
        }
    };
}
pub(crate) use value_of;

/// The part of a file that an [`Error`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Part {
    /// The signal: sound, picture, shape.
    Signal,
    /// The profile: neural, compact.
    Profile,
    /// Sample rate.
    Rate,
    /// Channel count.
    Channels,
    /// Number of frames.
    Frames,
    /// Output range.
    Peak,
    /// Width or height of a picture, cells of a shape.
    Size,
    /// Place and side of the cube that holds a shape.
    Cube,
    /// Integer or float arithmetic.
    Arithmetic,
    /// The gate that picks the expert.
    Gate,
    /// The shared encoder.
    Encoder,
    /// The experts.
    Experts,
    /// An activation function.
    Activation,
    /// The width of a layer.
    Width,
    /// The number of layers of a block.
    Layers,
    /// A weight type that does not exist or does not fit its place.
    WeightType,
    /// The section table.
    Sections,
    /// Values of the encoder section.
    EncoderWeights,
    /// Values of the manager section.
    ManagerWeights,
    /// Values of the expert section.
    ExpertWeights,
    /// The runs of baked routing.
    Routing,
    /// The comment.
    Comment,
    /// The loop of a sound.
    Loop,
    /// Block and chunk lengths of a compact sound.
    Blocks,
    /// Step, shaping and offsets of a compact sound.
    Step,
    /// The set of models of a compact sound.
    Models,
    /// The chunk table of a compact sound, or the table of a picture's tiles.
    Chunks,
    /// How a compact picture's planes are stored.
    Form,
}

impl Part {
    const fn name(self) -> &'static str {
        match self {
            Self::Signal => "signal",
            Self::Profile => "profile",
            Self::Rate => "sample rate",
            Self::Channels => "channel count",
            Self::Frames => "frame count",
            Self::Peak => "output range",
            Self::Size => "size",
            Self::Cube => "cube",
            Self::Arithmetic => "arithmetic",
            Self::Gate => "gate",
            Self::Encoder => "encoder",
            Self::Experts => "experts",
            Self::Activation => "activation",
            Self::Width => "layer width",
            Self::Layers => "layer count",
            Self::WeightType => "weight type",
            Self::Sections => "section table",
            Self::EncoderWeights => "encoder weights",
            Self::ManagerWeights => "manager weights",
            Self::ExpertWeights => "expert weights",
            Self::Routing => "baked routing",
            Self::Comment => "comment",
            Self::Loop => "loop",
            Self::Blocks => "block lengths",
            Self::Step => "quantiser",
            Self::Models => "set of models",
            Self::Chunks => "chunk table",
            Self::Form => "form of planes",
        }
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why a file was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Error {
    /// The file ends before its last byte.
    Truncated,
    /// The file does not begin with `NEX`.
    BadMagic,
    /// The file is of a format version this decoder does not know.
    UnsupportedVersion(u8),
    /// The checksum over the whole file does not match: it is damaged.
    BadCrc,
    /// Bytes follow the end of the file.
    TrailingBytes,
    /// A header field is malformed or contradicts another.
    BadHeader(Part),
    /// A kind (of signal, profile, gate, encoder, expert, activation, section)
    /// that this decoder does not know; a newer one may.
    UnknownKind(Part, u8),
    /// The file is of another kind than the one that was asked for.
    OtherKind(Kind),
    /// The decoder of this profile was not built in (cargo features `compact`
    /// and `neural`).
    NotBuilt(Profile),
    /// The decoder of the profile was built in, but not what this file needs of it:
    /// two channels or one of the models (cargo features `compact-stereo`,
    /// `compact-narrowband` and `compact-wideband`).
    LeftOut(Part),
    /// A size is above the limit of this decoder.
    LimitExceeded(Part),
    /// Weights are not finite or could overflow the arithmetic.
    BadWeights(Part),
    /// The file is packed: `neural::unpack` makes the plain file of it.
    Packed,
    /// `neural::unpack` was given too little memory.
    BufferTooSmall {
        /// Bytes needed at least.
        needed: usize,
    },
}

impl Error {
    /// The sentence, for [`fmt::Display`] and for the compiler.
    pub(crate) const fn text(self) -> Text {
        let say = Text::EMPTY;
        match self {
            Self::Truncated => say.and("the file ends too early"),
            Self::BadMagic => say.and("not a .nex file (it does not begin with \"NEX\")"),
            Self::UnsupportedVersion(version) => say
                .and("format version ")
                .and_number(version as usize)
                .and(" is not supported (this decoder reads version 1)"),
            Self::BadCrc => say.and("the checksum does not match: the file is damaged"),
            Self::TrailingBytes => say.and("bytes follow the end of the file"),
            Self::BadHeader(part) => say.and("the header's ").and(part.name()).and(" is malformed"),
            Self::UnknownKind(part, kind) => say
                .and(part.name())
                .and(" of kind ")
                .and_number(kind as usize)
                .and(" is unknown to this decoder"),
            Self::OtherKind(Kind { signal, profile }) => say
                .and("the file holds another kind of signal: a ")
                .and(signal.name())
                .and(" of profile ")
                .and(profile.name()),
            Self::NotBuilt(profile) => say
                .and("the decoder of profile ")
                .and(profile.name())
                .and(" was not built in (a cargo feature)"),
            Self::LeftOut(part) => say
                .and("the decoder of this ")
                .and(part.name())
                .and(" was not built in (a cargo feature)"),
            Self::LimitExceeded(part) => {
                say.and("the ").and(part.name()).and(" is above this decoder's limit")
            }
            Self::BadWeights(part) => {
                say.and("the ").and(part.name()).and(" are not finite or could overflow")
            }
            Self::Packed => say.and("the file is packed; unpack it before it is decoded"),
            Self::BufferTooSmall { needed } => {
                say.and_number(needed).and(" bytes of memory are needed to unpack the file")
            }
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text().as_str())
    }
}

impl core::error::Error for Error {}
