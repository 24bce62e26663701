//! What would the sound be at another sample rate?

use super::{Clip, Frames, file::Spooled, parts::Sound};
use std::{f64::consts::PI, io};
use thiserror::Error;

/// Why a clip was not resampled.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ResampleError {
    /// A rate that a `.nex` file cannot hold.
    #[error("{0} Hz is no sample rate that can be resampled to (1 to 768000 Hz)")]
    Rate(u32),
    /// The clip's length is no multiple of its channels.
    #[error("the clip's {samples} samples are no whole frames of {channels} channels")]
    Shape {
        /// Samples in the clip.
        samples: usize,
        /// Its channels.
        channels: usize,
    },
    /// A file was not read, or the result, which is too long for memory, not kept.
    #[error("the sound cannot be resampled; is there space left for temporary files?")]
    Io(#[from] io::Error),
}

/// Frames of a clip of `frames` frames after resampling: rounded up.
#[must_use]
pub fn resampled_frames(frames: usize, from_hz: u32, to_hz: u32) -> usize {
    let scaled = (frames as u128 * u128::from(to_hz)).div_ceil(u128::from(from_hz.max(1)));
    usize::try_from(scaled).unwrap_or(usize::MAX)
}

/// The clip at `rate_hz`: band-limited, as long as before, not delayed.
///
/// Accuracy: a tone below 0.9 of the lower Nyquist frequency keeps its
/// samples to -80 dB away from the ends (tested against the tone itself).
///
/// # Errors
/// [`ResampleError::Rate`] for a rate outside 1 to 768,000 Hz,
/// [`ResampleError::Shape`] for a clip that ends within a frame.
pub fn resample(clip: &Clip, rate_hz: u32) -> Result<Clip, ResampleError> {
    if !nex_format::RATE_HZ.contains(&rate_hz) {
        return Err(ResampleError::Rate(rate_hz));
    }
    let (samples, channels) = (&clip.samples, clip.channels);
    if rate_hz == clip.rate_hz || samples.is_empty() {
        return Ok(Clip { rate_hz, ..clip.clone() });
    }
    if !samples.len().is_multiple_of(channels) {
        return Err(ResampleError::Shape { samples: samples.len(), channels });
    }
    let resampler = Resampler::new(clip.rate_hz, rate_hz);
    let mut out = vec![0.0; resampler.frames(clip.frames()) * channels];
    resampler.fill(clip, 0, &mut out)?;
    Ok(Clip { rate_hz, channels, samples: out })
}

/// [`resample`] of a sound that need not be in memory; the result is, if it is
/// short, else it is in a file.
pub(crate) fn resampled(sound: &dyn Frames, rate_hz: u32) -> Result<Sound, ResampleError> {
    let mut spooled = None;
    let channels = sound.channels();
    let mut clip = Clip { rate_hz, channels, samples: Vec::new() };
    each_block(sound, rate_hz, |block| {
        if clip.samples.len() + block.len() <= SHORT && spooled.is_none() {
            clip.samples.extend_from_slice(block);
            return Ok::<_, ResampleError>(());
        }
        let file = match &mut spooled {
            Some(file) => file,
            none => {
                let mut file = Spooled::new(rate_hz, channels)?;
                file.extend(&std::mem::take(&mut clip.samples))?;
                none.insert(file)
            }
        };
        Ok(file.extend(block)?)
    })?;
    Ok(match spooled {
        Some(spooled) => Box::new(spooled),
        None => Box::new(clip),
    })
}

/// The frames at another rate, a block at a time.
pub(super) fn each_block<E: From<ResampleError>>(
    sound: &dyn Frames,
    rate_hz: u32,
    mut take: impl FnMut(&[f32]) -> Result<(), E>,
) -> Result<(), E> {
    let resampler = Resampler::new(sound.rate_hz(), rate_hz);
    let (frames, channels) = (resampler.frames(sound.frames()), sound.channels());
    let mut out = Vec::new();
    for start in (0..frames).step_by(BLOCK) {
        out.clear();
        out.resize(BLOCK.min(frames - start) * channels, 0.0);
        resampler.fill(sound, start, &mut out).map_err(ResampleError::from)?;
        take(&out)?;
    }
    Ok(())
}

