//! Which values does the header hold?

use super::NETWORKS;
use crate::{
    Error, Kind, MAX_CHANNELS, MAX_IMAGE_CHANNELS, Part, Profile, RATE_HZ, Signal,
    file::reader::Reader,
};

/// What a file stores, before its network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Header {
    /// A sound.
    Sound(SoundHeader),
    /// A picture.
    Picture(PictureHeader),
    /// A shape.
    Shape(ShapeHeader),
}

impl Header {
    /// Reads the fields of a signal and checks each of them.
    pub(crate) fn read(reader: &mut Reader<'_>, kind: Kind) -> Result<Self, Error> {
        match kind {
            Kind { signal: Signal::Sound, profile: Profile::Neural } => {
                SoundHeader::read(reader).map(Self::Sound)
            }
            Kind { signal: Signal::Picture, profile: Profile::Neural } => {
                PictureHeader::read(reader).map(Self::Picture)
            }
            Kind { signal: Signal::Shape, profile: Profile::Neural } => {
                ShapeHeader::read(reader).map(Self::Shape)
            }
            other => Err(Error::OtherKind(other)),
        }
    }

    /// Which signal it is.
    #[must_use]
    pub const fn signal(&self) -> Signal {
        match self {
            Self::Sound(_) => Signal::Sound,
            Self::Picture(_) => Signal::Picture,
            Self::Shape(_) => Signal::Shape,
        }
    }

    /// What the file is.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        Kind::new(self.signal(), Profile::Neural)
    }

    /// Coordinates per point: 1 of a sound, 2 of a picture, 3 of a shape.
    #[must_use]
    pub const fn dims(&self) -> usize {
        self.signal().dims()
    }

    /// Points, if there are runs of them: frames of a sound, pixels of a
    /// picture.
    pub(crate) fn points(&self) -> u32 {
        match self {
            Self::Sound(sound) => sound.frames,
            Self::Picture(picture) => u32::from(picture.width) * u32::from(picture.height),
            Self::Shape(_) => 0,
        }
    }

    /// Samples per point.
    #[must_use]
    pub const fn channels(&self) -> u8 {
        match self {
            Self::Sound(sound) => sound.channels,
            Self::Picture(picture) => picture.channels,
            Self::Shape(_) => 1,
        }
    }
}

impl From<&SoundHeader> for Header {
    fn from(sound: &SoundHeader) -> Self {
        Self::Sound(*sound)
    }
}

impl From<&PictureHeader> for Header {
    fn from(picture: &PictureHeader) -> Self {
        Self::Picture(*picture)
    }
}

impl From<&ShapeHeader> for Header {
    fn from(shape: &ShapeHeader) -> Self {
        Self::Shape(*shape)
    }
}

/// A sound: `frames` time steps of `channels` samples, interleaved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SoundHeader {
    /// Sample rate in Hz, 1 to 768,000.
    pub rate_hz: u32,
    /// Channels, 1 to 8.
    pub channels: u8,
    /// Time steps, 1 or more.
    pub frames: u32,
    /// Largest magnitude of a sample, 1 to 32,768; output saturates at
    /// `-peak ..= min(peak, 32767)`.
    pub peak: u16,
}

impl SoundHeader {
    fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let sound = Self {
            rate_hz: reader.u32(Part::Rate)?,
            channels: reader.byte()?,
            frames: reader.u32(Part::Frames)?,
            peak: reader.u16(Part::Peak)?,
        };
        if !RATE_HZ.contains(&sound.rate_hz) {
            return Err(Error::BadHeader(Part::Rate));
        }
        if sound.channels == 0 {
            return Err(Error::BadHeader(Part::Channels));
        }
        if usize::from(sound.channels) > MAX_CHANNELS {
            return Err(Error::LimitExceeded(Part::Channels));
        }
        if sound.frames == 0 {
            return Err(Error::BadHeader(Part::Frames));
        }
        if sound.peak == 0 || sound.peak > 32_768 {
            return Err(Error::BadHeader(Part::Peak));
        }
        Ok(sound)
    }
}

/// A picture: `height` rows of `width` pixels of `channels` samples of 8 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct PictureHeader {
    /// Pixels per row, 1 to 65,535.
    pub width: u16,
    /// Rows, 1 to 65,535.
    pub height: u16,
    /// 1: gray, 2: gray and alpha, 3: red, green, blue, 4: these and alpha.
    pub channels: u8,
}

impl PictureHeader {
    fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let picture = Self {
            width: reader.u16(Part::Size)?,
            height: reader.u16(Part::Size)?,
            channels: reader.byte()?,
        };
        if picture.width == 0 || picture.height == 0 {
            return Err(Error::BadHeader(Part::Size));
        }
        if picture.channels == 0 {
            return Err(Error::BadHeader(Part::Channels));
        }
        if usize::from(picture.channels) > MAX_IMAGE_CHANNELS {
            return Err(Error::LimitExceeded(Part::Channels));
        }
        Ok(picture)
    }
}

/// A shape: the signed distance to its surface, in a cube.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ShapeHeader {
    /// Cells along each side of the cube, 1 to 65,535: what positions are
    /// counted in.
    pub cells: u16,
    /// The cube's corner of the smallest coordinates, in the shape's own
    /// units; finite.
    pub origin: [f32; 3],
    /// Length of the cube's side in the same units; finite, above 0.
    pub side: f32,
}

