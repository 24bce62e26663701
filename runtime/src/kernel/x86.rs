//! The inner loops for x86-64: SSE2, AVX2 and AVX-512.
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
    // SAFETY: SSE2 is part of x86-64, and the other kernels are only passed
    // where the processor has them (`Kernel::is_available`). All read
    // `acts[..columns * count]` and `sums[..][..columns]`, which exist by the
    // test above, in whole vectors because `columns` is a multiple of 8.
    unsafe {
        match kernel {
            Kernel::Avx512 => mac_i16_avx512((acts, columns, count), weights, sums),
            Kernel::Avx2 => mac_i16_avx2((acts, columns, count), weights, sums),
            _ => mac_i16_sse2((acts, columns, count), weights, sums),
        }
    }
}

/// Whether the processor has AVX-512 VNNI; says nothing of the system's
/// support for 512-bit registers.
pub(super) fn has_vnni() -> bool {
    #[allow(unused_unsafe)] // safe on newer compilers
    // SAFETY: every x86-64 processor has CPUID; leaf 7 exists where AVX2 does,
    // and a lower one answers zeros or the highest leaf below.
    let (most, leaf) = unsafe { (__cpuid(0).eax, __cpuid_count(7, 0)) };
    most >= 7 && leaf.ecx & 1 << 11 != 0
}

/// One register tile: `ROWS` rows by `V` vectors of columns from `c` on.
macro_rules! tile {
    ($name:ident, $feature:literal, $lanes:literal, $vector:ty,
     $load:ident, $store:ident, $set:ident, $mac:ident) => {
        /// # Safety
        /// The processor has the feature; `acts` holds `columns * count`
        /// words; columns `c .. c + V * lanes` exist.
        #[target_feature(enable = $feature)]
        #[inline]
        unsafe fn $name<const V: usize>(
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
                        *acc = $load(sums.as_ptr().add(c + v * $lanes).cast::<$vector>());
                    }
                }
                for i in 0..count.min(BLOCK) {
                    let row = acts.as_ptr().add(i * columns + c);
                    let mut a = [$set(0); V];
                    for (v, a) in a.iter_mut().enumerate() {
                        *a = $load(row.add(v * $lanes).cast::<$vector>());
                    }
                    for (acc, weights) in acc.iter_mut().zip(weights) {
                        let w = $set(*weights.as_ptr().add(i) as i32);
                        for (acc, &a) in acc.iter_mut().zip(&a) {
                            *acc = $mac(*acc, a, w);
                        }
                    }
                }
                for (acc, sums) in acc.iter().zip(sums.iter_mut()) {
                    for (v, &acc) in acc.iter().enumerate() {
                        $store(sums.as_mut_ptr().add(c + v * $lanes).cast::<$vector>(), acc);
                    }
                }
            }
        }
    };
}

tile!(tile_sse2, "sse2", 4, __m128i, _mm_loadu_si128, _mm_storeu_si128, _mm_set1_epi32, mac_sse2);
tile!(
    tile_avx2,
    "avx2",
    8,
    __m256i,
    _mm256_loadu_si256,
    _mm256_storeu_si256,
    _mm256_set1_epi32,
    mac_avx2
);
tile!(
    tile_avx512,
    "avx512f,avx512bw,avx512vnni",
    16,
    __m512i,
    _mm512_loadu_si512,
    _mm512_storeu_si512,
    _mm512_set1_epi32,
    _mm512_dpwssd_epi32
);

#[target_feature(enable = "sse2")]
#[inline]
fn mac_sse2(sum: __m128i, a: __m128i, w: __m128i) -> __m128i {
    _mm_add_epi32(sum, _mm_madd_epi16(a, w))
}

#[target_feature(enable = "avx2")]
#[inline]
fn mac_avx2(sum: __m256i, a: __m256i, w: __m256i) -> __m256i {
    _mm256_add_epi32(sum, _mm256_madd_epi16(a, w))
}

/// All columns of a block, in tiles of at most `most` vectors of `lanes`.
macro_rules! columns {
    ($name:ident, $feature:literal, $lanes:literal, $tile:ident, $most:literal, $rest:ident) => {
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
            // SAFETY: every tile's columns exist by its loop's condition; the
            // last loop covers 8 columns at a time.
            unsafe {
                while c + $most * $lanes <= block.1 {
                    $tile::<$most>(block, weights, sums, c);
                    c += $most * $lanes;
                }
                while c + $lanes <= block.1 {
                    $tile::<1>(block, weights, sums, c);
                    c += $lanes;
                }
                while c < block.1 {
                    $rest::<1>(block, weights, sums, c);
                    c += 8;
                }
            }
        }
    };
}

columns!(mac_i16_sse2, "sse2", 4, tile_sse2, 2, tile_sse2);
columns!(mac_i16_avx2, "avx2", 8, tile_avx2, 2, tile_avx2);
columns!(mac_i16_avx512, "avx512f,avx512bw,avx512vnni,avx2", 16, tile_avx512, 4, tile_avx2);

