//! Block by block: which cells are cut, what has an expert?

use super::{
    fit::{Fit, Leaf},
    sides::Sides,
    tree::{Cells, eighths},
    volume::Scaled,
};
use crate::{Watcher, additive::Cost};
use nex_coding::{
    range::Coder,
    shape::{SIZES, around::Around, basis::Step, decisions, tree::Node},
};

/// Squared steps that a bit may cost.
const LAMBDA: f64 = 4.0;

/// What becomes of a cell.
#[derive(Clone, Debug)]
enum Plan {
    /// It lies beyond the cube.
    Nothing,
    Empty(bool),
    Leaf(Box<Leaf>),
    Cut(Vec<Plan>),
}

/// A shape while it is encoded.
struct Work<'a> {
    volume: &'a Scaled,
    step: Step,
    lambda: f64,
    tables: &'a mut [i16],
    cells: Cells,
}

/// Makes all decisions, of which `coder` hears, with answers that go on learning.
pub(super) fn code(
    coder: &mut impl Coder,
    volume: &Scaled,
    step: u16,
    tables: &mut [i16],
    watcher: Watcher<'_>,
) -> Cells {
    let blocks = volume.voxels.div_ceil(16);
    let voxels = crate::math::exp2(f64::from(step) / 32.0 - 11.0);
    let mut work = Work {
        volume,
        step: Step::new(step),
        lambda: LAMBDA * voxels * voxels,
        tables,
        cells: Cells::new(blocks),
    };
    for block in 0..blocks.pow(3) {
        let (corner, mark) = (work.cells.corner(block), work.cells.mark());
        let (_, plan) = work.best(block, corner, SIZES - 1);
        work.cells.back(mark, block);
        work.code(coder, block, (corner, SIZES - 1), &plan);
        watcher((block + 1) as f64 / blocks.pow(3) as f64);
    }
    work.cells
}

impl Work<'_> {
    /// Bits of decisions that teach nothing.
    fn bits(&mut self, decide: impl FnOnce(&mut Cost, &mut [i16])) -> f64 {
        let mut cost = Cost::default();
        decide(&mut cost, self.tables);
        cost.bits.into()
    }

    /// The best plan of a cell and its cost in squared voxels; leaves it in its node.
    fn best(&mut self, node: usize, corner: [i32; 3], size: usize) -> (f64, Plan) {
        if corner.iter().any(|&x| x as usize >= self.volume.voxels) {
            return (0.0, Plan::Nothing);
        }
        let around = self.cells.around(corner, size);
        let side = self.volume.side(corner, size);
        let head = self.bits(|cost, tables| {
            let expert = decisions::occupied(cost, tables, &around, size, side.is_none());
            if !expert {
                decisions::inside(cost, tables, &around, side == Some(true));
            }
        });
        let head = self.lambda * head;
        if let Some(inside) = side {
            self.cells.put_empty(node, inside);
            return (head, Plan::Empty(inside));
        }
        let samples = self.volume.samples(corner, size);
        let sides = Sides::new(self.volume, corner, size);
        let (lambda, step) = (self.lambda, self.step);
        let mut fit = Fit { around: &around, size, step, lambda, tables: self.tables };
        let (cost, leaf) = fit.best(&samples, &sides);
        if size == 0 {
            self.cells.put_leaf(node, &leaf, self.step, (&around, size));
            return (head + cost, Plan::Leaf(Box::new(leaf)));
        }
        let mut split = |cut| {
            self.bits(|cost, tables| {
                decisions::split(cost, tables, &around, size, cut);
            })
        };
        let [whole, cut] = [false, true].map(|cut| lambda * split(cut));
        let (whole, mark) = (head + cost + whole, self.cells.mark());
        let (mut sum, mut plans) = (head + cut, Vec::new());
        let first = self.cells.cut(node);
        for (i, corner) in eighths(corner, size).enumerate() {
            let (cost, plan) = self.best(first + i, corner, size - 1);
            sum += cost;
            plans.push(plan);
            if sum >= whole {
                break;
            }
        }
        if sum < whole {
            return (sum, Plan::Cut(plans));
        }
        self.cells.back(mark, node);
        self.cells.put_leaf(node, &leaf, self.step, (&around, size));
        (whole, Plan::Leaf(Box::new(leaf)))
    }

    fn code(
        &mut self,
        coder: &mut impl Coder,
        node: usize,
        (corner, size): ([i32; 3], usize),
        plan: &Plan,
    ) {
        let around: Around = self.cells.around(corner, size);
        let tables = &mut *self.tables;
        match plan {
            Plan::Nothing => {}
            Plan::Empty(inside) => {
                decisions::occupied(coder, tables, &around, size, false);
                decisions::inside(coder, tables, &around, *inside);
                self.cells.put_empty(node, *inside);
            }
            Plan::Leaf(leaf) => {
                decisions::occupied(coder, tables, &around, size, true);
                if size > 0 {
                    decisions::split(coder, tables, &around, size, false);
                }
                decisions::degree(coder, tables, &around, size, leaf.degree);
                let mut weights = leaf.weights;
                decisions::weights(coder, tables, &around, (size, leaf.degree), &mut weights);
                self.cells.put_leaf(node, leaf, self.step, (&around, size));
            }
            Plan::Cut(plans) => {
                decisions::occupied(coder, tables, &around, size, true);
                decisions::split(coder, tables, &around, size, true);
                let first = self.cells.cut(node);
                for (i, (corner, plan)) in eighths(corner, size).zip(plans).enumerate() {
                    self.code(coder, first + i, (corner, size - 1), plan);
                }
            }
        }
    }
}

/// Root mean square error, in voxels, of the voxels that the surface is nearer to than one;
/// 0 where there are none.
pub(super) fn error(volume: &Scaled, cells: &Cells) -> f64 {
    let (n, tree) = (volume.voxels, cells.tree());
    let (mut squares, mut count) = (0.0, 0u32);
    for i in 0..n.pow(3) {
        let voxel = [i % n, i / n % n, i / n / n];
        let exact = f64::from(volume.at(voxel));
        if exact.abs() >= 1.0 {
            continue;
        }
        let middle = voxel.map(|x| ((x as i32) << 12) + (1 << 11));
        if let Node::Leaf(..) = tree.find(voxel.map(|x| x as i32)).node {
            let value = tree.value(middle).unwrap_or(0);
            squares += (f64::from(value) / f64::from(nex_coding::shape::UNIT) - exact).powi(2);
            count += 1;
        }
    }
    if count == 0 { 0.0 } else { (squares / f64::from(count)).sqrt() }
}
