//! Logs through defmt: a damaged file's error, and how long decoding takes.
//!
//!     cargo run --release --bin log --features neural,defmt | defmt-print -e target/thumbv7em-none-eabihf/release/log
#![no_std]
#![no_main]

use core::sync::atomic::{AtomicU32, Ordering};
use cortex_m::peripheral::{SYST, syst::SystClkSource};
use cortex_m_rt::{entry, exception};
use defmt_semihosting as _;
use nex_cortex_m::CLOCK_HZ;
use nex_runtime::{SampleChecksum, Sound};
use panic_semihosting as _;

static HELLO: &[u8] = include_bytes!("../../../clips/hello-world.nex");
static NEURAL: &[u8] = include_bytes!("../../../clips/hello-world-neural.nex");

/// Milliseconds since the start.
static MILLISECONDS: AtomicU32 = AtomicU32::new(0);
defmt::timestamp!("{=u32:ms}", MILLISECONDS.load(Ordering::Relaxed));

#[exception]
fn SysTick() {
    let now = MILLISECONDS.load(Ordering::Relaxed);
    MILLISECONDS.store(now.wrapping_add(1), Ordering::Relaxed);
}

#[entry]
fn main() -> ! {
    if let Some(peripherals) = cortex_m::Peripherals::take() {
        start_clock(peripherals.SYST);
    }
    let mut memory = [0; 1024];
    let decoded =
        decode("compact", HELLO, &mut memory).and_then(|()| decode("neural", NEURAL, &mut memory));
    damaged();
    match decoded {
        Ok(()) => defmt::info!("done"),
        Err(error) => defmt::error!("{}", error),
    }
    nex_cortex_m::end(decoded.is_ok())
}

fn start_clock(mut clock: SYST) {
    clock.set_clock_source(SystClkSource::Core);
    clock.set_reload(CLOCK_HZ / 1000 - 1);
    clock.clear_current();
    clock.enable_interrupt();
    clock.enable_counter();
}

fn decode(name: &str, file: &[u8], memory: &mut [u32]) -> Result<(), nex_runtime::Error> {
    let sound = Sound::open(file)?;
    defmt::info!("{=str}: {}", name, sound.info());
    if let Some(network) = sound.network() {
        defmt::info!("{=str}: {}", name, network);
    }
    let needed = sound.memory_len();
    let Ok(mut playback) = sound.play(memory) else {
        defmt::error!("{=usize} words of memory needed", needed);
        return Ok(());
    };
    let (mut crc, mut block) = (SampleChecksum::new(), [0; 256]);
    let mut slowest = 0;
    loop {
        let before = MILLISECONDS.load(Ordering::Relaxed);
        let written = playback.decode_block(&mut block);
        slowest = slowest.max(MILLISECONDS.load(Ordering::Relaxed).wrapping_sub(before));
        if written == 0 {
            break;
        }
        crc.add(block.get(..written).unwrap_or_default());
    }
    defmt::info!("{=str}: {=u32} samples, crc {=u32:08x}", name, playback.position(), crc.value());
    defmt::debug!("slowest block of {=usize}: {=u32} ms", block.len(), slowest);
    Ok(())
}

/// What a damaged file looks like in the log.
fn damaged() {
    let mut bytes = [0; 4096];
    if let Some(copy) = bytes.get_mut(..HELLO.len()) {
        copy.copy_from_slice(HELLO);
        copy[HELLO.len() / 2] ^= 0x10;
        match Sound::open(copy) {
            Ok(_) => defmt::error!("a damaged file was taken for a good one"),
            Err(error) => defmt::warn!("one bit flipped: {}", error),
        }
    }
    for len in [0, 3, HELLO.len() - 1] {
        if let Err(error) = Sound::open(HELLO.get(..len).unwrap_or_default()) {
            defmt::warn!("the first {=usize} bytes only: {}", len, error);
        }
    }
}
