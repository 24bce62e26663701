//! How does a Raspberry Pi Pico or Pico 2 speak? By I2S from a PIO, with DMA.
//!
//! One buffer goes to the amplifier by DMA while the decoder fills the other. A
//! button jumps to the next word.
//!
//! | pin | wire |
//! |---|---|
//! | GP9 | amplifier DIN |
//! | GP10 | amplifier BCLK |
//! | GP11 | amplifier LRC |
//! | GP15 | button to ground |
#![no_std]
#![no_main]

#[path = "../../words.rs"]
mod words;

use defmt_rtt as _;
use embassy_executor::Spawner;
use embassy_futures::poll_once;
use embassy_rp::{
    bind_interrupts, dma,
    gpio::{Input, Pull},
    peripherals::{DMA_CH0, PIO0},
    pio::{self, Pio},
    pio_programs::i2s::{PioI2sOut, PioI2sOutProgram},
};
use embassy_sync::{blocking_mutex::raw::CriticalSectionRawMutex, signal::Signal};
use embassy_time::{Instant, Timer};
use nex_runtime::Gain;
use panic_probe as _;
use words::{HALF, MEMORY, RATE_HZ, Speech, WORDS};

bind_interrupts!(struct Irqs {
    PIO0_IRQ_0 => pio::InterruptHandler<PIO0>;
    DMA_IRQ_0 => dma::InterruptHandler<DMA_CH0>;
});

/// The button was pressed.
static NEXT: Signal<CriticalSectionRawMutex, ()> = Signal::new();

#[embassy_executor::task]
async fn button(mut pin: Input<'static>) -> ! {
    loop {
        pin.wait_for_falling_edge().await;
        NEXT.signal(());
        Timer::after_millis(50).await; // the contacts bounce
    }
}

/// A frame as the PIO shifts it out: left in the high half, right in the low.
fn frame(sample: i16) -> u32 {
    u32::from(sample.cast_unsigned()) * 0x1_0001
}

#[embassy_executor::main]
async fn main(spawner: Spawner) {
    let p = embassy_rp::init(Default::default());
    let mut pio = Pio::new(p.PIO0, Irqs);
    let program = PioI2sOutProgram::new(&mut pio.common);
    let mut i2s = PioI2sOut::new(
        &mut pio.common,
        pio.sm0,
        p.DMA_CH0,
        Irqs,
        p.PIN_9,
        p.PIN_10,
        p.PIN_11,
        RATE_HZ,
        16,
        &program,
    );
    i2s.start();

    match button(Input::new(p.PIN_15, Pull::Up)) {
        Ok(task) => spawner.spawn(task),
        Err(_) => defmt::panic!("there is but one button"),
    }

    // Held across `await`, so these lie in the task's static memory.
    let mut memory = [0; MEMORY];
    let mut speech = match Speech::open(&mut memory, Gain::from_db(-6.0)) {
        Ok(speech) => speech,
        Err(why) => defmt::panic!("the clip: {}", defmt::Debug2Format(&why)),
    };
    let (mut one, mut two) = ([0; HALF], [0; HALF]);
    let (mut front, mut back) = (&mut one, &mut two);
    let mut late = 0u32;
    for word in WORDS.iter().cycle() {
        speech.say(word);
        let mut worst_us = 0;
        // Between words silence is played, so that the amplifier keeps its clock.
        while NEXT.try_take().is_none() {
            let mut drained = i2s.write(front);
            let began = Instant::now();
            speech.fill(back, frame);
            worst_us = worst_us.max(began.elapsed().as_micros());
            // The PIO holds eight frames more. If the DMA is done already, the
            // decoder was late, and the amplifier may have missed its clock.
            if poll_once(&mut drained).is_ready() {
                late += 1;
            }
            drained.await;
            core::mem::swap(&mut front, &mut back);
        }
        let limit_us = HALF as u64 * 1_000_000 / u64::from(RATE_HZ);
        defmt::info!(
            "{}: at most {} of {} us a half, late {}",
            word.text,
            worst_us,
            limit_us,
            late
        );
    }
}
