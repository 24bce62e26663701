//! What is already known around a weight?
//!
//! Four weights before it in its block, those of similar frequency in the two
//! blocks before, the same place in the other channel, and the envelope.

use crate::{
    predictor::{EXPERTS, Inputs},
    spectrum::ScaleFactors,
    tables::{log, log_of_place},
    trellis::next_state,
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

    /// Around bin `k` of a block of `1 << log2`: four times the mean of the
    /// nearest bins (1 2 1), and five times that of more.
    #[inline]
    fn near(&self, k: usize, log2: u8) -> (u32, u32) {
        if self.log2 == log2
            && let Some(five) = self.magnitudes.get(k.wrapping_sub(2)..k + 3)
            && let Ok(five) = <[u8; 5]>::try_from(five)
        {
            return weigh(five.map(u32::from));
        }
        self.near_elsewhere(k, log2)
    }

    /// The same at the block's ends, and of a block of another length.
    #[inline(never)]
    fn near_elsewhere(&self, k: usize, log2: u8) -> (u32, u32) {
        if self.magnitudes.is_empty() {
            return (0, 0);
        }
        if self.log2 == log2 {
            let below = |back: usize| self.at(k.saturating_sub(back));
            return weigh([below(2), below(1), self.at(k), self.at(k + 1), self.at(k + 2)]);
        }
        if self.log2 > log2 {
            let ratio = self.log2 - log2;
            let c = self.group(k, ratio);
            let sides = self.group(k.saturating_sub(1), ratio) + self.group(k + 1, ratio);
            return ((4 * c) >> ratio, ((c + sides) * 107) >> 6 >> ratio);
        }
        let j = k >> (log2 - self.log2);
        let (l, c, r) = match self.magnitudes.get(j.wrapping_sub(1)..j + 2) {
            Some(&[l, c, r]) => (l.into(), c.into(), r.into()),
            _ => (self.at(j.saturating_sub(1)), self.at(j), self.at(j + 1)),
        };
        (l + 2 * c + r, ((l + c + r) * 107) >> 6)
    }

    /// Sum of `1 << log2` magnitudes from `index << log2` on.
    fn group(&self, index: usize, log2: u8) -> u32 {
        let from = index << log2;
        let group = self.magnitudes.get(from..from + (1 << log2));
        group.unwrap_or_default().iter().map(|&m| u32::from(m)).sum()
    }

    /// Sum of the three bins around the same frequency.
    #[inline]
    fn three(&self, k: usize, log2: u8) -> u32 {
        let j = if self.log2 >= log2 { k << (self.log2 - log2) } else { k >> (log2 - self.log2) };
        match self.magnitudes.get(j.wrapping_sub(1)..j + 2) {
            Some(&[l, c, r]) => u32::from(l) + u32::from(c) + u32::from(r),
            _ => self.at(j.saturating_sub(1)) + self.at(j) + self.at(j + 1),
        }
    }
}

/// What [`Earlier::near`] makes of bins of the same width.
#[inline]
const fn weigh([l2, l, c, r, r2]: [u32; 5]) -> (u32, u32) {
    (l + 2 * c + r, l2 + l + c + r + r2)
}

/// What is known around the block's weights.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Neighbours<'a> {
    /// log2 of the block's length.
    pub log2: u8,
    /// The block before.
    pub one: Earlier<'a>,
    /// The block before that.
    pub two: Earlier<'a>,
    /// The same block of the first channel, when coding the second.
    pub other: Earlier<'a>,
}

/// What is remembered of the four magnitudes before a weight, nearest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct History {
    nearest: [u32; 2],
    logs: [u32; 4],
}

impl History {
    /// Nothing came before.
    pub const NEW: Self = Self { nearest: [0; 2], logs: [0; 4] };

