//! Float arithmetic: what does a layer compute, to the bit?
//!
//! Activations are `f32`, one to a word. A row starts from its bias and adds
//! `weight * input` in input order, the product rounded before the sum.
//! Columns are independent, so vectorising across them changes no bit.

use super::profile::Arithmetics;
use crate::{
    kernel::{self, Kernel},
    layout::{Accumulators, Input, MAX_TILE, Outputs, ROWS, Range},
    math::{limit, round, sine_turns},
    points::Points,
};
#[cfg(feature = "networks")]
use nex_format::neural::Activation;
use nex_format::neural::Tensor;

pub(crate) struct Float;

/// Hands every group of up to four rows' sums to `use_rows`.
fn for_rows(
    kernel: Kernel,
    tensor: &Tensor<'_>,
    input: &Input<'_>,
    mut use_rows: impl FnMut(usize, usize, &mut Accumulators<f32>),
) {
    let mut sums = [[0.0; MAX_TILE]; ROWS];
    for row in (0..tensor.rows()).step_by(ROWS) {
        let rows = ROWS.min(tensor.rows() - row);
        kernel::dot_f32(kernel, tensor, (row, rows), input, &mut sums);
        use_rows(row, rows, &mut sums);
    }
}

impl Arithmetics for Float {
    fn words(features: usize) -> usize {
        features
    }

    fn oscillators<T: Points>(_: Kernel, tensor: &Tensor<'_>, tile: &T, out: &mut [u32]) {
        let rows = out.chunks_exact_mut(tile.columns().max(1));
        for (row, out) in (0..tensor.rows()).zip(rows) {
            let out: &mut [i32] = bytemuck::cast_slice_mut(out);
            tile.phases(tensor, row, out);
            for word in out {
                // The signed phase is -0.5 .. 0.5 turns.
                let turns = *word as f32 * (1.0 / 4_294_967_296.0);
                *word = sine_turns(turns).to_bits() as i32;
            }
        }
    }

    fn sines(kernel: Kernel, tensor: &Tensor<'_>, input: &Input<'_>, out: &mut [u32]) {
        let mut out_rows = out.chunks_exact_mut(input.columns.max(1));
        for_rows(kernel, tensor, input, |_, rows, sums| {
            for (sums, out) in sums.iter_mut().take(rows).zip(&mut out_rows) {
                kernel::sines_f32(kernel, sums, out);
            }
        });
    }

    #[cfg(feature = "networks")]
    fn activated(
        kernel: Kernel,
        activation: Activation,
        tensor: &Tensor<'_>,
        input: &Input<'_>,
        out: &mut [u32],
    ) {
        let mut out_rows = out.chunks_exact_mut(input.columns.max(1));
        for_rows(kernel, tensor, input, |_, rows, sums| {
            for (sums, out) in sums.iter().take(rows).zip(&mut out_rows) {
                kernel::activate_f32(kernel, activation, sums, out);
            }
        });
    }

    fn argmax(kernel: Kernel, tensor: &Tensor<'_>, input: &Input<'_>, best: &mut [u8; MAX_TILE]) {
        let mut largest = [f32::NEG_INFINITY; MAX_TILE];
        for_rows(kernel, tensor, input, |row, rows, sums| {
            for (r, sums) in sums.iter().take(rows).enumerate() {
                let columns = sums.iter().zip(&mut largest).zip(best.iter_mut());
                for ((&value, largest), best) in columns.take(input.columns) {
                    if value > *largest {
                        *largest = value;
                        *best = (row + r) as u8;
                    }
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
        for_rows(kernel, tensor, input, |row, rows, sums| {
            for (r, sums) in sums.iter().take(rows).enumerate() {
                let Some(out) = out.get_mut(row + r) else { return };
                for (out, &value) in out.iter_mut().zip(sums).take(input.columns) {
                    *out = round(limit(value * range.full_scale, low, high)) as i16;
                }
            }
        });
    }
}
