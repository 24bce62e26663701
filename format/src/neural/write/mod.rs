//! How is a file written? (host side, needs an allocator)
//!
//! [`encode`] takes owned matrices, writes the bytes and parses them again,
//! so that a file that comes out of it always reads.

mod grid;

pub use grid::{Grid, GridLevel};

use super::{Activation, Arithmetic, File, Header, WeightType, half, mixture::kind};
use crate::{
    Error, Part, SectionId,
    file::container::{append, seal},
};
use alloc::vec::Vec;

/// One layer with its values, ready to be stored.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
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
    /// Needs the feature `networks`.
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
            Self::Position { half: true, weights, biases } => {
                le(out, weights.iter().map(|&v| half::from_f32(v)));
                le(out, biases.iter().map(|v| v.to_le_bytes()));
            }
            Self::Position { half: false, weights, biases } => {
                le(out, weights.iter().map(|v| v.to_le_bytes()));
                le(out, biases.iter().map(|v| v.to_le_bytes()));
            }
            Self::F32 { weights, biases } => {
                le(out, weights.iter().map(|v| v.to_le_bytes()));
                le(out, biases.iter().map(|v| v.to_le_bytes()));
            }
            Self::F16 { weights, biases } => {
                le(out, weights.iter().map(|&v| half::from_f32(v)));
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
    pub grid: Option<Grid>,
}

fn types(mlp: &Mlp) -> Vec<u8> {
    mlp.layers.iter().map(Layer::type_byte).collect()
}

/// A block's fields.
fn block(head: &mut Vec<u8>, mlp: &Mlp, activation: Activation) -> Result<(), Error> {
    append(head, &(activation as u8, mlp.width, &types(mlp)[..]))
}

/// Writes a file of a signal, `&SoundHeader`, `&PictureHeader` or `&ShapeHeader`,
/// and checks that it parses.
///
/// # Errors
/// What [`File::parse`] says of the bytes: matrices of the wrong size, values
/// that are not finite or too large, limits.
pub fn encode(
    header: impl Into<Header>,
    mixture: &Mixture,
    comment: Option<&str>,
) -> Result<Vec<u8>, Error> {
    encode_as(header, mixture, &Design::default(), comment)
}

/// [`encode`] of any network that the format knows.
///
/// # Errors
/// Likewise; without the feature `networks` what it is for does not parse.
pub fn encode_as(
    header: impl Into<Header>,
    mixture: &Mixture,
    design: &Design,
    comment: Option<&str>,
) -> Result<Vec<u8>, Error> {
    let header = header.into();
    let experts_error = Error::BadHeader(Part::Experts);
    let first = mixture.experts.first().ok_or(experts_error)?;
    let same = |e: &Mlp| e.width == first.width && types(e) == types(first);
    if !mixture.experts.iter().all(same) {
        return Err(experts_error);
    }
    let count = u16::try_from(mixture.experts.len());
    let count = count.map_err(|_| Error::LimitExceeded(Part::Experts))?;
    let mut head = Vec::new();
    match header {
        Header::Sound(s) => append(&mut head, &(s.rate_hz, s.channels, s.frames, s.peak)),
        Header::Picture(p) => append(&mut head, &(p.width, p.height, p.channels)),
        Header::Shape(s) => append(&mut head, &(s.cells, s.origin, s.side)),
    }?;
    head.push(mixture.arithmetic as u8);
    let mut sections = Vec::new();
    match &mixture.manager {
        None => head.push(kind::GATE_NONE),
        Some((own, last)) => {
            head.push(match (own.layers.is_empty(), design.alone) {
                (true, _) => kind::GATE_SHARED,
                (false, true) => kind::GATE_ALONE,
                (false, false) => kind::GATE_MANAGER,
            });
            if !own.layers.is_empty() {
                block(&mut head, own, design.manager_encoder)?;
            }
            block(&mut head, last, design.manager_head)?;
            sections.push((SectionId::MANAGER, weights([own, last])));
        }
    }
    sections.push(match &design.grid {
        Some(grid) => {
            head.push(kind::ENCODER_GRID);
            (SectionId::ENCODER, grid.store(&mut head)?)
        }
        None => {
            head.push(kind::ENCODER_MLP);
            block(&mut head, &mixture.encoder, design.encoder)?;
            (SectionId::ENCODER, weights([&mixture.encoder]))
        }
    });
    append(&mut head, &(kind::EXPERTS_MLP, count))?;
    block(&mut head, first, design.expert)?;
    sections.push((SectionId::EXPERTS, weights(&mixture.experts)));
    let mut sections: Vec<(SectionId, &[u8])> =
        sections.iter().map(|(id, data)| (*id, &data[..])).collect();
    sections.extend(comment.map(|comment| (SectionId::COMMENT, comment.as_bytes())));
    let bytes = seal(header.kind(), &sections, &[&head])?;
    File::parse(&bytes)?;
    Ok(bytes)
}

fn weights<'a>(blocks: impl IntoIterator<Item = &'a Mlp>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for layer in blocks.into_iter().flat_map(|b| &b.layers) {
        layer.write(&mut bytes);
    }
    bytes
}
