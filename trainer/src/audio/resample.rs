//! What would the sound be at another sample rate?

use super::Clip;
use rubato::{
    Fft, FixedSync, Resampler, ResamplerConstructionError,
    audioadapter_buffers::direct::InterleavedSlice,
};
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
    /// No resampler for these rates.
    #[error("cannot resample from {from_hz} Hz to {to_hz} Hz")]
    Construction {
        /// The clip's rate.
        from_hz: u32,
        /// The rate asked for.
        to_hz: u32,
        /// Why.
        source: ResamplerConstructionError,
    },
    /// The resampler failed.
    #[error("resampling failed")]
    Process(#[from] rubato::ResampleError),
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
/// [`ResampleError::Rate`] for a rate outside 1 to 768,000 Hz.
pub fn resample(clip: &Clip, rate_hz: u32) -> Result<Clip, ResampleError> {
    if !nex_format::RATE_HZ.contains(&rate_hz) {
        return Err(ResampleError::Rate(rate_hz));
    }
    if rate_hz == clip.rate_hz || clip.samples.is_empty() {
        return Ok(Clip { rate_hz, ..clip.clone() });
    }
    let (from, to) = (clip.rate_hz as usize, rate_hz as usize);
    // The block is a whole multiple of both reduced rates. An even multiple
    // makes the filter's delay whole frames on both sides.
    let reduced = from / gcd(from, to);
    let blocks = BLOCK_FRAMES.div_ceil(reduced).next_multiple_of(2);
    let mut resampler = Fft::<f32>::new_custom(
        from,
        to,
        blocks * reduced,
        1,
        clip.channels,
        WINDOW,
        FixedSync::Both,
    )
    .map_err(|source| ResampleError::Construction {
        from_hz: clip.rate_hz,
        to_hz: rate_hz,
        source,
    })?;
    let shape = ResampleError::Shape { samples: clip.samples.len(), channels: clip.channels };
    let input =
        InterleavedSlice::new(&clip.samples, clip.channels, clip.frames()).map_err(|_| shape)?;
    let mut samples = resampler.process_all(&input, clip.frames(), None)?.take_data();
    // The resampler counts frames in floating point.
    samples.resize(resampled_frames(clip.frames(), clip.rate_hz, rate_hz) * clip.channels, 0.0);
    Ok(Clip { rate_hz, channels: clip.channels, samples })
}

/// Longer blocks have a steeper filter.
const BLOCK_FRAMES: usize = 2048;
const WINDOW: rubato::WindowFunction = rubato::WindowFunction::BlackmanHarris2;

const fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}
