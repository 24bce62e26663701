//! Where does one layer's matrix lie in the bytes, and are its values sound?

use super::{WeightType, half};
use crate::{Error, MAX_FLOAT_ROW_SUM, MAX_LINEAR_ROW_SUM, MAX_POSITION_ROW_SUM, Part};

/// One layer's weights, scales and biases, borrowed from the file.
///
/// Weights are `[rows, cols]`, row-major, little-endian: row = output unit,
/// column = input. For the meaning of scale and bias by weight type see
/// `SPEC.md`, section "Tensors". Accessors return 0 outside the matrix and
/// never panic.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Tensor<'a> {
    shape: Matrix,
    weights: &'a [u8],
    scales: &'a [u8],
    biases: &'a [u8],
}

/// Type, size and role of a matrix: all that decides how many bytes it takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) struct Matrix {
    pub ty: WeightType,
    pub rows: u16,
    pub cols: u16,
    /// Followed by a sine (scales and biases are then 16 bits wide) or by
    /// another activation.
    pub sine: bool,
    /// The last columns are for the coordinates.
    #[cfg(feature = "networks")]
    pub position: bool,
}

impl Matrix {
    /// Without rows.
    pub const NONE: Self = Self {
        ty: WeightType::Oscillator,
        rows: 0,
        cols: 0,
        sine: false,
        #[cfg(feature = "networks")]
        position: false,
    };

    pub const fn weights_bytes(self) -> usize {
        self.rows as usize * self.cols as usize * self.ty.weight_bytes()
    }

    /// Bytes of the multiplier of one row.
    pub const fn scale_bytes(self) -> usize {
        match self.ty {
            WeightType::I8 | WeightType::I16 if self.sine => 2,
            WeightType::I8 | WeightType::I16 => 4,
            _ => 0,
        }
    }

    /// Bytes of the bias of one row.
    const fn bias_bytes(self) -> usize {
        match self.ty {
            WeightType::I8 | WeightType::I16 if self.sine => 2,
            _ => 4,
        }
    }

    /// Bytes of the whole matrix: weights, then scales, then biases.
    pub const fn total_bytes(self) -> usize {
        self.weights_bytes() + self.rows as usize * (self.scale_bytes() + self.bias_bytes())
    }
}

fn split(bytes: &[u8], at: usize) -> (&[u8], &[u8]) {
    bytes.split_at_checked(at).unwrap_or((bytes, &[]))
}

fn array<const N: usize>(bytes: &[u8], index: usize) -> [u8; N] {
    let at = index.saturating_mul(N);
    bytes.get(at..).and_then(|b| b.first_chunk::<N>()).copied().unwrap_or([0; N])
}

impl<'a> Tensor<'a> {
    /// The tensor that `bytes` begin with, and the bytes after it; they hold
    /// at least `shape.total_bytes()` bytes.
    pub(crate) fn take(shape: Matrix, bytes: &'a [u8]) -> (Self, &'a [u8]) {
        let (weights, rest) = split(bytes, shape.weights_bytes());
        let (scales, rest) = split(rest, shape.rows as usize * shape.scale_bytes());
        let (biases, rest) = split(rest, shape.rows as usize * shape.bias_bytes());
        (Self { shape, weights, scales, biases }, rest)
    }

    /// How the weights are stored.
    #[must_use]
    pub const fn weight_type(&self) -> WeightType {
        self.shape.ty
    }

    /// Output units.
    #[must_use]
    pub const fn rows(&self) -> usize {
        self.shape.rows as usize
    }

    /// Inputs.
    #[must_use]
    pub const fn cols(&self) -> usize {
        self.shape.cols as usize
    }

    /// Whether a sine follows, or the other activation of the block.
    #[must_use]
    pub const fn is_sine(&self) -> bool {
        self.shape.sine
    }

    /// Whether the last columns are for the coordinates, one each.
    #[must_use]
    pub const fn reads_position(&self) -> bool {
        #[cfg(feature = "networks")]
        let reads = self.shape.position;
        #[cfg(not(feature = "networks"))]
        let reads = false;
        reads
    }

    /// Bytes in the file.
    #[must_use]
    pub const fn total_bytes(&self) -> usize {
        self.shape.total_bytes()
    }

