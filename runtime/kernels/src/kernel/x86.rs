//! The inner loops for x86-64: SSE2, AVX2 and AVX-512.
//!
//! Every function looks whether the processor has its instructions (one load)
//! before it runs them, and runs the portable loop if not. Tests hold every
//! kernel against that one, bit by bit.
#![allow(unsafe_code)]

use super::{
    Accumulators, BLOCK, Block, Kernel, ROWS, Scale, Weights, has_avx2, has_avx512, portable,
};
use crate::{layout::MAX_TILE, math::segments};
use core::{
    arch::x86_64::*,
    sync::atomic::{AtomicU8, Ordering},
};
#[cfg(feature = "networks")]
use nex_format::neural::Activation;
use nex_format::neural::WeightType;

/// Whether the processor has AVX-512 VNNI; says nothing of the system's
/// support for 512-bit registers. Asks the processor once.
pub(super) fn has_vnni() -> bool {
    const UNKNOWN: u8 = 0;
    const NO: u8 = 1;
    const YES: u8 = 2;
    static ANSWER: AtomicU8 = AtomicU8::new(UNKNOWN);
    match ANSWER.load(Ordering::Relaxed) {
        UNKNOWN => {
            let has = ask_for_vnni();
            ANSWER.store(if has { YES } else { NO }, Ordering::Relaxed);
            has
        }
        answer => answer == YES,
    }
}

fn ask_for_vnni() -> bool {
    #[allow(unused_unsafe)] // safe on newer compilers
    // SAFETY: every x86-64 processor has CPUID; leaf 7 exists where AVX2 does,
    // and a lower one answers zeros or the highest leaf below.
    let (most, leaf) = unsafe { (__cpuid(0).eax, __cpuid_count(7, 0)) };
    most >= 7 && leaf.ecx & 1 << 11 != 0
}

/// Whether a block's words are there and its columns whole vectors.
fn is_regular<T>(block: &Block<'_, T>) -> bool {
    let &Block { words, columns, count, .. } = block;
    columns > 0
        && columns.is_multiple_of(8)
        && columns <= MAX_TILE
        && words.len() >= columns * count
}

/// Adds one block of products; odd numbers of columns run portably.
pub(super) fn mac_i16(
    kernel: Kernel,
    block: Block<'_, u32>,
    weights: &Weights<u32>,
    sums: &mut Accumulators<i32>,
) {
    if !is_regular(&block) {
        return portable::mac_i16(block, (weights, ROWS), sums);
    }
    // SAFETY: SSE2 is part of x86-64, and the arms look for the others. All read
    // `words[..columns * count]` and `sums[..][..columns]`, which exist by the
    // test above, in whole vectors because `columns` is a multiple of 8.
    unsafe {
        match kernel {
            Kernel::Avx512 if has_avx512::get() && has_vnni() => {
                mac_i16_avx512(block, weights, sums);
            }
            Kernel::Avx2 if has_avx2::get() => mac_i16_avx2(block, weights, sums),
            _ => mac_i16_sse2(block, weights, sums),
        }
    }
}

/// Adds one block of products in input order, each rounded before the sum.
pub(super) fn mac_f32(
    kernel: Kernel,
    block: Block<'_, f32>,
    weights: &Weights<f32>,
    sums: &mut Accumulators<f32>,
) {
    if !is_regular(&block) {
        return portable::mac_f32(block, weights, sums);
    }
    // SAFETY: as in `mac_i16`.
    unsafe {
        match kernel {
            Kernel::Avx512 if has_avx512::get() => mac_f32_avx512(block, weights, sums),
            _ if has_avx2::get() => mac_f32_avx2(block, weights, sums),
            _ => portable::mac_f32(block, weights, sums),
        }
    }
}

