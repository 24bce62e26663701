//! What are a partition's MDCT coefficients, and which sound has them?
//!
//! The lapped transform is done in two orthonormal steps: a rotation of the
//! samples around each boundary (the fold, as wide as that boundary's
//! overlap) and a DCT-IV of each block. Each step undoes itself exactly, so
//! any partition reconstructs perfectly (Malvar, "Signal Processing with
//! Lapped Transforms", 1992; Coifman and Meyer's local cosine bases, 1991).

use crate::{
    block::Block,
    ends,
    math::{sin, sin_cos},
};
use rustfft::{Fft, FftDirection, algorithm::Radix4, num_complex::Complex};
use std::f64::consts::{FRAC_PI_2, PI};
use std::{ops::RangeInclusive, sync::Arc};

/// The orthonormal DCT-IV of one power-of-two size, which is its own inverse:
/// `X[k] = sqrt(2/N) * sum_n x[n] cos(pi/N (n + 1/2) (k + 1/2))`.
///
/// Clones share the tables and have scratch of their own.
#[derive(Clone)]
pub struct Dct4 {
    fft: Arc<Radix4<f64>>,
    /// `sqrt(scale) * exp(-i pi (n + 1/8) / N)`, N/2 of them; applied before
    /// and after the FFT, so their scales multiply to that of the transform.
    twiddles: Arc<[Complex<f64>]>,
    work: Vec<Complex<f64>>,
    scratch: Vec<Complex<f64>>,
}

impl Dct4 {
    /// The transform of `1 << log2` samples; with `log2` 0 the identity.
    #[must_use]
    pub fn new(log2: u8) -> Self {
        let len = 1usize << log2;
        let half = len / 2;
        // A planner would be compiled with every algorithm and instruction set
        // there is, and round by the machine.
        let fft = Arc::new(Radix4::new(half.max(1), FftDirection::Forward));
        let scale = (2.0 / len as f64).sqrt().sqrt();
        let twiddle = |n| {
            let (sin, cos) = sin_cos(-PI * (n as f64 + 0.125) / len as f64);
            Complex::new(scale * cos, scale * sin)
        };
        let zero = Complex::default();
        Self {
            twiddles: (0..half).map(twiddle).collect(),
            work: vec![zero; half],
            scratch: vec![zero; fft.get_inplace_scratch_len()],
            fft,
        }
    }

    /// Samples of one transform.
    #[must_use]
    pub fn size(&self) -> usize {
        (2 * self.twiddles.len()).max(1)
    }

    /// Transforms `x` in place: one complex FFT of half the size, as even
    /// samples forwards and odd ones backwards are the parts of one complex
    /// signal.
    ///
    /// # Panics
    /// If `x` does not have [`size`](Self::size) samples.
    pub fn process(&mut self, x: &mut [f64]) {
        assert_eq!(x.len(), self.size(), "samples of a DCT-IV");
        // No pair to transform: the matrix of size 1 is [1].
        let Some(last) = x.len().checked_sub(1).filter(|&last| last > 0) else { return };
        for (n, (w, t)) in self.work.iter_mut().zip(&*self.twiddles).enumerate() {
            *w = Complex::new(x[2 * n], x[last - 2 * n]) * t;
        }
        self.fft.process_with_scratch(&mut self.work, &mut self.scratch);
        for (k, (w, t)) in self.work.iter().zip(&*self.twiddles).enumerate() {
            let y = w * t;
            x[2 * k] = y.re;
            x[last - 2 * k] = -y.im;
        }
    }
}

/// The rising half of the window of an `overlap` samples wide boundary: sine
/// and cosine for the distances 0 to `overlap / 2 - 1` from it. The angle is the mean
/// of the sine window's and of Vorbis's (Vorbis I specification, section 4.3.1): of
/// those between the two it needs the fewest bytes.
#[must_use]
pub(crate) fn slope(overlap: usize) -> Vec<[f64; 2]> {
    let angle = |n: usize| {
        let phase = PI * ((n + overlap / 2) as f64 + 0.5) / (2 * overlap) as f64;
        (phase + FRAC_PI_2 * sin(phase) * sin(phase)) / 2.0
    };
    (0..overlap / 2).map(|n| sin_cos(angle(n))).map(|(s, c)| [s, c]).collect()
}

