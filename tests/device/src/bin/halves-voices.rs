//! How many instructions does a half take, at most, of a prompt over a background?
//!
//! Each half is a region of its own; the longest is the one to look at.
#![no_std]
#![no_main]

#[path = "../../../../examples/voices.rs"]
mod voices;

use cortex_m_rt::entry;
use cortex_m_semihosting::{debug, hprintln};
use nex_device_tests::counted;
use voices::{BELL, HALF, HELLO, Memory, RATE_HZ, Voices};

#[entry]
fn main() -> ! {
    let memory = cortex_m::singleton!(: Memory = Memory::NEW).unwrap();
    let mut voices = Voices::new(memory).unwrap();
    let mut half = [0; HALF];
    hprintln!("# {} us a half", HALF as u64 * 1_000_000 / u64::from(RATE_HZ));
    // Said whole, again from its middle, hushed, paused.
    for at in 0..400 {
        match at {
            20 | 200 | 260 => counted(|| voices.say(&[&BELL, &HELLO]).unwrap()),
            300 => counted(|| voices.hush()),
            320 => counted(|| voices.pause()),
            330 => counted(|| voices.resume()),
            _ => {}
        }
        counted(|| voices.fill(&mut half));
    }
    debug::exit(debug::EXIT_SUCCESS);
    loop {
        cortex_m::asm::wfi();
    }
}
