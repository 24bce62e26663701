//! How likely is a weight's next bin? A tiny network answers.

use nex_format::range::PROBABILITY_BITS;

/// Numbers that describe a weight's surroundings.
pub const INPUTS: usize = 14;
/// Units of each hidden layer.
pub const HIDDEN: usize = 16;
/// Decisions "larger than i" that the network predicts; larger magnitudes
/// are escaped.
pub const BINS: usize = 10;

/// An entropy network: two ReLU layers of 16 units, then one logit per bin.
///
/// All integers: inputs 0 to 127; weights in 1/64; activations in 1/32, 0 to
/// 255; logits in 1/256. 724 bytes, 640 multiply-accumulates per weight.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Network {
    /// First layer, `[unit][input]`.
    pub w1: [[i8; INPUTS]; HIDDEN],
    /// In 1/1024.
    pub b1: [i16; HIDDEN],
    /// Second layer.
    pub w2: [[i8; HIDDEN]; HIDDEN],
    /// In 1/2048.
    pub b2: [i16; HIDDEN],
    /// Logits.
    pub w3: [[i8; HIDDEN]; BINS],
    /// In 1/2048.
    pub b3: [i16; BINS],
}

/// Activations of a hidden layer.
pub type Hidden = [u8; HIDDEN];

fn dot<const N: usize>(weights: &[i8; N], values: &[u8; N]) -> i32 {
    weights.iter().zip(values).map(|(&w, &v)| i32::from(w) * i32::from(v)).sum()
}

impl Network {
    /// Both hidden layers; gives the second one's activations.
    #[must_use]
    pub fn hidden(&self, inputs: &[u8; INPUTS]) -> Hidden {
        let mut first = [0; HIDDEN];
        for ((h, weights), &bias) in first.iter_mut().zip(&self.w1).zip(&self.b1) {
            *h = ((dot(weights, inputs) + i32::from(bias)) >> 5).clamp(0, 255) as u8;
        }
        let mut second = [0; HIDDEN];
        for ((h, weights), &bias) in second.iter_mut().zip(&self.w2).zip(&self.b2) {
            *h = ((dot(weights, &first) + i32::from(bias)) >> 6).clamp(0, 255) as u8;
        }
        second
    }

    /// Probability in 2^-15 that the magnitude is larger than `bin`.
    #[must_use]
    pub fn probability(&self, hidden: &Hidden, bin: usize) -> u16 {
        match (self.w3.get(bin), self.b3.get(bin)) {
            (Some(weights), Some(&bias)) => logistic((dot(weights, hidden) + i32::from(bias)) >> 3),
            _ => 1 << (PROBABILITY_BITS - 1),
        }
    }
}

/// `round(2^15 / (1 + exp(-i / 8)))`, i = 0 ..= 64.
#[rustfmt::skip]
const LOGISTIC: [u16; 65] = [
    16384, 17407, 18421, 19420, 20397, 21344, 22255, 23127, 23955, 24737, 25471, 26155, 26790,
    27377, 27917, 28411, 28862, 29272, 29644, 29979, 30282, 30555, 30799, 31018, 31214, 31389,
    31545, 31684, 31807, 31917, 32015, 32102, 32179, 32247, 32307, 32361, 32408, 32450, 32487,
    32520, 32549, 32574, 32597, 32617, 32635, 32650, 32664, 32676, 32687, 32696, 32705, 32712,
    32719, 32725, 32730, 32734, 32738, 32742, 32745, 32747, 32750, 32752, 32754, 32756, 32757,
];

/// The logistic function of a logit in 1/256, as a probability in 2^-15
/// that a range coder can use: 8 to 2^15 - 8. Accuracy: within 3e-4.
fn logistic(logit: i32) -> u16 {
    let x = logit.unsigned_abs().min(8 * 256 - 1);
    let at = |i: u32| LOGISTIC.get(i as usize).copied().map_or(0, u32::from);
    let (index, part) = (x >> 5, x & 31);
    let p = (at(index) * (32 - part) + at(index + 1) * part + 16) >> 5;
    let p = p.min((1 << PROBABILITY_BITS) - 8) as u16;
    if logit < 0 { (1 << PROBABILITY_BITS) - p } else { p }
}
