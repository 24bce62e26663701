//! The post filter with Armv7E-M's DSP instructions: two pixels at once.
//!
//! Whole rows are assembly, for which registers just suffice. `tests/device` compares
//! the pixels with the portable loops'.
#![allow(unsafe_code)]

use super::{
    CHROMA_INPUTS, EXPERTS, LUMA_INPUTS,
    filter::{CELL, Line},
};
use core::{arch::naked_asm, ops::Range};
use nex_coding::picture::CELLS;

/// What a row is filtered by.
#[repr(C)]
struct By {
    /// The next pixels' expert, one of [`EXPERTS`].
    class: *const u8,
    /// Behind the last pixel.
    end: *const [i16; CELL],
    experts: *const i8,
    from_parts: i32,
    half: i32,
    shift: u32,
}

/// Filters as many pixels as there are, of the row in the middle of three lines;
/// `classes` are at most [`EXPERTS`].
pub(super) fn luma(
    row: &mut [[i16; CELL]],
    lines: [&Line; 3],
    classes: &[u8; CELLS],
    experts: &[[i8; LUMA_INPUTS]; EXPERTS],
    scale: (i32, u32),
) {
    filter(luma_row, row, lines, classes, experts.as_ptr().cast(), scale);
}

/// Likewise.
pub(super) fn chroma(
    row: &mut [[i16; CELL]],
    lines: [&Line; 3],
    classes: &[u8; CELLS],
    experts: &[[i8; CHROMA_INPUTS]; EXPERTS],
    scale: (i32, u32),
) {
    filter(chroma_row, row, lines, classes, experts.as_ptr().cast(), scale);
}

type Row = unsafe extern "C" fn(*mut [i16; CELL], *const i16, *const i16, *const i16, &mut By);

#[inline]
fn filter(
    of: Row,
    row: &mut [[i16; CELL]],
    [up, middle, down]: [&Line; 3],
    classes: &[u8; CELLS],
    experts: *const i8,
    (from_parts, shift): (i32, u32),
) {
    if row.is_empty() || row.len() > CELLS {
        return;
    }
    let Range { start, end } = row.as_mut_ptr_range();
    let class = classes.as_ptr();
    let mut by = By { class, end, experts, from_parts, half: 1 << (shift - 1), shift };
    // SAFETY: there are 1 to 8 cells, a class for each, which is one of the experts
    // (`filter::class` gives no other), and 2 pixels more in the lines.
    unsafe { of(start, up.as_ptr(), middle.as_ptr(), down.as_ptr(), &mut by) }
}

/// Pixels times `factor / 2^16`, as many as there are in both; returns the last one.
pub(super) fn parts(row: &[i16], out: &mut [[i16; CELL]], factor: i32) -> i16 {
    let (row, _) = row.as_chunks::<CELL>();
    let count = row.len().min(out.len());
    if count == 0 {
        return 0;
    }
    // SAFETY: both have so many cells, 1 or more.
    unsafe { parts_of(row.as_ptr(), out.as_mut_ptr(), count, factor) as i16 }
}

/// # Safety
/// `row` and `out` have `count` cells, which are 1 or more.
#[unsafe(naked)]
unsafe extern "C" fn parts_of(
    row: *const [i16; CELL],
    out: *mut [i16; CELL],
    count: usize,
    factor: i32,
) -> i32 {
    naked_asm!(
        processor!(),
        "push {{r4, r5}}",
        "1:",
        "ldr r4, [r0], #4",
        "ldr r12, [r0], #4",
        "smulwb r5, r3, r4",
        "smulwt r4, r3, r4",
        "pkhbt r5, r5, r4, lsl #16",
        "str r5, [r1], #4",
        "smulwb r5, r3, r12",
        "smulwt r4, r3, r12",
        "pkhbt r5, r5, r4, lsl #16",
        "str r5, [r1], #4",
        "subs r2, #1",
        "bne 1b",
        "mov r0, r4",
        "pop {{r4, r5}}",
        "bx lr",
    )
}

/// $a becomes the clipped differences of two pixels from those in r6.
macro_rules! clipped {
    ($a:literal, $bits:literal) => {
        concat!("qsub16 ", $a, ", ", $a, ", r6\n ssat16 ", $a, ", #", $bits, ", ", $a, "\n",)
    };
}

