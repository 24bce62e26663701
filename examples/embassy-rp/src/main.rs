//! How does a Raspberry Pi Pico or Pico 2 speak? By I2S from a PIO, with DMA.
//!
//! One buffer goes to the amplifier by DMA while two players fill the other: a
//! background that is played over and over, and prompts above it. A short press of the
//! button says one, or hushes the one that is said; a long press pauses all, and the
//! next one goes on.
//!
//! | pin | wire |
//! |---|---|
//! | GP9 | amplifier DIN |
//! | GP10 | amplifier BCLK |
//! | GP11 | amplifier LRC |
//! | GP15 | button to ground |
#![no_std]
#![no_main]

#[path = "../../voices.rs"]
mod voices;

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
use embassy_time::{Duration, Instant, Timer, with_timeout};
use panic_probe as _;
use voices::{BELL, HALF, HELLO, Memory, RATE_HZ, Voices};

bind_interrupts!(struct Irqs {
    PIO0_IRQ_0 => pio::InterruptHandler<PIO0>;
    DMA_IRQ_0 => dma::InterruptHandler<DMA_CH0>;
});

#[derive(Clone, Copy, PartialEq)]
enum Press {
    Short,
    Long,
}

/// The button was pressed.
static PRESSED: Signal<CriticalSectionRawMutex, Press> = Signal::new();

/// More is a long press.
const SHORT: Duration = Duration::from_millis(500);

#[embassy_executor::task]
async fn button(mut pin: Input<'static>) -> ! {
    loop {
        pin.wait_for_falling_edge().await;
        Timer::after_millis(50).await; // the contacts bounce
        match with_timeout(SHORT, pin.wait_for_high()).await {
            Ok(()) => PRESSED.signal(Press::Short),
            Err(_) => {
                PRESSED.signal(Press::Long);
                pin.wait_for_high().await;
            }
        }
        Timer::after_millis(50).await;
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
    let mut memory = Memory::NEW;
    let mut voices = match Voices::new(&mut memory) {
        Ok(voices) => voices,
        Err(why) => defmt::panic!("the clips: {}", defmt::Debug2Format(&why)),
    };
    let mut samples = [0; HALF];
    let (mut one, mut two) = ([0; HALF], [0; HALF]);
    let (mut front, mut back) = (&mut one, &mut two);
    let (mut paused, mut late, mut worst_us) = (false, 0u32, 0);
    loop {
        let mut drained = i2s.write(front);
        let began = Instant::now();
        // Work comes even: what a press asks for is decoded bit by bit with the halves
        // that follow.
        match PRESSED.try_take() {
            None => {}
            Some(_) if paused => {
                voices.resume();
                paused = false;
            }
            Some(Press::Long) => {
                voices.pause();
                paused = true;
            }
            Some(Press::Short) if voices.speaks() => voices.hush(),
            Some(Press::Short) => {
                if voices.say(&[&BELL, &HELLO]).is_err() {
                    defmt::error!("too many words");
                }
                let limit_us = HALF as u64 * 1_000_000 / u64::from(RATE_HZ);
                defmt::info!("at most {} of {} us a half, late {}", worst_us, limit_us, late);
                worst_us = 0;
            }
        }
        voices.fill(&mut samples);
        for (to, &sample) in back.iter_mut().zip(&samples) {
            *to = frame(sample);
        }
        worst_us = worst_us.max(began.elapsed().as_micros());
        // The PIO holds eight frames more. If the DMA is done already, the
        // decoder was late, and the amplifier may have missed its clock.
        if poll_once(&mut drained).is_ready() {
            late += 1;
        }
        drained.await;
        core::mem::swap(&mut front, &mut back);
    }
}