/// One register tile: `ROWS` rows by `V` vectors of columns from `c` on.
macro_rules! tile {
    ($name:ident, $feature:literal, $lanes:literal, $element:ty, $word:ty, $vector:ty,
     $load:ident, $store:ident, $set:ident, $mac:ident) => {
        /// # Safety
        /// The processor has the feature; the block holds `columns * count`
        /// words; columns `c .. c + V * lanes` exist.
        #[target_feature(enable = $feature)]
        #[inline]
        unsafe fn $name<const V: usize>(
            Block { words, columns, count, fresh }: Block<'_, $word>,
            weights: &Weights<$word>,
            sums: &mut Accumulators<$element>,
            c: usize,
        ) {
            // SAFETY: all reads and writes are at columns `c .. c + V * lanes`
            // of rows that exist and at weights below `BLOCK`; unaligned loads
            // and stores.
            unsafe {
                let mut acc = [[$set(Default::default()); V]; ROWS];
                if !fresh {
                    for (acc, sums) in acc.iter_mut().zip(sums.iter()) {
                        for (v, acc) in acc.iter_mut().enumerate() {
                            *acc = $load(sums.as_ptr().add(c + v * $lanes).cast());
                        }
                    }
                }
                for i in 0..count.min(BLOCK) {
                    let row = words.as_ptr().add(i * columns + c);
                    let mut a = [$set(Default::default()); V];
                    for (v, a) in a.iter_mut().enumerate() {
                        *a = $load(row.add(v * $lanes).cast());
                    }
                    for (acc, weights) in acc.iter_mut().zip(weights) {
                        let w: $vector = $set(*weights.as_ptr().add(i) as $element);
                        for (acc, &a) in acc.iter_mut().zip(&a) {
                            *acc = $mac(*acc, a, w);
                        }
                    }
                }
                for (acc, sums) in acc.iter().zip(sums.iter_mut()) {
                    for (v, &acc) in acc.iter().enumerate() {
                        $store(sums.as_mut_ptr().add(c + v * $lanes).cast(), acc);
                    }
                }
            }
        }
    };
}

/// All columns of a block, in tiles of at most `most` vectors of `lanes`.
macro_rules! columns {
    ($name:ident, $feature:literal, $lanes:literal, $element:ty, $word:ty,
     $tile:ident, $most:literal, $rest:ident) => {
        /// # Safety
        /// The processor has the feature; `columns` is a multiple of 8, at
        /// most `MAX_TILE`; the block holds `columns * count` words.
        #[target_feature(enable = $feature)]
        pub(super) unsafe fn $name(
            block: Block<'_, $word>,
            weights: &Weights<$word>,
            sums: &mut Accumulators<$element>,
        ) {
            let mut c = 0;
            // SAFETY: every tile's columns exist by its loop's condition; the
            // last loop covers 8 columns at a time.
            unsafe {
                while c + $most * $lanes <= block.columns {
                    $tile::<$most>(block, weights, sums, c);
                    c += $most * $lanes;
                }
                while c + $lanes <= block.columns {
                    $tile::<1>(block, weights, sums, c);
                    c += $lanes;
                }
                while c < block.columns {
                    $rest::<1>(block, weights, sums, c);
                    c += 8;
                }
            }
        }
    };
}

#[rustfmt::skip]
mod tiles {
    use super::*;
    tile!(i16_sse2, "sse2", 4, i32, u32, __m128i,
        _mm_loadu_si128, _mm_storeu_si128, _mm_set1_epi32, mac_sse2);
    tile!(i16_avx2, "avx2", 8, i32, u32, __m256i,
        _mm256_loadu_si256, _mm256_storeu_si256, _mm256_set1_epi32, mac_avx2);
    tile!(i16_avx512, "avx512f,avx512bw,avx512vnni", 16, i32, u32, __m512i,
        _mm512_loadu_si512, _mm512_storeu_si512, _mm512_set1_epi32, _mm512_dpwssd_epi32);
    tile!(f32_avx2, "avx2", 8, f32, f32, __m256,
        _mm256_loadu_ps, _mm256_storeu_ps, _mm256_set1_ps, mac_f32x8);
    tile!(f32_avx512, "avx512f", 16, f32, f32, __m512,
        _mm512_loadu_ps, _mm512_storeu_ps, _mm512_set1_ps, mac_f32x16);
    columns!(mac_i16_sse2, "sse2", 4, i32, u32, i16_sse2, 2, i16_sse2);
    columns!(mac_i16_avx2, "avx2", 8, i32, u32, i16_avx2, 2, i16_avx2);
    columns!(mac_i16_avx512, "avx512f,avx512bw,avx512vnni,avx2", 16, i32, u32, i16_avx512, 4, i16_avx2);
    columns!(mac_f32_avx2, "avx2", 8, f32, f32, f32_avx2, 2, f32_avx2);
    columns!(mac_f32_avx512, "avx512f,avx2", 16, f32, f32, f32_avx512, 4, f32_avx2);
}
use tiles::{mac_f32_avx2, mac_f32_avx512, mac_i16_avx2, mac_i16_avx512, mac_i16_sse2};

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

#[target_feature(enable = "avx2")]
#[inline]
fn mac_f32x8(sum: __m256, a: __m256, w: __m256) -> __m256 {
    _mm256_add_ps(sum, _mm256_mul_ps(w, a))
}

