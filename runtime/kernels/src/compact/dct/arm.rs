//! Two stages of the transform with Armv7E-M's DSP instructions, which multiply 32
//! bits by 16 in one (SMULW, SMLAW).
//!
//! Whole loops are assembly: four complex values, their twiddle and four places just
//! fit into the registers, if nobody else wants one. `tests/device` compares the
//! bits with the portable loops'.
#![allow(unsafe_code)]

use super::super::waves::WAVES;
use core::arch::naked_asm;

/// Minus half of a turn of ($x, $y) to ($re, $im); the twiddle is in r12.
#[rustfmt::skip]
macro_rules! turned {
    ($re:literal, $im:literal, $x:literal, $y:literal, $temp:literal) => {
        concat!(
            "smulwt ", $re, ", ", $x, ", r12\n smlawb ", $re, ", ", $y, ", r12, ", $re, "\n",
            "smulwb ", $im, ", ", $x, ", r12\n smulwt ", $temp, ", ", $y, ", r12\n",
            "sub ", $im, ", ", $temp, ", ", $im, "\n",
        )
    };
}

/// Both stages of four values: at r0, r1, r2 and r3. The first stage's products come
/// to ($re, $im) and ($re2, $im2). In the half that is a quarter turn ahead, real
/// and imaginary parts change places, and `$first` and `$second` too.
#[rustfmt::skip]
macro_rules! four_values {
    (
        ($re:literal, $im:literal), ($re2:literal, $im2:literal),
        $first:literal, $second:literal, $last:expr
    ) => {
        concat!(
            "2:\n ldrd r12, lr, [sp]\n ldr r12, [r12]\n ldrd r6, r7, [r1]\n",
            turned!($re, $im, "r6", "r7", "r10"),
            "ldrd r4, r5, [r0]\n",
            "sub r6, r4, r8, lsl #1\n", $first, " r7, r5, r9, lsl #1\n",
            "add r4, r4, r8, lsl #1\n", $second, " r5, r5, r9, lsl #1\n",
            "ldrd r8, r9, [r3]\n",
            turned!($re2, $im2, "r8", "r9", "r8"),
            "ldrd r8, r9, [r2]\n ldr r12, [lr]\n",
            "sub lr, r8, r10, lsl #1\n add r8, r8, r10, lsl #1\n",
            $first, " r10, r9, r11, lsl #1\n", $second, " r9, r9, r11, lsl #1\n",
            // The second stage: of lr and r10, and of r8 and r9, a quarter turn ahead.
            "smulwt r11, lr, r12\n smlawb r11, r10, r12, r11\n",
            "smulwb lr, lr, r12\n smulwt r10, r10, r12\n sub r10, r10, lr\n",
            $last,
            "ldrd r12, lr, [sp]\n ldrd r10, r11, [sp, #8]\n",
            "add r12, r12, r10, lsl #1\n add lr, lr, r10\n strd r12, lr, [sp]\n",
            "cmp r0, r11\n bne 2b\n",
        )
    };
}

/// Sums and differences of the second stage.
#[rustfmt::skip]
macro_rules! doubled {
    () => {
        concat!(
            "sub lr, r6, r11, lsl #1\n add r6, r6, r11, lsl #1\n",
            "sub r11, r7, r10, lsl #1\n add r7, r7, r10, lsl #1\n",
            "strd lr, r11, [r0], #8\n strd r6, r7, [r2], #8\n",
            turned!("r11", "r10", "r8", "r9", "r7"),
            "sub r6, r4, r10, lsl #1\n add r7, r5, r11, lsl #1\n",
            "add r8, r4, r10, lsl #1\n sub r9, r5, r11, lsl #1\n",
            "strd r6, r7, [r1], #8\n strd r8, r9, [r3], #8\n",
        )
    };
}

/// The same, halved.
#[rustfmt::skip]
macro_rules! halved {
    () => {
        concat!(
            "rsb lr, r11, r6, asr #1\n add r6, r11, r6, asr #1\n",
            "rsb r11, r10, r7, asr #1\n add r7, r10, r7, asr #1\n",
            "strd lr, r11, [r0], #8\n strd r6, r7, [r2], #8\n",
            turned!("r11", "r10", "r8", "r9", "r7"),
            "rsb r6, r10, r4, asr #1\n add r7, r11, r5, asr #1\n",
            "add r8, r10, r4, asr #1\n rsb r9, r11, r5, asr #1\n",
            "strd r6, r7, [r1], #8\n strd r8, r9, [r3], #8\n",
        )
    };
}

/// All groups of four times `len` bytes. On the stack: places in the table of the first
/// stage's twiddle and of the second's, the second's step, the end of the half, that
/// of all, a quarter's length, the table.
macro_rules! two_stages {
    ($name:ident, $last:expr) => {
        /// # Safety
        /// From `z` to `end` lie whole groups of four times `len` bytes, which is a
        /// power of two, 32 or more; `step` is 8192 over it, so that no twiddle lies
        /// past the table.
        #[unsafe(naked)]
        unsafe extern "C" fn $name(
            z: *mut [i32; 2],
            end: *const [i32; 2],
            len: usize,
            waves: &[u32; 256],
            step: usize,
        ) {
            naked_asm!(
                processor!(),
                "push {{r4, r5, r6, r7, r8, r9, r10, r11, lr}}",
                "ldr r10, [sp, #36]",
                "sub sp, #28",
                "str r10, [sp, #8]",
                "str r1, [sp, #16]",
                "strd r2, r3, [sp, #20]",
                "1:",
                "ldrd r5, r6, [sp, #20]",
                "strd r6, r6, [sp]",
                "add r1, r0, r5",
                "add r2, r1, r5",
                "add r3, r2, r5",
                "add r4, r0, r5, lsr #1",
                "str r4, [sp, #12]",
                four_values!(("r8", "r9"), ("r10", "r11"), "sub", "add", $last),
                // The other half is a quarter turn ahead.
                "ldr r4, [sp, #24]",
                "str r4, [sp]",
                "ldr r4, [sp, #20]",
                "add r4, r0, r4, lsr #1",
                "str r4, [sp, #12]",
                four_values!(("r9", "r8"), ("r11", "r10"), "add", "sub", $last),
                "ldr r4, [sp, #16]",
                "mov r0, r3",
                "cmp r0, r4",
                "blo 1b",
                "add sp, #28",
                "pop {{r4, r5, r6, r7, r8, r9, r10, r11, pc}}",
            )
        }
    };
}

two_stages!(doubling, doubled!());
two_stages!(halving, halved!());

/// Stages `stage` and the next one, 2 at least, of `z`, which has whole groups of
/// `4 << stage` values.
pub(super) fn double<const HALVE: bool>(z: &mut [[i32; 2]], stage: u32) {
    let group = 4usize << stage;
    if !(2..9).contains(&stage) || z.is_empty() || z.len() & (group - 1) != 0 {
        return;
    }
    let (len, step) = (8usize << stage, 1024usize >> stage);
    let ends = z.as_mut_ptr_range();
    // SAFETY: the groups are whole, and `step` goes with `len`.
    unsafe {
        if HALVE {
            halving(ends.start, ends.end, len, &WAVES, step);
        } else {
            doubling(ends.start, ends.end, len, &WAVES, step);
        }
    }
}
