//! What is a sound in memory?

use crate::{Frames, SoundError, frames::to_i16};

/// A sound: `frames` time steps of `channels` samples.
///
/// Samples are interleaved, frame by frame. Full scale is 1.0, which is
/// 32,768 in 16 bits; float files may exceed it.
#[derive(Clone, Debug, PartialEq)]
pub struct Clip {
    /// Frames per second.
    pub rate_hz: u32,
    /// Samples per frame, at least 1.
    pub channels: usize,
    /// `[frames, channels]`, row-major.
    pub samples: Vec<f32>,
}

impl Clip {
    /// A clip from 16-bit samples, `[frames, channels]`.
    #[must_use]
    pub fn from_i16(rate_hz: u32, channels: usize, samples: &[i16]) -> Self {
        let samples = samples.iter().map(|&s| f32::from(s) / 32_768.0).collect();
        Self { rate_hz, channels, samples }
    }

    /// Whether a `.nex` file can hold it.
    ///
    /// # Errors
    /// Those of [`Frames::check_shape`], and [`SoundError::NotFinite`].
    pub fn check(&self) -> Result<(), SoundError> {
        self.check_shape()?;
        self.check_samples(0, &self.samples)
    }

    /// Number of time steps.
    #[must_use]
    pub const fn frames(&self) -> usize {
        match self.samples.len().checked_div(self.channels) {
            Some(frames) => frames,
            None => 0,
        }
    }

    /// Length in seconds.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.frames() as f64 / f64::from(self.rate_hz)
    }

    /// The largest magnitude of a sample; 0 for silence.
    #[must_use]
    pub fn peak(&self) -> f32 {
        self.samples.iter().fold(0.0, |peak, s| peak.max(s.abs()))
    }

    /// One channel: the mean of all channels, frame by frame.
    #[must_use]
    pub fn mono_mix(&self) -> Self {
        let scale = 1.0 / self.channels.max(1) as f32;
        let frames = self.samples.chunks_exact(self.channels.max(1));
        let samples = frames.map(|frame| frame.iter().sum::<f32>() * scale).collect();
        Self { rate_hz: self.rate_hz, channels: 1, samples }
    }

    /// The samples in 16 bits, `[frames, channels]`: rounded to the nearest,
    /// clipped at -32,768 and 32,767.
    #[must_use]
    pub fn to_i16(&self) -> Vec<i16> {
        self.samples.iter().copied().map(to_i16).collect()
    }

    /// The frames of a range; out of range is cut off.
    #[must_use]
    pub fn slice(&self, frames: std::ops::Range<usize>) -> Self {
        let end = frames.end.min(self.frames());
        let start = frames.start.min(end);
        let samples = self.samples[start * self.channels..end * self.channels].to_vec();
        Self { samples, ..*self }
    }

    /// Clips samples beyond full scale to it; says how many there were.
    pub fn clip_to_full_scale(&mut self) -> usize {
        let mut clipped = 0;
        for sample in &mut self.samples {
            if sample.abs() > 1.0 {
                *sample = sample.clamp(-1.0, 1.0);
                clipped += 1;
            }
        }
        clipped
    }
}
