//! How do predictor and weights become a leaf's pixels?

use super::{Border, Canvas, OFFSETS, Pixels, Square, Step, from_luma, inverse, predict};
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
    pub fn new(canvas: &Canvas, luma: Option<&'l Canvas>, at: (usize, usize), log2: u32) -> Self {
        let mut around = Self::empty(luma, at, log2);
        around.look(canvas);
        around
    }

    /// Apart from [`Self::look`], for a border that is moved is copied.
    #[inline]
    const fn empty(luma: Option<&'l Canvas>, at: (usize, usize), log2: u32) -> Self {
        Self { at, log2, border: Border::new(1 << log2), luma }
    }

    fn look(&mut self, canvas: &Canvas) {
        canvas.border(self.at, &mut self.border);
    }

    /// Predicts the leaf's pixels. Once: what is known of the border is spoilt by it.
    pub fn predict(&mut self, mode: u8, out: Pixels<'_>) {
        match self.luma {
            Some(luma) if mode == GRADIENT => {
                let (at, side) = (self.at, self.border.side());
                let mut border = Border::new(side);
                luma.border(at, &mut border);
                let rows = luma.rows().get(at.1..).unwrap_or_default();
                from_luma(&self.border, &border, (rows, at.0), out);
            }
            _ => predict(mode, &mut self.border, out),
        }
    }

    /// Makes the leaf's pixels, of its predictor and its weights, which are forgotten.
    pub fn finish(&mut self, canvas: &mut Canvas, head: Head, weights: &mut Square) {
        let (at, side) = (self.at, self.border.side());
        self.predict(head.mode, canvas.square(at, side));
        if head.count > 0 {
            let form = (self.log2, head.sine, canvas.is_signed());
            inverse(weights, form, canvas.square(at, side));
        }
        canvas.mark(at, side, true);
    }
}

/// Makes the pixels of a leaf of `1 << log2` pixels a side at a place of its block; of
/// chroma, with luma's block. Its weights are forgotten.
#[inline(never)]
pub fn finish(
    canvas: &mut Canvas,
    luma: Option<&Canvas>,
    (at, log2): ((usize, usize), u32),
    head: Head,
    weights: &mut Square,
) {
    let mut around = Around::empty(luma, at, log2);
    around.look(canvas);
    around.finish(canvas, head, weights);
}
