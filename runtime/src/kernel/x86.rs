//! The inner loops for x86-64: SSE2 and AVX2.
//!
//! The only module with `unsafe`. Tests hold every kernel against the
//! portable one, bit by bit.
#![allow(unsafe_code)]

use super::{Accumulators, BLOCK, Kernel, ROWS, Weights, portable};
use crate::{math::segments, tile::MAX_TILE};
use core::arch::x86_64::*;

/// Adds one block of products; odd numbers of columns run portably.
pub(super) fn mac_i16(
    kernel: Kernel,
    (acts, columns, count): (&[u32], usize, usize),
    weights: &Weights<u32>,
    sums: &mut Accumulators<i32>,
) {
    let fits = columns <= MAX_TILE && acts.len() >= columns * count;
    if !fits || columns == 0 || !columns.is_multiple_of(8) {
        return portable::mac_i16((acts, columns, count), (weights, ROWS), sums);
    }
    // SAFETY: SSE2 is part of x86-64, and `Kernel::Avx2` is only passed where
    // the processor has AVX2 (`Kernel::is_available`). Both functions read
    // `acts[..columns * count]` and `sums[..][..columns]`, which exist by the
    // test above, in whole vectors because `columns` is a multiple of 8.
    unsafe {
        match kernel {
            Kernel::Avx2 => mac_i16_avx2((acts, columns, count), weights, sums),
            _ => mac_i16_sse2((acts, columns, count), weights, sums),
        }
    }
}

/// One register tile: `ROWS` rows by `VECTORS` vectors of columns from `c` on.
macro_rules! mac_i16 {
    ($name:ident, $tile:ident, $feature:literal, $lanes:literal, $load:ident, $store:ident,
     $set:ident, $madd:ident, $add:ident, $ptr:ty) => {
        /// # Safety
        /// The processor has the feature; `columns` is a multiple of 8, at
        /// most `MAX_TILE`; `acts` holds `columns * count` words.
        #[target_feature(enable = $feature)]
        unsafe fn $name(
            block: (&[u32], usize, usize),
            weights: &Weights<u32>,
            sums: &mut Accumulators<i32>,
        ) {
            let mut c = 0;
            while c + 2 * $lanes <= block.1 {
                // SAFETY: columns `c .. c + 2 * lanes` exist.
                unsafe { $tile::<2>(block, weights, sums, c) };
                c += 2 * $lanes;
            }
            while c < block.1 {
                // SAFETY: a multiple of `lanes` columns is left.
                unsafe { $tile::<1>(block, weights, sums, c) };
                c += $lanes;
            }
        }

        /// # Safety
        /// As the caller's; columns `c .. c + V * lanes` exist.
        #[target_feature(enable = $feature)]
        #[inline]
        unsafe fn $tile<const V: usize>(
            (acts, columns, count): (&[u32], usize, usize),
            weights: &Weights<u32>,
            sums: &mut Accumulators<i32>,
            c: usize,
        ) {
            // SAFETY: all reads and writes are at columns `c .. c + V * lanes`
            // of rows that exist and at weights below `BLOCK`; unaligned loads
            // and stores.
            unsafe {
                let mut acc = [[$set(0); V]; ROWS];
                for (acc, sums) in acc.iter_mut().zip(sums.iter()) {
                    for (v, acc) in acc.iter_mut().enumerate() {
                        *acc = $load(sums.as_ptr().add(c + v * $lanes).cast::<$ptr>());
                    }
                }
                for i in 0..count.min(BLOCK) {
                    let row = acts.as_ptr().add(i * columns + c);
                    let mut a = [$set(0); V];
                    for (v, a) in a.iter_mut().enumerate() {
                        *a = $load(row.add(v * $lanes).cast::<$ptr>());
                    }
                    for (acc, weights) in acc.iter_mut().zip(weights) {
                        let w = $set(*weights.as_ptr().add(i) as i32);
                        for (acc, &a) in acc.iter_mut().zip(&a) {
                            *acc = $add(*acc, $madd(a, w));
                        }
                    }
                }
                for (acc, sums) in acc.iter().zip(sums.iter_mut()) {
                    for (v, &acc) in acc.iter().enumerate() {
                        $store(sums.as_mut_ptr().add(c + v * $lanes).cast::<$ptr>(), acc);
                    }
                }
            }
        }
    };
}

