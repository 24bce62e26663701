//! Says a prompt over a background that is played over and over, half by half.
//!
//! Two players: their clips have 8 and 16 kHz, the speaker 16. What they do is in
//! `examples/voices.rs`, which the boards' examples have in common.
//!
//!     cargo run --release --bin voices
#![no_std]
#![no_main]

#[path = "../../../voices.rs"]
mod voices;

use cortex_m_rt::{entry, exception};
use cortex_m_semihosting::hprintln;
use nex_cortex_m::{playback, stack};
use nex_runtime::Sound;
use panic_semihosting as _;
use voices::{BELL, HALF, HELLO, Memory, RATE_HZ, Voices};

const _: () = assert!(HALF == playback::HALF);

type Act = fn(&mut Voices<'static>);

/// What happens, and when: in halves of 16 ms from the beginning.
const SCENES: [(usize, &str, Act); 5] = [
    (40, "bell, hello", |voices| say(voices, &[&BELL, &HELLO])),
    (160, "hello", |voices| say(voices, &[&HELLO])),
    (190, "hush", Voices::hush),
    (210, "pause", Voices::pause),
    (220, "go on", Voices::resume),
];
const END: usize = 260;

#[exception]
fn SysTick() {
    playback::half_played();
}

#[entry]
fn main() -> ! {
    stack::paint();
    nex_cortex_m::end(play().is_some())
}

fn play() -> Option<()> {
    let mut clock = cortex_m::Peripherals::take()?.SYST;
    let mut feeder = playback::start()?;
    let memory = cortex_m::singleton!(: Memory = Memory::NEW)?;
    let mut voices = Voices::new(memory).ok()?;
    let mut next = 0;
    let played = feeder.play((&mut clock, RATE_HZ), |half| {
        let scene = SCENES.iter().find(|(at, ..)| *at == next);
        if let Some((_, name, act)) = scene {
            hprintln!("half {}: {}", next, name);
            act(&mut voices);
        }
        if next == END {
            return 0;
        }
        next += 1;
        voices.fill(half);
        half.len()
    });
    hprintln!("{} samples, crc {:08x}", played.samples, played.crc.value());
    hprintln!("# underruns: {}", played.underruns);
    hprintln!("# stack: {} bytes", stack::used());
    (next == END).then_some(())
}

fn say(voices: &mut Voices<'static>, words: &[&'static Sound<'static>]) {
    if let Err(why) = voices.say(words) {
        hprintln!("{:?}", why);
    }
}