#[target_feature(enable = "avx512f")]
#[inline]
fn mac_f32x16(sum: __m512, a: __m512, w: __m512) -> __m512 {
    _mm512_add_ps(sum, _mm512_mul_ps(w, a))
}

/// The portable loop, compiled for AVX2.
pub(super) fn unpack_pairs(
    ty: WeightType,
    row: &[u8],
    features: core::ops::Range<usize>,
    out: &mut [u32; BLOCK],
) {
    #[target_feature(enable = "avx2")]
    fn avx2(ty: WeightType, row: &[u8], features: core::ops::Range<usize>, out: &mut [u32; BLOCK]) {
        super::unpack_pairs(ty, row, features, out);
    }
    if !has_avx2::get() {
        return super::unpack_pairs(ty, row, features, out);
    }
    // SAFETY: the processor has AVX2.
    unsafe { avx2(ty, row, features, out) }
}

/// The portable loop, compiled for AVX2.
pub(super) fn sines_f32(turns: &[f32; MAX_TILE], out: &mut [u32]) {
    #[target_feature(enable = "avx2")]
    fn avx2(turns: &[f32; MAX_TILE], out: &mut [u32]) {
        portable::sines_f32(turns, out);
    }
    if !has_avx2::get() {
        return portable::sines_f32(turns, out);
    }
    // SAFETY: the processor has AVX2.
    unsafe { avx2(turns, out) }
}

/// The portable loop, compiled for AVX2.
#[cfg(feature = "networks")]
pub(super) fn activate_f32(activation: Activation, sums: &[f32; MAX_TILE], out: &mut [u32]) {
    #[target_feature(enable = "avx2")]
    fn avx2(activation: Activation, sums: &[f32; MAX_TILE], out: &mut [u32]) {
        portable::activate_f32(activation, sums, out);
    }
    if !has_avx2::get() {
        return portable::activate_f32(activation, sums, out);
    }
    // SAFETY: the processor has AVX2.
    unsafe { avx2(activation, sums, out) }
}

/// Sines of an even and an odd row, a vector of columns at a time.
pub(super) fn sine_pairs(
    kernel: Kernel,
    sums: [&[i32; MAX_TILE]; 2],
    scales: [Scale; 2],
    out: &mut [u32],
) {
    // SAFETY: each arm looks for its instructions.
    unsafe {
        match kernel {
            Kernel::Avx512 if has_avx512::get() => sine_pairs_avx512(sums, scales, out),
            _ if has_avx2::get() => sine_pairs_avx2(sums, scales, out),
            _ => portable::sine_pairs(sums, scales, out),
        }
    }
}

/// Walks the columns a vector at a time, the last one perhaps in part.
#[inline(always)]
fn for_vectors<const LANES: usize>(
    [even, odd]: [&[i32; MAX_TILE]; 2],
    out: &mut [u32],
    mut sines: impl FnMut(&[i32; LANES], &[i32; LANES], &mut [u32; LANES]),
) {
    let vectors = even.as_chunks::<LANES>().0.iter().zip(odd.as_chunks::<LANES>().0);
    for ((even, odd), out) in vectors.zip(out.chunks_mut(LANES)) {
        if let Ok(out) = <&mut [u32; LANES]>::try_from(&mut *out) {
            sines(even, odd, out);
            continue;
        }
        let mut words = [0u32; LANES];
        sines(even, odd, &mut words);
        for (out, word) in out.iter_mut().zip(words) {
            *out = word;
        }
    }
}

/// Gathers table segments; segment and fraction meet in one multiply-add of
/// 16-bit halves.
#[target_feature(enable = "avx2")]
fn sine_pairs_avx2(sums: [&[i32; MAX_TILE]; 2], scales: [Scale; 2], out: &mut [u32]) {
    let sine = |sums: &[i32; 8], scale: Scale| {
        // SAFETY: the sums are one vector; the indices are below 256, the
        // length of the table.
        unsafe {
            let sums = _mm256_loadu_si256(sums.as_ptr().cast());
            let turns = _mm256_mullo_epi32(sums, _mm256_set1_epi32(scale.multiplier as i32));
            let phase = _mm256_add_epi32(turns, _mm256_set1_epi32(scale.phase as i32));
            let index = _mm256_srli_epi32::<24>(phase);
            let segment = _mm256_i32gather_epi32::<4>(segments().as_ptr().cast(), index);
            let fraction =
                _mm256_and_si256(_mm256_slli_epi32::<6>(phase), _mm256_set1_epi32(0x3fff_0000));
            let factors = _mm256_or_si256(fraction, _mm256_set1_epi32(0x4000));
            let value = _mm256_madd_epi16(segment, factors);
            _mm256_srai_epi32::<14>(_mm256_add_epi32(value, _mm256_set1_epi32(8192)))
        }
    };
    for_vectors::<8>(sums, out, |even, odd, out| {
        let low = _mm256_and_si256(sine(even, scales[0]), _mm256_set1_epi32(0xffff));
        let word = _mm256_or_si256(low, _mm256_slli_epi32::<16>(sine(odd, scales[1])));
        // SAFETY: `out` is one vector long.
        unsafe { _mm256_storeu_si256(out.as_mut_ptr().cast(), word) };
    });
}

