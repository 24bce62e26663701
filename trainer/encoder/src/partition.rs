//! How is a sound cut for a step, and how is that kept?

use super::{
    levels::LOWEST,
    math::{exp2, expm1, log1p},
    plan::{self, Block, Cheapest, Coster},
    progress::Meter,
    quantiser::Quantiser,
    source::{Layout, Source},
};
use nex_coding::spectrum::BANDS;
use rayon::prelude::*;
use std::{
    io,
    ops::{Range, RangeInclusive},
};

/// A sound's partition for a step.
pub(super) struct Plan {
    pub step: u16,
    pub gamma: u8,
    layout: Layout,
    cuts: Vec<Cut>,
    /// By chunk: its first block's place in `cuts`.
    firsts: Vec<usize>,
}

/// A block in two bytes, both log2: a long sound has many.
#[derive(Clone, Copy)]
struct Cut {
    len: u8,
    /// 0 for none.
    overlap: u8,
}

impl Plan {
    /// Takes in the next blocks.
    fn extend(&mut self, blocks: &[Block]) {
        for block in blocks {
            // No block lies in two chunks.
            if block.start == self.layout.chunk_start(self.firsts.len()) {
                self.firsts.push(self.cuts.len());
            }
            let overlap = block.overlap.checked_ilog2().unwrap_or(0) as u8;
            self.cuts.push(Cut { len: block.log2, overlap });
        }
    }

    /// The blocks of a chunk, as counted in the sound, and the one after them.
    pub fn blocks(&self, chunk: usize) -> (Vec<Block>, Option<Block>) {
        let of = |chunk: usize| self.firsts.get(chunk).copied().unwrap_or(self.cuts.len());
        let mut start = self.layout.chunk_start(chunk);
        let mut block = |cut: &Cut| {
            let overlap = if cut.overlap == 0 { 0 } else { 1 << cut.overlap };
            let block = Block { start, log2: cut.len, overlap };
            start = block.range().end;
            block
        };
        let blocks = self.cuts[of(chunk)..of(chunk + 1)].iter().map(&mut block).collect();
        (blocks, self.cuts.get(of(chunk + 1)).map(block))
    }
}

/// The trellis's steps are this many times finer than a plain quantiser's of
/// the same error.
const PLAN_STEP: f64 = 1.6;

/// Samples of which one thread finds the costs at a time, at least.
const PIECE: usize = 1 << 14;

