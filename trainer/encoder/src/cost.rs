//! How many bits does a weight cost? (the decoder's own classes, in tables)

use super::math::log2;
use nex_coding::{
    around::ENERGIES,
    classes::{Classes, first},
    magnitude::{BINS, class},
    range::PROBABILITY_BITS,
    trellis::State,
};
use std::sync::LazyLock;

/// Bits of a decision that came true, by the upper bits of its probability.
static BITS: LazyLock<Vec<f32>> = LazyLock::new(|| {
    (0..1 << 11).map(|p| -log2((f64::from(p) + 0.5) / f64::from(1 << 11)) as f32).collect()
});

/// Bits of a decision that is `true` with probability `p / 2^16`.
#[inline]
pub(super) fn bits(p: u16, bit: bool) -> f32 {
    let p = if bit { p.into() } else { (1u32 << PROBABILITY_BITS) - u32::from(p) };
    BITS[(p as usize >> 5).min((1 << 11) - 1)]
}

/// What weights with the same energy around them cost with one of the two quantisers.
#[derive(Clone, Copy, Default)]
pub(super) struct Row {
    /// Bits of a magnitude below [`BINS`], its sign included, then of "at least
    /// [`BINS`]" and a sign.
    bits: [f32; BINS + 1],
}

/// The costs of all magnitudes.
pub(super) struct Costs {
    rows: [[Row; 2]; ENERGIES],
    escapes: [f32; 34],
}

impl Costs {
    /// By what a chunk has been taught so far.
    pub fn new(classes: &Classes) -> Self {
        let row = |energy: usize, state: State| {
            let (mut larger, mut row) = (0.0, Row::default());
            for (bin, to) in row.bits.iter_mut().enumerate() {
                let sign = if bin == 0 { 0.0 } else { 1.0 };
                if bin == BINS {
                    *to = larger + sign;
                    break;
                }
                let p = classes.probability(class(energy, bin, state));
                *to = larger + bits(p, false) + sign;
                larger += bits(p, true);
            }
            row
        };
        let rows =
            std::array::from_fn(|energy| [row(energy, State::new(0)), row(energy, State::new(2))]);
        // Bits of an escape by the length of its prefix.
        let (mut prefix, mut escapes) = (0.0, [0.0; 34]);
        for (length, to) in escapes.iter_mut().enumerate() {
            let p = classes.probability(first::ESCAPE + length.min(15));
            *to = prefix + bits(p, false) + length as f32;
            prefix += bits(p, true);
        }
        Self { rows, escapes }
    }

    /// Of an energy, in a state of the quantiser.
    #[inline]
    pub const fn row(&self, energy: usize, state: State) -> &Row {
        &self.rows[energy][state.is_odd() as usize]
    }

    /// Bits of a magnitude whose escape has `raw` raw bits, its sign included.
    #[inline]
    pub fn bits(&self, row: &Row, magnitude: u32, raw: impl Fn() -> u32) -> f32 {
        if (magnitude as usize) < BINS {
            return row.bits[magnitude as usize];
        }
        let raw = raw();
        let high = ((magnitude - BINS as u32) >> raw) + 1;
        row.bits[BINS] + self.escapes[high.ilog2() as usize] + raw as f32
    }
}