/// What experts say of two pixels, in r9 and r10, is added to them.
macro_rules! added {
    () => {
        concat!(
            "ldrd r7, r8, [r12, #12]\n ldr r11, [r12, #20]\n",
            "mla r9, r9, r7, r8\n mla r10, r10, r7, r8\n",
            "asr r9, r9, r11\n asr r10, r10, r11\n pkhbt r9, r9, r10, lsl #16\n",
            "ldr r7, [r0]\n qadd16 r9, r9, r7\n str r9, [r0], #4\n",
        )
    };
}

/// Those of luma: weights of the horizontal and one diagonal pair are in r4, of the
/// vertical and the other one in r5.
macro_rules! two_of_luma {
    () => {
        concat!(
            "ldr r6, [r2, #2]\n ldr r7, [r2], #4\n",
            clipped!("r7", "6"),
            "ldr r8, [r2]\n",
            clipped!("r8", "6"),
            "sadd16 r7, r7, r8\n",
            "ldr r8, [r1]\n",
            clipped!("r8", "6"),
            "ldr r9, [r3, #4]\n",
            clipped!("r9", "6"),
            "sadd16 r8, r8, r9\n",
            "pkhbt r9, r7, r8, lsl #16\n pkhtb r10, r8, r7, asr #16\n",
            "smuad r9, r9, r4\n smuad r10, r10, r4\n",
            "ldr r7, [r1, #2]\n",
            clipped!("r7", "6"),
            "ldr r11, [r3, #2]\n",
            clipped!("r11", "6"),
            "sadd16 r7, r7, r11\n",
            "ldr r8, [r1, #4]!\n",
            clipped!("r8", "6"),
            "ldr r11, [r3], #4\n",
            clipped!("r11", "6"),
            "sadd16 r8, r8, r11\n",
            "pkhbt r11, r7, r8, lsl #16\n pkhtb lr, r8, r7, asr #16\n",
            "smlad r9, r11, r5, r9\n smlad r10, lr, r5, r10\n",
            added!(),
        )
    };
}

/// Those of chroma: the weights are in r4.
macro_rules! two_of_chroma {
    () => {
        concat!(
            "ldr r6, [r2, #2]\n ldr r7, [r2], #4\n",
            clipped!("r7", "7"),
            "ldr r8, [r2]\n",
            clipped!("r8", "7"),
            "sadd16 r7, r7, r8\n",
            "ldr r8, [r1, #2]\n add r1, #4\n",
            clipped!("r8", "7"),
            "ldr r9, [r3, #2]\n add r3, #4\n",
            clipped!("r9", "7"),
            "sadd16 r8, r8, r9\n",
            "pkhbt r9, r7, r8, lsl #16\n pkhtb r10, r8, r7, asr #16\n",
            "smuad r9, r9, r4\n smuad r10, r10, r4\n",
            added!(),
        )
    };
}

/// Rows, four pixels at once: `$weights` come from the number of their expert in r5 and
/// the table in r4, by `$pair` two pixels are filtered.
macro_rules! row {
    ($name:ident, $weights:literal, $pair:ident) => {
        /// # Safety
        /// What `by` points to is there: as many classes as cells from `row` to its end,
        /// which are 1 or more, and an expert for each. `up`, `middle` and `down` have 2
        /// more pixels than that.
        #[unsafe(naked)]
        unsafe extern "C" fn $name(
            row: *mut [i16; CELL],
            up: *const i16,
            middle: *const i16,
            down: *const i16,
            by: &mut By,
        ) {
            naked_asm!(
                processor!(),
                "push {{r4, r5, r6, r7, r8, r9, r10, r11, lr}}",
                "ldr r12, [sp, #36]",
                "1:",
                "ldr r4, [r12]",
                "ldrb r5, [r4], #1",
                "str r4, [r12]",
                "ldr r4, [r12, #8]",
                $weights,
                $pair!(),
                $pair!(),
                "ldr r4, [r12, #4]",
                "cmp r0, r4",
                "bne 1b",
                "pop {{r4, r5, r6, r7, r8, r9, r10, r11, pc}}",
            )
        }
    };
}

row!(luma_row, "ldr r5, [r4, r5, lsl #2]\n sxtb16 r4, r5\n sxtb16 r5, r5, ror #8", two_of_luma);
row!(
    chroma_row,
    "ldrh r5, [r4, r5, lsl #1]\n sxtb r4, r5\n sxtb r5, r5, ror #8\n pkhbt r4, r4, r5, lsl #16",
    two_of_chroma
);
