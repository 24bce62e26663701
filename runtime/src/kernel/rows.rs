//! How does an integer layer run row by row, on a processor without vectors?
//!
//! At most [`LANES`] columns, so that the sums of one row stay in registers.

use super::{Kernel, LANES, scalar};
use crate::tile::Input;
use nex_format::{Tensor, WeightType};

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
/// exist are unspecified.
#[inline(never)]
pub(crate) fn dot_row(
    kernel: Kernel,
    tensor: &Tensor<'_>,
    row: usize,
    input: &Input<'_>,
    sums: &mut [i32; LANES],
) {
    *sums = [0; LANES];
    let ty = tensor.weight_type();
    let mut bytes = tensor.row_bytes(row);
    for (&words, &features) in input.parts.iter().zip(&input.features) {
        let Some((run, rest)) = bytes.split_at_checked(features * ty.weight_bytes()) else {
            return;
        };
        bytes = rest;
        let run = if ty == WeightType::I8 { Run::I8(run) } else { Run::I16(run) };
        if input.columns == LANES {
            match kernel {
                #[cfg(nex_arm_dsp)]
                Kernel::ArmDsp => super::arm::dot(run, words, sums),
                _ => scalar::dot(run, words, sums),
            }
        } else {
            for (c, sum) in sums.iter_mut().enumerate().take(input.columns) {
                let words = words.get(c..).unwrap_or_default();
                *sum = scalar::dot_column(run, words, input.columns, *sum);
            }
        }
    }
}
