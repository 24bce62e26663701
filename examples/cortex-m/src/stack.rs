//! How deep did the stack go?

use core::{
    arch::asm,
    ptr::{addr_of, read_volatile, write_volatile},
};

/// What unused stack is painted with.
const PAINT: u32 = 0xc0de_cafe;
/// Words below the stack pointer that are not painted: this module's own.
const MARGIN: usize = 16;

unsafe extern "C" {
    /// Where RAM that is not the stack's ends (from cortex-m-rt's `link.x`).
    static __sheap: u32;
    /// Where the stack begins; it grows down.
    static _stack_start: u32;
}

/// The stack from its end up to here, in words.
fn below() -> (*const u32, usize) {
    let bottom = addr_of!(__sheap);
    let here: usize;
    // SAFETY: reads the stack pointer.
    unsafe { asm!("mov {}, sp", out(reg) here, options(nomem, nostack)) };
    (bottom, here.saturating_sub(bottom.addr()) / 4)
}

/// Paints the stack that nothing uses yet. Call it first thing.
#[inline(never)]
pub fn paint() {
    let (bottom, words) = below();
    for i in 0..words.saturating_sub(MARGIN) {
        // SAFETY: lies in RAM between the statics and the stack pointer, where
        // nothing lives yet.
        unsafe { write_volatile(bottom.add(i).cast_mut(), PAINT) };
    }
}

/// Bytes of stack that have been used at most since [`paint`].
#[must_use]
#[inline(never)]
pub fn used() -> usize {
    let (bottom, words) = below();
    // SAFETY: aligned words of RAM; whoever wrote them, they are read once.
    let painted = |&i: &usize| unsafe { read_volatile(bottom.add(i)) } == PAINT;
    let untouched = (0..words).take_while(painted).count();
    addr_of!(_stack_start).addr() - bottom.addr() - 4 * untouched
}
