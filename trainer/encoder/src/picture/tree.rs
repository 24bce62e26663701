//! Which squares of a block are cut?

use super::{
    leaf::{self, Chosen},
    pixels::Source,
};
use crate::additive::Cost;
use nex_coding::{
    picture::{Plane, cells::Cells, gate},
    range::Coder,
};
use nex_kernels::picture::Canvas;

/// What holds for a plane's block while it is planned.
pub(super) struct Plan<'a> {
    pub source: &'a Source,
    /// The block's corner in the picture.
    pub left: usize,
    pub top: usize,
    /// Pixels of the tile from that corner on, in whole cells.
    pub inside: (usize, usize),
    pub plane: Plane,
    /// The block of luma, where chroma is coded.
    pub luma: Option<&'a Canvas>,
    /// Cells of luma and of the first chroma plane.
    pub before: [Option<&'a Cells>; 2],
    pub step: i32,
    pub falloff: u8,
    /// Steps of a level.
    pub units: f32,
    /// Squared steps that a bit may cost.
    pub lambda: f32,
    /// How many predictors go through the trellis.
    pub candidates: usize,
}

/// What changes from leaf to leaf.
pub(super) struct Work<'a> {
    pub canvas: Canvas,
    pub cells: Cells,
    pub tables: &'a mut [i16],
}

/// What a branch leaves behind.
struct Kept {
    canvas: Canvas,
    cells: Cells,
}

impl Work<'_> {
    fn keep(&self) -> Kept {
        Kept { canvas: self.canvas, cells: self.cells }
    }

    fn restore(&mut self, kept: Kept) {
        self.canvas = kept.canvas;
        self.cells = kept.cells;
    }
}

impl Plan<'_> {
    fn is_outside(&self, (x, y): (usize, usize)) -> bool {
        x >= self.inside.0 || y >= self.inside.1
    }

    fn fits(&self, (x, y): (usize, usize), size: usize) -> bool {
        let side = 4 << size;
        x + side <= self.inside.0 && y + side <= self.inside.1
    }
}

fn quarters((x, y): (usize, usize), size: usize) -> [(usize, usize); 4] {
    let half = 2 << size;
    [(x, y), (x + half, y), (x, y + half), (x + half, y + half)]
}

/// The cheapest leaves of a square, and what they cost; `work` goes on as after them.
pub(super) fn best(
    plan: &Plan<'_>,
    work: &mut Work,
    at: (usize, usize),
    size: usize,
) -> (f32, Vec<Chosen>) {
    if plan.is_outside(at) {
        return (0.0, Vec::new());
    }
    let fits = plan.fits(at, size);
    if size == 0 {
        let (cost, leaf) = leaf::best(plan, work, at, size);
        return (cost, vec![leaf]);
    }
    let before = work.keep();
    let mut whole = None;
    let mut cut = 0.0;
    if fits {
        let price = |work: &mut Work, given: bool| {
            let mut cost = Cost::default();
            split(&mut cost, plan, work, at, size, given);
            plan.lambda * cost.bits
        };
        let no = price(work, false);
        cut = price(work, true);
        let (cost, leaf) = leaf::best(plan, work, at, size);
        whole = Some((cost + no, leaf, work.keep()));
    }
    let most = whole.as_ref().map_or(f32::INFINITY, |(cost, ..)| *cost);
    let mut leaves = Vec::new();
    let mut sum = cut;
    work.restore(before);
    for quarter in quarters(at, size) {
        if sum >= most {
            break;
        }
        let (cost, some) = best(plan, work, quarter, size - 1);
        sum += cost;
        leaves.extend(some);
    }
    match whole {
        Some((cost, leaf, after)) if cost <= sum => {
            work.restore(after);
            (cost, vec![leaf])
        }
        _ => (sum, leaves),
    }
}

fn split(
    coder: &mut impl Coder,
    plan: &Plan<'_>,
    work: &mut Work,
    (x, y): (usize, usize),
    size: usize,
    given: bool,
) {
    let around = (&work.cells, plan.before[0]);
    gate::split(coder, work.tables, around, (x / 4, y / 4), size, given);
}

/// Codes the leaves of a square; takes them from `leaves`.
pub(super) fn code(
    coder: &mut impl Coder,
    plan: &Plan<'_>,
    work: &mut Work,
    (at, size): ((usize, usize), usize),
    leaves: &mut std::slice::Iter<'_, Chosen>,
    dense: &mut [i32],
) {
    if plan.is_outside(at) {
        return;
    }
    let next = leaves.as_slice().first().expect("leaves fill the block");
    let cut = next.size < size;
    if size > 0 && plan.fits(at, size) {
        split(coder, plan, work, at, size, cut);
    }
    if cut {
        for quarter in quarters(at, size) {
            code(coder, plan, work, (quarter, size - 1), leaves, dense);
        }
    } else if let Some(leaf) = leaves.next() {
        leaf::code(coder, plan, work, leaf, dense);
    }
}
