//! How is a file written? (host side, needs an allocator)
//!
//! [`encode`] takes owned matrices, writes the bytes and parses them again,
//! so that a file that comes out of it always reads.

#[cfg(feature = "models")]
mod grid;

#[cfg(feature = "models")]
pub use grid::{Grid, GridLevel};

use crate::{
    Activation, Arithmetic, Audio, Error, File, Image, MAGIC, Part, SectionId, Shape, Signal,
    VERSION, WeightType, file::checksum, header::BlockHeader, model::kind,
};
use alloc::vec::Vec;
use serde::Serialize;

/// One layer with its values, ready to be stored.
#[derive(Clone, Debug, PartialEq)]
pub enum Layer {
    /// Oscillators: `frequencies[rows, dims]` and `phases[rows]` in 2^-32 turns.
    Oscillator {
        /// Per grid step.
        frequencies: Vec<i32>,
        /// At grid index 0.
        phases: Vec<u32>,
    },
    /// `weights[rows, cols]` and `biases[rows]`, stored as `f32`.
    F32 {
        /// Turns (before a sine) or output units.
        weights: Vec<f32>,
        /// Likewise.
        biases: Vec<f32>,
    },
    /// Like `F32`, weights rounded to `f16`.
    F16 {
        /// Turns or output units.
        weights: Vec<f32>,
        /// Likewise, stored as `f32`.
        biases: Vec<f32>,
    },
    /// A float layer that reads the position: `weights[rows, inputs + dims]`,
    /// the inputs of a block's first layer being none. Rounded to `f16` if
    /// `half`.
    #[cfg(feature = "models")]
    Position {
        /// Store 16-bit weights.
        half: bool,
        /// Turns or output units; the last columns are per coordinate.
        weights: Vec<f32>,
        /// Likewise, stored as `f32`.
        biases: Vec<f32>,
    },
    /// Integer rows; `wide` stores `i16` weights, otherwise they fit `i8`.
    Integer {
        /// Store 16-bit weights.
        wide: bool,
        /// `[rows, cols]`.
        weights: Vec<i16>,
        /// Multiplier and bias by row.
        rows: IntegerRows,
    },
}

/// The per-row values of an integer layer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IntegerRows {
    /// Before a sine: multipliers in 2^-32 turns per accumulator unit, phases
    /// in 2^-16 turns.
    Sine {
        /// One per row.
        multipliers: Vec<u16>,
        /// One per row.
        phases: Vec<u16>,
    },
    /// Linear rows: multipliers in 2^-32 output units per accumulator unit
    /// (below 2^31), biases in 2^-16 output units.
    Linear {
        /// One per row.
        multipliers: Vec<u32>,
        /// One per row.
        biases: Vec<i32>,
    },
}

impl Layer {
    const fn type_byte(&self) -> u8 {
        match self {
            Self::Oscillator { .. } => WeightType::Oscillator as u8,
            Self::F32 { .. } => WeightType::F32 as u8,
            Self::F16 { .. } => WeightType::F16 as u8,
            #[cfg(feature = "models")]
            Self::Position { half, .. } => 5 + *half as u8,
            Self::Integer { wide: true, .. } => WeightType::I16 as u8,
            Self::Integer { wide: false, .. } => WeightType::I8 as u8,
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Oscillator { frequencies, phases } => {
                le(out, frequencies.iter().map(|v| v.to_le_bytes()));
                le(out, phases.iter().map(|v| v.to_le_bytes()));
            }
            #[cfg(feature = "models")]
            Self::Position { half: true, weights, biases } => {
                le(out, weights.iter().map(|&v| half::f16::from_f32(v).to_le_bytes()));
                le(out, biases.iter().map(|v| v.to_le_bytes()));
            }
            #[cfg(feature = "models")]
            Self::Position { half: false, weights, biases } => {
                le(out, weights.iter().map(|v| v.to_le_bytes()));
                le(out, biases.iter().map(|v| v.to_le_bytes()));
            }
            Self::F32 { weights, biases } => {
                le(out, weights.iter().map(|v| v.to_le_bytes()));
                le(out, biases.iter().map(|v| v.to_le_bytes()));
            }
            Self::F16 { weights, biases } => {
                le(out, weights.iter().map(|&v| half::f16::from_f32(v).to_le_bytes()));
                le(out, biases.iter().map(|v| v.to_le_bytes()));
            }
            Self::Integer { wide, weights, rows } => {
                if *wide {
                    le(out, weights.iter().map(|v| v.to_le_bytes()));
                } else {
                    le(out, weights.iter().map(|&v| (v as i8).to_le_bytes()));
                }
                match rows {
                    IntegerRows::Sine { multipliers, phases } => {
                        le(out, multipliers.iter().map(|v| v.to_le_bytes()));
                        le(out, phases.iter().map(|v| v.to_le_bytes()));
                    }
                    IntegerRows::Linear { multipliers, biases } => {
                        le(out, multipliers.iter().map(|v| v.to_le_bytes()));
                        le(out, biases.iter().map(|v| v.to_le_bytes()));
                    }
                }
            }
        }
    }
}