impl ShapeHeader {
    fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let shape = Self {
            cells: reader.u16(Part::Size)?,
            origin: [reader.f32()?, reader.f32()?, reader.f32()?],
            side: reader.f32()?,
        };
        if shape.cells == 0 {
            return Err(Error::BadHeader(Part::Size));
        }
        let finite = shape.origin.iter().all(|v| v.is_finite()) && shape.side.is_finite();
        if !finite || shape.side <= 0.0 {
            return Err(Error::BadHeader(Part::Cube));
        }
        Ok(shape)
    }

    /// All fields as what the header stores of them.
    const fn bits(&self) -> (u16, [u32; 4]) {
        let [x, y, z] = self.origin;
        (self.cells, [x.to_bits(), y.to_bits(), z.to_bits(), self.side.to_bits()])
    }
}

/// The same header: 0 and -0 differ, and a number that is none is itself.
impl PartialEq for ShapeHeader {
    fn eq(&self, other: &Self) -> bool {
        self.bits() == other.bits()
    }
}

impl Eq for ShapeHeader {}

/// The arithmetic that gives the normative bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[repr(u8)]
pub enum Arithmetic {
    /// Byte 0: integers only; needs no floating-point unit.
    Integer = 0,
    /// Byte 1: IEEE 754 binary32 in a fixed order of operations.
    Float = 1,
}

/// What follows a linear layer, but for oscillators, which are sines always.
///
/// Others than the sine need float arithmetic; without the feature
/// `networks` a file that has one is refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
#[repr(u8)]
pub enum Activation {
    /// Byte 0: `sin(2 pi z)`, `z` in turns.
    #[default]
    Sine = 0,
    /// Byte 1: `sin(30 (|z| + 1) z)`.
    Finer = 1,
    /// Byte 2: `ln(1 + exp(100 z)) / 100`.
    SoftPlus = 2,
    /// Byte 3: the larger of 0 and `z`.
    Relu = 3,
}

impl Activation {
    pub(crate) const fn from_byte(byte: u8) -> Option<Self> {
        Some(match byte {
            0 => Self::Sine,
            1 if NETWORKS => Self::Finer,
            2 if NETWORKS => Self::SoftPlus,
            3 if NETWORKS => Self::Relu,
            _ => return None,
        })
    }

    /// Whether its values are in -1 ..= 1, as a sine layer wants its inputs.
    pub(crate) const fn is_bounded(self) -> bool {
        matches!(self, Self::Sine | Self::Finer)
    }
}

/// How one layer's weights are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
#[repr(u8)]
pub enum WeightType {
    /// Byte 0: `f32` weights and biases.
    F32 = 0,
    /// Byte 1: `f16` weights, `f32` biases.
    F16 = 1,
    /// Byte 2: `i16` weights with a multiplier per row.
    I16 = 2,
    /// Byte 3: `i8` weights with a multiplier per row.
    I8 = 3,
    /// Byte 4: a numerically controlled oscillator per row: `i32` frequency
    /// per dimension and `u32` phase, both in 2^-32 turns. First layers only.
    Oscillator = 4,
}

/// How a layer is stored, and whether it reads the position, beside what the
/// layer before it gives.
pub(crate) struct LayerKind {
    pub ty: WeightType,
    pub position: bool,
}

impl LayerKind {
    pub const fn from_byte(byte: u8) -> Option<Self> {
        let ty = match byte {
            0 => WeightType::F32,
            1 => WeightType::F16,
            2 => WeightType::I16,
            3 => WeightType::I8,
            4 => WeightType::Oscillator,
            5 if NETWORKS => return Some(Self { ty: WeightType::F32, position: true }),
            6 if NETWORKS => return Some(Self { ty: WeightType::F16, position: true }),
            _ => return None,
        };
        Some(Self { ty, position: false })
    }
}

impl WeightType {
    /// Bytes of one weight.
    #[must_use]
    pub const fn weight_bytes(self) -> usize {
        match self {
            Self::F32 | Self::Oscillator => 4,
            Self::F16 | Self::I16 => 2,
            Self::I8 => 1,
        }
    }

    /// Whether the type belongs to the arithmetic; oscillators serve both.
    #[must_use]
    pub const fn fits(self, arithmetic: Arithmetic) -> bool {
        match self {
            Self::Oscillator => true,
            Self::F32 | Self::F16 => matches!(arithmetic, Arithmetic::Float),
            Self::I16 | Self::I8 => matches!(arithmetic, Arithmetic::Integer),
        }
    }
}

/// A block of layers, as the header describes it; the layer count is the
/// length of `weight_types`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BlockHeader<'a> {
    pub activation: u8,
    pub width: u16,
    pub weight_types: &'a [u8],
}

impl<'a> BlockHeader<'a> {
    pub fn read(reader: &mut Reader<'a>) -> Result<Self, Error> {
        Ok(Self {
            activation: reader.byte()?,
            width: reader.u16(Part::Layers)?,
            weight_types: reader.bytes(Part::Layers)?,
        })
    }
}

impl Arithmetic {
    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        match reader.byte()? {
            0 => Ok(Self::Integer),
            1 => Ok(Self::Float),
            kind => Err(Error::UnknownKind(Part::Arithmetic, kind)),
        }
    }
}
