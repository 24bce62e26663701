//! What is already known around a weight?
//!
//! Four weights before it in its block, those of similar frequency in the two
//! blocks before, the same place in the other channel, and the shape.

use super::{
    fixed::log,
    model::{EXPERTS, INPUTS},
};

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
    /// Adds what depends on the weights before, and on the quantiser; says
    /// which expert the gate picks.
    #[must_use]
    pub fn inputs(&self, history: &History, state: usize) -> ([u8; INPUTS], usize) {
        let mut inputs = self.inputs;
        let [a, b, c, d] = *history;
        let energy = (8u32.saturating_mul(a)).saturating_add(4u32.saturating_mul(b));
        let around = log(energy.saturating_add(3 * self.near));
        let values = [log(a), log(b), log(c), log(d), if state >= 2 { 64 } else { 0 }, around];
        for (input, value) in inputs.iter_mut().skip(8).zip(values) {
            *input = value;
        }
        // The least energy above 0 is 3, or 16 in eighth octaves: no expert is idle.
        (inputs, usize::from(around >> 2).saturating_sub(3).min(EXPERTS - 1))
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
