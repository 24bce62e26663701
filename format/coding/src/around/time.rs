//! What is already known around a weight?
//!
//! Two weights before it in its block, those of similar frequency in the block
//! before, and the same place in the other channel.

use crate::trellis::State;

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

    #[inline]
    fn at(&self, index: usize) -> u32 {
        self.magnitudes.get(index).copied().map_or(0, u32::from)
    }

    /// Around bins of a block of `1 << log2` from `first`, a multiple of [`RUN`], on:
    /// four times the mean of the nearest bins (1 2 1).
    #[inline]
    fn near(&self, first: usize, log2: u8, out: &mut [[u16; 8]]) {
        if self.log2 > log2 {
            let ratio = self.log2 - log2;
            for (k, near) in (first..).zip(out.as_flattened_mut()) {
                *near = ((4 * self.group(k, ratio)) >> ratio) as u16;
            }
            return;
        }
        let repeat = log2 - self.log2;
        let next = first >> repeat;
        let mut left = self.at(next.saturating_sub(1));
        let from = self.magnitudes.get(next..).unwrap_or_default();
        let mut rest = from.iter().map(|&m| u32::from(m));
        let mut here = rest.next().unwrap_or(0);
        let mut give = || {
            let right = rest.next().unwrap_or(0);
            let near = left + 2 * here + right;
            (left, here) = (here, right);
            near as u16
        };
        if repeat == 0 {
            out.iter_mut().for_each(|eight| *eight = core::array::from_fn(|_| give()));
        } else {
            out.as_flattened_mut().chunks_mut(1 << repeat).for_each(|near| near.fill(give()));
        }
    }

    /// Sum of `1 << log2` magnitudes from `index << log2` on.
    #[inline]
    fn group(&self, index: usize, log2: u8) -> u32 {
        let from = index << log2;
        let group = self.magnitudes.get(from..from + (1 << log2));
        group.unwrap_or_default().iter().map(|&m| u32::from(m)).sum()
    }
}

/// What is known around the block's weights.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Neighbours<'a> {
    /// log2 of the block's length.
    pub log2: u8,
    /// The block before.
    pub one: Earlier<'a>,
    /// The same block of the first channel, when coding the second.
    pub other: Earlier<'a>,
}

/// The two magnitudes before a weight, nearest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct History([u32; 2]);

impl History {
    /// Nothing came before.
    pub const NEW: Self = Self([0; 2]);

    /// After one more magnitude.
    #[must_use]
    #[inline]
    pub const fn after(&self, magnitude: u32) -> Self {
        let Self([a, _]) = *self;
        Self([magnitude, a])
    }
}

/// What the weights of a block have left behind, up to one of them: a path
/// through the quantiser's trellis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Path {
    /// The magnitudes just before.
    pub history: History,
    /// The quantiser's state.
    pub state: State,
}

impl Path {
    /// At the beginning of a block.
    pub const START: Self = Self { history: History::NEW, state: State::START };

    /// After one more magnitude.
    #[must_use]
    #[inline]
    pub fn after(&self, magnitude: u32) -> Self {
        Self { history: self.history.after(magnitude), state: self.state.after(magnitude) }
    }
}

/// Energies that the gate tells apart, in half octaves.
pub const ENERGIES: usize = 16;

/// What is known around a weight but for those just before it.
#[derive(Clone, Copy, Debug, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Fixed {
    near: u16,
}

/// Weights that are looked around at once.
pub const RUN: usize = 32;

impl Neighbours<'_> {
    /// Visits weights of a block in the order in which they are coded, from low to
    /// high frequency, with what is known around each but for the weights just before
    /// it: one `item` for each weight from `first` on, a multiple of [`RUN`].
    #[inline]
    pub fn walk<T>(&self, first: usize, items: &mut [T], mut visit: impl FnMut(Fixed, &mut T)) {
        let mut around = [[0; 8]; RUN / 8];
        for (first, items) in (first..).step_by(RUN).zip(items.chunks_mut(RUN)) {
            // As many as there are, which the compiler does not know: loops stay loops.
            let around = around.get_mut(..items.len().div_ceil(8)).unwrap_or_default();
            self.look(first, around);
            for (item, &near) in items.iter_mut().zip(around.as_flattened()) {
                visit(Fixed { near }, item);
            }
        }
    }

    /// What is around the weights from `first` on.
    #[inline]
    fn look(&self, first: usize, around: &mut [[u16; 8]]) {
        self.one.near(first, self.log2, around);
        if !self.other.magnitudes.is_empty() {
            let mut others = [[0; 8]; RUN / 8];
            let others = others.get_mut(..around.len()).unwrap_or_default();
            self.other.near(first, self.log2, others);
            let around = around.as_flattened_mut().iter_mut();
            for (near, other) in around.zip(others.as_flattened()) {
                *near = (3 * *near + *other) / 4;
            }
        }
    }
}

impl Fixed {
    /// The energy around, which picks a weight's classes: 0 to [`ENERGIES`] - 1.
    #[must_use]
    #[inline]
    pub fn energy(self, History([a, b]): &History) -> usize {
        // Magnitudes are 2^23 at most, and so is their mean.
        let sum = a.wrapping_mul(8).wrapping_add(b.wrapping_mul(4));
        half_octaves(sum.wrapping_add(3 * u32::from(self.near)))
    }

    /// Raw bits of an escaped magnitude: fewer where little is expected.
    #[must_use]
    pub const fn escape_bits(self, History([a, b]): &History) -> u32 {
        let sum = a.saturating_mul(2).saturating_add(*b);
        let mean = sum.saturating_add(self.near as u32 / 2) / 5;
        let bits = if mean < 4 { 0 } else { mean.ilog2() - 1 };
        if bits > 12 { 12 } else { bits }
    }
}

/// [`half_octaves`] of the sums that most often come.
#[allow(clippy::indexing_slicing)] // when it is compiled
static ENERGY: [u8; 64] = {
    let mut energies = [0; 64];
    let mut sum = 0;
    while sum < energies.len() {
        energies[sum] = counted(sum as u32) as u8;
        sum += 1;
    }
    energies
};

#[inline]
fn half_octaves(sum: u32) -> usize {
    match ENERGY.get(sum as usize) {
        Some(&energy) => energy.into(),
        None => counted(sum),
    }
}

/// Half octaves from 4 to `1 + sum`, rounded down; the least sum above 0 is 2.
const fn counted(sum: u32) -> usize {
    let sum = sum.saturating_add(1);
    let octave = sum.ilog2();
    if octave < 2 {
        return 0;
    }
    let energy = (2 * octave + (sum >> (octave - 1) & 1) - 3) as usize;
    if energy < ENERGIES { energy } else { ENERGIES - 1 }
}