/// The lapped transform of a partition, with the tables of every size that
/// it has met.
#[derive(Clone, Default)]
pub struct Mdct {
    /// By log2 of the size.
    dcts: Vec<Option<Dct4>>,
    /// By log2 of the overlap.
    slopes: Vec<Option<Arc<[[f64; 2]]>>>,
}

impl Mdct {
    /// No tables yet: they are made when first needed.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// With the tables of blocks and overlaps of these sizes (log2).
    pub(crate) fn of(sizes: RangeInclusive<u8>) -> Self {
        let mut all = Self::new();
        for log2 in sizes {
            *slot(&mut all.dcts, log2) = Some(Dct4::new(log2));
            *slot(&mut all.slopes, log2) = Some(slope(1 << log2).into());
        }
        all
    }

    /// [`forward`](Self::forward) of a stretch of a partition. Blocks count
    /// from the first sample of `signal`, which begins before the stretch and
    /// ends behind it by the halves of the overlaps there; `next` is the block
    /// after the stretch, or the sample where the sound ends.
    pub(crate) fn stretch(
        &mut self,
        signal: &[f64],
        blocks: &[Block],
        next: Result<&Block, usize>,
    ) -> Vec<f64> {
        let (Some(first), Some(last)) = (blocks.first(), blocks.last()) else {
            return Vec::new();
        };
        let mut y = signal.to_vec();
        if let Err(end) = next {
            ends::fade(&mut y, 0, end, last.range().end);
        }
        for block in blocks.iter().chain(next.ok()) {
            self.rotate(&mut y, block, 1.0);
        }
        self.transform(&mut y, blocks);
        y.truncate(last.range().end);
        y.split_off(first.start)
    }

    /// Coefficients of `signal` in the order of `blocks`, each block's from
    /// low to high frequency; as many as the blocks have samples, with the
    /// energy of the signal. A signal too short for the blocks is continued
    /// with zeros.
    ///
    /// `blocks` is a partition: from sample 0, without gaps, overlaps as
    /// [`Block::overlap`] states. Cost: O(n log n).
    #[must_use]
    pub fn forward(&mut self, signal: &[f64], blocks: &[Block]) -> Vec<f64> {
        let len = samples(blocks);
        let mut y = signal[..len.min(signal.len())].to_vec();
        y.resize(len, 0.0);
        for block in blocks {
            self.rotate(&mut y, block, 1.0);
        }
        self.transform(&mut y, blocks);
        y
    }

    /// The signal with these coefficients: undoes [`forward`](Self::forward)
    /// up to rounding. Missing coefficients are zero.
    #[must_use]
    pub fn inverse(&mut self, coefs: &[f64], blocks: &[Block]) -> Vec<f64> {
        let len = samples(blocks);
        let mut x = coefs[..len.min(coefs.len())].to_vec();
        x.resize(len, 0.0);
        self.transform(&mut x, blocks);
        for block in blocks {
            self.rotate(&mut x, block, -1.0);
        }
        x
    }

    fn transform(&mut self, y: &mut [f64], blocks: &[Block]) {
        for block in blocks {
            let dct = slot(&mut self.dcts, block.log2).get_or_insert_with(|| Dct4::new(block.log2));
            dct.process(&mut y[block.range()]);
        }
    }

    /// Rotates the pairs around the start of `block`: towards the fold with
    /// `sign` 1, back with -1.
    fn rotate(&mut self, y: &mut [f64], block: &Block, sign: f64) {
        debug_assert!(block.overlap == 0 || block.overlap.is_power_of_two());
        // A pair is one sample of each side, so below 2 there is none.
        let Some(log2) = block.overlap.checked_ilog2() else { return };
        let slope =
            slot(&mut self.slopes, log2 as u8).get_or_insert_with(|| slope(1 << log2).into());
        let (left, right) = y.split_at_mut(block.start);
        let pairs = right.iter_mut().zip(left.iter_mut().rev());
        for ((r, l), [sin, cos]) in pairs.zip(&**slope) {
            let cos = sign * cos;
            (*r, *l) = (sin * *r + cos * *l, sin * *l - cos * *r);
        }
    }
}

/// The cache's place `log2`.
fn slot<T>(cache: &mut Vec<Option<T>>, log2: u8) -> &mut Option<T> {
    let at = usize::from(log2);
    if cache.len() <= at {
        cache.resize_with(at + 1, || None);
    }
    &mut cache[at]
}

/// Samples that the blocks cover.
fn samples(blocks: &[Block]) -> usize {
    blocks.iter().map(|block| block.range().end).max().unwrap_or(0)
}
