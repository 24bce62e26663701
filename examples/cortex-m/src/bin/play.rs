//! Plays two clips, one of each profile, and says what the speaker got.
//!
//!     cargo run --release --bin play --features neural
#![no_std]
#![no_main]

use cortex_m_rt::{entry, exception};
use cortex_m_semihosting::hprintln;
use nex_cortex_m::{playback, stack};
use nex_runtime::{Player, Sound};
use panic_semihosting as _;

static HELLO: &[u8] = include_bytes!("../../../clips/hello-world.nex");
static NEURAL: &[u8] = include_bytes!("../../../clips/hello-world-neural.nex");

/// Words that the compact clip takes while it plays, in blocks of up to 512
/// samples; the neural one takes less, for eight samples at a time.
const MEMORY: usize = 1024;
/// Samples that a player may decode ahead: as many as a block has.
const AHEAD: usize = 512;

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

    let memory = cortex_m::singleton!(: [u32; MEMORY] = [0; MEMORY])?;
    let sound = Sound::open(HELLO).map_err(|e| hprintln!("hello-world: {}", e)).ok()?;
    let rate_hz = sound.info().rate_hz;
    let mut playback = sound.play(memory).map_err(|e| hprintln!("hello-world: {}", e)).ok()?;
    let played = feeder.play((&mut clock, rate_hz), |half| {
        playback.decode_block(half) // of one channel: frames are samples
    });
    report("hello-world", played);

    // Another way to fill a half: with a queue, at any volume, and at any rate.
    let sound = Sound::open(NEURAL).map_err(|e| hprintln!("neural: {}", e)).ok()?;
    let rate_hz = sound.info().rate_hz;
    let ahead = cortex_m::singleton!(: [i16; AHEAD] = [0; AHEAD])?;
    let mut player = Player::<1>::new(rate_hz, 1, memory, ahead).ok()?;
    player.play(&sound).map_err(|e| hprintln!("neural: {}", e)).ok()?;
    let played = feeder.play((&mut clock, rate_hz), |half| player.fill(half));
    report("hello-world-neural", played);

    hprintln!("# stack: {} bytes", stack::used());
    Some(())
}

fn report(name: &str, played: playback::Played) {
    hprintln!("{}: {} samples, crc {:08x}", name, played.samples, played.crc.value());
    hprintln!("# underruns: {}", played.underruns);
}