    /// After one more magnitude.
    #[must_use]
    #[inline]
    pub fn after(&self, magnitude: u32) -> Self {
        let ([a, _], [la, lb, lc, _]) = (self.nearest, self.logs);
        Self { nearest: [magnitude, a], logs: [log(magnitude), la, lb, lc] }
    }
}

/// What the weights of a block have left behind, up to one of them: a path
/// through the quantiser's trellis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Path {
    /// The magnitudes just before.
    pub history: History,
    /// The quantiser's state, 0 to 3.
    pub state: usize,
}

impl Path {
    /// At the beginning of a block.
    pub const START: Self = Self { history: History::NEW, state: 0 };

    /// After one more magnitude.
    #[must_use]
    #[inline]
    pub fn after(&self, magnitude: u32) -> Self {
        Self { history: self.history.after(magnitude), state: next_state(self.state, magnitude) }
    }
}

/// The predictor's view of one weight, as far as it does not depend on the
/// weights just before it.
#[derive(Clone, Copy, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Fixed {
    inputs: [u32; 8],
    near: u32,
}

impl Neighbours<'_> {
    /// Visits the weights of a block in the order in which they are coded, from
    /// low to high frequency, with what is known around each but for the weights
    /// just before it: one `item` for each weight.
    #[inline]
    pub fn walk<T>(
        &self,
        factors: &ScaleFactors,
        items: &mut [T],
        mut visit: impl FnMut(&Fixed, &mut T),
    ) {
        let mut k = 0;
        for items in items.chunks_mut(1 << ScaleFactors::run_log2(self.log2)) {
            let level = factors.level(k, self.log2);
            for item in items {
                visit(&self.fixed(k, level), item);
                k += 1;
            }
        }
    }

    /// The view of weight `k`. `level` is how loud the envelope expects it to
    /// be, in 1/8 octaves above the step, plus 64; 0 without an envelope.
    #[inline]
    fn fixed(&self, k: usize, level: u8) -> Fixed {
        let (near, wide) = self.one.near(k, self.log2);
        let beside = match self.other.magnitudes.is_empty() {
            true => 0,
            false => log(self.other.near(k, self.log2).0),
        };
        let inputs = [
            log(near),
            log(wide),
            log(self.two.three(k, self.log2)),
            level.into(),
            (2 * k as u32 + 1) << 6 >> self.log2,
            u32::from(self.log2.saturating_sub(5)) * 16,
            beside,
            log_of_place(k as u32),
        ];
        Fixed { inputs, near }
    }
}

impl Fixed {
    /// Adds what depends on the weights before, and on the quantiser; says
    /// which expert the gate picks.
    #[must_use]
    #[inline]
    pub fn inputs(&self, path: &Path) -> (Inputs, usize) {
        let Path { history: History { nearest: [a, b], logs: [la, lb, lc, ld] }, state } = *path;
        // Magnitudes are 2^23 at most, and so is their mean.
        let energy = a.wrapping_mul(8).wrapping_add(b.wrapping_mul(4));
        let around = log(energy.wrapping_add(3 * self.near));
        let [near, wide, three, level, place, size, beside, bin] = self.inputs;
        let state = if state >= 2 { 64 } else { 0 };
        let inputs = Inputs::new([
            near, wide, three, level, place, size, beside, bin, la, lb, lc, ld, state, around,
        ]);
        // The least energy above 0 is 3, or 16 in eighth octaves: no expert is idle.
        (inputs, ((around >> 2) as i32 - 3).clamp(0, EXPERTS as i32 - 1) as usize)
    }

    /// Raw bits of an escaped magnitude: fewer where little is expected.
    #[must_use]
    pub const fn escape_bits(&self, history: &History) -> u32 {
        let [a, b] = history.nearest;
        let sum = a.saturating_mul(2).saturating_add(b);
        let mean = sum.saturating_add(self.near / 2) / 5;
        let bits = if mean < 4 { 0 } else { mean.ilog2() - 1 };
        if bits > 12 { 12 } else { bits }
    }
}
