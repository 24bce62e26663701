//! What would the sound be at another sample rate?

use super::Clip;
use std::f64::consts::PI;
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
    let divisor = gcd(clip.rate_hz, rate_hz);
    let (from, to) = ((clip.rate_hz / divisor) as usize, (rate_hz / divisor) as usize);
    let filter = Filter::new(from, to);
    let frames = resampled_frames(clip.frames(), clip.rate_hz, rate_hz);
    let mut out = vec![0.0; frames * channels];
    // Every `to`-th frame lies as far from the frames there were.
    for first in 0..to.min(frames) {
        let (start, part) = (first * from / to, first * from % to);
        let (before, taps) = filter.taps(part as f64 / to as f64);
        for (at, frame) in (start..).step_by(from).zip((first..frames).step_by(to)) {
            // Silence lies around the sound.
            let begin = (at + 1).saturating_sub(before);
            let skipped = (before - 1).saturating_sub(at);
            let taps = taps.get(skipped..).unwrap_or_default();
            let sound = samples.get(begin * channels..).unwrap_or_default();
            for channel in 0..channels {
                let heard = sound.iter().skip(channel).step_by(channels);
                let sum: f64 = heard.zip(taps).map(|(&s, tap)| f64::from(s) * tap).sum();
                out[frame * channels + channel] = sum as f32;
            }
        }
    }
    Ok(Clip { rate_hz, channels, samples: out })
}

/// A sinc under a Kaiser window, which passes 0.9 of the lower Nyquist
/// frequency and stops what lies above it.
struct Filter {
    /// Where the sinc cuts off, of the Nyquist frequency of what is read.
    cutoff: f64,
    /// Frames on each side.
    reach: f64,
}

/// Zeros of the sinc on each side.
const ZEROS: f64 = 62.0;
/// Of the window: the stop band lies at -96 dB.
const BETA: f64 = 9.6;

impl Filter {
    fn new(from: usize, to: usize) -> Self {
        let lower = (to as f64 / from as f64).min(1.0);
        Self { cutoff: 0.95 * lower, reach: ZEROS / lower }
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
            self.cutoff * sinc * window / bessel(BETA)
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
