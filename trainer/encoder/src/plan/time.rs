//! Where should a sound be cut, and how wide should the cuts be blended?
//!
//! Every partition of the sound into blocks of allowed sizes, with every
//! allowed overlap at each boundary, is one orthonormal basis. Dynamic
//! programming finds the cheapest: the costs of blocks add up once the
//! overlaps at their ends are fixed (Coifman and Wickerhauser's best basis,
//! 1992, on time segmentations as in Herley et al., 1993).

use super::{
    Effort, Weights,
    cheapest::{Cheapest, side_bits},
    costs::{Coster, Part, fill},
    proxy::block_bits,
};
use crate::{block::Block, mdct::Mdct};
use std::ops::RangeInclusive;

/// The partition that costs least: the coefficients' bits (estimated), their
/// error counted in bits, and the bits to say the partition.
///
/// `signal` is in units of 16-bit samples, its length a multiple of
/// `1 << sizes.end()` (in release builds continued with zeros if not).
/// `sizes` are log2 of the block lengths, `step` is the quantiser's step.
///
/// The blocks are in order, without gaps, each aligned to its length; an
/// empty signal has none. The same input gives the same blocks on every
/// machine, whatever the number of threads. A step or samples that are no
/// finite numbers give some partition, not the best.
///
/// Cost, in rayon's current pool: sizes 5 to 11 take 10 ms of CPU for a
/// second at 16 kHz, or 5 ms with [`Effort::Fast`] (a 2020s server core), and
/// 5 bytes a sample.
#[must_use]
pub fn plan(
    signal: &[f64],
    sizes: RangeInclusive<u8>,
    step: f64,
    weights: Option<Weights<'_>>,
    effort: Effort,
) -> Vec<Block> {
    let (min_log2, max_log2) = (*sizes.start(), *sizes.end().max(sizes.start()));
    let longest = 1usize << max_log2;
    debug_assert!(signal.len().is_multiple_of(longest), "a whole number of the longest blocks");
    let padded;
    let signal = if signal.len().is_multiple_of(longest) {
        signal
    } else {
        let zeros = std::iter::repeat_n(0.0, longest - signal.len() % longest);
        padded = signal.iter().copied().chain(zeros).collect::<Vec<_>>();
        &padded
    };
    let coster = Coster::new(min_log2..=max_log2, step, effort);
    let spans =
        coster.spans(Part { signal, from: 0, end: signal.len(), weights }, &(0..signal.len()));
    let mut cheapest = Cheapest::new(min_log2..=max_log2);
    spans.iter().for_each(|span| cheapest.extend(span));
    cheapest.finish()
}

/// What `blocks` cost by the measure that [`plan`] minimises, in bits.
#[must_use]
pub fn cost(signal: &[f64], blocks: &[Block], step: f64, weights: Option<Weights<'_>>) -> f64 {
    let coefs = Mdct::new().forward(signal, blocks);
    let (mut factors, mut magnitudes) = (Vec::new(), Vec::new());
    let mut bits = 0.0;
    for (i, block) in blocks.iter().enumerate() {
        fill(&mut factors, block, step, weights);
        magnitudes.clear();
        magnitudes.resize(factors.len() + 4, 0.0);
        let coefs = coefs[block.range()].iter().zip(&factors);
        for (m, (c, f)) in magnitudes[2..].iter_mut().zip(coefs) {
            *m = (c * f).abs() as f32;
        }
        bits += f64::from(block_bits(&mut magnitudes));
        if let Some(before) = i.checked_sub(1).map(|i| blocks[i].log2) {
            let overlap = block.overlap.checked_ilog2().unwrap_or(0) as usize;
            bits += side_bits(before.into(), block.log2.into(), overlap);
        }
    }
    bits
}
