//! What does decoding a picture cost, as a display is filled with it?
#![no_std]
#![no_main]

use core::hint::black_box;
use cortex_m_semihosting::{debug, hprintln};
use nex_device_tests::{counted, job, stack_depth};
use nex_runtime::{Look, Picture, SampleChecksum};

/// Words for the decoder: 32 KB hold a colour picture of 1,400 columns.
const MEMORY_WORDS: usize = 8 * 1024;

/// Prints `name value` lines. The plugin counts three regions: nothing, opening, and
/// all windows in 16 bits a pixel.
#[cortex_m_rt::entry]
fn main() -> ! {
    let memory = cortex_m::singleton!(: [u32; MEMORY_WORDS] = [0; MEMORY_WORDS]).unwrap();
    let pixels = cortex_m::singleton!(: [u16; 32 * 32] = [0; 32 * 32]).unwrap();
    counted(|| ());
    let file = job::file().unwrap();
    let (picture, parse_stack) =
        stack_depth(|| counted(|| Picture::open(black_box(file)).unwrap()));
    let info = picture.info();
    hprintln!("pixels {}", info.width * info.height);
    hprintln!("channels {}", info.channels);
    let memory = &mut memory[..picture.memory_len()];
    hprintln!("memory {}", size_of_val(memory));
    let mut windows = picture.windows(memory).unwrap();
    hprintln!("state {}", size_of_val(&picture) + size_of_val(&windows));
    let ((), stack) = stack_depth(|| {
        counted(|| {
            while let Some(window) = windows.next_window() {
                window.rgb565(Look::DEFAULT, pixels);
                black_box(&pixels);
            }
        });
    });
    let mut crc = SampleChecksum::new();
    let mut windows = picture.windows(memory).unwrap();
    while let Some(window) = windows.next_window() {
        let count = window.rgb565(Look::DEFAULT, pixels);
        crc.add(bytemuck::cast_slice(&pixels[..count]));
    }
    hprintln!("parse_stack {}", parse_stack);
    hprintln!("stack {}", stack);
    hprintln!("crc {}", crc.value());
    debug::exit(debug::EXIT_SUCCESS);
    loop {
        cortex_m::asm::wfi();
    }
}