/// Cuts the sound for a step.
pub(super) fn make_plan(
    source: &Source<'_>,
    q: &Quantiser,
    effort: plan::Effort,
    meter: &Meter<'_>,
) -> io::Result<Plan> {
    let sizes = source.layout.min_log2..=source.layout.max_log2;
    let step = exp2(f64::from(q.step) / 32.0 - 8.0) * PLAN_STEP;
    let shape = &Shape::new(q, sizes.clone());
    let coster = Coster::new(sizes.clone(), step, effort);
    let costs = |range: Range<usize>| {
        let mut part = source.part(range)?;
        source.turn(&mut part);
        let levels = (q.gamma > 0).then(|| source.levels(&part, 0));
        let fill = levels.map(|levels| {
            move |start: usize, log2: u8, out: &mut [f64]| {
                shape.fill(&levels.of(start, log2), log2, out);
            }
        });
        let weights = fill.as_ref().map(|fill| fill as plan::Weights<'_>);
        let signal =
            plan::Part { signal: &part.signals[0], from: part.from, end: source.frames, weights };
        Ok(coster.spans(signal, &part.range))
    };
    let mut cheapest = Cheapest::new(sizes);
    let layout = source.layout;
    let (step, gamma) = (q.step, q.gamma);
    let mut plan = Plan { step, gamma, layout, cuts: Vec::new(), firsts: Vec::new() };
    // What begins past the end is not stored, so nothing may fold into it.
    let mut add = |mut blocks: Vec<Block>| {
        blocks.retain(|block| block.start < source.frames);
        plan.extend(&blocks);
    };
    let (len, piece) = (source.len(), PIECE.max(1 << layout.chunk_log2));
    let batch = piece * 4 * rayon::current_num_threads();
    for start in (0..len).step_by(batch) {
        let end = (start + batch).min(len);
        let pieces = (start..end).into_par_iter().step_by(piece);
        let spans: Vec<_> =
            pieces.map(|at| costs(at..(at + piece).min(end))).collect::<io::Result<_>>()?;
        spans.iter().flatten().for_each(|span| cheapest.extend(span));
        add(cheapest.settled());
        meter.planned((end - start) as f64 / len as f64);
    }
    add(cheapest.finish());
    Ok(plan)
}

/// One over the part of the step that follows the spectrum.
struct Shape {
    gamma: f64,
    tilt: f64,
    /// By log2 of the block's length, from the shortest on: where the
    /// coefficients lie.
    places: Vec<Vec<Place>>,
    min_log2: u8,
}

/// Where a coefficient lies in the spectrum.
struct Place {
    /// As part of the band.
    f: f64,
    /// Between this band's middle and the next one's ...
    band: usize,
    /// ... so far from the first.
    part: f64,
}

impl Shape {
    fn new(q: &Quantiser, sizes: RangeInclusive<u8>) -> Self {
        let scale = BANDS as f64 / 2.2f64;
        let place = |k: usize, len: f64| {
            // The inverse of the bands' spacing.
            let f = (k as f64 + 0.5) / len;
            let band = log1p(f * expm1(2.2)) * scale - 0.5;
            let band = band.clamp(0.0, (BANDS - 1) as f64);
            Place { f, band: band as usize, part: band.fract() }
        };
        let places = |log2: u8| (0..1 << log2).map(|k| place(k, f64::from(1 << log2))).collect();
        Self {
            gamma: f64::from(q.gamma) / 16.0,
            tilt: f64::from(q.tilt),
            min_log2: *sizes.start(),
            places: sizes.map(places).collect(),
        }
    }

    fn fill(&self, bands: &[f64; BANDS], log2: u8, out: &mut [f64]) {
        let places = self.places.get(usize::from(log2 - self.min_log2));
        for (out, place) in out.iter_mut().zip(places.into_iter().flatten()) {
            let next = bands[(place.band + 1).min(BANDS - 1)];
            let level = bands[place.band] + place.part * (next - bands[place.band]);
            *out = exp2(-self.gamma * level.max(LOWEST) - self.tilt * place.f / 2.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Clip, source::Layout};

    /// What is settled on the way is what the whole would have been cut into.
    #[test]
    fn a_plan_in_parts_is_the_plan_of_the_whole() {
        let mut noise = 1u32;
        let mut sample = |i: usize| {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let loud = if (i / 9_000).is_multiple_of(3) { 0.0 } else { 3_000.0 };
            (loud * (i as f64 * 0.05).sin()) as i16 + (noise >> 26) as i16
        };
        let samples: Vec<i16> = (0..700_001).map(&mut sample).collect();
        let clip = Clip::from_i16(8_000, 1, &samples);
        let source = Source::new(&clip, Layout::new(8_000, clip.frames(), 9), false).unwrap();
        let q = Quantiser { step: 400, gamma: 0, fill: 0, tilt: 0, offsets: [0; 3], lambda: 0.3 };
        let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
        let effort = plan::Effort::Fast;
        let parts = pool.install(|| make_plan(&source, &q, effort, &Meter::silent())).unwrap();
        let signal = source.part(0..source.len()).unwrap().signals.remove(0);
        let step = exp2(f64::from(q.step) / 32.0 - 8.0) * PLAN_STEP;
        let mut whole = plan::plan(&signal, 5..=9, step, None, effort);
        whole.retain(|block| block.start < clip.frames());
        let blocks = (0..source.chunks()).flat_map(|i| parts.blocks(i).0).collect::<Vec<_>>();
        assert!(blocks == whole, "{} blocks, {} of the whole", blocks.len(), whole.len());
    }
}
