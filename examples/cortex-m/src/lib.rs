//! What a firmware needs around the decoder: two buffers that change hands, a
//! look at the stack, and an end.
#![no_std]
#![deny(missing_docs)]

pub mod playback;
pub mod stack;

use cortex_m_semihosting::debug;

/// The core's clock on the board that was built for, in Hz.
pub const CLOCK_HZ: u32 = match u32::from_str_radix(env!("NEX_CLOCK_HZ"), 10) {
    Ok(hz) => hz,
    Err(_) => panic!("NEX_CLOCK_HZ is no number"),
};

/// Ends the emulation, which exits with 0 or 1.
pub fn end(success: bool) -> ! {
    debug::exit(if success { debug::EXIT_SUCCESS } else { debug::EXIT_FAILURE });
    loop {
        cortex_m::asm::wfi();
    }
}
