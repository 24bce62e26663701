//! How many bytes of flash does a firmware take that decodes nothing?
#![no_std]
#![no_main]

#[path = "../size/board.rs"]
mod board;

use core::hint::black_box;
use cortex_m_rt::entry;

#[entry]
fn main() -> ! {
    let mut memory = [0u32; 1024];
    let mut out = [0i16; 128];
    black_box((board::file(), &mut memory, &mut out));
    loop {
        core::hint::spin_loop();
    }
}
