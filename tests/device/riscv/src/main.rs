//! What do the golden files decode to on RISC-V?
//!
//! Bare code for rv32imc, without a system: `qemu-riscv32` runs it as a process
//! and lends it two system calls, to write and to end.
#![no_std]
#![no_main]

#[path = "../../../src/verdict.rs"]
mod verdict;

use core::{arch::asm, fmt::Write, panic::PanicInfo};

include!(concat!(env!("OUT_DIR"), "/golden.rs"));

/// Words of memory, as the Cortex-M firmware has it.
const MEMORY: usize = 38 * 256;

const WRITE: usize = 64;
const EXIT: usize = 93;

/// The standard output.
struct Output;

impl Write for Output {
    fn write_str(&mut self, text: &str) -> core::fmt::Result {
        // SAFETY: Linux' `write(1, text, length)`; it reads `text` only.
        unsafe {
            asm!("ecall", in("a7") WRITE, inlateout("a0") 1 => _, in("a1") text.as_ptr(),
                 in("a2") text.len(), options(nostack));
        }
        Ok(())
    }
}

fn exit(status: usize) -> ! {
    // SAFETY: Linux' `exit`, which does not return.
    unsafe { asm!("ecall", in("a7") EXIT, in("a0") status, options(noreturn)) }
}

#[unsafe(no_mangle)]
extern "C" fn _start() -> ! {
    let mut memory = [0; MEMORY];
    for (name, bytes) in GOLDEN {
        let _ = writeln!(Output, "{name}: {}", verdict::verdict(bytes, &mut memory));
    }
    exit(0)
}

#[panic_handler]
fn panic(info: &PanicInfo<'_>) -> ! {
    let _ = writeln!(Output, "{info}");
    exit(101)
}
