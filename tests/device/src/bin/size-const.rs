//! How many bytes of flash does the decoder of a compact sound take that the compiler
//! has checked? Without the parser.
#![no_std]
#![no_main]

#[path = "../size/board.rs"]
mod board;

use core::hint::black_box;
use cortex_m_rt::entry;
use nex_runtime::{Sound, include_nex};

static FILE: &[u8] = include_nex!("../../../golden/compact-one-frame.nex");
const SOUND: Sound<'_> = match Sound::open_compact(FILE) {
    Ok(sound) => sound,
    Err(_) => unreachable!(),
};

#[entry]
fn main() -> ! {
    black_box(board::file());
    let mut memory = [0; SOUND.memory_len()];
    let mut out = [0; 128];
    black_box((&mut memory, &mut out));
    // The compiler is not to see which of the sounds is played.
    if let Ok(mut playback) = black_box(SOUND).play(&mut memory) {
        while playback.decode_block(&mut out) > 0 {
            black_box(&out);
        }
    }
    loop {
        core::hint::spin_loop();
    }
}
