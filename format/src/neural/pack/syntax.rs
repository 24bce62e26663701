//! In which order are a tensor's numbers coded, and each with which model?

use super::super::{WeightType, tensor::Matrix};
use super::model::{Bytes, Numbers};
use nex_coding::range::Coder;

/// What the numbers so far have taught; lasts for all sections of a file.
/// About 4 KB.
#[derive(Clone)]
pub(super) struct Models {
    bytes: Bytes,
    sine: Numbers,
    linear: Numbers,
    frequencies: Numbers,
    multipliers: Numbers,
    biases: Numbers,
}

impl Models {
    pub const NEW: Self = Self {
        bytes: Bytes::NEW,
        sine: Numbers::NEW,
        linear: Numbers::NEW,
        frequencies: Numbers::NEW,
        multipliers: Numbers::NEW,
        biases: Numbers::NEW,
    };

    /// Codes one tensor, in the order in which the plain file stores it.
    ///
    /// `bytes` are the tensor's of the plain file: an encoder reads them, a
    /// decoder writes them, whatever they were.
    pub fn tensor<C: Coder>(&mut self, coder: &mut C, shape: Matrix, bytes: &mut [u8]) {
        let weights = shape.weights_bytes().min(bytes.len());
        let (weights, rest) = bytes.split_at_mut(weights);
        let scales = (usize::from(shape.rows) * shape.scale_bytes()).min(rest.len());
        let (scales, biases) = rest.split_at_mut(scales);
        self.weights(coder, shape, weights);
        let model = &mut self.multipliers;
        if shape.sine {
            cells(scales, |b| {
                (model.unsigned(coder, u16::from_le_bytes(b).into()) as u16).to_le_bytes()
            });
        } else {
            cells(scales, |b| model.unsigned(coder, u32::from_le_bytes(b)).to_le_bytes());
        }
        self.biases(coder, shape, biases);
    }

    fn weights<C: Coder>(&mut self, coder: &mut C, shape: Matrix, weights: &mut [u8]) {
        let model = if shape.sine { &mut self.sine } else { &mut self.linear };
        match shape.ty {
            WeightType::I8 => {
                let rows = weights.chunks_exact_mut(usize::from(shape.cols).max(1));
                rows.for_each(|row| self.bytes.row(coder, row));
            }
            WeightType::I16 => cells(weights, |b| {
                (model.signed(coder, i16::from_le_bytes(b).into()) as i16).to_le_bytes()
            }),
            WeightType::F16 => {
                cells(weights, |b| model.f16(coder, u16::from_le_bytes(b)).to_le_bytes());
            }
            WeightType::F32 => {
                cells(weights, |b| model.f32(coder, u32::from_le_bytes(b)).to_le_bytes());
            }
            WeightType::Oscillator => cells(weights, |b| {
                self.frequencies.signed(coder, i32::from_le_bytes(b)).to_le_bytes()
            }),
        }
    }

    fn biases<C: Coder>(&mut self, coder: &mut C, shape: Matrix, biases: &mut [u8]) {
        let model = &mut self.biases;
        match (shape.ty, shape.sine) {
            (WeightType::Oscillator, _) => {
                cells(biases, |b| coder.raw(32, u32::from_le_bytes(b)).to_le_bytes());
            }
            // Phases lie around 0, on both sides of it.
            (WeightType::I8 | WeightType::I16, true) => cells(biases, |b| {
                (model.signed(coder, i16::from_le_bytes(b).into()) as i16).to_le_bytes()
            }),
            (WeightType::I8 | WeightType::I16, false) => {
                cells(biases, |b| model.signed(coder, i32::from_le_bytes(b)).to_le_bytes());
            }
            (WeightType::F16 | WeightType::F32, _) => {
                cells(biases, |b| model.f32(coder, u32::from_le_bytes(b)).to_le_bytes());
            }
        }
    }
}

/// Codes cell by cell of `N` bytes.
fn cells<const N: usize>(bytes: &mut [u8], mut code: impl FnMut([u8; N]) -> [u8; N]) {
    for cell in bytes.as_chunks_mut::<N>().0 {
        *cell = code(*cell);
    }
}
