//! How does an integer layer run row by row, on a processor without vectors?
//!
//! At most [`LANES`] columns, so that the sums of one row stay in registers.

use super::{Kernel, LANES, Scale, scalar};
use crate::{layout::Input, math::sine_q15, points::Tile};
use nex_format::neural::{Tensor, WeightType};

/// Stored weights of consecutive features.
#[derive(Clone, Copy)]
pub(super) enum Run<'a> {
    I8(&'a [u8]),
    /// Little-endian.
    I16(&'a [u8]),
}

impl Run<'_> {
    pub fn features(&self) -> usize {
        match self {
            Run::I8(bytes) => bytes.len(),
            Run::I16(bytes) => bytes.len() / 2,
        }
    }

    pub fn weight(&self, feature: usize) -> i32 {
        match self {
            Run::I8(bytes) => bytes.get(feature).map_or(0, |&b| (b as i8).into()),
            Run::I16(bytes) => {
                let pair = bytes.as_chunks().0.get(feature);
                pair.map_or(0, |&pair| i16::from_le_bytes(pair).into())
            }
        }
    }
}

/// The dot products of a row with all columns; sums of columns that do not
/// exist are unspecified. A row without weights gives 0.
#[inline(never)]
fn dot_row(ty: WeightType, mut bytes: &[u8], input: &Input<'_>, sums: &mut [i32; LANES]) {
    *sums = [0; LANES];
    for (&words, &features) in input.parts.iter().zip(&input.features) {
        let Some((run, rest)) = bytes.split_at_checked(features * ty.weight_bytes()) else {
            return;
        };
        if rest.len() == bytes.len() {
            return; // there is no second part
        }
        bytes = rest;
        let run = if ty == WeightType::I8 { Run::I8(run) } else { Run::I16(run) };
        if input.columns == LANES {
            scalar::dot(run, words, sums);
        } else {
            for (c, sum) in sums.iter_mut().enumerate().take(input.columns) {
                let words = words.get(c..).unwrap_or_default();
                *sum = scalar::dot_column(run, words, input.columns, *sum);
            }
        }
    }
}

/// Takes the next `len` of a slice; nothing at its end.
fn take<'a>(bytes: &mut &'a [u8], len: usize) -> &'a [u8] {
    let (first, rest) = bytes.split_at_checked(len).unwrap_or_default();
    *bytes = rest;
    first
}

/// A sine layer, two rows at a time.
#[inline(never)]
pub(crate) fn sines(kernel: Kernel, tensor: &Tensor<'_>, input: &Input<'_>, out: &mut [u32]) {
    let ty = tensor.weight_type();
    let [mut weights, ..] = tensor.parts();
    #[cfg(nex_arm_dsp)]
    if let (Kernel::ArmDsp, Some(layer)) = (kernel, super::arm::Layer::new(tensor, input)) {
        let next = |sums: &mut _| layer.next_row(&mut weights, sums);
        return sine_rows(kernel, tensor, LANES, out, next);
    }
    let row_bytes = tensor.cols() * ty.weight_bytes();
    let next = |sums: &mut _| dot_row(ty, take(&mut weights, row_bytes), input, sums);
    sine_rows(kernel, tensor, input.columns, out, next);
}

/// Sines of rows whose dot products `next` gives one after the other.
#[inline(always)]
fn sine_rows(
    kernel: Kernel,
    tensor: &Tensor<'_>,
    columns: usize,
    mut out: &mut [u32],
    mut next: impl FnMut(&mut [i32; LANES]),
) {
    let [_, multipliers, phases] = tensor.parts();
    let mut sums = [[0; LANES]; 2];
    let (multipliers, last_multiplier) = multipliers.as_chunks();
    let (phases, last_phase) = phases.as_chunks();
    for (&multipliers, &phases) in multipliers.iter().zip(phases) {
        let Some((words, rest)) = out.split_at_mut_checked(columns) else { return };
        out = rest;
        let [even, odd] = &mut sums;
        next(even);
        next(odd);
        // Of two rows, 16 bits each.
        let (multipliers, phases) = (u32::from_le_bytes(multipliers), u32::from_le_bytes(phases));
        let even = Scale { multiplier: multipliers & 0xffff, phase: phases << 16 };
        let odd = Scale { multiplier: multipliers >> 16, phase: phases & 0xffff_0000 };
        sine_pair(kernel, &sums, &[even, odd], words);
    }
    let last = (last_multiplier.first_chunk(), last_phase.first_chunk());
    if let (Some(&multiplier), Some(&phase)) = last {
        let words = out.get_mut(..columns).unwrap_or_default();
        let [even, _] = &mut sums;
        next(even);
        let multiplier = u16::from_le_bytes(multiplier).into();
        let even = Scale { multiplier, phase: u32::from(u16::from_le_bytes(phase)) << 16 };
        sine_pair(kernel, &sums, &[even, Scale::NOTHING], words);
    }
}

