//! Plays two clips, one of each profile, and says what the speaker got.
//!
//!     cargo run --release --bin play
#![no_std]
#![no_main]

use cortex_m_rt::{entry, exception};
use cortex_m_semihosting::hprintln;
use nex_cortex_m::{playback, stack};
use nex_runtime::Sound;
use panic_semihosting as _;

static HELLO: &[u8] = include_bytes!("../../../clips/hello-world.nex");
static NEURAL: &[u8] = include_bytes!("../../../clips/hello-world-neural.nex");

/// Words of memory: the compact clip has blocks of up to 512 samples; the neural
/// one decodes eight samples at a time in half as many.
const MEMORY: usize = 1024;

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
    for (name, file) in [("hello-world", HELLO), ("hello-world-neural", NEURAL)] {
        let sound = Sound::open(file).map_err(|e| hprintln!("{}: {}", name, e)).ok()?;
        let rate_hz = sound.info().rate_hz;
        let mut playback = sound.play(memory).map_err(|e| hprintln!("{}: {}", name, e)).ok()?;
        let played = feeder.play((&mut clock, rate_hz), |half| {
            playback.decode_block(half) // of one channel: frames are samples
        });
        report(name, played);
    }

    hprintln!("# stack: {} bytes", stack::used());
    Some(())
}

fn report(name: &str, played: playback::Played) {
    hprintln!("{}: {} samples, crc {:08x}", name, played.samples, played.crc.value());
    hprintln!("# underruns: {}", played.underruns);
}
