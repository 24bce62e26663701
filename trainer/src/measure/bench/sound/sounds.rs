//! Which sound is measured?

use crate::{
    audio::{self, Clip},
    measure::bench::BenchError,
};
use std::path::{Path, PathBuf};

/// A sound in memory.
#[derive(Clone, Debug)]
pub struct Sound {
    /// Unlike any other's.
    pub name: String,
    /// Where it came from.
    pub path: PathBuf,
    /// Frames per second.
    pub rate_hz: u32,
    /// Samples per frame.
    pub channels: usize,
    /// `[frames, channels]`
    pub samples: Vec<i16>,
}

impl Sound {
    /// Number of time steps.
    #[must_use]
    pub const fn frames(&self) -> usize {
        self.samples.len() / self.channels
    }

    /// Length in seconds.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.frames() as f64 / f64::from(self.rate_hz)
    }
}

/// What is done to every sound before it is measured.
#[derive(Clone, Copy, Debug, Default)]
pub struct Preparation {
    /// Resample to this rate.
    pub rate_hz: Option<u32>,
    /// Mix all channels into one.
    pub mono: bool,
    /// Keep only the beginning, so many seconds.
    pub seconds: Option<f64>,
}

/// Reads and prepares a sound.
///
/// # Errors
/// Those of reading and resampling.
pub fn load(path: &Path, name: String, how: Preparation) -> Result<Sound, BenchError> {
    let mut clip: Clip = audio::read(path)?;
    if let Some(seconds) = how.seconds {
        let frames = (seconds * f64::from(clip.rate_hz)).round().max(1.0) as usize;
        clip = clip.slice(0..frames);
    }
    if how.mono && clip.channels > 1 {
        clip = clip.mono_mix();
    }
    if let Some(rate_hz) = how.rate_hz {
        clip = audio::resample(&clip, rate_hz)?;
    }
    Ok(Sound {
        name,
        path: path.into(),
        rate_hz: clip.rate_hz,
        channels: clip.channels,
        samples: clip.to_i16(),
    })
}
