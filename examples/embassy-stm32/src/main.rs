//! How does an STM32F4 speak? By I2S, from a ring of two halves that DMA drains.
//!
//! The DMA reads the ring round and round and says at its middle and its end that
//! half of it is free; the decoder has one half ready by then. A button jumps to
//! the next word.
//!
//! | pin of the Nucleo-F411RE | wire |
//! |---|---|
//! | PB15 (CN10, 26) | amplifier DIN |
//! | PB13 (CN10, 30) | amplifier BCLK |
//! | PB12 (CN10, 16) | amplifier LRC |
//! | PC13 | the board's blue button |
#![no_std]
#![no_main]

#[path = "../../words.rs"]
mod words;

use cortex_m as _; // its critical section
use defmt_rtt as _;
use embassy_executor::Spawner;
use embassy_stm32::{
    Config, bind_interrupts, dma,
    exti::{self, ExtiInput},
    gpio::Pull,
    i2s::{self, I2S},
    interrupt,
    mode::Async,
    peripherals::DMA1_CH4,
    rcc::{
        AHBPrescaler, APBPrescaler, Hse, HseMode, Pll, PllMul, PllPDiv, PllPreDiv, PllRDiv,
        PllSource, Sysclk,
    },
    time::Hertz,
};
use embassy_sync::{blocking_mutex::raw::CriticalSectionRawMutex, signal::Signal};
use embassy_time::{Instant, Timer};
use nex_runtime::Gain;
use panic_probe as _;
use words::{HALF, MEMORY, RATE_HZ, Speech, WORDS};

bind_interrupts!(struct Irqs {
    DMA1_STREAM4 => dma::InterruptHandler<DMA1_CH4>;
    EXTI15_10 => exti::InterruptHandler<interrupt::typelevel::EXTI15_10>;
});

/// The button was pressed.
static NEXT: Signal<CriticalSectionRawMutex, ()> = Signal::new();

#[embassy_executor::task]
async fn button(mut pin: ExtiInput<'static, Async>) -> ! {
    loop {
        pin.wait_for_falling_edge().await;
        NEXT.signal(());
        Timer::after_millis(50).await; // the contacts bounce
    }
}

/// 96 MHz, and an I2S clock that 8 kHz and 16 kHz divide: 500 * 32 * 8 kHz.
fn clocks() -> Config {
    let mut config = Config::default();
    // The board's debugger hands out 8 MHz; both PLLs get 2 MHz of it.
    let pll =
        Pll { prediv: PllPreDiv::DIV4, mul: PllMul::MUL96, divp: None, divq: None, divr: None };
    let rcc = &mut config.rcc;
    rcc.hse = Some(Hse { freq: Hertz::mhz(8), mode: HseMode::Bypass });
    rcc.pll_src = PllSource::HSE;
    rcc.pll = Some(Pll { divp: Some(PllPDiv::DIV2), ..pll });
    rcc.plli2s = Some(Pll { mul: PllMul::MUL128, divr: Some(PllRDiv::DIV2), ..pll });
    rcc.sys = Sysclk::PLL1_P;
    rcc.ahb_pre = AHBPrescaler::DIV1;
    rcc.apb1_pre = APBPrescaler::DIV2;
    rcc.apb2_pre = APBPrescaler::DIV1;
    config
}

/// A frame as the I2S sends it: left, right.
fn frame(sample: i16) -> [u16; 2] {
    [sample.cast_unsigned(); 2]
}

#[embassy_executor::main]
async fn main(spawner: Spawner) {
    let p = embassy_stm32::init(clocks());

    match button(ExtiInput::new(p.PC13, p.EXTI13, Pull::None, Irqs)) {
        Ok(task) => spawner.spawn(task),
        Err(_) => defmt::panic!("there is but one button"),
    }

    // Held across `await`, so these lie in the task's static memory. The ring has
    // two halves of HALF frames; it begins as silence.
    let mut memory = [0; MEMORY];
    let mut speech = match Speech::open(&mut memory, Gain::from_db(-6.0)) {
        Ok(speech) => speech,
        Err(why) => defmt::panic!("the clip: {}", defmt::Debug2Format(&why)),
    };
    let mut half = [[0; 2]; HALF];
    let mut ring = [0u16; 4 * HALF];
    let mut config = i2s::Config::default();
    config.frequency = Hertz(RATE_HZ);
    config.master_clock = false;
    let mut i2s =
        I2S::new_txonly_nomck(p.SPI2, p.PB15, p.PB12, p.PB13, p.DMA1_CH4, &mut ring, Irqs, config);
    i2s.start();

    let mut late = 0u32;
    for word in WORDS.iter().cycle() {
        speech.say(word);
        let mut worst_us = 0;
        // Between words silence is played, so that the amplifier keeps its clock.
        while NEXT.try_take().is_none() {
            let began = Instant::now();
            speech.fill(&mut half, frame);
            worst_us = worst_us.max(began.elapsed().as_micros());
            // Waits until the DMA has left half of the ring. An error says that it
            // came round before the decoder did and played old samples again.
            if i2s.write(half.as_flattened()).await.is_err() {
                late += 1;
            }
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