fn le<const N: usize>(out: &mut Vec<u8>, values: impl Iterator<Item = [u8; N]>) {
    values.for_each(|bytes| out.extend_from_slice(&bytes));
}

/// A run of layers of one width.
#[derive(Clone, Debug, PartialEq)]
pub struct Mlp {
    /// Units of the sine layers.
    pub width: u16,
    /// The layers in order of evaluation.
    pub layers: Vec<Layer>,
}

/// A mixture with all its values.
#[derive(Clone, Debug, PartialEq)]
pub struct Mixture {
    /// The arithmetic the weights are meant for.
    pub arithmetic: Arithmetic,
    /// Manager encoder and head; `None` for a single expert. An encoder without
    /// layers is none: the head reads the shared encoder's features.
    pub manager: Option<(Mlp, Mlp)>,
    /// The shared encoder.
    pub encoder: Mlp,
    /// Experts of one shape, at least one.
    pub experts: Vec<Mlp>,
}

/// In what a network differs from a mixture of sine layers whose manager sees
/// the encoder's features; the default is that one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Design {
    /// Of the shared encoder.
    pub encoder: Activation,
    /// Of the manager's encoder.
    pub manager_encoder: Activation,
    /// Of the manager's head.
    pub manager_head: Activation,
    /// Of the experts.
    pub expert: Activation,
    /// The manager's head reads its own encoder's features alone.
    pub alone: bool,
    /// Gives the features instead of an encoder, which is then without layers.
    #[cfg(feature = "models")]
    pub grid: Option<Grid>,
}

#[derive(Serialize)]
struct Head<'a> {
    signal_kind: u8,
    signal: Fields,
    arithmetic: u8,
    gate_kind: u8,
    gate: Blocks<'a>,
    encoder_kind: u8,
    encoder: EncoderFields<'a>,
    experts_kind: u8,
    expert_count: u16,
    expert: BlockHeader<'a>,
    section_count: u8,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Fields {
    Audio(Audio),
    Image(Image),
    Shape(Shape),
}

#[derive(Serialize)]
#[serde(untagged)]
enum Blocks<'a> {
    None(()),
    One(BlockHeader<'a>),
    Two(BlockHeader<'a>, BlockHeader<'a>),
}

#[derive(Serialize)]
#[serde(untagged)]
enum EncoderFields<'a> {
    Mlp(BlockHeader<'a>),
    #[cfg(feature = "models")]
    Grid(grid::Fields),
}

fn types(mlp: &Mlp) -> Vec<u8> {
    mlp.layers.iter().map(Layer::type_byte).collect()
}

const fn block<'a>(mlp: &Mlp, activation: Activation, weight_types: &'a [u8]) -> BlockHeader<'a> {
    BlockHeader { activation: activation as u8, width: mlp.width, weight_types }
}

/// Writes a file of a signal, `&Audio`, `&Image` or `&Shape`, and checks that it parses.
///
/// # Errors
/// What [`File::parse`] says of the bytes: matrices of the wrong size, values
/// that are not finite or too large, limits.
pub fn encode(
    signal: impl Into<Signal>,
    mixture: &Mixture,
    comment: Option<&str>,
) -> Result<Vec<u8>, Error> {
    encode_as(signal, mixture, &Design::default(), comment)
}

