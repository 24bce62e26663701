//! Logs through defmt: a damaged file's error, and how long decoding takes.
//!
//!     cargo run --release --bin log --features defmt | defmt-print -e target/thumbv7em-none-eabihf/release/log
#![no_std]
#![no_main]

use core::sync::atomic::{AtomicU32, Ordering};
use cortex_m::peripheral::{SYST, syst::SystClkSource};
use cortex_m_rt::{entry, exception};
use defmt_semihosting as _;
use nex_cortex_m::CLOCK_HZ;
use nex_runtime::{Decoder, SampleChecksum, compact::CompactDecoder};
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
    let decoded = compact().and_then(|()| neural());
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

fn compact() -> Result<(), nex_runtime::Error> {
    let decoder = CompactDecoder::parse(HELLO)?;
    defmt::info!("compact: {}", decoder.header());
    let mut memory = [0; 1024];
    let Ok(mut stream) = decoder.stream(&mut memory) else {
        defmt::error!("{=usize} words of memory needed", decoder.stream_len());
        return Ok(());
    };
    let (mut crc, mut block) = (SampleChecksum::new(), [0; 256]);
    let mut slowest = 0;
    loop {
        let before = MILLISECONDS.load(Ordering::Relaxed);
        let written = stream.decode_block(&mut block);
        slowest = slowest.max(MILLISECONDS.load(Ordering::Relaxed).wrapping_sub(before));
        if written == 0 {
            break;
        }
        crc.add(block.get(..written).unwrap_or_default());
    }
    defmt::info!("compact: {=u32} samples, crc {=u32:08x}", stream.position(), crc.value());
    defmt::debug!("slowest block of {=usize}: {=u32} ms", block.len(), slowest);
    Ok(())
}

fn neural() -> Result<(), nex_runtime::Error> {
    let decoder = Decoder::parse(NEURAL)?;
    defmt::info!("neural: {}", decoder.info());
    let (mut scratch, mut block, mut crc) = ([0; 512], [0; 256], SampleChecksum::new());
    let mut frame = 0;
    loop {
        match decoder.decode_block(frame, &mut block, &mut scratch) {
            Ok(0) => break,
            Ok(frames) => {
                crc.add(block.get(..frames).unwrap_or_default());
                frame += frames as u32;
            }
            Err(error) => {
                defmt::error!("{}", error);
                break;
            }
        }
    }
    defmt::info!("neural: {=u32} samples, crc {=u32:08x}", frame, crc.value());
    Ok(())
}

/// What a damaged file looks like in the log.
fn damaged() {
    let mut bytes = [0; 4096];
    if let Some(copy) = bytes.get_mut(..HELLO.len()) {
        copy.copy_from_slice(HELLO);
        copy[HELLO.len() / 2] ^= 0x10;
        match CompactDecoder::parse(copy) {
            Ok(_) => defmt::error!("a damaged file was taken for a good one"),
            Err(error) => defmt::warn!("one bit flipped: {}", error),
        }
    }
    for len in [0, 3, HELLO.len() - 1] {
        if let Err(error) = CompactDecoder::parse(HELLO.get(..len).unwrap_or_default()) {
            defmt::warn!("the first {=usize} bytes only: {}", len, error);
        }
    }
}
