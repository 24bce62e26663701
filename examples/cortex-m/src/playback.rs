//! How do samples reach the speaker without a gap? (two halves that change
//! hands)
//!
//! While the DMA drains one half into the DAC, the decoder fills the other. A
//! half is always owned by one side: it travels through two queues, full ones to
//! the speaker and drained ones back, so nothing is copied, nothing is locked
//! while a block is decoded, and nothing can be torn.
//!
//! QEMU has no DAC. Its part is played by the SysTick timer, which fires when a
//! DMA would have drained a half, at the clip's own rate.

use crate::CLOCK_HZ;
use core::cell::RefCell;
use cortex_m::{asm::wfi, peripheral::SYST, peripheral::syst::SystClkSource, singleton};
use critical_section::Mutex;
use heapless::spsc::{Consumer, Producer, Queue};
use nex_runtime::SampleChecksum;

/// Samples in a half: 32 ms at 8 kHz.
pub const HALF: usize = 256;

/// A block of samples on its way.
pub struct Half {
    samples: [i16; HALF],
    len: usize,
}

type Halves = Queue<&'static mut Half, 3>;

/// The decoder's side: takes drained halves, gives full ones.
pub struct Feeder {
    drained: Consumer<'static, &'static mut Half>,
    full: Producer<'static, &'static mut Half>,
}

/// The speaker's side; lives in the interrupt.
struct Speaker {
    full: Consumer<'static, &'static mut Half>,
    drained: Producer<'static, &'static mut Half>,
    playing: bool,
    played: Played,
}

/// What the speaker got.
#[derive(Clone, Copy, Debug)]
pub struct Played {
    /// Samples.
    pub samples: u32,
    /// Of all samples, in order.
    pub crc: SampleChecksum,
    /// Times that a half was due and none was full.
    pub underruns: u32,
}

static SPEAKER: Mutex<RefCell<Option<Speaker>>> = Mutex::new(RefCell::new(None));

/// Makes both sides; `None` the second time.
pub fn start() -> Option<Feeder> {
    let first = singleton!(: Half = Half { samples: [0; HALF], len: 0 })?;
    let second = singleton!(: Half = Half { samples: [0; HALF], len: 0 })?;
    let (to_speaker, full) = singleton!(: Halves = Queue::new())?.split();
    let (mut to_decoder, drained) = singleton!(: Halves = Queue::new())?.split();
    to_decoder.enqueue(first).ok()?;
    to_decoder.enqueue(second).ok()?;
    let played = Played { samples: 0, crc: SampleChecksum::new(), underruns: 0 };
    let speaker = Speaker { full, drained: to_decoder, playing: false, played };
    critical_section::with(|cs| SPEAKER.borrow_ref_mut(cs).replace(speaker));
    Some(Feeder { drained, full: to_speaker })
}

impl Feeder {
    /// Plays what `decode` gives, block by block, until it gives nothing.
    ///
    /// `decode` fills the block and returns the number of samples in it. Waits
    /// until the last one is out.
    pub fn play(
        &mut self,
        (clock, rate_hz): (&mut SYST, u32),
        mut decode: impl FnMut(&mut [i16]) -> usize,
    ) -> Played {
        let ticks = u64::from(CLOCK_HZ) * HALF as u64 / u64::from(rate_hz.max(1));
        clock.set_clock_source(SystClkSource::Core);
        clock.set_reload(ticks.clamp(1, 0x00ff_ffff) as u32);
        clock.clear_current();
        clock.enable_interrupt();
        let mut begun = false;
        loop {
            let half = self.wait();
            half.len = decode(&mut half.samples).min(HALF);
            let ended = half.len == 0;
            // There are no more halves than places. The empty last one goes the
            // same way, so that all come back.
            let _ = self.full.enqueue(half);
            if !begun {
                begun = true;
                speaker(|s| s.playing = true);
                clock.enable_counter();
            }
            if ended {
                break;
            }
        }
        while self.drained.len() < 2 {
            wfi();
        }
        clock.disable_counter();
        speaker(|s| s.playing = false);
        let nothing = Played { samples: 0, crc: SampleChecksum::new(), underruns: 0 };
        speaker(|s| core::mem::replace(&mut s.played, nothing)).unwrap_or(nothing)
    }

    fn wait(&mut self) -> &'static mut Half {
        loop {
            match self.drained.dequeue() {
                Some(half) => return half,
                None => wfi(),
            }
        }
    }
}

fn speaker<T>(work: impl FnOnce(&mut Speaker) -> T) -> Option<T> {
    critical_section::with(|cs| SPEAKER.borrow_ref_mut(cs).as_mut().map(work))
}

/// "Transfer complete": one half has been played, the next one is due. To be
/// called from the interrupt, here that of the timer.
pub fn half_played() {
    speaker(|speaker| {
        if !speaker.playing {
            return;
        }
        match speaker.full.dequeue() {
            Some(half) => {
                let samples = half.samples.get(..half.len).unwrap_or_default();
                speaker.played.crc.add(samples);
                speaker.played.samples += half.len as u32;
                let _ = speaker.drained.enqueue(half);
            }
            None => speaker.played.underruns += 1,
        }
    });
}
