//! How well does a network hold a shape's surface?
//!
//! As the paper trains and counts it: points on the surface and near it, absolute
//! errors of the signed distance, overlap of the insides on a grid, everywhere
//! and close to the surface.

mod distance;
mod mesh;
pub(super) mod run;

pub use distance::Field;
pub use mesh::{Mesh, Vec3};

use super::{
    PaperError,
    net::{Net, chosen, download, upload},
    spec::Spec,
    train::{Config, Outcome, Point},
    trainer::{Pool, Trainer},
};
use burn::tensor::Device;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use rayon::prelude::*;

/// Half the side of the domain.
const DOMAIN: f64 = 1.2;
/// Scales of the Laplace noise: coarse and fine.
const NOISE: [f64; 2] = [2e-1, 2e-3];
/// Cells of the random labels along a side: 2^3 points of a 128^3 grid each.
const CELLS: usize = 64;
/// Distances within which the trimap IoU counts.
pub const TRIMAP: [f64; 4] = [0.1, 0.01, 0.005, 0.001];

/// How large a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// Points on the surface in a step, as many fine and as many coarse.
    pub points: usize,
    /// Batches that are drawn before the training; they take turns.
    pub batches: usize,
    /// Points along a side of the grid that IoU is counted on.
    pub grid: usize,
}

/// Overlap of the insides: over the whole grid, and within [`TRIMAP`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Overlap {
    /// Everywhere.
    pub iou: f64,
    /// Close to the surface; `NAN` where no grid point is that close to the inside.
    pub trimap: [f64; 4],
}

/// Batches of a shape, in memory.
pub struct Samples {
    coords: Vec<f32>,
    distances: Vec<f32>,
    size: Size,
}

impl Samples {
    /// Draws batches; the distances take most of the time, on all cores.
    #[must_use]
    pub fn draw(field: &Field, size: Size, seed: u64) -> Self {
        let mut rng = Pcg64Mcg::seed_from_u64(seed ^ 0x5d3f);
        let mut coords: Vec<Vec3> = Vec::new();
        for _ in 0..size.batches {
            coords.extend(field.mesh().sample(size.points, &mut rng));
            for scale in NOISE {
                for p in field.mesh().sample(size.points, &mut rng) {
                    coords.push(p.map(|x| (x + scale * laplace(&mut rng)).clamp(-DOMAIN, DOMAIN)));
                }
            }
        }
        let per_batch = 3 * size.points;
        let distance = |(i, p): (usize, &Vec3)| {
            if i % per_batch < size.points { 0.0 } else { field.signed(*p) as f32 }
        };
        let distances = coords.par_iter().enumerate().map(distance).collect();
        let coords = coords.into_iter().flatten().map(|x| x as f32).collect();
        Self { coords, distances, size }
    }

    fn pool(&self, spec: &Spec, config: &Config, device: &Device) -> Pool {
        let (chunks, experts) = (config.chunks, spec.arch.experts);
        let rows = 3 * self.size.points / chunks;
        let shape = |columns| [1, 1, self.size.batches * chunks, rows, columns];
        // 1000 for the mean over the surface, 1000 for the mean over the rest.
        let weight = |i: usize| if i < self.size.points { 3.0 } else { 1.5 };
        let weights = (0..3 * self.size.points).map(weight).collect();
        let mut rng = Pcg64Mcg::seed_from_u64(config.seed ^ 0x1abe);
        let cells: Vec<u8> =
            (0..CELLS.pow(3)).map(|_| rng.random_range(0..experts) as u8).collect();
        let cell = |x: f32| {
            let unit = (f64::from(x) + DOMAIN) / (2.0 * DOMAIN);
            ((unit * CELLS as f64) as usize).min(CELLS - 1)
        };
        let hot = (experts > 1).then(|| {
            let mut hot = vec![0.0; self.distances.len() * experts];
            for (p, hot) in self.coords.chunks_exact(3).zip(hot.chunks_exact_mut(experts)) {
                let index = p.iter().fold(0, |index, &x| index * CELLS + cell(x));
                hot[usize::from(cells[index])] = 1.0;
            }
            upload(hot, shape(experts), device)
        });
        Pool {
            inputs: upload(self.coords.clone(), shape(3), device),
            targets: upload(self.distances.clone(), shape(1), device),
            hot,
            weights: upload(weights, [1, 1, chunks, rows, 1], device),
        }
    }
}

