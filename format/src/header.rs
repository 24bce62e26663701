//! Which values does the header hold, and how are they read from postcard?

use crate::{Error, MAX_CHANNELS, MAX_IMAGE_CHANNELS, MODELS, Part, RATE_HZ, VERSION};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// What a file stores.
///
/// In the header: one byte for the kind, then the kind's own fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Signal {
    /// Kind 0: a sound.
    Audio(Audio),
    /// Kind 1: a picture.
    Image(Image),
    /// Kind 2: a shape.
    Shape(Shape),
}

impl Signal {
    /// Coordinates per point: 1 of a sound, 2 of a picture, 3 of a shape.
    #[must_use]
    pub const fn dims(&self) -> usize {
        match self {
            Self::Audio(_) => 1,
            Self::Image(_) => 2,
            Self::Shape(_) => 3,
        }
    }

    /// Points, if there are runs of them: frames of a sound, pixels of a
    /// picture.
    pub(crate) fn points(&self) -> u32 {
        match self {
            Self::Audio(audio) => audio.frames,
            Self::Image(image) => u32::from(image.width) * u32::from(image.height),
            Self::Shape(_) => 0,
        }
    }

    /// Samples per point.
    #[must_use]
    pub const fn channels(&self) -> u8 {
        match self {
            Self::Audio(audio) => audio.channels,
            Self::Image(image) => image.channels,
            Self::Shape(_) => 1,
        }
    }

    /// The byte of the kind.
    #[must_use]
    pub const fn kind(&self) -> u8 {
        match self {
            Self::Audio(_) => Audio::KIND,
            Self::Image(_) => Image::KIND,
            Self::Shape(_) => Shape::KIND,
        }
    }
}

impl From<&Audio> for Signal {
    fn from(audio: &Audio) -> Self {
        Self::Audio(*audio)
    }
}

impl From<&Image> for Signal {
    fn from(image: &Image) -> Self {
        Self::Image(*image)
    }
}

impl From<&Shape> for Signal {
    fn from(shape: &Shape) -> Self {
        Self::Shape(*shape)
    }
}

/// A sound: `frames` time steps of `channels` samples, interleaved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Audio {
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

impl Audio {
    /// The signal kind's byte.
    pub const KIND: u8 = 0;

    /// Checks every field.
    pub(crate) fn validate(&self) -> Result<(), Error> {
        if !RATE_HZ.contains(&self.rate_hz) {
            return Err(Error::BadHeader(Part::Rate));
        }
        if self.channels == 0 {
            return Err(Error::BadHeader(Part::Channels));
        }
        if usize::from(self.channels) > MAX_CHANNELS {
            return Err(Error::LimitExceeded(Part::Channels));
        }
        if self.frames == 0 {
            return Err(Error::BadHeader(Part::Frames));
        }
        if self.peak == 0 || self.peak > 32_768 {
            return Err(Error::BadHeader(Part::Peak));
        }
        Ok(())
    }
}

/// A picture: `height` rows of `width` pixels of `channels` samples of 8 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Image {
    /// Pixels per row, 1 to 65,535.
    pub width: u16,
    /// Rows, 1 to 65,535.
    pub height: u16,
    /// 1: gray, 2: gray and alpha, 3: red, green, blue, 4: these and alpha.
    pub channels: u8,
}

impl Image {
    /// The signal kind's byte.
    pub const KIND: u8 = 1;

    /// Whether these bytes begin as a picture does, packed or not.
    #[must_use]
    pub const fn is_image(bytes: &[u8]) -> bool {
        matches!(bytes, [b'N', b'E', b'X', VERSION, Self::KIND, ..])
    }

    /// Checks every field.
    pub(crate) fn validate(&self) -> Result<(), Error> {
        if self.width == 0 || self.height == 0 {
            return Err(Error::BadHeader(Part::Size));
        }
        if self.channels == 0 {
            return Err(Error::BadHeader(Part::Channels));
        }
        if usize::from(self.channels) > MAX_IMAGE_CHANNELS {
            return Err(Error::LimitExceeded(Part::Channels));
        }
        Ok(())
    }
}

