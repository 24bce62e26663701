//! What is fitted: a sound, a picture or a shape?

use super::{
    FitConfig, FitError,
    problem::{Order, Problem},
};
use crate::{
    audio::Clip,
    engine::Errors,
    picture::Picture,
    quant::{Quantiser, TimeDomain},
    shape::{DOMAIN, Shape},
};
use nex_format::{MAX_CHANNELS, MAX_IMAGE_CHANNELS};
use rand::{SeedableRng, seq::SliceRandom};
use rand_pcg::Pcg64Mcg;

/// Points with values: what a network is fitted to.
#[derive(Clone, Copy, Debug)]
pub enum Target<'a> {
    /// Frames of samples along time.
    Sound(&'a Clip),
    /// Pixels in rows.
    Picture(&'a Picture),
    /// Distances at points of a cube.
    Shape(&'a Shape),
}

/// In which terms a fit of the target is good, in dB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Metric {
    /// Signal-to-noise ratio, of a sound.
    Snr,
    /// Peak signal-to-noise ratio with peak 255, of a picture.
    Psnr,
    /// Of a shape: how far below 1, half its longest side, the mean magnitude
    /// of the distances' errors is.
    Distance,
}

impl Metric {
    /// `SNR` or `PSNR`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Snr => "SNR",
            Self::Psnr => "PSNR",
            Self::Distance => "accuracy",
        }
    }

    /// Decibels of a mean error of a step's points, beside the power of the
    /// values.
    #[must_use]
    pub fn decibels(self, mean_error: f64, power: f64) -> f64 {
        match self {
            Self::Snr | Self::Psnr => 10.0 * (power / mean_error).log10(),
            Self::Distance => -20.0 * mean_error.log10(),
        }
    }

    /// Which errors its fits make small.
    #[must_use]
    pub const fn errors(self) -> Errors {
        match self {
            Self::Snr | Self::Psnr => Errors::Square,
            Self::Distance => Errors::Magnitude,
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
            Self::Shape(_) => 3,
        }
    }

    /// Values per point.
    #[must_use]
    pub const fn channels(&self) -> usize {
        match self {
            Self::Sound(clip) => clip.channels,
            Self::Picture(picture) => picture.channels,
            Self::Shape(_) => 1,
        }
    }

    /// Frames, pixels or points.
    #[must_use]
    pub fn points(&self) -> usize {
        match self {
            Self::Sound(clip) => clip.frames(),
            Self::Picture(picture) => picture.pixels() as usize,
            Self::Shape(shape) => shape.samples.len(),
        }
    }

    /// What its fits are measured in.
    #[must_use]
    pub const fn metric(&self) -> Metric {
        match self {
            Self::Sound(_) => Metric::Snr,
            Self::Picture(_) => Metric::Psnr,
            Self::Shape(_) => Metric::Distance,
        }
    }

    /// Whether a network of this configuration can be fitted to it.
    pub(super) fn check(&self, config: &FitConfig) -> Result<(), FitError> {
        config.arch.validate()?;
        let (points, channels) = (self.points(), self.channels());
        let most = match self {
            Self::Sound(_) => MAX_CHANNELS,
            Self::Picture(_) => MAX_IMAGE_CHANNELS,
            Self::Shape(_) => 1,
        };
        let whole = match self {
            Self::Sound(_) => true,
            Self::Picture(picture) => picture.samples.len() == points * channels,
            Self::Shape(shape) => shape.samples.coords.len() == 3 * points,
        };
        let fits = config.arch.in_dim == self.dims() && config.arch.out_dim == channels;
        if points == 0 || u32::try_from(points).is_err() || channels > most || !whole || !fits {
            return Err(FitError::Target { points, channels });
        }
        Ok(())
    }

    /// The coordinates along each axis; of a sound both are the one there is,
    /// of a shape all three are alike.
    pub(super) fn axes(&self, config: &FitConfig) -> [TimeDomain; 2] {
        match self {
            Self::Shape(_) => {
                let frames = u32::from(Shape::CELLS) + 1;
                [TimeDomain { lo: -DOMAIN, hi: DOMAIN, frames }; 2]
            }
            Self::Sound(clip) => [config.time_domain(clip.frames() as u32); 2],
            Self::Picture(p) => config.picture_domain((p.width, p.height)),
        }
    }

    /// `[points, dims]`.
    pub(super) fn coordinates(&self, axes: &[TimeDomain; 2]) -> Vec<f64> {
        match self {
            Self::Shape(shape) => shape.samples.coords.iter().map(|&x| x.into()).collect(),
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
    /// picture's from -1 to 1, a shape's distances.
    pub(super) fn values(&self) -> Vec<f32> {
        match self {
            Self::Sound(clip) => {
                let peak = clip.peak();
                let scale = if peak > 0.0 { 1.0 / peak } else { 0.0 };
                clip.samples.iter().map(|s| s * scale).collect()
            }
            Self::Picture(picture) => picture.normalised(),
            Self::Shape(shape) => shape.samples.distances.clone(),
        }
    }

    /// What a fit learns, and what its mean errors are compared with.
    pub(super) fn problem(&self, config: &FitConfig, axes: &[TimeDomain; 2]) -> (Problem, f64) {
        let (points, experts) = (self.points(), config.arch.experts);
        let mut rng = Pcg64Mcg::seed_from_u64(config.seed ^ 0x5e6d);
        // A balanced random segmentation: equal shares, shuffled; of a shape by
        // cells of its cube.
        let labels = if let Target::Shape(shape) = self {
            shape.samples.cell_labels(experts, &mut rng)
        } else {
            let mut labels: Vec<u8> = (0..points).map(|i| (i % experts) as u8).collect();
            labels.shuffle(&mut rng);
            labels
        };
        let targets = self.values();
        let power = self.reference_power(&targets);
        let problem = Problem {
            in_dim: self.dims(),
            out_dim: self.channels(),
            coords: self.coordinates(axes),
            targets: vec![targets],
            labels: vec![labels],
            fixed: false,
            weights: None,
            order: Order::Shuffled(config.batch, config.seed),
            errors: self.metric().errors(),
            reconstruction: config.reconstruction_weight,
            label_weight: config.label_weight,
        };
        (problem, power)
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
            // Of no use: a magnitude is no power.
            Self::Shape(_) => 1.0,
        }
    }

    pub(super) fn quantiser(&self, config: &FitConfig, axes: [TimeDomain; 2]) -> Quantiser {
        let (arch, precision) = (&config.arch, config.precision);
        match self {
            Self::Sound(clip) => {
                Quantiser::new(arch, precision, axes[0], clip.rate_hz, clip.peak())
            }
            Self::Picture(_) => Quantiser::picture(arch, precision, axes),
            Self::Shape(shape) => Quantiser::shape(arch, precision, axes[0], shape.header()),
        }
    }
}