/// A random number of density exp(-|x|) / 2.
fn laplace(rng: &mut Pcg64Mcg) -> f64 {
    let u = rng.random::<f64>() - 0.5;
    -(1.0 - 2.0 * u.abs()).max(f64::MIN_POSITIVE).ln().copysign(-u)
}

/// The grid's distances, the measure of [`overlap`]: `grid^3` values.
#[must_use]
pub fn grid_distances(field: &Field, grid: usize) -> Vec<f32> {
    (0..grid.pow(3)).into_par_iter().map(|i| field.signed(grid_point(i, grid)) as f32).collect()
}

fn grid_point(i: usize, grid: usize) -> Vec3 {
    let axis = |i: usize| DOMAIN * (2.0 * i as f64 / (grid - 1) as f64 - 1.0);
    [axis(i / grid / grid), axis(i / grid % grid), axis(i % grid)]
}

/// Fits a network to a shape.
///
/// # Errors
/// [`PaperError::Diverged`].
pub fn fit(
    spec: Spec,
    samples: &Samples,
    config: &Config,
    row: &str,
    device: &Device,
    watch: impl FnMut(&Point),
) -> Result<(Net, Outcome), PaperError> {
    let mut trainer = Trainer::of_pool(spec, samples.pool(&spec, config, device), config, device);
    let outcome = trainer.run(config, row, watch)?;
    Ok((trainer.net().clone(), outcome))
}

/// Overlap of a network's inside with that of a shape's grid.
#[must_use]
pub fn overlap(net: &Net, truth: &[f32], grid: usize, device: &Device) -> Overlap {
    let slab = grid * grid;
    let mut ours = Vec::with_capacity(truth.len());
    for first in (0..truth.len()).step_by(slab) {
        let points = (first..first + slab).flat_map(|i| grid_point(i, grid));
        let points = points.map(|x| x as f32).collect();
        let forward = net.forward(&net.inputs(upload(points, [1, 1, 1, slab, 3], device)));
        let outputs = match &forward.logits {
            Some(logits) => (forward.outputs * chosen(logits)).sum_dim(1),
            None => forward.outputs,
        };
        ours.extend(download(&outputs));
    }
    count(&ours, truth)
}

fn count(ours: &[f32], truth: &[f32]) -> Overlap {
    let within = |limit: f64| {
        let (mut both, mut either) = (0u32, 0u32);
        for (&a, &b) in ours.iter().zip(truth) {
            if f64::from(b.abs()) <= limit {
                both += u32::from(a < 0.0 && b < 0.0);
                either += u32::from(a < 0.0 || b < 0.0);
            }
        }
        f64::from(both) / f64::from(either)
    };
    Overlap { iou: within(f64::INFINITY), trimap: TRIMAP.map(within) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlap_counts_what_is_inside_both_or_either() {
        let truth = [-0.5, -0.0005, 0.0005, 0.5];
        let all = count(&truth, &truth);
        assert_eq!((all.iou, all.trimap), (1.0, [1.0; 4]));
        let ours = [-1.0, 1.0, -1.0, 1.0];
        let half = count(&ours, &truth);
        assert_eq!((half.iou, half.trimap[3]), (1.0 / 3.0, 0.0));
    }

    #[test]
    fn laplace_noise_has_its_mean_magnitude() {
        let mut rng = Pcg64Mcg::seed_from_u64(1);
        let values: Vec<f64> = (0..20_000).map(|_| laplace(&mut rng)).collect();
        let mean = values.iter().sum::<f64>() / 20_000.0;
        let magnitude = values.iter().map(|v| v.abs()).sum::<f64>() / 20_000.0;
        assert!(mean.abs() < 0.04 && (magnitude - 1.0).abs() < 0.03, "{mean} {magnitude}");
    }
}
