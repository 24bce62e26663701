//! How do predictor and weights become a leaf's pixels?

use super::{Border, Canvas, OFFSETS, Pixels, Square, Step, from_luma, inverse, predict};
use nex_coding::{
    picture::{
        cells::Cell,
        head::{self, GRADIENT, Head, Leaf},
        weights::{self, Diagonals},
    },
    range::Decoder,
    trellis::State,
};

/// What a leaf is made in.
#[derive(Clone, Copy, Debug, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub struct Work {
    square: Square,
    around: Around,
    recent: Diagonals,
}

/// Decodes what is coded of a leaf and its weights; returns how it begins, and what it
/// leaves behind.
#[inline(never)]
pub fn decode(
    coder: &mut Decoder<'_>,
    tables: &mut [i16],
    leaf: &Leaf,
    step: Step,
    work: &mut Work,
) -> (Head, Cell) {
    let head = head::decode(coder, tables, leaf);
    let Work { square, recent, .. } = work;
    let keep = |x, y, weight, state: State| {
        square.set(x, y, step.weigh(state.value(weight, &OFFSETS), x, y));
    };
    (head, weights::code(coder, (tables, recent), leaf, head, |_, _| 0, keep))
}

/// Makes the pixels of a leaf that was [decoded](decode), `side` pixels a side at a place
/// of its block; of chroma, with luma's block.
#[inline(never)]
pub fn finish(
    canvas: &mut Canvas,
    luma: Option<&Canvas>,
    (at, side): ((usize, usize), usize),
    head: Head,
    work: &mut Work,
) {
    let Work { square, around, .. } = work;
    around.look(canvas, at, side);
    around.finish(canvas, (luma, at), head, square);
}

/// What a leaf is predicted from.
#[derive(Clone, Copy, Debug, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub struct Around {
    border: Border,
    /// Of luma.
    luma: Border,
}

impl Around {
    /// Of nothing.
    pub const NEW: Self = Self { border: Border::NEW, luma: Border::NEW };

    /// Of a leaf of 4, 8, 16 or 32 pixels a side at a place of its block.
    #[inline]
    pub fn look(&mut self, canvas: &Canvas, at: (usize, usize), side: usize) {
        canvas.border(at, side, &mut self.border);
    }

    /// Predicts the leaf's pixels; of chroma, with luma's block. Once: what is known of
    /// the border is spoilt by it.
    pub fn predict(
        &mut self,
        mode: u8,
        (luma, at): (Option<&Canvas>, (usize, usize)),
        out: Pixels<'_>,
    ) {
        match luma {
            Some(luma) if mode == GRADIENT => {
                luma.border(at, self.border.side(), &mut self.luma);
                let rows = luma.rows().get(at.1..).unwrap_or_default();
                from_luma(&self.border, &self.luma, (rows, at.0), out);
            }
            _ => predict(mode, &mut self.border, out),
        }
    }

    /// Makes the leaf's pixels, of its predictor and its weights, which are forgotten.
    #[inline]
    pub fn finish(
        &mut self,
        canvas: &mut Canvas,
        (luma, at): (Option<&Canvas>, (usize, usize)),
        head: Head,
        weights: &mut Square,
    ) {
        let side = self.border.side();
        self.predict(head.mode, (luma, at), canvas.square(at, side));
        if head.count > 0 {
            let form = (side.trailing_zeros(), head.sine, canvas.is_signed());
            inverse(weights, form, canvas.square(at, side));
        }
        canvas.mark(at, side, true);
    }
}
