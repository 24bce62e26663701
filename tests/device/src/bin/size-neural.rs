//! How many bytes of flash does the decoder of the neural profile take?
#![no_std]
#![no_main]

#[path = "../size/board.rs"]
mod board;

use core::hint::black_box;
use cortex_m_rt::entry;
use nex_runtime::Decoder;

#[entry]
fn main() -> ! {
    let mut memory = [0; 1024];
    let mut out = [0; 128];
    black_box((&mut memory, &mut out));
    if let Ok(decoder) = Decoder::parse(board::file()) {
        let mut frame = 0;
        while let Ok(frames @ 1..) = decoder.decode_block(frame, &mut out, &mut memory) {
            black_box(&out);
            frame += frames as u32;
        }
    }
    loop {}
}
