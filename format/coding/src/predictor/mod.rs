//! How likely is a weight to be larger? A mixture of linear experts answers.

mod dot;

use crate::range::PROBABILITY_BITS;
pub use dot::Inputs;

/// Numbers that describe a weight's surroundings, 0 to 127 each.
pub const INPUTS: usize = 14;
/// Decisions "larger than i" that are predicted; larger magnitudes are
/// escaped.
pub const BINS: usize = 10;
/// Linear experts; the energy around the weight picks one.
pub const EXPERTS: usize = 16;

/// A mixture of linear experts that predicts decisions.
///
/// For a weight the gate picks one expert by the energy around it; decision
/// `i` is predicted by that expert's `i`-th row. So a decision costs
/// [`INPUTS`] multiply-accumulates, whatever the number of experts.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Predictor {
    /// `[expert][bin][input]`, in 1/1024 of a logit per input unit.
    pub weights: [[[i8; INPUTS]; BINS]; EXPERTS],
    /// `[expert][bin]`, likewise.
    pub biases: [[i16; BINS]; EXPERTS],
}

/// What a chunk has taught so far: a correction of every expert's bias.
///
/// The logits' own online gradient descent; 320 bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Learned {
    /// In 1/4096 of a logit.
    biases: [[i16; BINS]; EXPERTS],
}

impl Learned {
    /// Nothing yet.
    pub const NEW: Self = Self { biases: [[0; BINS]; EXPERTS] };

    /// The correction of a decision's logit, in 1/256.
    #[must_use]
    pub fn logit(&self, expert: usize, bin: usize) -> i32 {
        let bias = self.biases.get(expert).and_then(|row| row.get(bin));
        i32::from(bias.copied().unwrap_or(0)) >> 4
    }

    /// The corrections of an expert's decisions, in 1/4096 of a logit.
    #[inline]
    #[allow(clippy::indexing_slicing)] // masked: there are 2^4
    pub(crate) fn of(&mut self, expert: usize) -> &mut [i16; BINS] {
        &mut self.biases[expert & (EXPERTS - 1)]
    }
}

/// A wrong decision moves a bias by up to a quarter of a logit.
const LEARNING_SHIFT: u32 = 5;

/// Moves a correction towards a decision that was predicted with probability
/// `p`.
#[inline]
pub(crate) fn learn(bias: &mut i16, p: u16, bit: bool) {
    let target = if bit { 1 << PROBABILITY_BITS } else { 0 };
    *bias = bias.saturating_add(((target - i32::from(p)) >> LEARNING_SHIFT) as i16);
}

/// One expert's rows of weights and their biases, by bin.
#[derive(Clone, Copy)]
pub(crate) struct Expert<'m> {
    pub rows: &'m [[i8; INPUTS]; BINS],
    pub biases: &'m [i16; BINS],
}

impl Predictor {
    /// One of the experts.
    #[inline]
    #[allow(clippy::indexing_slicing)] // masked: there are 2^4
    pub(crate) const fn expert(&self, index: usize) -> Expert<'_> {
        let index = index & (EXPERTS - 1);
        Expert { rows: &self.weights[index], biases: &self.biases[index] }
    }
}

const _: () = assert!(EXPERTS.is_power_of_two());

/// `round(2^15 / (1 + exp(-i / 8)))`, i = 0 ..= 64.
#[rustfmt::skip]
static LOGISTIC: [u16; 65] = [
    16384, 17407, 18421, 19420, 20397, 21344, 22255, 23127, 23955, 24737, 25471, 26155, 26790,
    27377, 27917, 28411, 28862, 29272, 29644, 29979, 30282, 30555, 30799, 31018, 31214, 31389,
    31545, 31684, 31807, 31917, 32015, 32102, 32179, 32247, 32307, 32361, 32408, 32450, 32487,
    32520, 32549, 32574, 32597, 32617, 32635, 32650, 32664, 32676, 32687, 32696, 32705, 32712,
    32719, 32725, 32730, 32734, 32738, 32742, 32745, 32747, 32750, 32752, 32754, 32756, 32757,
];

/// The logistic function of a logit in 1/256, as a probability in 2^-15
/// that a range coder can use: 8 to 2^15 - 8. Accuracy: within 3e-4.
#[must_use]
pub fn logistic(logit: i32) -> u16 {
    let x = logit.wrapping_abs().clamp(0, 8 * 256 - 1);
    let (index, part) = (x as usize >> 5, x & 31);
    let p = match LOGISTIC.get(index..index + 2) {
        Some(&[from, to]) => {
            let (from, to) = (i32::from(from), i32::from(to));
            from + (((to - from) * part + 16) >> 5)
        }
        _ => 1 << (PROBABILITY_BITS - 1),
    } as u16;
    if logit < 0 { (1 << PROBABILITY_BITS) - p } else { p }
}