    /// The stored bytes of row `row`'s weights: `cols * weight_bytes` of them.
    #[must_use]
    pub fn row_bytes(&self, row: usize) -> &'a [u8] {
        let len = self.cols() * self.shape.ty.weight_bytes();
        let at = row.saturating_mul(len);
        self.weights.get(at..at.saturating_add(len)).unwrap_or(&[])
    }

    /// The stored bytes of all weights, all multipliers and all biases, each
    /// row after row: for loops that walk them instead of asking by row.
    #[must_use]
    pub const fn parts(&self) -> [&'a [u8]; 3] {
        [self.weights, self.scales, self.biases]
    }

    /// The multiplier of an integer row, 0 for other types.
    ///
    /// Sine rows: 0 to 65,535, in 2^-32 turns per accumulator unit. Linear
    /// rows: below 2^31, in 2^-32 output units per accumulator unit.
    #[must_use]
    pub fn multiplier(&self, row: usize) -> u32 {
        match self.shape.scale_bytes() {
            2 => u16::from_le_bytes(array(self.scales, row)).into(),
            4 => u32::from_le_bytes(array(self.scales, row)),
            _ => 0,
        }
    }

    /// The phase of a sine row in 2^-32 turns: of an oscillator in full, of
    /// an integer sine row in steps of 2^16.
    #[must_use]
    pub fn phase(&self, row: usize) -> u32 {
        match self.shape.bias_bytes() {
            2 => u32::from(u16::from_le_bytes(array(self.biases, row))) << 16,
            _ => u32::from_le_bytes(array(self.biases, row)),
        }
    }

    /// The bias of an integer linear row, in 2^-16 output units.
    #[must_use]
    pub fn bias(&self, row: usize) -> i32 {
        i32::from_le_bytes(array(self.biases, row))
    }

    /// The bias of a float row: turns before a sine, output units otherwise.
    #[must_use]
    pub fn bias_f32(&self, row: usize) -> f32 {
        f32::from_le_bytes(array(self.biases, row))
    }

    /// The frequency of oscillator `row` along dimension `dim`, in 2^-32
    /// turns per grid step.
    #[must_use]
    pub fn frequency(&self, row: usize, dim: usize) -> i32 {
        i32::from_le_bytes(array(self.row_bytes(row), dim))
    }

    /// A stored integer weight; 0 for float types.
    #[must_use]
    pub fn weight(&self, row: usize, col: usize) -> i16 {
        let bytes = self.row_bytes(row);
        match self.shape.ty {
            WeightType::I8 => i8::from_le_bytes(array(bytes, col)).into(),
            WeightType::I16 => i16::from_le_bytes(array(bytes, col)),
            _ => 0,
        }
    }

    /// A stored float weight; 0 for integer types.
    #[must_use]
    pub fn weight_f32(&self, row: usize, col: usize) -> f32 {
        let bytes = self.row_bytes(row);
        match self.shape.ty {
            WeightType::F32 => f32::from_le_bytes(array(bytes, col)),
            WeightType::F16 => half::to_f32(array(bytes, col)),
            _ => 0.0,
        }
    }

    /// Checks the values: no NaN, no sum that could overflow.
    pub(crate) fn validate(&self, part: Part) -> Result<(), Error> {
        let sound = match self.shape.ty {
            WeightType::Oscillator => true,
            WeightType::I8 | WeightType::I16 => {
                self.shape.sine || (0..self.rows()).all(|row| self.linear_row_is_sound(row))
            }
            WeightType::F32 | WeightType::F16 => {
                (0..self.rows()).all(|row| self.float_row_is_sound(row))
            }
        };
        if sound { Ok(()) } else { Err(Error::BadWeights(part)) }
    }

    fn linear_row_is_sound(&self, row: usize) -> bool {
        let sum = (0..self.cols())
            .fold(0u32, |sum, col| sum.saturating_add(self.weight(row, col).unsigned_abs().into()));
        sum <= MAX_LINEAR_ROW_SUM && self.multiplier(row) < 1 << 31
    }

    fn float_row_is_sound(&self, row: usize) -> bool {
        let sum = (0..self.cols()).map(|col| self.weight_f32(row, col).abs()).sum::<f32>()
            + self.bias_f32(row).abs();
        // A NaN compares false.
        sum <= if self.reads_position() { MAX_POSITION_ROW_SUM } else { MAX_FLOAT_ROW_SUM }
    }
}
