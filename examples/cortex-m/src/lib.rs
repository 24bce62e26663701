//! What a firmware needs around the decoder: two buffers that change hands, and
//! a look at the stack.
#![no_std]
#![deny(missing_docs)]

pub mod crc;
pub mod playback;
pub mod stack;

/// The core's clock on the board that was built for, in Hz.
pub const CLOCK_HZ: u32 = match u32::from_str_radix(env!("NEX_CLOCK_HZ"), 10) {
    Ok(hz) => hz,
    Err(_) => panic!("NEX_CLOCK_HZ is no number"),
};