/// The table as AVX-512 looks it up, 64 words at a time: left ends and rises.
#[allow(clippy::indexing_slicing)] // evaluated by the compiler
static HALVES: [[i16; 256]; 2] = {
    let mut halves = [[0; 256]; 2];
    let mut i = 0;
    while i < 256 {
        let segment = segments()[i];
        halves[0][i] = segment as u16 as i16;
        halves[1][i] = (segment >> 16) as i16;
        i += 1;
    }
    halves
};

/// The words at indices below 256, two vectors of the table at a time.
#[target_feature(enable = "avx512f,avx512bw")]
#[inline]
fn look_up(&[a, b, c, d, e, f, g, h]: &[__m512i; 8], index: __m512i) -> __m512i {
    let third = _mm512_test_epi16_mask(index, _mm512_set1_epi16(64));
    let upper = _mm512_test_epi16_mask(index, _mm512_set1_epi16(128));
    let first = _mm512_permutex2var_epi16(a, index, b);
    let second = _mm512_permutex2var_epi16(c, index, d);
    let low = _mm512_mask_blend_epi16(third, first, second);
    let first = _mm512_permutex2var_epi16(e, index, f);
    let second = _mm512_permutex2var_epi16(g, index, h);
    let high = _mm512_mask_blend_epi16(third, first, second);
    _mm512_mask_blend_epi16(upper, low, high)
}

/// Both rows in one vector of 16-bit halves, the table in registers.
#[target_feature(enable = "avx512f,avx512bw")]
fn sine_pairs_avx512(sums: [&[i32; MAX_TILE]; 2], scales: [Scale; 2], out: &mut [u32]) {
    let phase = |sums: &[i32; 16], scale: Scale| {
        // SAFETY: the sums are one vector long.
        let sums = unsafe { _mm512_loadu_si512(sums.as_ptr().cast()) };
        let turns = _mm512_mullo_epi32(sums, _mm512_set1_epi32(scale.multiplier as i32));
        _mm512_add_epi32(turns, _mm512_set1_epi32(scale.phase as i32))
    };
    let mut table = [[_mm512_setzero_si512(); 8]; 2];
    for (vectors, half) in table.iter_mut().zip(&HALVES) {
        for (vector, words) in vectors.iter_mut().zip(half.as_chunks::<32>().0) {
            // SAFETY: 32 words are one vector.
            *vector = unsafe { _mm512_loadu_si512(words.as_ptr().cast()) };
        }
    }
    let [lefts, rises] = &table;
    let odd_halves = _mm512_set1_epi32(0xffff_0000_u32 as i32);
    for_vectors::<16>(sums, out, |even, odd, out| {
        let (even, odd) = (phase(even, scales[0]), phase(odd, scales[1]));
        // 0xca picks its second operand where the first is set, else its third.
        let high =
            _mm512_ternarylogic_epi32::<0xca>(odd_halves, odd, _mm512_srli_epi32::<16>(even));
        let index = _mm512_srli_epi16::<8>(high);
        let fraction = _mm512_ternarylogic_epi32::<0xca>(
            odd_halves,
            _mm512_slli_epi32::<7>(odd),
            _mm512_srli_epi32::<9>(even),
        );
        let fraction = _mm512_and_si512(fraction, _mm512_set1_epi16(0x7ffe));
        let (left, rise) = (look_up(lefts, index), look_up(rises, index));
        // (rise * fraction + 2^13) >> 14, with twice the fraction.
        let word = _mm512_add_epi16(left, _mm512_mulhrs_epi16(rise, fraction));
        // SAFETY: `out` is one vector long.
        unsafe { _mm512_storeu_si512(out.as_mut_ptr().cast(), word) };
    });
}
