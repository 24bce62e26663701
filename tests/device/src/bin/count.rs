//! How many instructions does a sample take?
#![no_std]
#![no_main]

use core::hint::black_box;
use cortex_m_rt::entry;
use cortex_m_semihosting::{debug, hprintln};
use nex_device_tests::counted;
use nex_runtime::{Decoder, compact::CompactDecoder};

static SPEECH: &[u8] = include_bytes!("../../../golden/compact-speech.nex");
static NEURAL: &[u8] = include_bytes!("../../../golden/trained-hello-small-i8.nex");

#[entry]
fn main() -> ! {
    let mut memory = [0; 2048];
    let mut out = [0; 256];
    let decoder = CompactDecoder::parse(black_box(SPEECH)).unwrap();
    let mut stream = decoder.stream(&mut memory).unwrap();
    hprintln!("compact-speech {}", decoder.header().frames);
    counted(|| while stream.decode_block(&mut out) > 0 {});
    let decoder = Decoder::parse(black_box(NEURAL)).unwrap();
    let mut scratch = [0; 2048];
    hprintln!("trained-hello-small-i8 2048");
    counted(|| {
        for start in (0..2048).step_by(256) {
            let _ = decoder.decode_block(start, &mut out, &mut scratch);
        }
    });
    loop {
        debug::exit(debug::EXIT_SUCCESS);
    }
}
