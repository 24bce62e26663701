//! Which integer weights cost least, error and bits together?
//!
//! Viterbi over the quantiser's four states, each path with the magnitudes that it has
//! left behind, so that costs are those of the decoder's own tables.

use crate::additive::bits;
use nex_coding::{
    picture::{
        place,
        scan::Zigzag,
        weights::{BINS, Context, Diagonals, Places, escape_bits},
    },
    trellis::State,
};
use nex_kernels::picture::OFFSETS;
use std::sync::LazyLock;

/// The zigzag of each size.
static SCANS: LazyLock<[Vec<(u8, u8)>; 4]> = LazyLock::new(|| {
    std::array::from_fn(|size| {
        let log2 = size as u32 + 2;
        let of = |index| {
            let Zigzag { x, y, .. } = Zigzag::at(index, log2);
            (x as u8, y as u8)
        };
        (0..1 << (2 * log2)).map(of).collect()
    })
});

/// The frequencies of a size in the order of their indices.
pub(super) fn scan(size: usize) -> &'static [(u8, u8)] {
    &SCANS[size]
}

#[derive(Clone, Copy)]
struct Survivor {
    cost: f32,
    start: usize,
    recent: Diagonals,
}

impl Survivor {
    const NONE: Self = Self { cost: f32::INFINITY, start: 0, recent: Diagonals::NEW };
}

/// Bits of magnitudes at one weight.
struct Prices<'a> {
    tables: &'a [i16],
    places: Places,
    near: u32,
    first: bool,
}

impl Prices<'_> {
    fn of(&self, magnitude: u32, state: State) -> f32 {
        let asked = |places: &[usize], larger: bool| {
            bits(places.iter().map(|&place| i32::from(self.tables[place])).sum(), larger)
        };
        let decision = |bin: usize, larger: bool| asked(&self.places.of(bin, state), larger);
        let first = usize::from(self.first);
        let highest = (magnitude as usize).min(BINS);
        let mut sum = if magnitude > 0 { 1.0 } else { 0.0 };
        for bin in first..highest {
            sum += decision(bin, true);
        }
        if highest < BINS {
            return sum + decision(highest, false);
        }
        let raw = escape_bits(self.near);
        let length = (((magnitude - BINS as u32) >> raw) + 1).ilog2();
        for bits in 0..place::ESCAPES.min(length as usize + 1) {
            sum += asked(&[place::ESCAPE + bits], bits < length as usize);
        }
        sum + (length + raw) as f32
    }
}

/// What the trellis has found.
pub(super) struct Found {
    /// Error in squared steps and bits, by the trade-off, of the weights and their end.
    pub cost: f32,
    /// How many weights there are along the zigzag.
    pub count: u16,
}

/// Quantises `values`, in steps, row by row; `ends` are the bits of an end by its
/// octave. Weights go to `out`, likewise row by row.
pub(super) fn quantise(
    values: &[f32],
    context: &Context,
    size: usize,
    tables: &[i16],
    (lambda, ends): (f32, &[f32; 12]),
    out: &mut [i32],
) -> Found {
    let scan = scan(size);
    let side = 4 << size;
    out[..side * side].fill(0);
    let all: f32 = values.iter().map(|v| v * v).sum();
    let none = Found { cost: all + lambda * ends[0], count: 0 };
    let at = |j: usize| {
        let (x, y) = scan[j];
        values[usize::from(y) * side + usize::from(x)]
    };
    let Some(high) = (0..scan.len()).rev().find(|&j| at(j).abs() >= 1.1) else { return none };
    // Energy of the weights from an index on.
    let mut rest = all;
    let energies: Vec<f32> = (0..=high)
        .map(|j| {
            rest -= at(j) * at(j);
            rest
        })
        .collect();
    let mut states = [Survivor::NONE; 4];
    let mut back = vec![[(0u8, 0u16); 4]; high + 1];
    let mut diagonal = usize::MAX;
    for j in (0..=high).rev() {
        let (x, y) = (usize::from(scan[j].0), usize::from(scan[j].1));
        if x + y != diagonal {
            diagonal = x + y;
            for state in &mut states {
                state.recent.begin();
            }
        }
        let value = at(j).abs();
        let fixed = context.fixed(x, y);
        let mut best = [(f32::INFINITY, 0u8, 0u16); 4];
        let mut offer = |from: u8, state: State, magnitude: u32, cost: f32| {
            let to = &mut best[state.after(magnitude).index()];
            if cost < to.0 {
                *to = (cost, from, magnitude as u16);
            }
        };
        let error = |magnitude: u32, state: State| {
            let d = value - state.value(magnitude as i32, &OFFSETS) as f32 / 64.0;
            d * d
        };
        for (from, survivor) in states.iter_mut().enumerate() {
            if !survivor.cost.is_finite() {
                continue;
            }
            let state = State::new(from);
            let near = survivor.recent.around(x, y);
            let places = fixed.places(near, survivor.start - j);
            let prices = Prices { tables, places, near, first: false };
            let odd = f32::from(u8::from(state.is_odd()));
            let nearest = ((value + odd) * 0.5 + 0.5) as u32;
            let mut try_one = |magnitude: u32| {
                let cost =
                    survivor.cost + error(magnitude, state) + lambda * prices.of(magnitude, state);
                offer(from as u8, state, magnitude, cost);
            };
            try_one(nearest);
            if nearest > 0 {
                try_one(nearest - 1);
            }
            if nearest > 1 {
                try_one(0);
            }
        }
        // A path may begin here.
        let octave = (usize::BITS - (j + 1).leading_zeros()) as usize;
        let near = (value * 0.5 + 0.5) as u32;
        let prices = Prices { tables, places: fixed.places(0, 0), near: 0, first: true };
        for magnitude in near.saturating_sub(1).max(1)..=near {
            let cost = energies[j]
                + error(magnitude, State::START)
                + lambda * (ends[octave.min(11)] + prices.of(magnitude, State::START));
            offer(4, State::START, magnitude, cost);
        }
        let before = states;
        for (index, &(cost, from, magnitude)) in best.iter().enumerate() {
            back[j][index] = (from, magnitude);
            let to = &mut states[index];
            if !cost.is_finite() {
                to.cost = cost;
                continue;
            }
            *to = match from {
                4 => Survivor { start: j, ..Survivor::NONE },
                _ => before[usize::from(from)],
            };
            to.cost = cost;
            to.recent.set(x, y, magnitude.into());
        }
    }
    let (mut index, end) = states
        .iter()
        .enumerate()
        .min_by(|a, b| a.1.cost.total_cmp(&b.1.cost))
        .map_or((0, Survivor::NONE), |(index, state)| (index, *state));
    if end.cost >= none.cost {
        return none;
    }
    for j in 0..=end.start {
        let (from, magnitude) = back[j][index];
        let (x, y) = (usize::from(scan[j].0), usize::from(scan[j].1));
        let place = y * side + x;
        let magnitude = i32::from(magnitude);
        out[place] = if values[place] < 0.0 { -magnitude } else { magnitude };
        if from == 4 {
            break;
        }
        index = from.into();
    }
    Found { cost: end.cost, count: end.start as u16 + 1 }
}
