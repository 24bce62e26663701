//! Where do a sound's samples come from? (memory, a file, whatever can be read
//! a part at a time)

use crate::{Clip, SoundError};
use std::{io, ops::Range};

/// A sound whose frames can be read anywhere, as often as wanted, and by many
/// threads at once: what the encoder needs of it is never more than a part.
///
/// Samples are those of a [`Clip`]: interleaved, full scale 1.0.
pub trait Frames: Sync {
    /// Frames per second.
    fn rate_hz(&self) -> u32;

    /// Samples per frame.
    fn channels(&self) -> usize;

    /// Number of time steps.
    fn frames(&self) -> usize;

    /// Fills `out` with the frames from `start` on; all of them are there.
    ///
    /// # Errors
    /// What the system says of a file.
    fn read(&self, start: usize, out: &mut [f32]) -> io::Result<()>;

    /// Length in seconds.
    fn seconds(&self) -> f64 {
        self.frames() as f64 / f64::from(self.rate_hz())
    }

    /// Whether a `.nex` file can hold a sound of this shape.
    ///
    /// # Errors
    /// [`SoundError::NoChannels`], [`SoundError::Channels`], [`SoundError::Rate`],
    /// [`SoundError::NoSamples`].
    fn check_shape(&self) -> Result<(), SoundError> {
        let (channels, max) = (self.channels(), nex_format::MAX_CHANNELS);
        if channels == 0 {
            return Err(SoundError::NoChannels);
        }
        if channels > max {
            return Err(SoundError::Channels { channels, max });
        }
        if !nex_format::RATE_HZ.contains(&self.rate_hz()) {
            return Err(SoundError::Rate(self.rate_hz()));
        }
        if self.frames() == 0 {
            return Err(SoundError::NoSamples);
        }
        Ok(())
    }

    /// Whether the samples read from frame `start` on are all numbers.
    ///
    /// # Errors
    /// [`SoundError::NotFinite`].
    fn check_samples(&self, start: usize, samples: &[f32]) -> Result<(), SoundError> {
        let channels = self.channels().max(1);
        match samples.iter().position(|s| !s.is_finite()) {
            None => Ok(()),
            Some(at) => Err(SoundError::NotFinite {
                frame: start + at / channels,
                channel: at % channels,
                value: samples[at],
            }),
        }
    }

    /// The frames of a range, in 16 bits as in [`Clip::to_i16`].
    ///
    /// # Errors
    /// As [`read`](Self::read).
    fn read_i16(&self, range: Range<usize>) -> io::Result<Vec<i16>> {
        let mut samples = vec![0.0; range.len() * self.channels()];
        self.read(range.start, &mut samples)?;
        Ok(samples.into_iter().map(to_i16).collect())
    }
}

impl Frames for Clip {
    fn rate_hz(&self) -> u32 {
        self.rate_hz
    }

    fn channels(&self) -> usize {
        self.channels
    }

    fn frames(&self) -> usize {
        Self::frames(self)
    }

    fn read(&self, start: usize, out: &mut [f32]) -> io::Result<()> {
        let samples = self.samples.get(start * self.channels..).unwrap_or_default();
        let samples = samples.get(..out.len()).ok_or(io::ErrorKind::UnexpectedEof)?;
        out.copy_from_slice(samples);
        Ok(())
    }
}

/// A sample in 16 bits: rounded to the nearest, clipped at full scale.
pub(crate) fn to_i16(sample: f32) -> i16 {
    // The cast saturates.
    (sample * 32_768.0).round() as i16
}
