//! Integer arithmetic: what does a layer compute, to the bit?
//!
//! Activations are Q15 in -32767 ..= 32767, two to a word: the even feature
//! in the low half, the odd one in the high half, 0 where a run of odd
//! length ends. Dot products accumulate in wrapping `i32`: before a sine
//! only the phase modulo one turn counts, and for linear rows the file's
//! validation rules overflow out.

use super::profile::Arithmetics;
use crate::{
    kernel::{self, Kernel, Scale, rows},
    layout::{Accumulators, Input, MAX_TILE, Outputs, ROWS, Range},
    math::limit,
    points::Points,
};
use nex_format::neural::Tensor;

pub(crate) struct Integer;

/// Phases as they are.
const SAME: Scale = Scale { multiplier: 1, phase: 0 };

/// Writes the sines of an even row and of the odd one after it; the odd
/// halves are 0 where `alone` says that there is no such row.
fn store_pair(
    kernel: Kernel,
    (sums, scales): ([&[i32; MAX_TILE]; 2], [Scale; 2]),
    alone: bool,
    out: &mut [u32],
) {
    kernel::sine_pairs(kernel, sums, scales, out);
    if alone {
        out.iter_mut().for_each(|word| *word &= 0xffff);
    }
}

/// Hands every group of up to four rows' dot products to `use_rows`.
fn for_rows(
    kernel: Kernel,
    tensor: &Tensor<'_>,
    input: &Input<'_>,
    mut use_rows: impl FnMut(usize, usize, &Accumulators<i32>),
) {
    let mut sums = [[0; MAX_TILE]; ROWS];
    for row in (0..tensor.rows()).step_by(ROWS) {
        let rows = ROWS.min(tensor.rows() - row);
        kernel::dot_i16(kernel, tensor, (row, rows), input, &mut sums);
        use_rows(row, rows, &sums);
    }
}

/// A row of a linear layer.
#[derive(Clone, Copy)]
struct Linear {
    multiplier: i64,
    bias: i64,
}

impl Linear {
    fn new(multiplier: u32, bias: i32) -> Self {
        // Below 2^31: as a signed word it is the same, and one instruction.
        Self { multiplier: i64::from(multiplier as i32), bias: i64::from(bias) << 16 }
    }

    /// The value of a sum in 2^-32 output units; |result| < 2^63 because a
    /// file with larger multipliers or sums does not parse.
    fn value(self, sum: i32) -> i64 {
        (i64::from(sum) * self.multiplier).wrapping_add(self.bias)
    }
}

/// Hands every row of a linear layer with its sums to `use_row`.
#[inline(always)]
fn for_linear_rows(
    kernel: Kernel,
    tensor: &Tensor<'_>,
    input: &Input<'_>,
    mut use_row: impl FnMut(usize, Linear, &[i32]),
) {
    if kernel.is_scalar() {
        return rows::linear(kernel, tensor, input, |row, (multiplier, bias), sums| {
            use_row(row, Linear::new(multiplier, bias), sums);
        });
    }
    for_rows(kernel, tensor, input, |row, rows, sums| {
        for (r, sums) in sums.iter().take(rows).enumerate() {
            let linear = Linear::new(tensor.multiplier(row + r), tensor.bias(row + r));
            use_row(row + r, linear, sums.get(..input.columns).unwrap_or_default());
        }
    });
}

impl Arithmetics for Integer {
    fn words(features: usize) -> usize {
        features.div_ceil(2)
    }

    fn oscillators<T: Points>(kernel: Kernel, tensor: &Tensor<'_>, tile: &T, out: &mut [u32]) {
        if kernel.is_scalar()
            && let Some(tile) = tile.consecutive()
        {
            return rows::oscillators(kernel, tensor, tile, out);
        }
        let columns = tile.columns();
        let mut phases = [[0; MAX_TILE]; 2];
        let words = out.chunks_exact_mut(columns.max(1));
        for (row, out) in (0..tensor.rows()).step_by(2).zip(words) {
            for (r, phases) in phases.iter_mut().enumerate() {
                tile.phases(tensor, row + r, phases.get_mut(..columns).unwrap_or_default());
            }
            let [even, odd] = &phases;
            store_pair(kernel, ([even, odd], [SAME; 2]), row + 1 == tensor.rows(), out);
        }
    }

    fn sines(kernel: Kernel, tensor: &Tensor<'_>, input: &Input<'_>, out: &mut [u32]) {
        if kernel.is_scalar() {
            return rows::sines(kernel, tensor, input, out);
        }
        let mut words = out.chunks_exact_mut(input.columns.max(1));
        for_rows(kernel, tensor, input, |row, rows, sums| {
            for (pair, sums) in sums.chunks_exact(2).take(rows.div_ceil(2)).enumerate() {
                let [even, odd] = sums else { return };
                let row = row + 2 * pair;
                let scale =
                    |row| Scale { multiplier: tensor.multiplier(row), phase: tensor.phase(row) };
                let out = words.next().unwrap_or_default();
                let scales = [scale(row), scale(row + 1)];
                store_pair(kernel, ([even, odd], scales), row + 1 == tensor.rows(), out);
            }
        });
    }

    fn argmax(kernel: Kernel, tensor: &Tensor<'_>, input: &Input<'_>, best: &mut [u8; MAX_TILE]) {
        #[cfg(nex_arm_dsp)]
        if rows::argmax(kernel, tensor, input, best) {
            return;
        }
        let mut largest = [i64::MIN; MAX_TILE];
        for_linear_rows(kernel, tensor, input, |row, linear, sums| {
            for ((&sum, largest), best) in sums.iter().zip(&mut largest).zip(best.iter_mut()) {
                let value = linear.value(sum);
                if value > *largest {
                    *largest = value;
                    *best = row as u8;
                }
            }
        });
    }

    fn samples(
        kernel: Kernel,
        tensor: &Tensor<'_>,
        input: &Input<'_>,
        range: Range,
        out: &mut Outputs,
    ) {
        let (low, high) = (range.low.into(), range.high.into());
        for_linear_rows(kernel, tensor, input, |row, linear, sums| {
            let Some(out) = out.get_mut(row) else { return };
            for (out, &sum) in out.iter_mut().zip(sums) {
                let value = linear.value(sum);
                let rounded = ((value >> 32) as i32).saturating_add((value >> 31) as i32 & 1);
                *out = limit(rounded, low, high) as i16;
            }
        });
    }
}
