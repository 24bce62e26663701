//! Which predictor, which transform, which weights has a leaf?

use super::{
    forward::forward,
    tree::{Plan, Work},
    trellis::{self, Found},
};
use crate::additive::Cost;
use nex_coding::{
    picture::{
        head::{self, Head, Leaf, PREDICTORS},
        weights::{self, Context, Diagonals},
    },
    trellis::State,
};
use nex_kernels::picture::{Around, FRACTION, OFFSETS, Pixels, Square, Step};

/// A leaf as it is to be coded.
#[derive(Clone, Debug)]
pub(super) struct Chosen {
    /// Its corner in the block.
    pub at: (usize, usize),
    /// log2 of its side less 2.
    pub size: usize,
    /// Its expert.
    pub head: Head,
    /// Weights that are not zero, by their frequencies.
    pub weights: Vec<(u8, u8, i32)>,
}

/// Tries what a leaf could be; `work` goes on as after the best of it. Returns its cost
/// in squared steps, and it.
pub(super) fn best(
    plan: &Plan<'_>,
    work: &mut Work,
    (x, y): (usize, usize),
    size: usize,
) -> (f32, Chosen) {
    let side = 4usize << size;
    let cell = (x / 4, y / 4);
    let leaf = leaf(plan, work, cell, size);
    let step = Step::new(plan.step, size as u32 + 2, plan.falloff);
    let scale = plan.units / f32::from(1u16 << FRACTION);
    let falloff: Vec<f32> =
        (0..side * side).map(|i| scale * 64.0 / step.weight(i % side, i / side) as f32).collect();
    let source = |i: usize| {
        plan.source.pixels
            [(plan.top + y + i / side) * plan.source.stride + plan.left + x + i % side]
    };
    let mut around = Around::NEW;
    around.look(&work.canvas, (x, y), side);
    let mut prediction = [[0i16; 32]; 32];
    let mut pixels = vec![0f32; side * side];
    let mut values = vec![0f32; side * side];
    let mut fit = |mode: u8, sine: bool, values: &mut [f32]| {
        let out = Pixels::new(&mut prediction[..side], 0);
        around.clone().predict(mode, (plan.luma, (x, y)), out);
        let predicted = prediction.iter().flat_map(|row| &row[..side]);
        for (i, (to, p)) in pixels.iter_mut().zip(predicted).enumerate() {
            *to = f32::from(source(i) - p);
        }
        forward(&pixels, size, sine, values);
        values.iter_mut().zip(&falloff).for_each(|(value, scale)| *value *= scale);
    };
    // A rough price of every predictor.
    let mut rough: Vec<(f32, u8, f32)> = (0..PREDICTORS as u8)
        .map(|mode| {
            fit(mode, false, &mut values);
            let bits: f32 = values.iter().map(|v| rough_bits(v.abs() * ROUGH)).sum();
            let mut cost = Cost::default();
            head::mode(&mut cost, work.tables, &leaf, mode);
            (bits + 0.7 * cost.bits, mode, cost.bits)
        })
        .collect();
    rough.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut found: Option<(f32, Head, Vec<i32>)> = None;
    let mut weights = vec![0; side * side];
    for &(_, mode, mode_bits) in rough.iter().take(plan.candidates) {
        let context = Context::new(&leaf, mode);
        for sine in [false, true] {
            if sine && !head::has_sines(&leaf, mode) {
                break;
            }
            fit(mode, sine, &mut values);
            let ends = ends(work.tables, &leaf, mode, sine);
            let lambda = plan.lambda;
            let Found { cost, count } = trellis::quantise(
                &values,
                &context,
                size,
                work.tables,
                (lambda, &ends),
                &mut weights,
            );
            let cost = cost + lambda * mode_bits;
            if found.as_ref().is_none_or(|(least, ..)| cost < *least) {
                let head = Head { mode, sine: sine && count > 0, count };
                found = Some((cost, head, weights.clone()));
            }
            if count == 0 {
                break;
            }
        }
    }
    let (_, head, weights) = found.expect("a predictor was tried");
    // What it truly costs, and what it leaves behind.
    fit(head.mode, head.sine, &mut values);
    let mut cost = Cost::default();
    head::mode(&mut cost, work.tables, &leaf, head.mode);
    head::rest(&mut cost, work.tables, &leaf, head);
    let mut square = Square::NEW;
    let mut error: f32 = values.iter().map(|v| v * v).sum();
    let mut chosen = Vec::new();
    let mut recent = Diagonals::NEW;
    let left = weights::code(
        &mut cost,
        (work.tables, &mut recent),
        &leaf,
        head,
        |x, y| weights[y * side + x],
        |x, y, weight, state| {
            let value = state.value(weight, &OFFSETS);
            square.set(x, y, step.weigh(value, x, y));
            let given = values[y * side + x];
            let off = given - value as f32 / 64.0;
            error += off * off - given * given;
            chosen.push((x as u8, y as u8, weight));
        },
    );
    around.finish(&mut work.canvas, (plan.luma, (x, y)), head, &mut square);
    work.cells.fill(cell, left, size);
    (error + plan.lambda * cost.bits, Chosen { at: (x, y), size, head, weights: chosen })
}

/// From steps to the units of the rough price.
const ROUGH: f32 = 0.561;

/// About as many bits as a weight of so many steps has.
fn rough_bits(value: f32) -> f32 {
    if value < 0.6 { 0.6 * value * value } else { 1.2 * (1.0 + value).log2() }
}

/// Bits of an end by its octave.
fn ends(tables: &mut [i16], leaf: &Leaf, mode: u8, sine: bool) -> [f32; 12] {
    std::array::from_fn(|octave| {
        let count = if octave == 0 { 0 } else { 1u16 << (octave - 1) };
        if usize::from(count) > 16 << (2 * leaf.size) {
            return f32::MAX / 4.0;
        }
        let mut cost = Cost::default();
        head::rest(&mut cost, tables, leaf, Head { mode, sine, count });
        cost.bits
    })
}

/// Codes a leaf as it was chosen.
pub(super) fn code(
    coder: &mut impl nex_coding::range::Coder,
    plan: &Plan<'_>,
    work: &mut Work,
    chosen: &Chosen,
    dense: &mut [i32],
) {
    let (x, y) = chosen.at;
    let side = 4usize << chosen.size;
    let leaf = leaf(plan, work, (x / 4, y / 4), chosen.size);
    head::mode(coder, work.tables, &leaf, chosen.head.mode);
    head::rest(coder, work.tables, &leaf, chosen.head);
    let place = |&(u, v, _): &(u8, u8, i32)| usize::from(v) * side + usize::from(u);
    chosen.weights.iter().for_each(|weight| dense[place(weight)] = weight.2);
    let given = |x: usize, y: usize| dense[y * side + x];
    let mut recent = Diagonals::NEW;
    let left = weights::code(
        coder,
        (work.tables, &mut recent),
        &leaf,
        chosen.head,
        given,
        |_, _, _, _: State| {},
    );
    chosen.weights.iter().for_each(|weight| dense[place(weight)] = 0);
    work.cells.fill((x / 4, y / 4), left, chosen.size);
}

/// What is around a leaf.
fn leaf(plan: &Plan<'_>, work: &Work<'_>, cell: (usize, usize), size: usize) -> Leaf {
    Leaf::new(plan.plane, size, cell, &work.cells, plan.before)
}