/// Adds one block of products; the portable loop, compiled for AVX2.
pub(super) fn mac_f32(
    block: (&[f32], usize, usize),
    weights: &Weights<f32>,
    sums: &mut Accumulators<f32>,
) {
    #[target_feature(enable = "avx2")]
    fn avx2(block: (&[f32], usize, usize), weights: &Weights<f32>, sums: &mut Accumulators<f32>) {
        portable::mac_f32(block, weights, sums);
    }
    // SAFETY: called for `Kernel::Avx2` and above, so the processor has AVX2.
    unsafe { avx2(block, weights, sums) }
}

/// The portable loop, compiled for AVX2.
pub(super) fn sines_f32(turns: &[f32; MAX_TILE], out: &mut [u32]) {
    #[target_feature(enable = "avx2")]
    fn avx2(turns: &[f32; MAX_TILE], out: &mut [u32]) {
        portable::sines_f32(turns, out);
    }
    // SAFETY: called for `Kernel::Avx2` and above, so the processor has AVX2.
    unsafe { avx2(turns, out) }
}

/// `out[c] = sine(even[c]) | sine(odd[c]) << 16`, a vector of columns at a time.
pub(super) fn sine_pairs(
    kernel: Kernel,
    even: &[u32; MAX_TILE],
    odd: &[u32; MAX_TILE],
    out: &mut [u32],
) {
    // SAFETY: called with `Kernel::Avx512` or `Kernel::Avx2` only where the
    // processor has the feature.
    unsafe {
        match kernel {
            Kernel::Avx512 => sine_pairs_avx512(even, odd, out),
            _ => sine_pairs_avx2(even, odd, out),
        }
    }
}

/// Table sines of a vector of phases: segment and fraction meet in one
/// multiply-add of 16-bit halves.
macro_rules! sine {
    ($pairs:ident, $name:ident, $feature:literal, $lanes:literal, $vector:ty, $load:ident,
     $store:ident, $gather:expr, $set:ident, $and:ident, $or:ident, $add:ident, $madd:ident,
     $srl:ident, $sra:ident, $sll:ident) => {
        #[target_feature(enable = $feature)]
        fn $pairs(even: &[u32; MAX_TILE], odd: &[u32; MAX_TILE], out: &mut [u32]) {
            let even = even.as_chunks::<$lanes>().0;
            let odd = odd.as_chunks::<$lanes>().0;
            for ((even, odd), out) in even.iter().zip(odd).zip(out.chunks_mut($lanes)) {
                let low = $and($name(even), $set(0xffff));
                let word = $or(low, $sll::<16>($name(odd)));
                if let Ok(out) = <&mut [u32; $lanes]>::try_from(&mut *out) {
                    // SAFETY: `out` is one vector long.
                    unsafe { $store(out.as_mut_ptr().cast(), word) };
                    continue;
                }
                let mut words = [0u32; $lanes];
                // SAFETY: `words` is one vector long.
                unsafe { $store(words.as_mut_ptr().cast(), word) };
                for (out, word) in out.iter_mut().zip(words) {
                    *out = word;
                }
            }
        }

        #[target_feature(enable = $feature)]
        #[inline]
        fn $name(phases: &[u32; $lanes]) -> $vector {
            // SAFETY: the phases are one vector; the indices are below 256,
            // the length of the table.
            let (phase, segment) = unsafe {
                let phase = $load(phases.as_ptr().cast());
                (phase, $gather($srl::<24>(phase), segments().as_ptr().cast()))
            };
            let fraction = $and($sll::<6>(phase), $set(0x3fff_0000));
            let factors = $or(fraction, $set(0x4000));
            $sra::<14>($add($madd(segment, factors), $set(8192)))
        }
    };
}

sine!(
    sine_pairs_avx2,
    sine_avx2,
    "avx2",
    8,
    __m256i,
    _mm256_loadu_si256,
    _mm256_storeu_si256,
    |index, table| _mm256_i32gather_epi32::<4>(table, index),
    _mm256_set1_epi32,
    _mm256_and_si256,
    _mm256_or_si256,
    _mm256_add_epi32,
    _mm256_madd_epi16,
    _mm256_srli_epi32,
    _mm256_srai_epi32,
    _mm256_slli_epi32
);
sine!(
    sine_pairs_avx512,
    sine_avx512,
    "avx512f,avx512bw",
    16,
    __m512i,
    _mm512_loadu_si512,
    _mm512_storeu_si512,
    |index, table| _mm512_i32gather_epi32::<4>(index, table),
    _mm512_set1_epi32,
    _mm512_and_si512,
    _mm512_or_si512,
    _mm512_add_epi32,
    _mm512_madd_epi16,
    _mm512_srli_epi32,
    _mm512_srai_epi32,
    _mm512_slli_epi32
);
