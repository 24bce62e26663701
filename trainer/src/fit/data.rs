//! Which coordinates, targets and labels does a step see?

use crate::{audio::Clip, quant::TimeDomain};
use rand::{SeedableRng, seq::SliceRandom};
use rand_pcg::Pcg64Mcg;
use std::ops::Range;

/// A clip as training data.
pub(super) struct Data {
    pub coords: Vec<f64>,
    /// `[frames, channels]`, divided by the clip's peak.
    pub targets: Vec<f32>,
    /// A balanced random segmentation: equal shares, shuffled.
    pub labels: Vec<u8>,
    /// Mean square of the targets.
    pub power: f64,
    channels: usize,
    seed: u64,
    order: Vec<u32>,
    /// The epoch `order` belongs to.
    epoch: Option<u64>,
}

/// The frames of one step.
pub(super) struct Minibatch {
    pub coords: Vec<f64>,
    pub targets: Vec<f32>,
    pub labels: Vec<u8>,
    pub frames: Vec<u32>,
}

impl Data {
    pub fn new(clip: &Clip, domain: &TimeDomain, experts: usize, seed: u64) -> Self {
        let peak = clip.peak();
        let scale = if peak > 0.0 { 1.0 / peak } else { 0.0 };
        let targets: Vec<f32> = clip.samples.iter().map(|s| s * scale).collect();
        let power = targets.iter().map(|&t| f64::from(t).powi(2)).sum::<f64>();
        let mut labels: Vec<u8> =
            (0..domain.frames).map(|i| (i as usize % experts) as u8).collect();
        labels.shuffle(&mut Pcg64Mcg::seed_from_u64(seed ^ 0x5e6d));
        Self {
            coords: (0..domain.frames).map(|i| domain.coordinate(i)).collect(),
            power: power / targets.len().max(1) as f64,
            targets,
            labels,
            channels: clip.channels,
            seed,
            order: (0..domain.frames).collect(),
            epoch: None,
        }
    }

    pub fn frames(&self) -> usize {
        self.coords.len()
    }

    /// The frames of a step: all of them, in order (`None`), or the step's
    /// part of its epoch's permutation. Depends on seed and step alone.
    pub fn batch(&mut self, step: u64, size: usize) -> Option<Minibatch> {
        let frames = self.frames();
        if size >= frames {
            return None;
        }
        let per_epoch = (frames / size) as u64;
        let (epoch, part) = (step / per_epoch, (step % per_epoch) as usize);
        if self.epoch != Some(epoch) {
            self.order.sort_unstable();
            let seed = self.seed.wrapping_add(epoch.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            self.order.shuffle(&mut Pcg64Mcg::seed_from_u64(seed));
            self.epoch = Some(epoch);
        }
        let range: Range<usize> = part * size..(part + 1) * size;
        let frames = self.order[range].to_vec();
        let pick = |&i: &u32| i as usize;
        Some(Minibatch {
            coords: frames.iter().map(|i| self.coords[pick(i)]).collect(),
            targets: frames
                .iter()
                .flat_map(|i| &self.targets[pick(i) * self.channels..][..self.channels])
                .copied()
                .collect(),
            labels: frames.iter().map(|i| self.labels[pick(i)]).collect(),
            frames,
        })
    }
}
