//! Which of a model's shapes describes the spectrum around a block?

use super::{
    math::{expm1, log2, sin},
    plan::Block,
};
use nex_coding::spectrum::{BANDS, Codebook, ENVELOPES, Envelope, GAINS};
use rustfft::{Fft, FftDirection, algorithm::Radix4, num_complex::Complex};
use std::{f64::consts::PI, ops::Range};

/// Levels of [`BANDS`] bands, log2 of the weights' root mean square.
pub(super) type Bands = [f64; BANDS];

/// The spectrum's level in every cell of `1 << log2` samples of a part of a
/// sound.
#[derive(Clone, Debug)]
pub(super) struct Levels {
    log2: u8,
    /// The sample at which the first cell begins.
    start: usize,
    cells: Vec<Bands>,
}

/// Steps follow levels from here on, in octaves: see
/// [`nex_coding::spectrum::ScaleFactors`].
pub(super) const LOWEST: f64 = 5.0;

/// Bands that lie below an eighth of the rate, as good as whole.
const LOW_BANDS: usize = 7;

/// Added to a level before its logarithm: silence is about so loud.
const QUIET: f64 = 1.0;

/// Measures levels in cells of one length.
pub(super) struct Analyser {
    log2: u8,
    fft: Radix4<f64>,
    window: Vec<f64>,
    edges: [usize; BANDS + 1],
}

impl Analyser {
    pub fn new(log2: u8) -> Self {
        let cell = 1usize << log2;
        let sine = |n| sin(PI * (n as f64 + 0.5) / (2 * cell) as f64);
        Self {
            log2,
            fft: Radix4::new(2 * cell, FftDirection::Forward),
            window: (0..2 * cell).map(sine).collect(),
            edges: edges(cell),
        }
    }

    /// By band: its width and its middle, as parts of the spectrum.
    pub fn bands(&self) -> Vec<(f64, f64)> {
        let bins = f64::from(1 << self.log2);
        let band =
            |&[from, to]: &[usize; 2]| ((to - from) as f64 / bins, (to + from) as f64 / 2.0 / bins);
        self.edges.array_windows().map(band).collect()
    }

    /// Looks at two cells' worth of samples around each cell of a part, which
    /// begins and ends with a cell. `signal` goes on half a cell beyond the
    /// part, except where the sound ends; its first sample is the sound's
    /// sample `from`.
    pub fn levels(&self, signal: &[f64], from: usize, part: &Range<usize>) -> Levels {
        let cell = 1usize << self.log2;
        let mut scratch = vec![Complex::default(); self.fft.get_inplace_scratch_len()];
        let cells = part.clone().step_by(cell).map(|start| {
            let start = (start as isize) - (cell / 2) as isize - from as isize;
            let at = |n: usize| {
                usize::try_from(start + n as isize).ok().and_then(|n| signal.get(n)).unwrap_or(&0.0)
            };
            let windowed = self.window.iter().enumerate();
            let mut spectrum: Vec<_> =
                windowed.map(|(n, w)| Complex::new(at(n) * w, 0.0)).collect();
            self.fft.process_with_scratch(&mut spectrum, &mut scratch);
            std::array::from_fn(|band| {
                let bins = &spectrum[self.edges[band]..self.edges[band + 1]];
                let power: f64 = bins.iter().map(|x| x.norm_sqr()).sum();
                log2((power / (bins.len() * cell) as f64).sqrt() + QUIET)
            })
        });
        Levels { log2: self.log2, start: part.start, cells: cells.collect() }
    }
}

impl Levels {
    /// Makes all levels the same.
    pub fn fill(&mut self, level: f64) {
        self.cells.iter_mut().for_each(|cell| cell.fill(level));
    }

    /// Lowers those of the cells that samples of a range lie in, in the first bands
    /// by `spared` octaves less.
    pub fn lower(&mut self, range: Range<usize>, octaves: f64, spared: f64) {
        for (i, cell) in self.cells.iter_mut().enumerate() {
            let start = self.start + (i << self.log2);
            if start < range.end && range.start < start + (1 << self.log2) {
                cell.iter_mut().for_each(|level| *level -= octaves);
                cell[..LOW_BANDS].iter_mut().for_each(|level| *level += spared);
            }
        }
    }

    /// All cells.
    pub fn cells(&self) -> &[Bands] {
        &self.cells
    }

    /// The mean over the cells that a block of the part lies in; `start` is a
    /// sample of the sound.
    pub fn of(&self, start: usize, log2: u8) -> Bands {
        let last = self.cells.len().saturating_sub(1);
        let start = start.saturating_sub(self.start);
        let first = (start >> self.log2).min(last);
        let end = ((start + (1 << log2) - 1) >> self.log2).min(last) + 1;
        let cells = &self.cells[first..end.max(first + 1)];
        std::array::from_fn(|band| {
            cells.iter().map(|cell| cell[band]).sum::<f64>() / cells.len() as f64
        })
    }
}

/// The first bins of all bands, and the end of the last, of `bins` bins.
fn edges(bins: usize) -> [usize; BANDS + 1] {
    let mut edges: [usize; BANDS + 1] = std::array::from_fn(|i| {
        let f = (expm1(2.2 * i as f64 / BANDS as f64) / expm1(2.2)) * bins as f64;
        f.round() as usize
    });
    for i in 1..=BANDS {
        edges[i] = edges[i].max(edges[i - 1] + 1);
    }
    for i in (0..=BANDS).rev() {
        edges[i] = edges[i].min(bins - (BANDS - i).min(bins));
    }
    edges
}

/// Splits a spectrum into its mean, in half octaves, and the rest.
pub(super) fn split(bands: &Bands) -> (u8, Bands) {
    let mean = bands.iter().sum::<f64>() / BANDS as f64;
    let gain = (2.0 * mean).round().clamp(0.0, f64::from(GAINS - 1));
    (gain as u8, bands.map(|b| b - gain / 2.0))
}

/// Squared distance of half an envelope from a spectrum without its gain.
fn distance(codebook: &Codebook, index: usize, rest: &Bands, half: usize) -> f64 {
    let range = half * BANDS / 2..(half + 1) * BANDS / 2;
    let shape = codebook[index][range.clone()].iter();
    shape.zip(&rest[range]).map(|(&s, r)| f64::from(s) / 8.0 - r).map(|d| d * d).sum()
}

/// How much closer, in squared octaves over all its bands, a new envelope must be.
const STAY: f64 = 1.0;

/// The envelopes of blocks, each at most once in a cell: what follows in a cell
/// keeps its envelope.
pub(super) fn envelopes(codebook: &Codebook, levels: &Levels, blocks: &[Block]) -> Vec<Envelope> {
    let mut current = Envelope { low: 0, high: 0, gain: 12 };
    let mut chosen = Vec::with_capacity(blocks.len());
    for block in blocks {
        if block.start & ((1 << levels.log2) - 1) == 0 {
            let (gain, rest) = split(&levels.of(block.start, block.log2.max(levels.log2)));
            let nearest = |half: usize, before: u8| {
                let by_distance = |i: usize| distance(codebook, i, &rest, half);
                let best =
                    (0..ENVELOPES).min_by(|&a, &b| by_distance(a).total_cmp(&by_distance(b)));
                let best = best.unwrap_or(0);
                let stays = by_distance(before.into()) < by_distance(best) + STAY;
                if stays { before } else { best as u8 }
            };
            current =
                Envelope { low: nearest(0, current.low), high: nearest(1, current.high), gain };
        }
        chosen.push(current);
    }
    chosen
}
