//! How are the weights of one block's expert coded?
//!
//! From low to high frequency. A network looks at the weights already known
//! around each (four before it, two earlier blocks, the other channel) and
//! says how likely it is to be larger than 0, 1, 2, ...

use super::{
    fixed::log,
    network::{BINS, INPUTS, Network},
};
use nex_format::range::{Adaptive, Coder, HALF};

/// Next state of the quantiser: its parity steps the trellis.
///
/// States 0 and 1 stand for even multiples of the step, 2 and 3 for odd ones
/// and zero (dependent quantisation as in VVC, H.266 section 7.4.12).
#[must_use]
pub fn next_state(state: usize, magnitude: u32) -> usize {
    const NEXT: [[u8; 2]; 4] = [[0, 2], [2, 0], [1, 3], [3, 1]];
    let odd = (magnitude & 1) as usize;
    NEXT.get(state).and_then(|n| n.get(odd)).copied().unwrap_or(0).into()
}

/// Magnitudes of an earlier block, limited to 255, and its log2 length.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Earlier<'a> {
    /// None if there is no such block in the chunk.
    pub magnitudes: &'a [u8],
    /// log2 of its length.
    pub log2: u8,
}

impl Earlier<'_> {
    /// No such block.
    pub const NONE: Self = Self { magnitudes: &[], log2: 0 };

    fn at(&self, index: usize) -> u32 {
        self.magnitudes.get(index).copied().map_or(0, u32::from)
    }

    /// Sum of `1 << log2` magnitudes from `index << log2` on.
    fn group(&self, index: usize, log2: u8) -> u32 {
        let from = index << log2;
        let group = self.magnitudes.get(from..from + (1 << log2));
        group.unwrap_or_default().iter().map(|&m| u32::from(m)).sum()
    }

    /// Around bin `k` of a block of `1 << log2`: four times the mean of the
    /// nearest bins (1 2 1), and five times that of more.
    fn near(&self, k: usize, log2: u8) -> (u32, u32) {
        if self.log2 == log2 {
            let (l2, l, c, r, r2) = (
                self.at(k.saturating_sub(2)),
                self.at(k.saturating_sub(1)),
                self.at(k),
                self.at(k + 1),
                self.at(k + 2),
            );
            (l + 2 * c + r, l2 + l + c + r + r2)
        } else if self.log2 > log2 {
            let ratio = self.log2 - log2;
            let c = self.group(k, ratio);
            let sides = self.group(k.saturating_sub(1), ratio) + self.group(k + 1, ratio);
            ((4 * c) >> ratio, ((c + sides) * 107) >> 6 >> ratio)
        } else {
            let j = k >> (log2 - self.log2);
            let (l, c, r) = (self.at(j.saturating_sub(1)), self.at(j), self.at(j + 1));
            (l + 2 * c + r, ((l + c + r) * 107) >> 6)
        }
    }

    /// Sum of the three bins around the same frequency.
    fn three(&self, k: usize, log2: u8) -> u32 {
        let j = if self.log2 >= log2 { k << (self.log2 - log2) } else { k >> (log2 - self.log2) };
        self.at(j.saturating_sub(1)) + self.at(j) + self.at(j + 1)
    }
}

/// What is known around the block's weights.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Surroundings<'a> {
    /// log2 of the block's length.
    pub log2: u8,
    /// The block before.
    pub one: Earlier<'a>,
    /// The block before that.
    pub two: Earlier<'a>,
    /// The same block of the first channel, when coding the second.
    pub other: Earlier<'a>,
}

/// The four magnitudes before a weight, nearest first.
pub type History = [u32; 4];

/// The network's view of one weight, as far as it does not depend on the
/// weights just before it.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Fixed {
    inputs: [u8; INPUTS],
    near: u32,
}

