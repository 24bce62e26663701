//! Jumps to the third word of a prompt, and plays the words in another order.
//!
//! A seek decodes at most one chunk (a quarter to half a second), or two where
//! the word begins in the overlap of both; nothing before them is touched.
//!
//!     cargo run --release --bin words
#![no_std]
#![no_main]

use core::ops::Range;
use cortex_m_rt::entry;
use cortex_m_semihosting::{debug, hprintln};
use nex_cortex_m::{crc::Crc, stack};
use nex_runtime::{
    Position,
    compact::{CompactDecoder, Stream},
};
use panic_semihosting as _;

static PROMPT: &[u8] = include_bytes!("../../../clips/please-try-again.nex");

/// Where the words lie, in frames.
const WORDS: [(&str, Range<u32>); 3] =
    [("please", 0..3_300), ("try", 3_300..5_440), ("again", 5_440..9_962)];

#[entry]
fn main() -> ! {
    stack::paint();
    debug::exit(match run() {
        Ok(()) => debug::EXIT_SUCCESS,
        Err(error) => {
            hprintln!("please-try-again: {}", error);
            debug::EXIT_FAILURE
        }
    });
    loop {}
}

fn run() -> Result<(), &'static str> {
    let decoder = CompactDecoder::parse(PROMPT).map_err(|_| "the file is damaged")?;
    let mut memory = [0; 1280];
    {
        let mut stream = decoder.stream(&mut memory).map_err(|_| "too little memory")?;
        // The third word first: nothing of the other two is decoded for it but
        // what shares its chunk.
        for index in [2, 0, 1, 2] {
            let (word, frames) = &WORDS[index];
            let (crc, count) = say(&mut stream, frames);
            hprintln!("{}: {} samples, crc {:08x}", word, count, crc.value());
        }
    }
    // One moment, by itself, and one between two samples.
    let mut points = decoder.points(&mut memory).map_err(|_| "too little memory")?;
    let mut sample = [0];
    for position in [Position::from_frame(6_000), Position::new(6_000, 1 << 31)] {
        points.sample_at(position, &mut sample).map_err(|_| "past the end")?;
        let half = if position.fraction() == 0 { "" } else { " and a half" };
        hprintln!("frame {}{}: {}", position.frame(), half, sample[0]);
    }
    hprintln!("# stack: {} bytes", stack::used());
    Ok(())
}

/// Decodes some frames in blocks; on a board they would go to the speaker.
fn say(stream: &mut Stream<'_, '_>, frames: &Range<u32>) -> (Crc, u32) {
    stream.seek(frames.start);
    let (mut crc, mut block) = (Crc::NEW, [0; 128]);
    while stream.position() < frames.end {
        let left = (frames.end - stream.position()) as usize;
        let most = block.len().min(left);
        let written = stream.decode_block(&mut block[..most]);
        if written == 0 {
            break;
        }
        crc.update(&block[..written]);
    }
    (crc, stream.position() - frames.start)
}
