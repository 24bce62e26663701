//! Which coordinates, targets and labels does a step see?

use super::Target;
use crate::quant::TimeDomain;
use rand::{SeedableRng, seq::SliceRandom};
use rand_pcg::Pcg64Mcg;
use std::ops::Range;

/// A sound or a picture as training data.
pub(super) struct Data {
    /// `[points, dims]`.
    pub coords: Vec<f64>,
    /// `[points, channels]`.
    pub targets: Vec<f32>,
    /// A balanced random segmentation: equal shares, shuffled; of a shape by
    /// cells of its cube.
    pub labels: Vec<u8>,
    /// What a mean square error is compared with.
    pub power: f64,
    dims: usize,
    channels: usize,
    seed: u64,
    order: Vec<u32>,
    /// The epoch `order` belongs to.
    epoch: Option<u64>,
}

/// The points of one step.
pub(super) struct Minibatch {
    pub coords: Vec<f64>,
    pub targets: Vec<f32>,
    pub labels: Vec<u8>,
    pub points: Vec<u32>,
}

impl Data {
    pub fn new(target: Target<'_>, axes: &[TimeDomain; 2], experts: usize, seed: u64) -> Self {
        let targets = target.values();
        let points = target.points();
        let mut rng = Pcg64Mcg::seed_from_u64(seed ^ 0x5e6d);
        let mut labels: Vec<u8>;
        if let Target::Shape(shape) = target {
            labels = shape.samples.cell_labels(experts, &mut rng);
        } else {
            labels = (0..points).map(|i| (i % experts) as u8).collect();
            labels.shuffle(&mut rng);
        }
        Self {
            coords: target.coordinates(axes),
            power: target.reference_power(&targets),
            targets,
            labels,
            dims: target.dims(),
            channels: target.channels(),
            seed,
            order: (0..points as u32).collect(),
            epoch: None,
        }
    }

    pub fn points(&self) -> usize {
        self.labels.len()
    }

    /// The points of a step: all of them, in order (`None`), or the step's
    /// part of its epoch's permutation. Depends on seed and step alone.
    pub fn batch(&mut self, step: u64, size: usize) -> Option<Minibatch> {
        let points = self.points();
        if size >= points {
            return None;
        }
        let per_epoch = (points / size) as u64;
        let (epoch, part) = (step / per_epoch, (step % per_epoch) as usize);
        if self.epoch != Some(epoch) {
            self.order.sort_unstable();
            let seed = self.seed.wrapping_add(epoch.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            self.order.shuffle(&mut Pcg64Mcg::seed_from_u64(seed));
            self.epoch = Some(epoch);
        }
        let range: Range<usize> = part * size..(part + 1) * size;
        let points = self.order[range].to_vec();
        Some(Minibatch {
            coords: pick(&self.coords, &points, self.dims),
            targets: pick(&self.targets, &points, self.channels),
            labels: pick(&self.labels, &points, 1),
            points,
        })
    }
}

/// The values of some points, `count` each.
fn pick<T: Copy>(values: &[T], points: &[u32], count: usize) -> Vec<T> {
    points.iter().flat_map(|&i| &values[i as usize * count..][..count]).copied().collect()
}