/// [`encode`] of any network that the format knows.
///
/// # Errors
/// Likewise; without the feature `models` what it is for does not parse.
pub fn encode_as(
    signal: impl Into<Signal>,
    mixture: &Mixture,
    design: &Design,
    comment: Option<&str>,
) -> Result<Vec<u8>, Error> {
    let signal = signal.into();
    let experts_error = Error::BadHeader(Part::Experts);
    let first = mixture.experts.first().ok_or(experts_error)?;
    let same = |e: &Mlp| e.width == first.width && types(e) == types(first);
    if !mixture.experts.iter().all(same) {
        return Err(experts_error);
    }
    let encoder_types = types(&mixture.encoder);
    let plain = EncoderFields::Mlp(block(&mixture.encoder, design.encoder, &encoder_types));
    let mut sections = Vec::new();
    #[cfg(feature = "models")]
    let (encoder_kind, encoder, features) = match &design.grid {
        Some(grid) => {
            let (fields, tables) = grid.store()?;
            (kind::ENCODER_GRID, EncoderFields::Grid(fields), tables)
        }
        None => (kind::ENCODER_MLP, plain, weights([&mixture.encoder])),
    };
    #[cfg(not(feature = "models"))]
    let (encoder_kind, encoder, features) = (kind::ENCODER_MLP, plain, weights([&mixture.encoder]));
    sections.push((SectionId::ENCODER, features));
    if let Some((encoder, head)) = &mixture.manager {
        sections.push((SectionId::MANAGER, weights([encoder, head])));
    }
    sections.push((SectionId::EXPERTS, weights(&mixture.experts)));
    if let Some(comment) = comment {
        sections.push((SectionId::COMMENT, comment.as_bytes().to_vec()));
    }
    let manager_types = mixture.manager.as_ref().map(|(e, h)| (types(e), types(h)));
    let gate = match (&mixture.manager, &manager_types) {
        (Some((e, h)), Some((_, ht))) if e.layers.is_empty() => {
            Blocks::One(block(h, design.manager_head, ht))
        }
        (Some((e, h)), Some((et, ht))) => {
            Blocks::Two(block(e, design.manager_encoder, et), block(h, design.manager_head, ht))
        }
        _ => Blocks::None(()),
    };
    let gate_kind = match &mixture.manager {
        None => kind::GATE_NONE,
        Some((own, _)) if own.layers.is_empty() => kind::GATE_SHARED,
        Some(_) if design.alone => kind::GATE_ALONE,
        Some(_) => kind::GATE_MANAGER,
    };
    let expert_types = types(first);
    let head = Head {
        signal_kind: signal.kind(),
        signal: match signal {
            Signal::Audio(audio) => Fields::Audio(audio),
            Signal::Image(image) => Fields::Image(image),
            Signal::Shape(shape) => Fields::Shape(shape),
        },
        arithmetic: mixture.arithmetic as u8,
        gate_kind,
        gate,
        encoder_kind,
        encoder,
        experts_kind: kind::EXPERTS_MLP,
        expert_count: u16::try_from(mixture.experts.len())
            .map_err(|_| Error::LimitExceeded(Part::Experts))?,
        expert: block(first, design.expert, &expert_types),
        section_count: sections.len() as u8,
    };
    let mut bytes = Vec::from(MAGIC);
    bytes.push(VERSION);
    append(&mut bytes, &head)?;
    for (id, data) in &sections {
        let len = u32::try_from(data.len()).map_err(|_| Error::LimitExceeded(Part::Sections))?;
        append(&mut bytes, &(id.0, len))?;
    }
    for (_, data) in &sections {
        bytes.extend_from_slice(data);
    }
    let crc = checksum(&bytes);
    bytes.extend_from_slice(&crc.to_le_bytes());
    File::parse(&bytes)?;
    Ok(bytes)
}

pub(crate) fn append<T: Serialize>(bytes: &mut Vec<u8>, value: &T) -> Result<(), Error> {
    let header = postcard::to_allocvec(value).map_err(|_| Error::BadHeader(Part::Sections))?;
    bytes.extend_from_slice(&header);
    Ok(())
}

fn weights<'a>(blocks: impl IntoIterator<Item = &'a Mlp>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for layer in blocks.into_iter().flat_map(|b| &b.layers) {
        layer.write(&mut bytes);
    }
    bytes
}
