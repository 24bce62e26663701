//! What the firmware of the tests shares: regions whose instructions are
//! counted, how deep the stack went, and the file that the emulator loaded.
#![no_std]

#[cfg(any(feature = "compact", feature = "neural"))]
pub mod bench;
pub mod job;
#[cfg(feature = "compact")]
pub mod player;
mod stack;

pub use stack::stack_depth;

use core::{arch::asm, hint::black_box};
use panic_semihosting as _;

/// Runs `work` between the two markers at which `count.c` begins and ends.
#[inline(never)]
pub fn counted<T>(work: impl FnOnce() -> T) -> T {
    // SAFETY: a register moved to itself.
    unsafe { asm!("mov r10, r10") };
    let result = black_box(work());
    // SAFETY: likewise.
    unsafe { asm!("mov r11, r11") };
    result
}
