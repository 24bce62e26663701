//! How large is a decoder of compact sounds, with nothing else?
//!
//! Not made to be run: `size` says how much longer it is than `nothing_size`.
#![no_std]
#![no_main]

use core::{hint::black_box, panic::PanicInfo};
use cortex_m_rt::entry;
use nex_runtime::compact::CompactDecoder;

#[panic_handler]
fn panicked(_: &PanicInfo<'_>) -> ! {
    loop {}
}

#[entry]
fn main() -> ! {
    let sound: &[u8] = black_box(&[]);
    let memory: &mut [i32] = black_box(&mut []);
    let out: &mut [i16] = black_box(&mut []);
    if let Ok(decoder) = CompactDecoder::parse(sound)
        && let Ok(mut stream) = decoder.stream(memory)
    {
        while stream.decode_block(out) > 0 {}
    }
    loop {}
}
