//! How many bytes of flash does the decoder of the neural profile take?
#![no_std]
#![no_main]

#[path = "../size/board.rs"]
mod board;

use core::hint::black_box;
use cortex_m_rt::entry;
use nex_runtime::Sound;

#[entry]
fn main() -> ! {
    let mut memory = [0; 1024];
    let mut out = [0; 128];
    black_box((&mut memory, &mut out));
    if let Ok(sound) = Sound::open(board::file())
        && let Ok(mut playback) = sound.play(&mut memory)
    {
        while playback.decode_block(&mut out) > 0 {
            black_box(&out);
        }
    }
    loop {
        core::hint::spin_loop();
    }
}