mac_i16!(
    mac_i16_sse2, tile_sse2, "sse2", 4, _mm_loadu_si128, _mm_storeu_si128, _mm_set1_epi32,
    _mm_madd_epi16, _mm_add_epi32, __m128i
);
mac_i16!(
    mac_i16_avx2, tile_avx2, "avx2", 8, _mm256_loadu_si256, _mm256_storeu_si256,
    _mm256_set1_epi32, _mm256_madd_epi16, _mm256_add_epi32, __m256i
);

/// Adds one block of products; the portable loop, compiled for AVX2.
pub(super) fn mac_f32(
    block: (&[f32], usize, usize),
    weights: &Weights<f32>,
    sums: &mut Accumulators<f32>,
) {
    #[target_feature(enable = "avx2")]
    fn avx2(
        block: (&[f32], usize, usize),
        weights: &Weights<f32>,
        sums: &mut Accumulators<f32>,
    ) {
        portable::mac_f32(block, weights, sums);
    }
    // SAFETY: called for `Kernel::Avx2` only, so the processor has AVX2.
    unsafe { avx2(block, weights, sums) }
}

/// The portable loop, compiled for AVX2.
pub(super) fn sines_f32(turns: &[f32; MAX_TILE], out: &mut [u32]) {
    #[target_feature(enable = "avx2")]
    fn avx2(turns: &[f32; MAX_TILE], out: &mut [u32]) {
        portable::sines_f32(turns, out);
    }
    // SAFETY: called for `Kernel::Avx2` only, so the processor has AVX2.
    unsafe { avx2(turns, out) }
}

/// `out[c] = sine(even[c]) | sine(odd[c]) << 16`, eight columns at a time.
pub(super) fn sine_pairs(even: &[u32; MAX_TILE], odd: &[u32; MAX_TILE], out: &mut [u32]) {
    // SAFETY: called for `Kernel::Avx2` only, so the processor has AVX2.
    unsafe { sine_pairs_avx2(even, odd, out) }
}

#[target_feature(enable = "avx2")]
fn sine_pairs_avx2(even: &[u32; MAX_TILE], odd: &[u32; MAX_TILE], out: &mut [u32]) {
    let (even, odd) = (even.as_chunks::<8>().0, odd.as_chunks::<8>().0);
    for ((even, odd), out) in even.iter().zip(odd).zip(out.chunks_mut(8)) {
        let low = _mm256_and_si256(sine_avx2(even), _mm256_set1_epi32(0xffff));
        let high = _mm256_slli_epi32::<16>(sine_avx2(odd));
        let mut words = [0u32; 8];
        // SAFETY: `words` is one vector long.
        unsafe {
            _mm256_storeu_si256(words.as_mut_ptr().cast(), _mm256_or_si256(low, high));
        }
        for (out, word) in out.iter_mut().zip(words) {
            *out = word;
        }
    }
}

/// Eight table sines: segment and fraction meet in one multiply-add.
#[target_feature(enable = "avx2")]
#[inline]
fn sine_avx2(phases: &[u32; 8]) -> __m256i {
    // SAFETY: eight phases are one vector; the indices are below 256, the
    // length of the table.
    let (phase, segment) = unsafe {
        let phase = _mm256_loadu_si256(phases.as_ptr().cast());
        let index = _mm256_srli_epi32::<24>(phase);
        (phase, _mm256_i32gather_epi32::<4>(segments().as_ptr().cast(), index))
    };
    let fraction =
        _mm256_and_si256(_mm256_slli_epi32::<6>(phase), _mm256_set1_epi32(0x3fff_0000));
    let factors = _mm256_or_si256(fraction, _mm256_set1_epi32(0x4000));
    let sum = _mm256_add_epi32(_mm256_madd_epi16(segment, factors), _mm256_set1_epi32(8192));
    _mm256_srai_epi32::<14>(sum)
}
