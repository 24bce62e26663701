//! How many instructions does a sample of a synthetic network take?
//!
//! For each model a line "name frames" on standard output, and by `count.c`
//! one of instructions in its log. The second half of the clip is decoded,
//! 256 frames a call. With `NEX_MODEL` set as it is built, the model of that
//! name alone.
#![no_std]
#![no_main]

use core::hint::black_box;
use cortex_m_rt::entry;
use cortex_m_semihosting::{debug, hprintln};
use nex_device_tests::{counted, models};
use nex_runtime::Decoder;

/// What the trainer makes: 5,264 multiply-accumulates and 208 sines a sample,
/// and an expert that changes often.
static TRAINED: &[u8] = include_bytes!("../../../golden/trained-hello-small-i8.nex");

#[entry]
fn main() -> ! {
    let mut out = [0; 256];
    let mut scratch = [0; 2048];
    let trained = [("trained-hello-small-i8", TRAINED)];
    for &(name, file) in models::ALL.iter().chain(&trained) {
        if option_env!("NEX_MODEL").is_some_and(|only| only != name) {
            continue;
        }
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
