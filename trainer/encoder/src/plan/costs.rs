//! What does each block cost with each pair of overlaps at its ends?

use super::{Effort, Weights, proxy::block_bits};
use crate::{
    block::Block,
    ends::fade,
    mdct::{Dct4, slope},
};
use rayon::prelude::*;
use std::ops::{Range, RangeInclusive};

/// Stands for a cost that is no number, so that a search still ends.
const HOPELESS: f32 = 1e12;

/// What each coefficient of `block` is multiplied by: its weight over step.
pub(super) fn fill(factors: &mut Vec<f64>, block: &Block, step: f64, weights: Option<Weights<'_>>) {
    factors.clear();
    factors.resize(1 << block.log2, 1.0);
    if let Some(weights) = weights {
        weights(block.start, block.log2, factors);
    }
    factors.iter_mut().for_each(|f| *f /= step);
}

/// Costs in bits of all blocks of a span, which is as long as the longest
/// block. Sizes and overlaps are indices: log2 less that of the shortest.
pub(crate) struct SpanCosts {
    /// By size; in each by block, left overlap, right overlap.
    by_size: Vec<Vec<f32>>,
}

impl SpanCosts {
    /// The cost of the span's `block`-th block of a size.
    pub(super) fn get(&self, size: usize, block: usize, left: usize, right: usize) -> f64 {
        let row = size + 1;
        f64::from(self.by_size[size][(block * row + left) * row + right])
    }
}

/// What a sound's block costs follow from, apart from the sound.
pub(crate) struct Coster {
    min_log2: u8,
    /// By size, as are the next.
    dcts: Vec<Dct4>,
    slopes: Vec<Vec<[f64; 2]>>,
    step: f64,
    effort: Effort,
}

/// A part of a sound, and what its coefficients count.
#[derive(Clone, Copy)]
pub(crate) struct Part<'a> {
    /// Begins at the sound's sample `from`, which is where a block may begin.
    pub signal: &'a [f64],
    pub from: usize,
    /// Where the sound ends: what begins there or later is not coded.
    pub end: usize,
    pub weights: Option<Weights<'a>>,
}

/// One worker's room.
struct Bench {
    dcts: Vec<Dct4>,
    folded: Vec<f64>,
    factors: Vec<f64>,
    /// By overlap: the coefficients of a block's left half alone.
    left: Vec<Vec<f32>>,
    right: Vec<Vec<f32>>,
    magnitudes: Vec<f32>,
}

impl Coster {
    pub(crate) fn new(sizes: RangeInclusive<u8>, step: f64, effort: Effort) -> Self {
        let min_log2 = *sizes.start();
        let slopes = sizes.clone().map(|log2| slope(1 << log2)).collect();
        Self { min_log2, dcts: sizes.map(Dct4::new).collect(), slopes, step, effort }
    }

    /// Costs of each span of a range of the sound's samples. The part goes on
    /// half a span beyond it, except where the sound begins and ends.
    pub(crate) fn spans(&self, part: Part<'_>, range: &Range<usize>) -> Vec<SpanCosts> {
        let sizes = self.dcts.len();
        let bench = || Bench {
            dcts: self.dcts.clone(),
            folded: Vec::new(),
            factors: Vec::new(),
            left: vec![Vec::new(); sizes],
            right: vec![Vec::new(); sizes],
            magnitudes: Vec::new(),
        };
        let span = 1 << (usize::from(self.min_log2) + sizes - 1);
        // Spans are independent of each other, and collected in order.
        (range.start / span..range.end / span)
            .into_par_iter()
            .map_init(bench, |bench, i| self.span(bench, part, i * span))
            .collect()
    }

    /// Costs of the span at sample `at`.
    fn span(&self, bench: &mut Bench, part: Part<'_>, at: usize) -> SpanCosts {
        let mut by_size = vec![Vec::new(); self.dcts.len()];
        for (size, costs) in by_size.iter_mut().enumerate() {
            let log2 = self.min_log2 + size as u8;
            for i in 0..1 << (self.dcts.len() - 1 - size) {
                let block = Block { start: at + (i << log2), log2, overlap: 0 };
                if block.start < part.end {
                    self.transform(bench, part, size, &block);
                    self.block(bench, size, costs);
                } else {
                    costs.resize(costs.len() + (size + 1).pow(2), 0.0);
                }
            }
        }
        SpanCosts { by_size }
    }

    /// The coefficients of each half of a block, for each overlap at its end.
    ///
    /// The transform is linear and an overlap stays within its half, so the
    /// sums of two halves are the coefficients for all pairs of overlaps.
    /// Beyond the ends of the sound nothing is folded, whatever the overlap.
    fn transform(&self, bench: &mut Bench, part: Part<'_>, size: usize, block: &Block) {
        let Bench { dcts, folded, factors, left, right, .. } = bench;
        fill(factors, block, self.step, part.weights);
        let (start, len) = (block.start - part.from, 1 << block.log2);
        let (before, rest) = part.signal.split_at(start);
        let (signal, mut after) = rest.split_at(len);
        let mut last;
        let mut signal = signal;
        if block.range().end >= part.end {
            last = signal.to_vec();
            fade(&mut last, block.start, part.end, block.range().end);
            (signal, after) = (&last, &[]);
        }
        let (first, second) = signal.split_at(len / 2);
        let mut store = |folded: &mut [f64], coefs: &mut Vec<f32>| {
            dcts[size].process(folded);
            coefs.clear();
            coefs.extend(folded.iter().zip(&*factors).map(|(x, f)| (x * f) as f32));
        };
        for (overlap, slope) in self.slopes[..=size].iter().enumerate() {
            folded.clear();
            folded.extend(first);
            folded.resize(len, 0.0);
            let pairs = folded.iter_mut().zip(before.iter().rev());
            for ((x, l), [sin, cos]) in pairs.zip(slope) {
                *x = sin * *x + cos * l;
            }
            store(folded, &mut left[overlap]);
            folded.clear();
            folded.resize(len / 2, 0.0);
            folded.extend(second);
            let pairs = folded.iter_mut().rev().zip(after);
            for ((x, r), [sin, cos]) in pairs.zip(slope) {
                *x = sin * *x - cos * r;
            }
            store(folded, &mut right[overlap]);
        }
    }

    /// Appends the costs of the block that `bench` holds.
    fn block(&self, bench: &mut Bench, size: usize, costs: &mut Vec<f32>) {
        let Bench { left, right, magnitudes, .. } = bench;
        let mut exact = |l: usize, r: usize| {
            magnitudes.resize(left[l].len() + 4, 0.0);
            let sums = left[l].iter().zip(&right[r]);
            for (m, (l, r)) in magnitudes[2..].iter_mut().zip(sums) {
                *m = (l + r).abs();
            }
            let bits = block_bits(magnitudes);
            if bits < HOPELESS { bits } else { HOPELESS }
        };
        let overlaps = 0..=size;
        match self.effort {
            Effort::Full => {
                for l in overlaps.clone() {
                    costs.extend(overlaps.clone().map(|r| exact(l, r)));
                }
            }
            Effort::Fast => {
                let lefts: Vec<f32> = overlaps.clone().map(|l| exact(l, size)).collect();
                let rights: Vec<f32> = (0..size).map(|r| exact(size, r)).collect();
                for bits in &lefts {
                    costs.extend(rights.iter().map(|r| bits + r - lefts[size]));
                    costs.push(*bits);
                }
            }
        }
    }
}