/// A shape: the signed distance to its surface, in a cube.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Shape {
    /// Cells along each side of the cube, 1 to 65,535: what positions are
    /// counted in.
    pub cells: u16,
    /// The cube's corner of the smallest coordinates, in the shape's own
    /// units; finite.
    pub origin: [f32; 3],
    /// Length of the cube's side in the same units; finite, above 0.
    pub side: f32,
}

impl Shape {
    /// The signal kind's byte.
    pub const KIND: u8 = 2;

    /// Whether these bytes begin as a shape does, packed or not.
    #[must_use]
    pub const fn is_shape(bytes: &[u8]) -> bool {
        matches!(bytes, [b'N', b'E', b'X', VERSION, Self::KIND, ..])
    }

    /// Checks every field.
    pub(crate) fn validate(&self) -> Result<(), Error> {
        if self.cells == 0 {
            return Err(Error::BadHeader(Part::Size));
        }
        if !self.origin.iter().all(|v| v.is_finite()) || !self.side.is_finite() || self.side <= 0.0
        {
            return Err(Error::BadHeader(Part::Cube));
        }
        Ok(())
    }

    /// All fields as what the header stores of them.
    const fn bits(&self) -> (u16, [u32; 4]) {
        let [x, y, z] = self.origin;
        (self.cells, [x.to_bits(), y.to_bits(), z.to_bits(), self.side.to_bits()])
    }
}

/// The same header: 0 and -0 differ, and a number that is none is itself.
impl PartialEq for Shape {
    fn eq(&self, other: &Self) -> bool {
        self.bits() == other.bits()
    }
}

impl Eq for Shape {}

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
/// Others than the sine are of the float profile; without the feature
/// `models` a file that has one is refused.
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
            1 if MODELS => Self::Finer,
            2 if MODELS => Self::SoftPlus,
            3 if MODELS => Self::Relu,
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
            5 if MODELS => return Some(Self { ty: WeightType::F32, position: true }),
            6 if MODELS => return Some(Self { ty: WeightType::F16, position: true }),
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BlockHeader<'a> {
    pub activation: u8,
    pub width: u16,
    #[serde(borrow)]
    pub weight_types: &'a [u8],
}

/// Takes postcard values off the front of the header.
pub(crate) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Reads one value; refuses encodings that are longer than needed, so
    /// that equal headers have equal bytes.
    fn value<T: Deserialize<'a> + Serialize>(&mut self, part: Part) -> Result<T, Error> {
        let (value, rest) = postcard::take_from_bytes::<T>(self.rest).map_err(|e| match e {
            postcard::Error::DeserializeUnexpectedEnd => Error::Truncated,
            _ => Error::BadHeader(part),
        })?;
        let used = self.rest.len().saturating_sub(rest.len());
        match postcard::experimental::serialized_size(&value) {
            Ok(size) if size == used => {
                self.rest = rest;
                Ok(value)
            }
            _ => Err(Error::BadHeader(part)),
        }
    }

    pub fn byte(&mut self, part: Part) -> Result<u8, Error> {
        self.value(part)
    }

    pub fn owned<T: DeserializeOwned + Serialize>(&mut self, part: Part) -> Result<T, Error> {
        self.value(part)
    }

    pub fn signal(&mut self) -> Result<Signal, Error> {
        match self.byte(Part::Signal)? {
            Audio::KIND => {
                let audio: Audio = self.owned(Part::Signal)?;
                audio.validate()?;
                Ok(Signal::Audio(audio))
            }
            Image::KIND => {
                let image: Image = self.owned(Part::Signal)?;
                image.validate()?;
                Ok(Signal::Image(image))
            }
            Shape::KIND => {
                let shape: Shape = self.owned(Part::Signal)?;
                shape.validate()?;
                Ok(Signal::Shape(shape))
            }
            kind => Err(Error::UnknownKind(Part::Signal, kind)),
        }
    }

    pub fn arithmetic(&mut self) -> Result<Arithmetic, Error> {
        match self.byte(Part::Arithmetic)? {
            0 => Ok(Arithmetic::Integer),
            1 => Ok(Arithmetic::Float),
            kind => Err(Error::UnknownKind(Part::Arithmetic, kind)),
        }
    }

    pub fn block(&mut self) -> Result<BlockHeader<'a>, Error> {
        self.value(Part::Layers)
    }
}