impl Surroundings<'_> {
    /// The view of weight `k`. `level` is how loud the shape expects it to
    /// be, in 1/8 octaves above the step, plus 64; 0 without a shape.
    #[must_use]
    pub fn fixed(&self, k: usize, level: u8) -> Fixed {
        let (near, wide) = self.one.near(k, self.log2);
        let (other, _) = self.other.near(k, self.log2);
        let mut inputs = [0; INPUTS];
        let values = [
            log(near),
            log(wide),
            log(self.two.three(k, self.log2)),
            level.min(127),
            (((2 * k + 1) << 6 >> self.log2).min(127)) as u8,
            (self.log2.saturating_sub(5) * 16).min(127),
            log(other),
            log(k as u32),
        ];
        for (input, value) in inputs.iter_mut().zip(values) {
            *input = value;
        }
        Fixed { inputs, near }
    }
}

impl Fixed {
    /// Adds what depends on the weights before, and on the quantiser.
    #[must_use]
    pub fn inputs(&self, history: &History, state: usize) -> [u8; INPUTS] {
        let mut inputs = self.inputs;
        let [a, b, c, d] = *history;
        let energy = (8u32.saturating_mul(a)).saturating_add(4u32.saturating_mul(b));
        let values = [
            log(a),
            log(b),
            log(c),
            log(d),
            if state >= 2 { 64 } else { 0 },
            log(energy.saturating_add(3 * self.near)),
        ];
        for (input, value) in inputs.iter_mut().skip(8).zip(values) {
            *input = value;
        }
        inputs
    }

    /// Raw bits of an escaped magnitude: fewer where little is expected.
    #[must_use]
    pub const fn escape_bits(&self, history: &History) -> u32 {
        let sum = history[0].saturating_mul(2).saturating_add(history[1]);
        let mean = sum.saturating_add(self.near / 2) / 5;
        let bits = if mean < 4 { 0 } else { mean.ilog2() - 1 };
        if bits > 12 { 12 } else { bits }
    }
}

/// Learned probabilities of how many bits an escape has.
pub type Escapes = [Adaptive; 16];
/// Bits of an escape's length at most.
const ESCAPE_LIMIT: u32 = 24;
/// Larger magnitudes decode as this one; encoders stay below 2^24.
const MAX_MAGNITUDE: u32 = 1 << 28;

/// Codes one signed weight; returns it.
pub fn code_weight(
    coder: &mut impl Coder,
    network: &Network,
    escapes: &mut Escapes,
    (fixed, history, state): (&Fixed, &History, usize),
    value: i32,
) -> i32 {
    let hidden = network.hidden(&fixed.inputs(history, state));
    let given = value.unsigned_abs();
    let mut magnitude = 0;
    while magnitude < BINS as u32 {
        let p = network.probability(&hidden, magnitude as usize);
        if !coder.bit(p, given > magnitude) {
            break;
        }
        magnitude += 1;
    }
    if magnitude == BINS as u32 {
        let raw = fixed.escape_bits(history);
        let escape = code_escape(coder, escapes, raw, given.wrapping_sub(BINS as u32));
        magnitude = magnitude.saturating_add(escape).min(MAX_MAGNITUDE);
    }
    if magnitude == 0 {
        return 0;
    }
    let negative = coder.bit(HALF, value < 0);
    if negative { -(magnitude as i32) } else { magnitude as i32 }
}

/// Exponential Golomb code of order `raw`, its length learned.
fn code_escape(coder: &mut impl Coder, escapes: &mut Escapes, raw: u32, value: u32) -> u32 {
    let high = (value >> raw).saturating_add(1);
    let length = high.ilog2();
    let mut bits = 0;
    while bits < ESCAPE_LIMIT {
        let Some(context) = escapes.get_mut(bits.min(15) as usize) else { break };
        if !coder.adaptive(context, length > bits) {
            break;
        }
        bits += 1;
    }
    let high = 1 << bits | coder.raw(bits, high);
    let low = coder.raw(raw, value);
    ((high - 1) << raw).saturating_add(low)
}
