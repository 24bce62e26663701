//! How deep did the stack go?

use core::arch::asm;

const PAINT: u32 = 0x5aa5_c33c;

/// Bytes below the stack pointer that are painted at most.
const DEEPEST: usize = 24 * 1024;

/// Runs `work` and says how many bytes of stack below the caller's frame it
/// touched: rounded to words, the frame of this function's call of `work` (a
/// few words) included. [`usize::MAX`] if it went past what could be painted.
///
/// Reads paint, so a word written with the paint's own value at the deepest
/// place would be missed.
#[inline(never)]
pub fn stack_depth<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let (from, to) = paint();
    let result = work();
    let mut deepest = from;
    // SAFETY: the words that `paint` wrote.
    while deepest < to && unsafe { (deepest as *const u32).read_volatile() } == PAINT {
        deepest += 4;
    }
    let depth = if deepest == from { usize::MAX } else { to - deepest };
    (result, depth)
}

/// Fills the memory between the statics and the stack pointer.
#[inline(always)]
fn paint() -> (usize, usize) {
    unsafe extern "C" {
        static __sheap: u32;
    }
    let to: usize;
    // SAFETY: reads the stack pointer.
    unsafe { asm!("mov {}, sp", out(reg) to, options(nomem, nostack)) };
    let statics = (&raw const __sheap) as usize;
    let from = to.saturating_sub(DEEPEST).max(statics) & !3;
    // SAFETY: below the stack pointer and above the statics lies nothing;
    // no interrupt is enabled, and the loop calls nothing.
    unsafe {
        asm!(
            "2:",
            "cmp {at}, {to}",
            "bhs 3f",
            "str {paint}, [{at}]",
            "adds {at}, #4",
            "b 2b",
            "3:",
            at = inout(reg) from => _,
            to = in(reg) to,
            paint = in(reg) PAINT,
            options(nostack),
        );
    }
    (from, to)
}
