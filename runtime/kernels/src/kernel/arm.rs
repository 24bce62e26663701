//! The inner loops with Armv7E-M's DSP instructions: two products and their
//! sum per instruction, eight columns per weight.
//!
//! With `kernel::x86` and `compact::dot` the only module with `unsafe`. Whole loops are assembly:
//! eight sums, two activations and two pairs of weights just fit into the
//! registers, if nobody else wants one. `tests/device` compares the bits with
//! `scalar`'s.
#![allow(unsafe_code)]

use super::{LANES, Scale};
use crate::{layout::Input, math::segments};
use core::arch::naked_asm;
use nex_format::neural::{Tensor, WeightType};

/// Assembly for a processor with the DSP instructions.
macro_rules! dsp {
    ($($text:expr),* $(,)?) => { naked_asm!(processor!(), $($text),*) };
}

/// All columns' products with the pair of weights in `w`.
macro_rules! eight_columns {
    ($w:literal) => {
        concat!(
            "ldrd r12, lr, [r1], #8\n smlad r4, r12, ",
            $w,
            ", r4\n smlad r5, lr, ",
            $w,
            ", r5\n",
            "ldrd r12, lr, [r1], #8\n smlad r6, r12, ",
            $w,
            ", r6\n smlad r7, lr, ",
            $w,
            ", r7\n",
            "ldrd r12, lr, [r1], #8\n smlad r8, r12, ",
            $w,
            ", r8\n smlad r9, lr, ",
            $w,
            ", r9\n",
            "ldrd r12, lr, [r1], #8\n smlad r10, r12, ",
            $w,
            ", r10\n smlad r11, lr, ",
            $w,
            ", r11\n",
        )
    };
}

/// Adds the products of `fours` times four 8-bit weights; `fours` is not 0.
///
/// # Safety
/// `weights` has `4 * fours` bytes, `acts` `2 * fours` chunks.
#[unsafe(naked)]
unsafe extern "C" fn dot_i8(
    weights: *const u8,
    acts: *const [u32; LANES],
    fours: usize,
    sums: &mut [i32; LANES],
) {
    dsp!(
        "add r2, r0, r2, lsl #2", // where the weights end
        "push {{r2-r11, lr}}",
        "ldm r3, {{r4-r11}}",
        "2:",
        "ldr r2, [r0], #4",
        "sxtb16 r12, r2",
        "sxtb16 lr, r2, ror #8",
        "pkhbt r2, r12, lr, lsl #16",
        "pkhtb r3, lr, r12, asr #16",
        eight_columns!("r2"),
        eight_columns!("r3"),
        "ldr r2, [sp]",
        "cmp r0, r2",
        "bne 2b",
        "ldr r3, [sp, #4]",
        "stm r3, {{r4-r11}}",
        "pop {{r2-r11, pc}}",
    )
}

/// Adds the products of `pairs` times two 16-bit weights; `pairs` is not 0.
///
/// # Safety
/// `weights` has `4 * pairs` bytes, `acts` `pairs` chunks.
#[unsafe(naked)]
unsafe extern "C" fn dot_i16(
    weights: *const u8,
    acts: *const [u32; LANES],
    pairs: usize,
    sums: &mut [i32; LANES],
) {
    dsp!(
        "add r2, r0, r2, lsl #2",
        "push {{r3-r11, lr}}",
        "ldm r3, {{r4-r11}}",
        "2:",
        "ldr r3, [r0], #4",
        eight_columns!("r3"),
        "cmp r0, r2",
        "bne 2b",
        "ldr r3, [sp]",
        "stm r3, {{r4-r11}}",
        "pop {{r3-r11, pc}}",
    )
}

/// `sine_q15` of two rows' phases, without its shifts: `left * 2^14 + rise *
/// fraction` is one instruction, and so is taking both results' middles.
#[unsafe(naked)]
extern "C" fn sines(
    sums: &[[i32; LANES]; 2],
    scales: &[Scale; 2],
    out: &mut [u32; LANES],
    table: &[u32; 256],
) {
    dsp!(
        "push {{r4-r11, lr}}",
        "ldm r1, {{r4-r7}}",
        "mov r8, #0x4000",
        "mov r9, #0x2000",
        "add r10, r0, #32",
        "2:",
        ".rept 2",
        "ldr r11, [r0, #32]",
        "ldr r12, [r0], #4",
        "mla r11, r11, r6, r7",
        "mla r12, r12, r4, r5",
        "lsr lr, r11, #24",
        "ldr lr, [r3, lr, lsl #2]",
        "ubfx r11, r11, #10, #14",
        "orr r11, r8, r11, lsl #16",
        "smlad r11, lr, r11, r9",
        "lsr lr, r12, #24",
        "ldr lr, [r3, lr, lsl #2]",
        "ubfx r12, r12, #10, #14",
        "orr r12, r8, r12, lsl #16",
        "smlad r12, lr, r12, r9",
        "lsl r11, r11, #2",
        "pkhtb r11, r11, r12, asr #14",
        "str r11, [r2], #4",
        ".endr",
        "cmp r0, r10",
        "bne 2b",
        "pop {{r4-r11, pc}}",
    )
}

