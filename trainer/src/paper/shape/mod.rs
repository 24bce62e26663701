//! How well does a network hold a shape's surface?
//!
//! As the paper trains and counts it: points on the surface and near it, absolute
//! errors of the signed distance, overlap of the insides on a grid, everywhere
//! and close to the surface.

pub(super) mod run;

use super::{
    PaperError,
    net::{Net, chosen, download, upload},
    spec::Spec,
    train::{Config, Outcome, Point},
    trainer::{Pool, Trainer},
};
use crate::shape::{DOMAIN, Field, Grid, NOISE, Vec3, laplace};
use burn::tensor::Device;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use rayon::prelude::*;

/// Cells of the random labels along a side: 2^3 points of a 128^3 grid each.
const CELLS: usize = 64;

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
            coords.extend(field.sample(size.points, &mut rng));
            for scale in NOISE {
                for p in field.sample(size.points, &mut rng) {
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

/// Fits a network to a shape; the trainer has it.
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
) -> Result<(Trainer, Outcome), PaperError> {
    let mut trainer = Trainer::of_pool(spec, samples.pool(&spec, config, device), config, device);
    let outcome = trainer.run(config, row, watch)?;
    Ok((trainer, outcome))
}

/// A network's distances at the points of a grid.
#[must_use]
pub fn on_grid(net: &Net, like: &Grid, device: &Device) -> Grid {
    let n = like.points;
    let mut values = Vec::with_capacity(like.values.len());
    for slab in 0..n {
        let rows = slab * n..(slab + 1) * n;
        let points = rows.flat_map(|row| Grid::row(n, like.half, row)).flatten();
        let points = points.map(|x| x as f32).collect();
        let forward = net.forward(&net.inputs(upload(points, [1, 1, 1, n * n, 3], device)));
        let outputs = match &forward.logits {
            Some(logits) => (forward.outputs * chosen(logits)).sum_dim(1),
            None => forward.outputs,
        };
        values.extend(download(&outputs));
    }
    Grid { values, ..*like }
}
