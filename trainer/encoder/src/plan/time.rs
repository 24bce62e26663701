//! Where should a sound be cut, and how wide should the cuts be blended?
//!
//! Every partition of the sound into blocks of allowed sizes, with every
//! allowed overlap at each boundary, is one orthonormal basis. Dynamic
//! programming finds the cheapest: the costs of blocks add up once the
//! overlaps at their ends are fixed (Coifman and Wickerhauser's best basis,
//! 1992, on time segmentations as in Herley et al., 1993).

use super::{
    Effort, Weights,
    costs::{Coster, SpanCosts, fill},
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
/// empty signal has none. On one machine the same input gives the same
/// blocks, whatever the number of threads. A step or samples that are no
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
    let spans = Coster::new(signal, min_log2..=max_log2, step, weights, effort).spans();
    cheapest(&spans, min_log2, usize::from(max_log2 - min_log2) + 1)
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

/// Bits to say a block's size and overlap, all log2, after a block of size
/// `before`: about what an adaptive coder needs, from counts over speech and
/// music at 16 kHz (three of five sizes repeat, two of three overlaps are as
/// wide as they can be, and each octave further is half as likely).
fn side_bits(before: usize, size: usize, overlap: usize) -> f64 {
    let bits = |octaves: usize, none: f64| if octaves == 0 { none } else { 1.5 + octaves as f64 };
    let narrower = before.min(size).saturating_sub(overlap);
    bits(before.abs_diff(size), 1.0) + bits(narrower, 0.5)
}

/// The cheapest partition. Sizes and overlaps are indices: log2 less
/// `min_log2`.
///
/// A state is a boundary, the size of the block before it and the overlap
/// there: what follows costs the same whatever else came before.
fn cheapest(spans: &[SpanCosts], min_log2: u8, sizes: usize) -> Vec<Block> {
    let (span, states) = (1usize << (sizes - 1), sizes * sizes);
    // The least cost of each state at the boundaries of one span ...
    let mut best = vec![f64::INFINITY; (span + 1) * states];
    // ... and the state before, for all spans.
    let mut from = vec![0u16; (spans.len() * span + 1) * states];
    // At the start overlap index 0 stands for none, as it does at the end.
    best[span * states] = 0.0;
    for (i, costs) in spans.iter().enumerate() {
        best.copy_within(span * states.., 0);
        for at in 0..span {
            for size in (0..sizes).filter(|size| at % (1 << size) == 0) {
                let entries = entries(&best[at * states..][..states], sizes, size, i + at == 0);
                let end = at + (1 << size);
                for right in 0..=size {
                    let totals = entries.iter().enumerate().map(|(left, &(bits, before))| {
                        (bits + costs.get(size, at >> size, left, right), before)
                    });
                    let (bits, before) = least(totals);
                    let state = size * sizes + right;
                    best[end * states + state] = bits;
                    from[(i * span + end) * states + state] = before as u16;
                }
            }
        }
    }
    let ends = (0..sizes).map(|size| size * sizes);
    let (_, mut state) = least(ends.map(|state| (best[span * states + state], state)));
    let (mut at, mut blocks) = (spans.len() * span, Vec::new());
    while at > 0 {
        let size = state / sizes;
        state = from[at * states + state].into();
        at -= 1 << size;
        let overlap = if at == 0 { 0 } else { 1 << (usize::from(min_log2) + state % sizes) };
        blocks.push(Block { start: at << min_log2, log2: min_log2 + size as u8, overlap });
    }
    blocks.reverse();
    blocks
}

/// For each left overlap of a block of `size`: the least cost up to there,
/// with the bits to say the block, and the state that has it. `best` is by
/// state.
fn entries(best: &[f64], sizes: usize, size: usize, first: bool) -> Vec<(f64, usize)> {
    let entry = |overlap: usize| {
        least((overlap..sizes).map(|before| {
            let state = before * sizes + overlap;
            let side = if first { 0.0 } else { side_bits(before, size, overlap) };
            (best[state] + side, state)
        }))
    };
    (0..=size).map(entry).collect()
}

/// The first of the least costs.
fn least(options: impl Iterator<Item = (f64, usize)>) -> (f64, usize) {
    options.min_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or((f64::INFINITY, 0))
}
