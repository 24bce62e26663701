//! What is known of a sound before any step is chosen?

use super::levels::Levels;
use crate::Clip;
use nex_coding::sound::{Chunk, SoundHeader};

/// Lengths of blocks and chunks, all log2 of samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The shortest block.
    pub min_log2: u8,
    /// The longest block.
    pub max_log2: u8,
    /// A chunk.
    pub chunk_log2: u8,
}

impl Layout {
    /// What suits a sound: blocks from 32 samples up to `max_log2`, chunks of
    /// a quarter to half a second; one chunk for a sound of up to three.
    #[must_use]
    pub fn new(rate_hz: u32, frames: usize, max_log2: u8) -> Self {
        let usual = (f64::from(rate_hz) * 0.52).log2().floor().clamp(9.0, 16.0) as u8;
        let most = max_log2 + nex_coding::sound::MAX_CHUNK_OCTAVES;
        let one = frames.next_power_of_two().ilog2() as u8;
        let chunk_log2 = if frames <= 3 << usual { one } else { usual };
        // No block need be longer than the sound.
        let max_log2 = max_log2.min(one.max(5));
        Self { min_log2: 5, max_log2, chunk_log2: chunk_log2.clamp(max_log2, most) }
    }

    /// The same blocks in chunks of another length, as far as the format lets
    /// it be; no longer than a sound of so many frames needs.
    #[must_use]
    pub fn with_chunks(self, frames: usize, chunk_log2: u8) -> Self {
        let one = frames.next_power_of_two().ilog2() as u8;
        let most = self.max_log2 + nex_coding::sound::MAX_CHUNK_OCTAVES;
        Self { chunk_log2: chunk_log2.min(one).clamp(self.max_log2, most), ..self }
    }
}

/// A sound, cut into chunks whose channels are decorrelated.
#[derive(Clone, Debug)]
pub(super) struct Source {
    pub rate_hz: u32,
    pub frames: usize,
    /// The samples in 16 bits, interleaved.
    pub samples: Vec<i16>,
    /// By channel, continued with zeros to whole longest blocks.
    pub signals: Vec<Vec<f64>>,
    pub layout: Layout,
    /// By chunk.
    pub angles: Vec<u8>,
    /// By channel, of the turned signals.
    pub levels: Vec<Levels>,
    /// The signal that the plan is made for.
    pub planned: Vec<f64>,
    pub plan_levels: Levels,
}

impl Source {
    /// Of a sound of one or two channels.
    pub fn new(clip: &Clip, layout: Layout) -> Self {
        let samples = clip.to_i16();
        let frames = clip.frames();
        let longest = 1usize << layout.max_log2;
        let len = frames.next_multiple_of(longest);
        let signal = |c: usize| {
            let mut signal: Vec<f64> =
                samples.iter().skip(c).step_by(clip.channels).map(|&s| f64::from(s)).collect();
            signal.resize(len, 0.0);
            signal
        };
        let signals: Vec<Vec<f64>> = (0..clip.channels).map(signal).collect();
        let mut source = Self {
            rate_hz: clip.rate_hz,
            frames,
            samples,
            signals,
            layout,
            angles: Vec::new(),
            levels: Vec::new(),
            planned: Vec::new(),
            plan_levels: Levels::new(&[], layout.min_log2),
        };
        let chunk = 1usize << layout.chunk_log2;
        let mut turned = source.signals.clone();
        for start in (0..frames).step_by(chunk) {
            let range = start..(start + chunk).min(len);
            let angle = match &source.signals[..] {
                [a, b] => angle(&a[range.clone()], &b[range.clone()]),
                _ => 0,
            };
            if let [a, b] = &mut turned[..] {
                turn(&mut a[range.clone()], &mut b[range], angle);
            }
            source.angles.push(angle);
        }
        let cell = Chunk::envelope_log2(&source.header());
        source.levels = turned.iter().map(|signal| Levels::new(signal, cell)).collect();
        // The first channel holds the most energy.
        source.planned = turned.swap_remove(0);
        source.plan_levels = Levels::new(&source.planned, cell);
        source
    }

    /// A header without a quantiser.
    pub fn header(&self) -> SoundHeader {
        SoundHeader {
            rate_hz: self.rate_hz,
            frames: self.frames as u32,
            channels: self.signals.len() as u8,
            min_log2: self.layout.min_log2,
            max_log2: self.layout.max_log2,
            chunk_log2: self.layout.chunk_log2,
            models: 0,
            step: 0,
            gamma: 0,
            fill: 0,
            tilt: 0,
            offsets: [0; 3],
        }
    }

    /// The energy of all samples.
    pub fn energy(&self) -> f64 {
        self.samples.iter().map(|&s| f64::from(s).powi(2)).sum()
    }
}

/// The angle, in 1/32 turns, that gathers the most energy in the first channel.
fn angle(a: &[f64], b: &[f64]) -> u8 {
    let (mut aa, mut bb, mut ab) = (0.0, 0.0, 0.0);
    for (x, y) in a.iter().zip(b) {
        aa += x * x;
        bb += y * y;
        ab += x * y;
    }
    let turns = (2.0 * ab).atan2(aa - bb) / 2.0 / std::f64::consts::TAU;
    (turns * 32.0).round().rem_euclid(16.0) as u8
}

/// Turns two channels by an angle: what the decoder turns back.
pub(super) fn turn(a: &mut [f64], b: &mut [f64], angle: u8) {
    let (sin, cos) = (f64::from(angle) / 32.0 * std::f64::consts::TAU).sin_cos();
    for (a, b) in a.iter_mut().zip(b) {
        (*a, *b) = (cos * *a + sin * *b, cos * *b - sin * *a);
    }
}
