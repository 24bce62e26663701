//! What is to be fitted, how, and for how long?

use super::stages::{Schedule, Stage};
use crate::{
    model::{Arch, Block, FirstInit},
    quant::{Precision, TimeDomain},
};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// When a fit ends.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Effort {
    /// After so many steps, pretraining not counted; repeats to the bit.
    Steps(u64),
    /// After so many seconds of wall time, pretraining included.
    Seconds(f64),
}

/// How the learning rate falls.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Decay {
    /// Times this every step (paper: 0.9999).
    PerStep(f64),
    /// Exponentially, to this fraction of the first rate at the end.
    Final(f64),
}

impl Decay {
    /// The learning rate at a step and a fraction of the effort, of a first one.
    #[must_use]
    pub fn rate_at(self, first: f64, step: u64, fraction: f64) -> f64 {
        match self {
            Self::PerStep(factor) => first * factor.powf(step as f64),
            Self::Final(ratio) => first * ratio.powf(fraction),
        }
    }
}

/// Which coordinates a clip's frames, or the pixels of a picture's longer side,
/// get.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Domain {
    /// Those of the first and the last (paper: -100 and 100, of a picture -1
    /// and 1).
    Fixed(f64, f64),
    /// Symmetric, and as wide as makes the highest first-layer frequency at
    /// the start this many cycles per frame or pixel.
    Band(f64),
}

/// What computes losses and gradients.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Backend {
    /// The fused CPU engine; networks that it does not know on `Flex`.
    Fused,
    /// burn's own CPU backend, operation by operation.
    Flex,
    /// burn's older CPU backend (cargo feature `ndarray`).
    Ndarray,
    /// A GPU by Vulkan (cargo feature `vulkan`).
    Vulkan,
    /// A GPU on whatever API is there (cargo feature `wgpu`).
    Wgpu,
    /// An NVIDIA GPU (cargo feature `cuda`).
    Cuda,
}

impl Backend {
    /// What it is called.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fused => "fused",
            Self::Flex => "flex",
            Self::Ndarray => "ndarray",
            Self::Vulkan => "vulkan",
            Self::Wgpu => "wgpu",
            Self::Cuda => "cuda",
        }
    }

    /// Whether it needs many small parts to be busy.
    #[must_use]
    pub const fn is_gpu(self) -> bool {
        matches!(self, Self::Vulkan | Self::Wgpu | Self::Cuda)
    }

    /// Parts that a step's points are split into at most, unless told.
    #[must_use]
    pub const fn chunks(self) -> usize {
        if self.is_gpu() { 16 } else { 1 }
    }
}

const fn whole() -> f64 {
    1.0
}

/// A named starting point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// About 4 KB: 4 experts, 16 units.
    Tiny,
    /// About 14 KB: 4 experts, 32 units.
    Small,
    /// The paper's network and training, 4 experts of 128 units; takes hours.
    Paper,
}

/// Everything a fit depends on besides the sound or picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FitConfig {
    /// The network.
    pub arch: Arch,
    /// How the file stores it.
    pub precision: Precision,
    /// When to end.
    pub effort: Effort,
    /// Frames or pixels per step; all of them if there are not more.
    pub batch: usize,
    /// Learning rate of the first step.
    pub rate: f64,
    /// How it falls.
    pub decay: Decay,
    /// Steps in which the manager learns the random segmentation.
    pub pretrain_steps: u64,
    /// Learning rate of these steps, as a part of `rate`.
    ///
    /// Random labels are noise: of more pixels than a network can remember they
    /// drive its first layers to frequencies from which no fit comes back, and
    /// sooner the higher the rate is.
    #[serde(default = "whole")]
    pub pretrain_rate: f64,
    /// Weight of the random segmentation's cross entropy in the first stage.
    pub label_weight: f32,
    /// Weight of the reconstruction error.
    pub reconstruction_weight: f32,
    /// Fraction of the effort after which only the experts train.
    pub expert_stage: f64,
    /// Fraction of the effort after which only the chosen expert of a frame
    /// is evaluated, while encoder and experts still train.
    pub sparse_after: Option<f64>,
    /// Last fraction of the effort that trains on what the file will hold.
    pub quant_aware: f64,
    /// The coordinates.
    pub domain: Domain,
    /// How first layers are drawn.
    pub first_init: FirstInit,
    /// Seed of everything random.
    pub seed: u64,
    /// How often a run folder gets a checkpoint.
    pub checkpoint_every: Duration,
    /// Threads; 0 uses every core.
    pub threads: usize,
    /// What computes the gradients.
    pub backend: Backend,
    /// Stored in the file.
    pub comment: Option<String>,
}

