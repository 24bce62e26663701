//! How many instructions does a sample of a synthetic network take?
//!
//! For each model a line "name frames" on standard output, and by `count.c`
//! one of instructions in its log. The second half of the clip is decoded,
//! 256 frames a call.
#![no_std]
#![no_main]

use core::hint::black_box;
use cortex_m_rt::entry;
use cortex_m_semihosting::{debug, hprintln};
use nex_device_tests::{counted, models};
use nex_runtime::Decoder;

#[entry]
fn main() -> ! {
    let mut out = [0; 256];
    let mut scratch = [0; 2048];
    for &(name, file) in models::ALL {
        let decoder = Decoder::parse(black_box(file)).unwrap();
        let info = decoder.info();
        let scratch = &mut scratch[..decoder.scratch_len(8)];
        hprintln!("{} {}", name, info.frames / 2);
        counted(|| {
            for start in (info.frames / 2..info.frames).step_by(out.len()) {
                decoder.decode_block(start, &mut out, scratch).unwrap();
            }
        });
    }
    loop {
        debug::exit(debug::EXIT_SUCCESS);
    }
}
