//! How many bytes of flash does the decoder of compact pictures take? To 16 bits a pixel.
#![no_std]
#![no_main]

#[path = "../size/board.rs"]
mod board;

use core::hint::black_box;
use cortex_m_rt::entry;
use nex_runtime::{Look, Picture};

#[entry]
fn main() -> ! {
    let mut memory = [0; 4 * 1024];
    let mut out = [0; 1024];
    black_box((&mut memory, &mut out));
    if let Ok(picture) = Picture::open(board::file())
        && let Ok(mut windows) = picture.windows(&mut memory)
    {
        while let Some(window) = windows.next_window() {
            window.rgb565(Look::DEFAULT, &mut out);
            black_box(&out);
        }
    }
    loop {
        core::hint::spin_loop();
    }
}