/// Oscillators of a tile whose columns are consecutive: column `c` is the
/// frequency's `c`-th multiple after the first.
#[inline(never)]
pub(crate) fn oscillators(kernel: Kernel, tensor: &Tensor<'_>, tile: &Tile, mut out: &mut [u32]) {
    const COUNT: [i32; LANES] = [0, 1, 2, 3, 4, 5, 6, 7];
    let columns = tile.columns;
    let row_bytes = tensor.cols() * 4;
    let [mut frequencies, _, phases] = tensor.parts();
    let mut scale = |phase| {
        let row = take(&mut frequencies, row_bytes).as_chunks().0;
        let multiplier = row.first().map_or(0, |&bytes| u32::from_le_bytes(bytes));
        let first = multiplier.wrapping_mul(tile.start.frame());
        let mut phase = u32::from_le_bytes(phase).wrapping_add(first);
        if let Some(&across) = row.get(1) {
            phase = phase.wrapping_add(tile.across.turn(i32::from_le_bytes(across)));
        }
        Scale { multiplier, phase }
    };
    let (pairs, last) = phases.as_chunks::<4>().0.as_chunks();
    for &[even, odd] in pairs {
        let Some((words, rest)) = out.split_at_mut_checked(columns) else { return };
        out = rest;
        sine_pair(kernel, &[COUNT; 2], &[scale(even), scale(odd)], words);
    }
    if let Some(&phase) = last.first() {
        let words = out.get_mut(..columns).unwrap_or_default();
        sine_pair(kernel, &[COUNT; 2], &[scale(phase), Scale::NOTHING], words);
    }
}

/// A linear layer: hands every row's multiplier, bias and sums to `use_row`.
pub(crate) fn linear(
    #[cfg_attr(not(nex_arm_dsp), allow(unused))] kernel: Kernel,
    tensor: &Tensor<'_>,
    input: &Input<'_>,
    mut use_row: impl FnMut(usize, (u32, i32), &[i32; LANES]),
) {
    let ty = tensor.weight_type();
    let row_bytes = tensor.cols() * ty.weight_bytes();
    let [mut weights, multipliers, biases] = tensor.parts();
    let mut sums = [0; LANES];
    #[cfg(nex_arm_dsp)]
    let fast = super::arm::Layer::new(tensor, input).filter(|_| kernel == Kernel::ArmDsp);
    let mut next = |sums: &mut [i32; LANES]| {
        #[cfg(nex_arm_dsp)]
        if let Some(layer) = &fast {
            return layer.next_row(&mut weights, sums);
        }
        dot_row(ty, take(&mut weights, row_bytes), input, sums);
    };
    let scales = multipliers.as_chunks().0.iter().zip(biases.as_chunks().0);
    for (row, (&multiplier, &bias)) in scales.enumerate() {
        next(&mut sums);
        let linear = (u32::from_le_bytes(multiplier), i32::from_le_bytes(bias));
        use_row(row, linear, &sums);
    }
}

/// Sines of an even and an odd row, the even one in the low halves.
fn sine_pair(kernel: Kernel, sums: &[[i32; LANES]; 2], scales: &[Scale; 2], out: &mut [u32]) {
    match (kernel, <&mut [u32; LANES]>::try_from(&mut *out)) {
        #[cfg(nex_arm_dsp)]
        (Kernel::ArmDsp, Ok(out)) => super::arm::sine_pair(sums, scales, out),
        _ => {
            let [even, odd] = sums;
            let [even_scale, odd_scale] = scales;
            for ((out, &even), &odd) in out.iter_mut().zip(even).zip(odd) {
                let low = u32::from(sine_q15(even_scale.apply(even)) as u16);
                *out = low | u32::from(sine_q15(odd_scale.apply(odd)) as u16) << 16;
            }
        }
    }
}

/// The rows with the largest outputs of a linear layer, of equal ones the
/// first; `false` if only the portable way can tell.
#[cfg(nex_arm_dsp)]
#[inline(never)]
pub(crate) fn argmax(
    kernel: Kernel,
    tensor: &Tensor<'_>,
    input: &Input<'_>,
    best: &mut [u8; LANES],
) -> bool {
    let is_dsp = kernel == Kernel::ArmDsp;
    if is_dsp {
        let mut found = super::arm::Best::NONE;
        linear(kernel, tensor, input, |_, scale, sums| found.add(scale, sums));
        *best = *found.rows();
    }
    is_dsp
}