/// Two columns; their largest values end at `r3`.
macro_rules! keep_larger {
    ($column:literal) => {
        concat!(
            "ldrd r2, r7, [r0, #4*",
            $column,
            "]\n ldm r3!, {{r10, r11, r12, lr}}\n",
            keep_larger!("r2", "r10", "r11", $column, "0"),
            keep_larger!("r7", "r12", "lr", $column, "1"),
        )
    };
    ($sum:literal, $low:literal, $high:literal, $column:literal, $odd:literal) => {
        concat!(
            "mov r8, r5\n mov r9, r6\n smlal r8, r9, ",
            $sum,
            ", r1\n subs ",
            $low,
            ", ",
            $low,
            ", r8\n sbcs ",
            $low,
            ", ",
            $high,
            // Most rows are not the largest.
            ", r9\n bge 3f\n strd r8, r9, [r3, #8*",
            $odd,
            "-16]\n strb r4, [r3, #68-16-7*",
            $column,
            "+",
            $odd,
            "]\n 3:\n",
        )
    };
}

/// Keeps the value of the next row in each column where it is larger than the
/// largest so far, and the row's index with it.
#[unsafe(naked)]
extern "C" fn keep_larger(sums: &[i32; LANES], multiplier: u32, bias: i32, best: &mut Best) {
    dsp!(
        "push {{r4-r11, lr}}",
        "ldr r4, [r3, #64]",
        "lsl r5, r2, #16", // the bias, 16 bits higher, in two words
        "asr r6, r2, #16",
        keep_larger!(0),
        keep_larger!(2),
        keep_larger!(4),
        keep_larger!(6),
        "add r4, r4, #1",
        "str r4, [r3]",
        "pop {{r4-r11, pc}}",
    )
}

/// The largest values so far and their rows.
#[repr(C)]
pub(super) struct Best {
    largest: [i64; LANES],
    next_row: u32,
    rows: [u8; LANES],
}

impl Best {
    pub const NONE: Self = Self { largest: [i64::MIN; LANES], next_row: 0, rows: [0; LANES] };

    /// Takes the next row's `sum * multiplier + bias * 2^16` into account.
    #[inline(always)]
    pub fn add(&mut self, (multiplier, bias): (u32, i32), sums: &[i32; LANES]) {
        keep_larger(sums, multiplier, bias, self);
    }

    /// Where the largest values were, of equal ones the first.
    pub const fn rows(&self) -> &[u8; LANES] {
        &self.rows
    }
}

type DotProduct = unsafe extern "C" fn(*const u8, *const [u32; LANES], usize, &mut [i32; LANES]);

/// A layer whose rows are whole groups of weights, for [`LANES`] columns.
pub(super) struct Layer<'a> {
    dot: DotProduct,
    row_bytes: usize,
    /// Activations, and how many groups of weights are theirs.
    parts: [(&'a [[u32; LANES]], usize); 2],
}

impl<'a> Layer<'a> {
    /// `None` if the layer is not such a one, or the activations are too few.
    pub fn new(tensor: &Tensor<'a>, input: &Input<'a>) -> Option<Self> {
        let (dot, features_bits): (DotProduct, u32) = match tensor.weight_type() {
            WeightType::I8 => (dot_i8, 2),
            WeightType::I16 => (dot_i16, 1),
            _ => return None,
        };
        let mut parts = [(&[][..], 0); 2];
        for (part, (words, &features)) in
            parts.iter_mut().zip(input.parts.iter().zip(&input.features))
        {
            let groups = features >> features_bits;
            let acts = words.as_chunks().0;
            if groups << features_bits != features || acts.len() < features / 2 {
                return None;
            }
            *part = (acts, groups);
        }
        let [weights, ..] = tensor.parts();
        let [(_, first), (_, second)] = parts;
        let row_bytes = 4 * (first + second);
        let is_whole = weights.len() == tensor.rows() * row_bytes;
        (input.columns == LANES && first > 0 && is_whole).then_some(Self { dot, row_bytes, parts })
    }

    /// Dot products of the next row of `rows`; of none after the last.
    #[inline(always)]
    pub fn next_row(&self, rows: &mut &'a [u8], sums: &mut [i32; LANES]) {
        *sums = [0; LANES];
        let Some((row, rest)) = rows.split_at_checked(self.row_bytes) else { return };
        *rows = rest;
        let [(acts, groups), (more_acts, more_groups)] = self.parts;
        // SAFETY: a row has 4 bytes for each group of both parts, and `new`
        // saw that the activations of each group are there.
        unsafe {
            (self.dot)(row.as_ptr(), acts.as_ptr(), groups, sums);
            if more_groups > 0 {
                let row = row.as_ptr().add(4 * groups);
                (self.dot)(row, more_acts.as_ptr(), more_groups, sums);
            }
        }
    }
}

/// Sines of an even and an odd row.
pub(super) fn sine_pair(sums: &[[i32; LANES]; 2], scales: &[Scale; 2], out: &mut [u32; LANES]) {
    sines(sums, scales, out, segments());
}
