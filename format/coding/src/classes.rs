//! How likely is a decision? What its class has seen says so.
//!
//! The one primitive of all that is coded: a gate picks a decision's class from
//! what is known around it, and the class has a probability that predicts and
//! learns. Where a class starts is trained, see [`Model`](crate::sound::Model).

use crate::{around::ENERGIES, magnitude::BINS, range::HALF};

/// Which classes are there? Where those of each kind of decision begin.
pub mod first {
    use super::ENERGIES;
    use crate::spectrum::ENVELOPES;

    /// A block is as long as the one before, by whether that was so before.
    pub const SAME_SIZE: usize = 0;
    /// It is longer.
    pub const LARGER: usize = 2;
    /// By still more.
    pub const SIZE_MORE: usize = 3;
    /// The widest overlap, by whether that was so before.
    pub const WIDEST: usize = 4;
    /// Still narrower.
    pub const NARROWER: usize = 6;
    /// The envelope's lower half is the one before, by whether the gain has moved.
    pub const SAME_LOW: usize = 7;
    /// Its upper half, by whether the lower one has.
    pub const SAME_HIGH: usize = 9;
    /// Nodes of the tree of lower halves, of which 0 is none.
    pub const LOW: usize = 11;
    /// Nodes of the tree of upper halves.
    pub const HIGH: usize = LOW + ENVELOPES;
    /// Of the gain: classes of a [number](super::NUMBER).
    pub const GAIN: usize = HIGH + ENVELOPES;
    /// Of where the weights end: a number's.
    pub const END: usize = GAIN + super::NUMBER;
    /// All levels of noise are those before.
    pub const SAME_NOISE: usize = END + super::NUMBER;
    /// Of a level of noise: a number's.
    pub const NOISE: usize = SAME_NOISE + 1;
    /// Of how the noise dies away: a number's.
    pub const FADE: usize = NOISE + super::NUMBER;
    /// Bits of an escape's length.
    pub const ESCAPE: usize = FADE + super::NUMBER;
    /// Of weights, by the energy around them.
    pub const WEIGHT: usize = ESCAPE + 16;
    /// Number of classes.
    pub const COUNT: usize = WEIGHT + ENERGIES * super::ROW;
}

/// Classes of a number that is near the one before: it is the same; smaller;
/// further away by more than 1, 2, 3.
pub const NUMBER: usize = 5;
/// Classes of the weights that have the same energy around them: "larger than 0"
/// for each of the two quantisers, "larger than 1" likewise, "larger than 2, 3, ...".
pub const ROW: usize = BINS + 2;

/// How a class learns: by 2^-this of what it was wrong by.
pub mod rate {
    /// Of heads and escapes, which are few.
    pub const HEADS: u32 = 5;
    /// Of weights.
    pub const WEIGHTS: u32 = 6;
}

/// Where all classes start, in 2^-16.
pub type Starts = [u16; first::COUNT];

/// What the decisions of a chunk have taught so far.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Classes([u16; first::COUNT]);

impl Classes {
    /// Nothing beyond where they start.
    #[must_use]
    pub const fn new(starts: &Starts) -> Self {
        Self(*starts)
    }

    /// The probability of a class, in 2^-16.
    #[must_use]
    pub fn probability(&self, class: usize) -> u16 {
        self.0.get(class).copied().unwrap_or(HALF)
    }

    /// The classes of weights, by the energy around them.
    #[inline]
    pub(crate) fn rows(&mut self) -> &mut [[u16; ROW]] {
        let (_, weights) = self.0.split_at_mut(first::WEIGHT);
        weights.as_chunks_mut().0
    }

    /// Lets `code` find out a decision of a class by its probability, and learns
    /// from it. There are [`first::COUNT`] classes, of any other nothing is coded.
    #[inline]
    pub fn learn<const RATE: u32>(&mut self, class: usize, code: impl FnOnce(u16) -> bool) -> bool {
        let Some(p) = self.0.get_mut(class) else { return false };
        let bit = code(*p);
        *p = after::<RATE>(*p, bit);
        bit
    }
}

/// What a probability becomes after a decision. It stays between 2^RATE - 1 and
/// 2^16 - 2^RATE.
#[inline]
pub(crate) const fn after<const RATE: u32>(p: u16, bit: bool) -> u16 {
    let less = p - (p >> RATE);
    // By (2^16 - 1 - p) >> RATE more than p.
    if bit { less + (u16::MAX >> RATE) } else { less }
}
