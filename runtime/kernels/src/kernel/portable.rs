//! The inner loops in plain Rust: what every other kernel must equal.

use super::{Accumulators, Block, ROWS, Scale, Weights};
#[cfg(feature = "networks")]
use crate::math::{finer, relu, soft_plus};
use crate::{
    layout::MAX_TILE,
    math::{sine_q15, sine_turns},
};
#[cfg(feature = "networks")]
use nex_format::neural::Activation;

/// Adds one block of products, two Q15 features to a word.
pub(super) fn mac_i16(
    Block { words, columns, count, fresh }: Block<'_, u32>,
    (weights, rows): (&Weights<u32>, usize),
    sums: &mut Accumulators<i32>,
) {
    let low = |word: u32| i32::from(word as u16 as i16);
    let high = |word: u32| (word as i32) >> 16;
    for (weights, sums) in weights.iter().zip(sums).take(rows) {
        if fresh {
            sums.iter_mut().take(columns).for_each(|sum| *sum = 0);
        }
        for (acts, &w) in words.chunks_exact(columns.max(1)).zip(weights).take(count) {
            for (sum, &a) in sums.iter_mut().zip(acts) {
                let products = (low(a) * low(w)).wrapping_add(high(a) * high(w));
                *sum = sum.wrapping_add(products);
            }
        }
    }
}

/// Columns whose sums are held in registers.
const LANES: usize = 8;

/// Adds one block of products in input order.
pub(super) fn mac_f32(
    Block { words, columns, count, .. }: Block<'_, f32>,
    weights: &Weights<f32>,
    sums: &mut Accumulators<f32>,
) {
    let whole = columns - columns % LANES;
    for c in (0..whole).step_by(LANES) {
        let mut local = [[0.0; LANES]; ROWS];
        for (local, sums) in local.iter_mut().zip(sums.iter()) {
            if let Some(sums) = sums.get(c..).and_then(|s| s.first_chunk()) {
                *local = *sums;
            }
        }
        for (i, acts) in words.chunks_exact(columns).take(count).enumerate() {
            let Some(acts) = acts.get(c..).and_then(|a| a.first_chunk::<LANES>()) else { return };
            for (local, weights) in local.iter_mut().zip(weights) {
                let w = weights.get(i).copied().unwrap_or(0.0);
                for (sum, a) in local.iter_mut().zip(acts) {
                    *sum += w * a;
                }
            }
        }
        for (local, sums) in local.iter().zip(sums.iter_mut()) {
            if let Some(sums) = sums.get_mut(c..).and_then(|s| s.first_chunk_mut()) {
                *sums = *local;
            }
        }
    }
    for (weights, sums) in weights.iter().zip(sums) {
        for (acts, &w) in words.chunks_exact(columns.max(1)).zip(weights).take(count) {
            for (sum, a) in sums.iter_mut().zip(acts).skip(whole) {
                *sum += w * a;
            }
        }
    }
}

/// Sines of an even and an odd row, the even one in the low halves.
pub(super) fn sine_pairs(
    [even, odd]: [&[i32; MAX_TILE]; 2],
    [even_scale, odd_scale]: [Scale; 2],
    out: &mut [u32],
) {
    for ((out, &even), &odd) in out.iter_mut().zip(even).zip(odd) {
        let low = u32::from(sine_q15(even_scale.apply(even)) as u16);
        *out = low | u32::from(sine_q15(odd_scale.apply(odd)) as u16) << 16;
    }
}

/// `out[c] = bits of sin(2 pi turns[c])`.
#[inline(always)]
pub(super) fn sines_f32(turns: &[f32; MAX_TILE], out: &mut [u32]) {
    for (out, &turns) in out.iter_mut().zip(turns) {
        *out = sine_turns(turns).to_bits();
    }
}

/// `out[c] = bits of activation(sums[c])`.
#[cfg(feature = "networks")]
#[inline(always)]
pub(super) fn activate_f32(activation: Activation, sums: &[f32; MAX_TILE], out: &mut [u32]) {
    #[inline(always)]
    fn each(sums: &[f32; MAX_TILE], out: &mut [u32], activate: impl Fn(f32) -> f32) {
        for (out, &sum) in out.iter_mut().zip(sums) {
            *out = activate(sum).to_bits();
        }
    }
    match activation {
        Activation::Finer => each(sums, out, finer),
        Activation::SoftPlus => each(sums, out, soft_plus),
        Activation::Relu => each(sums, out, relu),
        _ => sines_f32(sums, out),
    }
}
