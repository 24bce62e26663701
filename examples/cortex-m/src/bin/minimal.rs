//! The least firmware: decodes one clip into a register, for ever.
//!
//! No text, no semihosting, and a panic handler that nothing can reach: what
//! is left is the decoder. `arm-none-eabi-size` of it is the flash to budget.
#![no_std]
#![no_main]

use core::{hint::black_box, panic::PanicInfo};
use cortex_m_rt::entry;
use nex_runtime::Sound;

static HELLO: &[u8] = include_bytes!("../../../clips/hello-world.nex");

#[entry]
fn main() -> ! {
    let mut memory = [0; 1024];
    let mut block = [0; 64];
    if let Ok(sound) = Sound::open_compact(black_box(HELLO))
        && let Ok(mut playback) = sound.play(&mut memory)
    {
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