/// Samples up to which a resampled sound stays in memory: 16 MB.
const SHORT: usize = 1 << 22;

/// Frames that are computed together: a sound that is decoded for them is
/// decoded from the beginning of a chunk on.
const BLOCK: usize = 1 << 19;

/// From one rate to another, both without their common divisor.
struct Resampler {
    from: usize,
    to: usize,
    filter: Filter,
}

impl Resampler {
    fn new(from_hz: u32, to_hz: u32) -> Self {
        let divisor = gcd(from_hz, to_hz).max(1);
        let (from, to) = ((from_hz / divisor) as usize, (to_hz / divisor) as usize);
        Self { from, to, filter: Filter::new(from, to) }
    }

    fn frames(&self, frames: usize) -> usize {
        resampled_frames(frames, self.from as u32, self.to as u32)
    }

    /// The frames from `first` on.
    fn fill(&self, sound: &dyn Frames, first: usize, out: &mut [f32]) -> io::Result<()> {
        let (from, to, channels) = (self.from, self.to, sound.channels());
        let end = first + out.len() / channels;
        let reach = self.filter.reach as usize + 2;
        let begin = (first * from / to).saturating_sub(reach);
        let known = begin..(end * from / to + reach).min(sound.frames());
        let mut samples = vec![0.0; known.len() * channels];
        sound.read(begin, &mut samples)?;
        // Every `to`-th frame lies as far from the frames there were.
        for phase in first..(first + to).min(end) {
            let (before, taps) = self.filter.taps((phase * from % to) as f64 / to as f64);
            for frame in (phase..end).step_by(to) {
                let at = frame * from / to;
                // Silence lies around the sound.
                let begin = (at + 1).saturating_sub(before) - known.start;
                let skipped = (before - 1).saturating_sub(at);
                let taps = taps.get(skipped..).unwrap_or_default();
                let heard = samples.get(begin * channels..).unwrap_or_default();
                for channel in 0..channels {
                    let heard = heard.iter().skip(channel).step_by(channels);
                    let sum: f64 = heard.zip(taps).map(|(&s, tap)| f64::from(s) * tap).sum();
                    out[(frame - first) * channels + channel] = sum as f32;
                }
            }
        }
        Ok(())
    }
}

/// A sinc under a Kaiser window, which passes 0.9 of the lower Nyquist
/// frequency and stops what lies above it.
struct Filter {
    /// Where the sinc cuts off, of the Nyquist frequency of what is read.
    cutoff: f64,
    /// Frames on each side.
    reach: f64,
    /// Of the window before it is scaled.
    middle: f64,
}

/// Zeros of the sinc on each side.
const ZEROS: f64 = 62.0;
/// Of the window: the stop band lies at -96 dB.
const BETA: f64 = 9.6;

impl Filter {
    fn new(from: usize, to: usize) -> Self {
        let lower = (to as f64 / from as f64).min(1.0);
        Self { cutoff: 0.95 * lower, reach: ZEROS / lower, middle: bessel(BETA) }
    }

    /// The weights of the frames around a place `part` of a frame behind one,
    /// and how many of them lie before the place, that one included.
    fn taps(&self, part: f64) -> (usize, Vec<f64>) {
        let before = (self.reach - part).floor() as usize + 1;
        let after = (self.reach + part).floor() as usize;
        let tap = |i: usize| {
            let x = i as f64 - (before - 1) as f64 - part;
            let window = bessel(BETA * (1.0 - (x / self.reach).powi(2)).max(0.0).sqrt());
            let phase = PI * self.cutoff * x;
            let sinc = if phase.abs() < 1e-9 { 1.0 } else { phase.sin() / phase };
            self.cutoff * sinc * window / self.middle
        };
        (before, (0..before + after).map(tap).collect())
    }
}

/// The modified Bessel function of order 0, to 1e-12 of it for x up to 10.
fn bessel(x: f64) -> f64 {
    let (mut sum, mut term) = (1.0, 1.0);
    for k in 1..32 {
        term *= (x / 2.0 / f64::from(k)).powi(2);
        sum += term;
    }
    sum
}

const fn gcd(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { gcd(b, a % b) }
}
