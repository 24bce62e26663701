//! What does decoding the loaded file cost, and which bits does it give?

use crate::{counted, job, stack_depth};
use core::hint::black_box;
use cortex_m_semihosting::{debug, hprintln};
use nex_runtime::{Profile, SampleChecksum, Sound};

/// Words for the decoder; 40 KB hold a stereo sound of blocks of 2048.
const MEMORY_WORDS: usize = 10 * 1024;
const BLOCK: usize = 128;

/// Prints `name value` lines. The plugin counts three regions: nothing, opening,
/// and decoding the whole sound in blocks of 128 samples.
///
/// # Panics
/// Without a sound that this decoder plays.
pub fn bench() -> ! {
    let memory = cortex_m::singleton!(: [u32; MEMORY_WORDS] = [0; MEMORY_WORDS]).unwrap();
    counted(|| ());
    let file = job::file().unwrap();
    let (sound, parse_stack) = stack_depth(|| counted(|| Sound::open(black_box(file)).unwrap()));
    let info = sound.info();
    hprintln!("profile {}", profile(&sound));
    hprintln!("frames {}", info.frames);
    hprintln!("channels {}", info.channels);
    let words = match info.kind.profile {
        // More is for single positions.
        Profile::Compact => sound.memory_len(),
        _ => sound.best_len(),
    };
    hprintln!("memory {}", 4 * words);
    let sines = sines(&sound);
    let mut out = [0; BLOCK];
    let mut playback = sound.play(&mut memory[..words]).unwrap();
    hprintln!("state {}", size_of_val(&playback));
    let ((), stack) = stack_depth(|| {
        counted(|| {
            while playback.decode_block(&mut out) > 0 {
                black_box(&out);
            }
        });
    });
    hprintln!("mac {}", playback.multiplies());
    hprintln!("sines {}", u64::from(sines) * u64::from(info.frames));
    playback.seek(0);
    let mut crc = SampleChecksum::new();
    loop {
        match playback.decode_block(&mut out) {
            0 => break,
            frames => crc.add(&out[..frames * usize::from(info.channels)]),
        }
    }
    hprintln!("parse_stack {}", parse_stack);
    hprintln!("stack {}", stack);
    hprintln!("crc {}", crc.value());
    debug::exit(debug::EXIT_SUCCESS);
    loop {
        cortex_m::asm::wfi();
    }
}

#[cfg(feature = "neural")]
fn profile(sound: &Sound<'_>) -> &'static str {
    use nex_runtime::Arithmetic;
    match sound.network().map(|network| network.arithmetic) {
        Some(Arithmetic::Integer) => "neural-integer",
        Some(Arithmetic::Float) => "neural-float",
        None => "compact",
    }
}

#[cfg(not(feature = "neural"))]
fn profile(_: &Sound<'_>) -> &'static str {
    "compact"
}

/// Of a frame.
#[cfg(feature = "neural")]
fn sines(sound: &Sound<'_>) -> u32 {
    sound.network().map_or(0, |network| network.sines)
}

#[cfg(not(feature = "neural"))]
fn sines(_: &Sound<'_>) -> u32 {
    0
}
