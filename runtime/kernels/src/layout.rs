//! How do activations, sums and samples lie in memory?
//!
//! Activations lie `[word][column]`: one column per coordinate, one word for
//! two Q15 features (integer) or one `f32` (float), so a weight is loaded once
//! for all columns.

use nex_format::MAX_CHANNELS;

/// Coordinates evaluated together at most. Smaller where memory is small;
/// the bits do not depend on it.
pub const MAX_TILE: usize = if cfg!(target_os = "none") { 8 } else { 256 };

/// Output samples of one tile, `[channel][column]`.
pub type Outputs = [[i16; MAX_TILE]; MAX_CHANNELS];

/// Which samples there are.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Range {
    /// The least.
    pub low: i16,
    /// The largest.
    pub high: i16,
    /// Sample steps of a float expert's output of 1.0.
    pub full_scale: f32,
}

impl Range {
    /// The 8 bits of a picture.
    pub const IMAGE: Self = Self { low: 0, high: 255, full_scale: 255.0 };

    /// 16 bits of a sound, `-peak ..= min(peak, 32767)`.
    pub const fn sound(peak: u16) -> Self {
        // A peak of 32,768 is its own negative in 16 bits.
        let low = (peak as i16).wrapping_neg();
        let high = if peak < 32_768 { peak as i16 } else { i16::MAX };
        Self { low, high, full_scale: 32_768.0 }
    }
}

/// Rows computed together.
pub(crate) const ROWS: usize = 4;

/// Sums of [`ROWS`] rows for every column.
pub(crate) type Accumulators<T> = [[T; MAX_TILE]; ROWS];

/// What a layer reads: one or two runs of features, `[word][column]`.
#[derive(Clone, Copy)]
pub(crate) struct Input<'s> {
    pub parts: [&'s [u32]; 2],
    /// Features in each part.
    pub features: [usize; 2],
    pub columns: usize,
}

impl<'s> Input<'s> {
    pub const fn one(words: &'s [u32], features: usize, columns: usize) -> Self {
        Self { parts: [words, &[]], features: [features, 0], columns }
    }

    /// The features of the layer before, and the coordinates after them.
    #[cfg_attr(not(feature = "networks"), allow(unused))]
    pub fn with_position(
        (words, features): (&'s [u32], usize),
        position: &'s [u32],
        columns: usize,
    ) -> Self {
        let dims = position.len() / columns.max(1);
        Self { parts: [words, position], features: [features, dims], columns }
    }
}
