//! How many instructions does a half of the boards' examples take, at most?
//!
//! Each half is a region of its own; the longest is the one to look at.
#![no_std]
#![no_main]

#[path = "../../../../examples/words.rs"]
mod words;

use cortex_m_rt::entry;
use cortex_m_semihosting::{debug, hprintln};
use nex_device_tests::counted;
use nex_runtime::Gain;
use words::{HALF, MEMORY, RATE_HZ, Speech, WORDS};

#[entry]
fn main() -> ! {
    let (mut memory, mut half) = ([0; MEMORY], [0; HALF]);
    let mut speech = Speech::open(&mut memory, Gain::from_db(-6.0)).unwrap();
    hprintln!("# {} us a half", HALF as u64 * 1_000_000 / u64::from(RATE_HZ));
    // In turn, then back to front: the longest ways to a word.
    for word in WORDS.iter().chain(WORDS.iter().rev()) {
        hprintln!("{}", word.text);
        counted(|| speech.say(word));
        let mut heard = 0;
        while heard < word.frames.len() {
            heard += counted(|| speech.fill(&mut half, |sample| sample));
        }
    }
    debug::exit(debug::EXIT_SUCCESS);
    loop {
        cortex_m::asm::wfi();
    }
}
