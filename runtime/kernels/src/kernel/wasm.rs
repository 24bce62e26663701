//! The inner loops for WebAssembly with vectors of 128 bits (`simd128`).
//!
//! Same products, same order of additions as the portable ones.

use super::{Accumulators, Block, ROWS, Weights, portable};
use bytemuck::{Pod, cast};
use core::arch::wasm32::{
    f32x4_add, f32x4_mul, f32x4_splat, i32x4_add, i32x4_dot_i16x8, u32x4_splat, v128,
};

/// Columns of a vector.
const LANES: usize = 4;

/// Adds one block of products, two Q15 features to a word.
pub(super) fn mac_i16(block: Block<'_, u32>, weights: &Weights<u32>, sums: &mut Accumulators<i32>) {
    if !block.columns.is_multiple_of(LANES) {
        return portable::mac_i16(block, (weights, ROWS), sums);
    }
    mac(block, weights, sums, |sum, acts: [u32; LANES], weight| {
        i32x4_add(sum, i32x4_dot_i16x8(cast(acts), u32x4_splat(weight)))
    });
}

/// Adds one block of products in input order, each rounded before the sum.
pub(super) fn mac_f32(block: Block<'_, f32>, weights: &Weights<f32>, sums: &mut Accumulators<f32>) {
    if !block.columns.is_multiple_of(LANES) {
        return portable::mac_f32(block, weights, sums);
    }
    mac(block, weights, sums, |sum, acts: [f32; LANES], weight| {
        f32x4_add(sum, f32x4_mul(cast(acts), f32x4_splat(weight)))
    });
}

/// Runs `step` over whole vectors of columns, [`ROWS`] sums in registers.
#[inline(always)]
fn mac<A: Copy, S: Pod>(
    Block { words, columns, count, fresh }: Block<'_, A>,
    weights: &Weights<A>,
    sums: &mut Accumulators<S>,
    step: impl Fn(v128, [A; LANES], A) -> v128,
) {
    let [a, b, c, d] = weights;
    for at in (0..columns).step_by(LANES) {
        let mut local = [u32x4_splat(0); ROWS];
        for (local, sums) in local.iter_mut().zip(sums.iter()) {
            if let Some(sums) = sums.get(at..).and_then(<[S]>::first_chunk).filter(|_| !fresh) {
                *local = cast::<[S; LANES], _>(*sums);
            }
        }
        let rows = a.iter().zip(b).zip(c).zip(d);
        let acts = words.get(at..).unwrap_or_default().chunks(columns);
        for (acts, (((a, b), c), d)) in acts.zip(rows).take(count) {
            let Some(acts) = acts.first_chunk() else { return };
            for (local, weight) in local.iter_mut().zip([a, b, c, d]) {
                *local = step(*local, *acts, *weight);
            }
        }
        for (local, sums) in local.into_iter().zip(sums.iter_mut()) {
            if let Some(sums) = sums.get_mut(at..).and_then(<[S]>::first_chunk_mut::<LANES>) {
                *sums = cast(local);
            }
        }
    }
}
