//! How many bytes of flash does a player take? With queue, fades and resampler.
#![no_std]
#![no_main]

#[path = "../size/board.rs"]
mod board;

use core::hint::black_box;
use cortex_m_rt::entry;
use nex_runtime::{Player, Sound};

#[entry]
fn main() -> ! {
    let (mut memory, mut ahead, mut out) = ([0; 1024], [0; 512], [0; 128]);
    black_box((&mut memory, &mut ahead, &mut out));
    if let Ok(sound) = Sound::open(board::file())
        && let Ok(mut player) = Player::<2>::new(black_box(48_000), 1, &mut memory, &mut ahead)
        && player.play(&sound).is_ok()
    {
        while player.fill(&mut out) > 0 {
            black_box(&out);
        }
    }
    loop {
        core::hint::spin_loop();
    }
}
