//! What can go wrong, as numbers that C understands?

use nex_runtime::{DecodeError, Error, Kind, Part};

/// The version of this header and its library: numbers that only grow.
pub const VERSION_MAJOR: u32 = 0;
/// Grows when functions come, and as long as NEX_VERSION_MAJOR is 0 with every
/// change of one.
pub const VERSION_MINOR: u32 = 1;
/// Grows when functions stay as they are.
pub const VERSION_PATCH: u32 = 0;
/// All three in one number, which can be compared.
pub const VERSION: u32 = (VERSION_MAJOR << 16) | (VERSION_MINOR << 8) | VERSION_PATCH;

/// They are the package's.
const _: () = {
    const fn is(text: &str, number: u32) -> bool {
        matches!(u32::from_str_radix(text, 10), Ok(n) if n == number)
    }
    assert!(is(env!("CARGO_PKG_VERSION_MAJOR"), VERSION_MAJOR));
    assert!(is(env!("CARGO_PKG_VERSION_MINOR"), VERSION_MINOR));
    assert!(is(env!("CARGO_PKG_VERSION_PATCH"), VERSION_PATCH));
};

/// What a function returns instead of a result: 0, or a negative number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum NexError {
    /// Nothing is wrong.
    None = 0,
    /// The file ends before its last byte.
    Truncated = -1,
    /// The file does not begin with "NEX".
    BadMagic = -2,
    /// The file is of a format version this decoder does not know.
    /// `detail` is that version.
    UnsupportedVersion = -3,
    /// The checksum over the whole file does not match: it is damaged.
    BadCrc = -4,
    /// Bytes follow the end of the file.
    TrailingBytes = -5,
    /// A header field, `part`, is malformed or contradicts another.
    BadHeader = -6,
    /// `part` is of a kind, `detail`, that this decoder does not know; a newer
    /// one may.
    UnknownKind = -7,
    /// The size of `part` is above the limit of this decoder.
    LimitExceeded = -8,
    /// The weights of `part` are not finite or could overflow the arithmetic.
    BadWeights = -9,
    /// The file is packed: nex_unpack() makes the plain file of it.
    Packed = -10,
    /// The memory does not suffice; nex_inspect(), nex_picture_inspect(),
    /// nex_picture_rows_bytes(), nex_shape_inspect() or nex_unpacked_bytes() says how much does.
    MemoryTooSmall = -11,
    /// The position lies past the end of the sound, beside the picture or outside
    /// of the shape's cube.
    OutOfRange = -12,
    /// A pointer is NULL.
    Null = -13,
    /// A pointer is not aligned as its type demands.
    Misaligned = -14,
    /// A length is larger than any object can be.
    TooLong = -15,
    /// The decoder, picture or shape has not been opened, or opening it failed.
    NotOpen = -16,
    /// This library was built without what the file needs: NEX_PART_PROFILE without the
    /// decoder of its profile, `detail`, which is one of enum nex_profile;
    /// NEX_PART_MODELS without a model of its chunks; NEX_PART_CHANNELS without stereo.
    NotBuilt = -17,
    /// Any other error of the decoder.
    Other = -18,
    /// The file holds another signal than the function is for: `detail` is one
    /// of enum nex_signal, plus 16 times one of enum nex_profile.
    OtherKind = -19,
    /// As many sounds wait in the player as have room.
    QueueFull = -20,
    /// A player has 1 or 2 channels and a rate, and plays sounds of up to three
    /// times its rate.
    NoSuchOutput = -21,
    /// What is to be written to lies in memory that the decoder works in.
    Overlaps = -22,
    /// Something else has written over the decoder, player or sound.
    Overwritten = -23,
    /// Only a neural picture has a value between its pixels.
    NotNeural = -24,
    /// Windows, or rows, of the picture have not been begun, or something else has
    /// been done with it since.
    NotBegun = -25,
}

