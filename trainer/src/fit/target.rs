//! What is fitted: a sound or a picture?

use super::{FitConfig, FitError};
use crate::{
    audio::Clip,
    picture::Picture,
    quant::{Quantiser, TimeDomain},
};
use nex_format::{MAX_CHANNELS, MAX_IMAGE_CHANNELS};

/// Points with values: what a network is fitted to.
#[derive(Clone, Copy, Debug)]
pub enum Target<'a> {
    /// Frames of samples along time.
    Sound(&'a Clip),
    /// Pixels in rows.
    Picture(&'a Picture),
}

/// In which terms a fit of the target is good, in dB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// Signal-to-noise ratio, of a sound.
    Snr,
    /// Peak signal-to-noise ratio with peak 255, of a picture.
    Psnr,
}

impl Metric {
    /// `SNR` or `PSNR`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Snr => "SNR",
            Self::Psnr => "PSNR",
        }
    }
}

impl Target<'_> {
    /// Coordinates per point.
    #[must_use]
    pub const fn dims(&self) -> usize {
        match self {
            Self::Sound(_) => 1,
            Self::Picture(_) => 2,
        }
    }

    /// Values per point.
    #[must_use]
    pub const fn channels(&self) -> usize {
        match self {
            Self::Sound(clip) => clip.channels,
            Self::Picture(picture) => picture.channels,
        }
    }

    /// Frames or pixels.
    #[must_use]
    pub fn points(&self) -> usize {
        match self {
            Self::Sound(clip) => clip.frames(),
            Self::Picture(picture) => picture.pixels() as usize,
        }
    }

    /// What its fits are measured in.
    #[must_use]
    pub const fn metric(&self) -> Metric {
        match self {
            Self::Sound(_) => Metric::Snr,
            Self::Picture(_) => Metric::Psnr,
        }
    }

    /// Whether a network of this configuration can be fitted to it.
    pub(super) fn check(&self, config: &FitConfig) -> Result<(), FitError> {
        config.arch.validate()?;
        let (points, channels) = (self.points(), self.channels());
        let most = match self {
            Self::Sound(_) => MAX_CHANNELS,
            Self::Picture(_) => MAX_IMAGE_CHANNELS,
        };
        let whole = match self {
            Self::Sound(_) => true,
            Self::Picture(picture) => picture.samples.len() == points * channels,
        };
        let fits = config.arch.in_dim == self.dims() && config.arch.out_dim == channels;
        if points == 0 || u32::try_from(points).is_err() || channels > most || !whole || !fits {
            return Err(FitError::Target { points, channels });
        }
        Ok(())
    }

    /// The coordinates along each axis; of a sound both are the one there is.
    pub(super) fn axes(&self, config: &FitConfig) -> [TimeDomain; 2] {
        match self {
            Self::Sound(clip) => [config.time_domain(clip.frames() as u32); 2],
            Self::Picture(p) => config.picture_domain((p.width, p.height)),
        }
    }

    /// `[points, dims]`.
    pub(super) fn coordinates(&self, axes: &[TimeDomain; 2]) -> Vec<f64> {
        match self {
            Self::Sound(_) => (0..axes[0].frames).map(|i| axes[0].coordinate(i)).collect(),
            Self::Picture(_) => (0..axes[1].frames)
                .flat_map(|y| {
                    let y = axes[1].coordinate(y);
                    (0..axes[0].frames).flat_map(move |x| [axes[0].coordinate(x), y])
                })
                .collect(),
        }
    }

    /// `[points, channels]`: a sound's samples divided by its peak, a
    /// picture's from -1 to 1.
    pub(super) fn values(&self) -> Vec<f32> {
        match self {
            Self::Sound(clip) => {
                let peak = clip.peak();
                let scale = if peak > 0.0 { 1.0 / peak } else { 0.0 };
                clip.samples.iter().map(|s| s * scale).collect()
            }
            Self::Picture(picture) => picture.normalised(),
        }
    }

    /// The power that a mean square error of the values is compared with.
    pub(super) fn reference_power(&self, values: &[f32]) -> f64 {
        match self {
            Self::Sound(_) => {
                let energy = values.iter().map(|&t| f64::from(t).powi(2)).sum::<f64>();
                energy / values.len().max(1) as f64
            }
            // From black to white: 2.
            Self::Picture(_) => 4.0,
        }
    }

    pub(super) fn quantiser(&self, config: &FitConfig, axes: [TimeDomain; 2]) -> Quantiser {
        let (arch, precision) = (&config.arch, config.precision);
        match self {
            Self::Sound(clip) => {
                Quantiser::new(arch, precision, axes[0], clip.rate_hz, clip.peak())
            }
            Self::Picture(_) => Quantiser::picture(arch, precision, axes),
        }
    }
}
