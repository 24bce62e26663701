//! How many bytes of flash does the decoder of compact shapes take? With gradients.
#![no_std]
#![no_main]

#[path = "../size/board.rs"]
mod board;

use core::hint::black_box;
use cortex_m_rt::entry;
use nex_runtime::{Position, Shape};

#[entry]
fn main() -> ! {
    let mut memory = [0; 8 * 1024];
    black_box(&mut memory);
    if let Ok(shape) = Shape::open_compact(board::file())
        && let Ok(mut distances) = shape.distances(&mut memory)
    {
        loop {
            let at = black_box([Position::default(); 3]);
            black_box((distances.sdf_at(at), distances.gradient_at(at))).0.ok();
        }
    }
    loop {
        core::hint::spin_loop();
    }
}
