//! The dot product of one row with Armv7E-M's DSP instructions: two products
//! and their sum per instruction.
//!
//! With `kernel::x86` the only module with `unsafe`: its functions wrap one
//! instruction each, which has no effect but on the result and on the flag Q,
//! which nothing reads. `tests/device` compares the bits with `scalar`'s.
#![allow(unsafe_code)]

use super::{LANES, Run};
use core::arch::asm;

/// `thumbv8m.main` assembles these instructions only for a processor that has
/// them; the feature `arm-dsp` says that this is one.
#[cfg(feature = "arm-dsp")]
macro_rules! dsp {
    ($text:literal) => {
        concat!(".cpu cortex-m33\n", $text)
    };
}
#[cfg(not(feature = "arm-dsp"))]
macro_rules! dsp {
    ($text:literal) => {
        $text
    };
}

/// `sum + low(a) * low(b) + high(a) * high(b)`, signed halves.
#[inline(always)]
fn smlad(a: u32, b: u32, sum: i32) -> i32 {
    let result;
    // SAFETY: computes with registers only.
    unsafe {
        asm!(dsp!("smlad {}, {}, {}, {}"), lateout(reg) result, in(reg) a, in(reg) b, in(reg) sum,
            options(pure, nomem, nostack, preserves_flags));
    }
    result
}

/// Bytes 0 and 2, sign-extended to halves.
#[inline(always)]
fn even_bytes(word: u32) -> u32 {
    let result;
    // SAFETY: computes with registers only.
    unsafe {
        asm!(dsp!("sxtb16 {}, {}"), lateout(reg) result, in(reg) word,
            options(pure, nomem, nostack, preserves_flags));
    }
    result
}

/// Bytes 1 and 3, sign-extended to halves.
#[inline(always)]
fn odd_bytes(word: u32) -> u32 {
    let result;
    // SAFETY: computes with registers only.
    unsafe {
        asm!(dsp!("sxtb16 {}, {}, ror #8"), lateout(reg) result, in(reg) word,
            options(pure, nomem, nostack, preserves_flags));
    }
    result
}

/// Four 8-bit weights as two words of two 16-bit ones.
#[inline(always)]
fn unpack(bytes: [u8; 4]) -> [u32; 2] {
    let word = u32::from_le_bytes(bytes);
    let (even, odd) = (even_bytes(word), odd_bytes(word));
    [even & 0xffff | odd << 16, even >> 16 | odd & 0xffff_0000]
}

#[inline(always)]
fn add(weights: u32, acts: &[u32; LANES], sums: &mut [i32; LANES]) {
    for (sum, &word) in sums.iter_mut().zip(acts) {
        *sum = smlad(word, weights, *sum);
    }
}

/// Adds a run's products to the sums of [`LANES`] columns.
pub(super) fn dot(run: Run<'_>, words: &[u32], sums: &mut [i32; LANES]) {
    let acts = words.as_chunks::<LANES>().0;
    let mut local = *sums;
    match run {
        Run::I8(bytes) => {
            let (fours, rest) = bytes.as_chunks::<4>();
            let (pairs, last) = acts.as_chunks::<2>();
            for (&four, [first, second]) in fours.iter().zip(pairs) {
                let [a, b] = unpack(four);
                add(a, first, &mut local);
                add(b, second, &mut local);
            }
            // One to three weights are left; there is a word for each two.
            let mut four = [0; 4];
            for (to, &from) in four.iter_mut().zip(rest) {
                *to = from;
            }
            let left = pairs.get(fours.len()..).unwrap_or_default().as_flattened();
            for (weights, acts) in unpack(four).into_iter().zip(left.iter().chain(last)) {
                add(weights, acts, &mut local);
            }
        }
        Run::I16(bytes) => {
            let (pairs, rest) = bytes.as_chunks::<4>();
            for (&pair, acts) in pairs.iter().zip(acts) {
                add(u32::from_le_bytes(pair), acts, &mut local);
            }
            if let (Some(&[a, b]), Some(acts)) = (rest.first_chunk(), acts.get(pairs.len())) {
                add(u32::from_le_bytes([a, b, 0, 0]), acts, &mut local);
            }
        }
    }
    *sums = local;
}
