//! How large is a firmware that decodes nothing?
#![no_std]
#![no_main]

use core::{hint::black_box, panic::PanicInfo};
use cortex_m_rt::entry;

#[panic_handler]
fn panicked(_: &PanicInfo<'_>) -> ! {
    loop {}
}

#[entry]
fn main() -> ! {
    let _: &[u8] = black_box(&[]);
    let _: &mut [i32] = black_box(&mut []);
    let _: &mut [i16] = black_box(&mut []);
    loop {}
}
