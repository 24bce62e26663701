//! The least firmware: decodes one clip into a register, for ever.
//!
//! No text, no semihosting, and a panic handler that nothing can reach: what
//! is left is the decoder, without the parser, which runs in the compiler.
//! `arm-none-eabi-size` of it is the flash to budget.
#![no_std]
#![no_main]

use core::{hint::black_box, panic::PanicInfo};
use cortex_m_rt::entry;
use nex_runtime::{Sound, include_nex};

static HELLO: &[u8] = include_nex!("../../../clips/hello-world.nex");

const SOUND: Sound<'static> = match Sound::open_compact(HELLO) {
    Ok(sound) => sound,
    Err(_) => unreachable!(),
};

#[entry]
fn main() -> ! {
    let mut memory = [0; SOUND.memory_len()];
    let mut block = [0; 64];
    // As of any clip: nothing of the decoder is left out for this one.
    if let Ok(mut playback) = black_box(SOUND).play(&mut memory) {
        while playback.decode_block(&mut block) > 0 {
            black_box(&block); // the DAC
        }
    }
    loop {
        cortex_m::asm::wfi();
    }
}

#[panic_handler]
fn unreachable(_: &PanicInfo<'_>) -> ! {
    cortex_m::asm::udf()
}
