//! Jumps to the last word of a prompt, and plays the words in another order.
//!
//! The words are those of the boards' examples (`examples/words.rs`). A jump
//! decodes the word's chunk (half a second here) from its beginning, and the one
//! before it where the two overlap; nothing else is touched.
//!
//!     cargo run --release --bin words
#![no_std]
#![no_main]

#[path = "../../../words.rs"]
#[allow(dead_code)] // what hardware asks for
mod words;

use cortex_m_rt::entry;
use cortex_m_semihosting::hprintln;
use nex_cortex_m::stack;
use nex_runtime::{DecodeError, Gain, Position, SampleChecksum};
use panic_semihosting as _;
use words::{CLIP, HALF, Speech, WORDS};

#[entry]
fn main() -> ! {
    stack::paint();
    let mut memory = [0; CLIP.points_len()];
    let said = say(&mut memory).map_err(|why| hprintln!("the prompts: {:?}", why));
    let done = said.is_ok() && points(&mut memory).is_some();
    hprintln!("# stack: {} bytes", stack::used());
    nex_cortex_m::end(done)
}

/// Prints what a speaker would get of some words, without the silence.
fn say(memory: &mut [u32]) -> Result<(), DecodeError> {
    let mut speech = Speech::open(memory, Gain::UNITY)?;
    let mut half = [0; HALF];
    for word in [4, 2, 3, 0, 4].map(|index| &WORDS[index]) {
        speech.say(word);
        let (mut crc, mut samples) = (SampleChecksum::new(), 0);
        while samples < word.frames.len() {
            let heard = speech.fill(&mut half, |sample| sample);
            crc.add(&half[..heard]);
            samples += heard;
        }
        hprintln!("{}: {} samples, crc {:08x}", word.text, samples, crc.value());
    }
    Ok(())
}

/// Prints one moment, by itself, and one between two samples.
fn points(memory: &mut [u32]) -> Option<()> {
    let mut playback = CLIP.play(memory).ok()?;
    let mut sample = [0];
    for position in [Position::from_frame(17_000), Position::new(17_000, 1 << 31)] {
        playback.sample_at(position, &mut sample).ok()?;
        let half = if position.fraction() == 0 { "" } else { " and a half" };
        hprintln!("frame {}{}: {}", position.frame(), half, sample[0]);
    }
    Some(())
}
