//! How do predictor and weights become a leaf's pixels?

use super::{Border, Canvas, OFFSETS, Square, Step, from_luma, inverse, predict};
use nex_coding::{
    picture::{
        cells::Cell,
        head::{self, GRADIENT, Head, Leaf},
        weights,
    },
    range::Decoder,
    trellis::State,
};

/// Decodes what is coded of a leaf, its weights into `square`, and how it begins; returns
/// that, and what it leaves behind.
#[inline(never)]
pub fn decode(
    coder: &mut Decoder<'_>,
    tables: &mut [i16],
    leaf: &Leaf,
    step: Step,
    square: &mut Square,
) -> (Head, Cell) {
    let mode = head::mode(coder, tables, leaf, 0);
    let head = head::rest(coder, tables, leaf, Head { mode, sine: false, count: 0 });
    let keep = |x, y, weight, state: State| {
        square.set(x, y, step.weigh(state.value(weight, &OFFSETS), x, y));
    };
    (head, weights::code(coder, tables, leaf, head, |_, _| 0, keep))
}

/// What a leaf is predicted from.
#[derive(Clone, Debug)]
pub struct Around<'l> {
    at: (usize, usize),
    log2: u32,
    border: Border,
    /// Of chroma.
    luma: Option<&'l Canvas>,
}

impl<'l> Around<'l> {
    /// Of a leaf of `1 << log2` pixels a side at a place of its block; of chroma, with
    /// luma's block.
    #[must_use]
    #[inline(never)]
    pub fn new(canvas: &Canvas, luma: Option<&'l Canvas>, at: (usize, usize), log2: u32) -> Self {
        let mut around = Self { at, log2, border: Border::new(1 << log2), luma };
        canvas.border(at, &mut around.border);
        around
    }

    /// Predicts the leaf's pixels, row by row.
    pub fn predict<'a>(&self, mode: u8, out: impl Iterator<Item = &'a mut [i16]>) {
        let (at, side) = (self.at, 1 << self.log2);
        match self.luma {
            Some(luma) if mode == GRADIENT => {
                let mut border = Border::new(side);
                luma.border(at, &mut border);
                let rows = luma.rows().iter().skip(at.1).take(side);
                let rows = rows.map(|row| row.get(at.0..at.0 + side).unwrap_or_default());
                from_luma(&self.border, &border, rows, out);
            }
            _ => predict(mode, &self.border, out),
        }
    }

    /// Makes the leaf's pixels, of its predictor and its weights, which are forgotten.
    #[inline(never)]
    pub fn finish(&self, canvas: &mut Canvas, head: Head, weights: &mut Square) {
        let (at, side) = (self.at, 1 << self.log2);
        self.predict(head.mode, canvas.square(at, side));
        if head.count > 0 {
            let form = (self.log2, head.sine, canvas.is_signed());
            inverse(weights, form, canvas.square(at, side));
        }
        canvas.mark(at, side, true);
    }
}
