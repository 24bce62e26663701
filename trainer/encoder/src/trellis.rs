//! Which integers stand for a block's coefficients at the least cost?
//!
//! Rate-distortion optimal trellis quantisation with the decoder's own model
//! (dependent quantisation, as in VVC; Viterbi's algorithm over four states).

use super::cost::Costs;
use nex_coding::{
    around::{Fixed, Path},
    trellis::State,
};

/// One state's best path so far.
#[derive(Clone, Copy)]
struct Survivor {
    cost: f32,
    path: Path,
}

const DEAD: Survivor = Survivor { cost: f32::INFINITY, path: Path::START };

/// What the quantiser is told about costs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rates {
    /// Squared error, in steps, that a bit is worth.
    pub lambda: f32,
    /// What is added to magnitudes, in 1/64 of a step.
    pub offsets: [i8; 3],
}

/// The quantiser with its memory.
#[derive(Default)]
pub(super) struct Trellis {
    /// By weight and state: the magnitude that led there, and the state before.
    back: Vec<[(u32, u8); 4]>,
    /// By sixteenth: the best state and cost if the block ends there.
    ends: Vec<(f32, usize)>,
}

impl Trellis {
    /// Quantises `coefs` (over step, low frequencies first) into `weights`;
    /// returns how many sixteenths are coded and the cost in squared steps.
    ///
    /// `fixed` gives a weight's surroundings, `before` is the end of the
    /// block before.
    pub fn quantise(
        &mut self,
        (costs, rates): (&Costs, &Rates),
        coefs: &[f32],
        fixed: &[Fixed],
        before: u8,
        weights: &mut [i32],
    ) -> (u8, f32) {
        let band = coefs.len() / 16;
        let last = coefs.iter().rposition(|c| c.abs() > 0.7).map_or(0, |k| k / band + 1);
        self.back.clear();
        self.ends.clear();
        let mut paths = [DEAD; 4];
        paths[0].cost = 0.0;
        self.ends.push((0.0, 0));
        for (k, (&coef, fixed)) in coefs.iter().zip(fixed).take(last * band).enumerate() {
            let (next, back) = step((costs, rates), &paths, coef.abs(), fixed);
            paths = next;
            self.back.push(back);
            if (k + 1) % band == 0 {
                let best = (0..4).min_by(|&a, &b| paths[a].cost.total_cmp(&paths[b].cost));
                let state = best.unwrap_or(0);
                self.ends.push((paths[state].cost, state));
            }
        }
        // What is not coded stays as an error.
        let mut tail: f32 = coefs[last * band..].iter().map(|c| c * c).sum();
        let mut best = (f32::INFINITY, 0, 0);
        for (end, &(cost, state)) in self.ends.iter().enumerate().rev() {
            let side = rates.lambda * end_bits(before, end as u8);
            if cost + tail + side < best.0 {
                best = (cost + tail + side, end, state);
            }
            if end > 0 {
                tail += coefs[(end - 1) * band..end * band].iter().map(|c| c * c).sum::<f32>();
            }
        }
        let (cost, end, mut state) = best;
        weights.fill(0);
        for k in (0..end * band).rev() {
            let (magnitude, before) = self.back[k][state];
            weights[k] = if coefs[k] < 0.0 { -(magnitude as i32) } else { magnitude as i32 };
            state = before.into();
        }
        (end as u8, cost)
    }
}

/// About what a head pays to say where the weights end.
fn end_bits(before: u8, end: u8) -> f32 {
    match end.abs_diff(before) {
        0 => 1.0,
        n => 2.2 + 0.7 * f32::from(n),
    }
}

type Back = [(u32, u8); 4];

/// All ways from the states before a weight to those after it.
#[inline]
fn step(
    (costs, rates): (&Costs, &Rates),
    paths: &[Survivor; 4],
    coef: f32,
    fixed: &Fixed,
) -> ([Survivor; 4], Back) {
    let mut next = [DEAD; 4];
    let mut back = [(0, 0); 4];
    for (state, survivor) in paths.iter().enumerate() {
        if survivor.cost == f32::INFINITY {
            continue;
        }
        let history = &survivor.path.history;
        let from = State::new(state);
        let row = costs.row(fixed.energy(history), from);
        let raw = || fixed.escape_bits(history);
        let odd = from.is_odd();
        // The two magnitudes around the coefficient, and zero or one less.
        let low = if odd { (coef + 1.0) / 2.0 } else { coef / 2.0 } as u32;
        let third = if low > 3 { low - 1 } else { 0 };
        let candidates = [low, low + 1, third];
        let used = if low == 0 { 2 } else { 3 };
        for &magnitude in &candidates[..used] {
            let reached = reached(magnitude as i32, from, &rates.offsets);
            let error = coef - reached;
            let cost =
                survivor.cost + error * error + rates.lambda * costs.bits(row, magnitude, raw);
            let to = from.after(magnitude).index();
            if cost < next[to].cost {
                next[to] = Survivor { cost, path: survivor.path.after(magnitude) };
                back[to] = (magnitude, state as u8);
            }
        }
    }
    (next, back)
}

/// The value that the decoder gives a weight, in steps.
pub(super) fn reached(weight: i32, state: State, offsets: &[i8; 3]) -> f32 {
    state.value(weight, offsets) as f32 / 64.0
}