impl FitConfig {
    /// The constants of a preset for a sound of so many channels.
    #[must_use]
    pub fn preset(preset: Preset, channels: usize) -> Self {
        let small = |width: usize, steps: u64| Self {
            arch: Arch {
                in_dim: 1,
                out_dim: channels,
                experts: 4,
                encoder: Block { width, sine_layers: 3 },
                manager_encoder: Block { width: width / 2, sine_layers: 2 },
                manager_head: Block { width: width / 2, sine_layers: 1 },
                expert: Block { width, sine_layers: 2 },
            },
            precision: Precision::I8,
            effort: Effort::Steps(steps),
            batch: 4096,
            rate: 1e-3,
            decay: Decay::Final(0.02),
            pretrain_steps: 200,
            pretrain_rate: 1.0,
            label_weight: 0.0,
            reconstruction_weight: 1000.0,
            expert_stage: 0.85,
            sparse_after: None,
            quant_aware: 0.4,
            domain: Domain::Band(0.03),
            first_init: FirstInit::Siren,
            seed: 0,
            checkpoint_every: Duration::from_secs(20),
            threads: 0,
            backend: Backend::Fused,
            comment: None,
        };
        match preset {
            Preset::Tiny => small(16, 10_000),
            Preset::Small => small(32, 10_000),
            Preset::Paper => Self {
                arch: Arch::paper(1, channels, 4),
                precision: Precision::I16,
                effort: Effort::Steps(30_000),
                batch: usize::MAX,
                rate: 1e-5,
                decay: Decay::PerStep(0.9999),
                pretrain_steps: 3000,
                label_weight: 10.0,
                expert_stage: 0.8,
                quant_aware: 0.05,
                domain: Domain::Fixed(-100.0, 100.0),
                ..small(32, 0)
            },
        }
    }

    /// The constants of a preset for a picture of so many channels.
    #[must_use]
    pub fn picture_preset(preset: Preset, channels: usize) -> Self {
        let sound = Self::preset(preset, channels);
        let (rate, pretrain_rate) = match preset {
            Preset::Paper => (sound.rate, sound.pretrain_rate),
            // At the whole rate pictures of 240 x 240 pixels are lost.
            _ => (2e-3, 0.1),
        };
        Self {
            arch: Arch { in_dim: 2, ..sound.arch },
            rate,
            pretrain_rate,
            // Of sounds alone (paper).
            label_weight: 0.0,
            domain: Domain::Fixed(-1.0, 1.0),
            ..sound
        }
    }

    /// The constants of a preset for a shape.
    #[must_use]
    pub fn shape_preset(preset: Preset) -> Self {
        let sound = Self::preset(preset, 1);
        let arch = match preset {
            // The paper's small network for shapes.
            Preset::Paper => Arch {
                experts: 8,
                encoder: Block::encoder(256, 2),
                manager_encoder: Block::encoder(64, 2),
                manager_head: Block::head(64, 2),
                expert: Block::head(32, 2),
                ..sound.arch
            },
            _ => sound.arch,
        };
        let (rate, batch) = match preset {
            Preset::Paper => (3e-5, 30_000),
            _ => (1e-3, 4096),
        };
        Self {
            arch: Arch { in_dim: 3, ..arch },
            rate,
            batch,
            label_weight: 0.0,
            domain: Domain::Fixed(-crate::shape::DOMAIN, crate::shape::DOMAIN),
            ..sound
        }
    }

    /// The coordinates of a picture of so many columns and rows, along x and
    /// y: the domain is that of the longer side; the shorter has the same
    /// distance between pixels, and the same middle.
    #[must_use]
    pub fn picture_domain(&self, (width, height): (u16, u16)) -> [TimeDomain; 2] {
        let longer = width.max(height);
        let TimeDomain { lo, hi, .. } = self.domain_of(longer.into(), 2);
        let middle = (lo + hi) / 2.0;
        [width, height].map(|side| {
            let part = f64::from(side - 1) / f64::from(longer.max(2) - 1);
            let half = (hi - lo) / 2.0 * part;
            TimeDomain { lo: middle - half, hi: middle + half, frames: side.into() }
        })
    }

    /// The coordinates of a clip of so many frames.
    #[must_use]
    pub fn time_domain(&self, frames: u32) -> TimeDomain {
        self.domain_of(frames, 1)
    }

    /// Along one of so many axes.
    fn domain_of(&self, frames: u32, dims: usize) -> TimeDomain {
        let (lo, hi) = match self.domain {
            Domain::Fixed(lo, hi) => (lo, hi),
            Domain::Band(band) => {
                let cycles_per_unit = f64::from(crate::model::OMEGA) / std::f64::consts::TAU
                    * self.first_init.bound(dims);
                let half = band * f64::from(frames.max(2) - 1) / (2.0 * cycles_per_unit);
                (-half, half)
            }
        };
        TimeDomain { lo, hi, frames }
    }

    pub(super) fn schedule(&self) -> Schedule {
        Schedule {
            many: self.arch.experts > 1,
            chosen: self.sparse_after,
            frozen: (self.expert_stage, Stage::FrozenChosen),
            rounded: 1.0 - self.quant_aware,
        }
    }

    /// The learning rate of the pretraining.
    pub(super) fn pretraining_rate(&self) -> f64 {
        self.rate * self.pretrain_rate
    }

    /// The learning rate at a step and a fraction of the effort.
    #[must_use]
    pub fn rate_at(&self, step: u64, fraction: f64) -> f64 {
        self.decay.rate_at(self.rate, step, fraction)
    }
}
