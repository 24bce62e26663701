//! How evenly does a player work on the loaded file, and what memory does it take?

use crate::{counted, job, stack_depth};
use core::hint::black_box;
use cortex_m_semihosting::{debug, hprintln};
use nex_runtime::{Loop, Player, SampleChecksum, Sound};

/// Words for the decoder, and samples ahead: blocks of 2048 in mono.
const MEMORY_WORDS: usize = 4 * 1024;
const AHEAD: usize = 2 * 1024;
const BUFFER: usize = 64;

/// Which ways of playing are measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ways {
    /// At the sound's own rate: to its end, in a loop, from a frame on.
    OwnRate,
    /// At the rate of most DACs. Needs a decoder with feature `resampler`.
    Resampled,
}

/// Prints `name value` lines: how many buffers of 64 samples were filled in each way
/// of playing, in their order. The plugin counts a region for each of them.
///
/// # Panics
/// Without a sound that this decoder plays.
pub fn bench(ways: Ways) -> ! {
    let memory = cortex_m::singleton!(: [u32; MEMORY_WORDS] = [0; MEMORY_WORDS]).unwrap();
    let ahead = cortex_m::singleton!(: [i16; AHEAD] = [0; AHEAD]).unwrap();
    let sound = Sound::open(job::file().unwrap()).unwrap();
    let (frames, rate_hz) = (sound.info().frames, sound.info().rate_hz);
    let memory = &mut memory[..sound.memory_len()];
    let ahead = &mut ahead[..sound.ahead_len(1)];
    hprintln!("frames {}", frames);
    hprintln!("rate {}", rate_hz);
    hprintln!("memory {}", size_of_val(memory) + size_of_val(ahead));
    let dac_hz = if ways == Ways::OwnRate { rate_hz } else { 48_000 };
    let mut player = Player::<1>::new(dac_hz, 1, memory, ahead).unwrap();
    hprintln!("state {}", size_of_val(&player));

    // As it is recorded. The buffer is the DAC's, and no part of the player's stack.
    let mut buffer = [0; BUFFER];
    let (played, stack) = stack_depth(|| {
        player.play(&sound).unwrap();
        play(&mut player, &mut buffer, u32::MAX)
    });
    hprintln!("whole {}", played.buffers);
    hprintln!("waited {}", played.waited);
    hprintln!("crc {}", played.crc.value());
    hprintln!("stack {}", stack);
    if ways == Ways::OwnRate {
        // Its loop, or its second half, again and again.
        hprintln!("has_loop {}", u32::from(sound.repeated().is_some()));
        player.play(&sound).unwrap();
        let points = Loop { start: frames / 2, end: frames };
        player.set_loop(Some(sound.repeated().unwrap_or(points)));
        let most = 3 * frames / BUFFER as u32;
        hprintln!("loop {}", play(&mut player, &mut buffer, most).buffers);
        // From its middle on.
        player.seek(frames / 3);
        let most = frames / 2 / BUFFER as u32;
        hprintln!("seek {}", play(&mut player, &mut buffer, most).buffers);
    }
    debug::exit(debug::EXIT_SUCCESS);
    loop {
        cortex_m::asm::wfi();
    }
}

struct Played {
    buffers: u32,
    /// Frames of silence before the first that is not.
    waited: u32,
    crc: SampleChecksum,
}

/// Fills so many buffers, or to the end.
fn play(player: &mut Player<'_, '_, 1>, buffer: &mut [i16; BUFFER], most: u32) -> Played {
    let mut played = Played { buffers: 0, waited: 0, crc: SampleChecksum::new() };
    while played.buffers < most {
        let waits = player.position() == Some(0);
        let frames = counted(|| player.fill(black_box(&mut *buffer)));
        played.buffers += 1;
        if frames == 0 {
            break;
        }
        if waits && player.position() == Some(0) {
            played.waited += frames as u32;
        } else {
            played.crc.add(&buffer[..frames]);
        }
    }
    played
}
