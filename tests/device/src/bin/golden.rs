//! What do the golden files decode to on this processor?
//!
//! Prints the lines of `tests/golden/golden.txt`, and the stack it took.
#![no_std]
#![no_main]

#[path = "../../../src/verdict.rs"]
mod verdict;

use cortex_m_rt::entry;
use cortex_m_semihosting::{debug, hprintln};
use nex_device_tests::stack_depth;

include!(concat!(env!("OUT_DIR"), "/golden.rs"));

/// Words of memory: 38 KB, for stereo in blocks of 2,048 frames.
const MEMORY: usize = 38 * 256;

#[entry]
fn main() -> ! {
    let memory = cortex_m::singleton!(: [u32; MEMORY] = [0; MEMORY]).unwrap();
    let mut deepest = 0;
    for (name, bytes) in GOLDEN {
        let (verdict, depth) = stack_depth(|| verdict::verdict(bytes, memory));
        hprintln!("{}: {}", name, verdict);
        deepest = deepest.max(depth);
    }
    hprintln!("# stack at most: {} bytes", deepest);
    debug::exit(debug::EXIT_SUCCESS);
    loop {
        core::hint::spin_loop();
    }
}