/// The part of a file that an error is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum NexPart {
    /// No part in particular.
    None = 0,
    /// The signal: sound, picture, shape.
    Signal = 1,
    /// Sample rate.
    Rate = 2,
    /// Channel count.
    Channels = 3,
    /// Number of frames.
    Frames = 4,
    /// Output range.
    Peak = 5,
    /// Integer or float arithmetic.
    Arithmetic = 6,
    /// The gate that picks the expert.
    Gate = 7,
    /// The shared encoder.
    Encoder = 8,
    /// The experts.
    Experts = 9,
    /// An activation function.
    Activation = 10,
    /// The width of a layer.
    Width = 11,
    /// The number of layers of a block.
    Layers = 12,
    /// A weight type that does not exist or does not fit its place.
    WeightType = 13,
    /// The section table.
    Sections = 14,
    /// Values of the encoder section.
    EncoderWeights = 15,
    /// Values of the manager section.
    ManagerWeights = 16,
    /// Values of the expert section.
    ExpertWeights = 17,
    /// The comment.
    Comment = 18,
    /// Block and chunk lengths of a compact sound.
    Blocks = 19,
    /// Step of a compact file, shaping and offsets of a sound.
    Step = 20,
    /// The set of models of a compact sound.
    Models = 21,
    /// The chunk table of a compact sound, or the table of a picture's tiles.
    Chunks = 22,
    /// The runs of baked routing.
    Routing = 23,
    /// A part that this table does not know yet.
    Other = 24,
    /// The profile: neural, compact.
    Profile = 25,
    /// Width or height of a picture, cells of a shape.
    Size = 26,
    /// Place and side of the cube that holds a shape.
    Cube = 27,
    /// The loop of a sound.
    Loop = 28,
    /// How a compact picture's planes are stored.
    Form = 29,
}

impl NexError {
    /// The number that a function returns.
    pub(crate) const fn code(self) -> i32 {
        self as i32
    }
}

impl From<DecodeError> for NexError {
    fn from(error: DecodeError) -> Self {
        match error {
            DecodeError::ScratchTooSmall { .. } | DecodeError::OutputTooSmall { .. } => {
                Self::MemoryTooSmall
            }
            DecodeError::OutOfRange => Self::OutOfRange,
            DecodeError::QueueFull => Self::QueueFull,
            DecodeError::NoSuchOutput => Self::NoSuchOutput,
            _ => Self::Other,
        }
    }
}

/// An error of the format: its number, the part it is about, and a number
/// that says more (a version, a kind, bytes needed; otherwise 0).
pub(crate) fn explain(error: Error) -> (NexError, NexPart, u32) {
    let plain = |error| (error, NexPart::None, 0);
    match error {
        Error::Truncated => plain(NexError::Truncated),
        Error::BadMagic => plain(NexError::BadMagic),
        Error::UnsupportedVersion(v) => (NexError::UnsupportedVersion, NexPart::None, v.into()),
        Error::BadCrc => plain(NexError::BadCrc),
        Error::TrailingBytes => plain(NexError::TrailingBytes),
        Error::BadHeader(part) => (NexError::BadHeader, part.into(), 0),
        Error::UnknownKind(part, kind) => (NexError::UnknownKind, part.into(), kind.into()),
        Error::OtherKind(kind) => (NexError::OtherKind, NexPart::Signal, kind_byte(kind)),
        Error::NotBuilt(profile) => (NexError::NotBuilt, NexPart::Profile, profile as u32),
        Error::LeftOut(part) => (NexError::NotBuilt, part.into(), 0),
        Error::LimitExceeded(part) => (NexError::LimitExceeded, part.into(), 0),
        Error::BadWeights(part) => (NexError::BadWeights, part.into(), 0),
        Error::Packed => plain(NexError::Packed),
        Error::BufferTooSmall { needed } => {
            (NexError::MemoryTooSmall, NexPart::None, u32::try_from(needed).unwrap_or(u32::MAX))
        }
        _ => plain(NexError::Other),
    }
}

/// As it is in byte 4 of a file.
const fn kind_byte(Kind { signal, profile }: Kind) -> u32 {
    signal as u32 + 16 * profile as u32
}

impl From<Error> for NexError {
    fn from(error: Error) -> Self {
        explain(error).0
    }
}

impl From<Part> for NexPart {
    fn from(part: Part) -> Self {
        match part {
            Part::Signal => Self::Signal,
            Part::Rate => Self::Rate,
            Part::Channels => Self::Channels,
            Part::Frames => Self::Frames,
            Part::Peak => Self::Peak,
            Part::Arithmetic => Self::Arithmetic,
            Part::Gate => Self::Gate,
            Part::Encoder => Self::Encoder,
            Part::Experts => Self::Experts,
            Part::Activation => Self::Activation,
            Part::Width => Self::Width,
            Part::Layers => Self::Layers,
            Part::WeightType => Self::WeightType,
            Part::Sections => Self::Sections,
            Part::EncoderWeights => Self::EncoderWeights,
            Part::ManagerWeights => Self::ManagerWeights,
            Part::ExpertWeights => Self::ExpertWeights,
            Part::Comment => Self::Comment,
            Part::Loop => Self::Loop,
            Part::Blocks => Self::Blocks,
            Part::Step => Self::Step,
            Part::Models => Self::Models,
            Part::Chunks => Self::Chunks,
            Part::Routing => Self::Routing,
            Part::Profile => Self::Profile,
            Part::Size => Self::Size,
            Part::Cube => Self::Cube,
            Part::Form => Self::Form,
            _ => Self::Other,
        }
    }
}
