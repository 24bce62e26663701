//! What is a block of a sound?

use std::ops::Range;

/// One block of a partition: samples `start .. start + (1 << log2)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// Its first sample, a multiple of its length.
    pub start: usize,
    /// Log2 of its length in samples.
    pub log2: u8,
    /// Samples that the boundary with the block before blends; 0 at the very
    /// start. A power of two (or 0), at most either block's length.
    pub overlap: usize,
}

impl Block {
    /// Its samples, which are also the places of its coefficients.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.start..self.start + (1 << self.log2)
    }
}
