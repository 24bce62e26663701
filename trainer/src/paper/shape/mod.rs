//! How well does a network hold a shape's surface?
//!
//! As the paper trains and counts it: points on the surface and near it, absolute
//! errors of the signed distance, overlap of the insides on a grid, everywhere
//! and close to the surface.

pub(super) mod run;

use super::{
    PaperError, Trainer,
    train::{Config, Outcome, Point},
};
use crate::{
    engine::Errors,
    fit::{
        Backend,
        problem::{Order, Problem},
    },
    model::Spec,
    shape::{DOMAIN, Field, Grid, NOISE, Vec3, laplace},
};
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

    fn problem(&self, spec: &Spec, config: &Config) -> Problem {
        let len = 3 * self.size.points;
        let mut rng = Pcg64Mcg::seed_from_u64(config.seed ^ 0x1abe);
        let experts = spec.arch.experts;
        let cells: Vec<u8> =
            (0..CELLS.pow(3)).map(|_| rng.random_range(0..experts) as u8).collect();
        let cell = |x: f32| {
            let unit = (f64::from(x) + DOMAIN) / (2.0 * DOMAIN);
            ((unit * CELLS as f64) as usize).min(CELLS - 1)
        };
        let label = |p: &[f32]| cells[p.iter().fold(0, |index, &x| index * CELLS + cell(x))];
        // 1000 for the mean over the surface, 1000 for the mean over the rest.
        let weight = |i: usize| if i < self.size.points { 3.0 } else { 1.5 };
        Problem {
            in_dim: 3,
            out_dim: 1,
            coords: self.coords.iter().map(|&x| x.into()).collect(),
            targets: vec![self.distances.clone()],
            labels: vec![self.coords.chunks_exact(3).map(label).collect()],
            fixed: false,
            weights: Some((0..len).map(weight).collect()),
            order: Order::Fixed(len),
            errors: Errors::Magnitude,
            reconstruction: super::trainer::RECONSTRUCTION,
            label_weight: 0.0,
        }
    }
}

/// Fits a network to a shape; the trainer has it.
///
/// # Errors
/// [`PaperError::Device`], [`PaperError::Diverged`].
pub fn fit(
    spec: Spec,
    samples: &Samples,
    config: &Config,
    row: &str,
    backend: Backend,
    watch: impl FnMut(&Point),
) -> Result<(Trainer, Outcome), PaperError> {
    let mut trainer = Trainer::of(spec, samples.problem(&spec, config), config, backend)?;
    let outcome = trainer.run(config, row, watch)?;
    Ok((trainer, outcome))
}

/// A network's distances at the points of a grid.
#[must_use]
pub fn on_grid(trainer: &mut Trainer, like: &Grid) -> Grid {
    let n = like.points;
    let mut values = Vec::with_capacity(like.values.len());
    for slab in 0..n {
        let rows = slab * n..(slab + 1) * n;
        let points: Vec<f64> =
            rows.flat_map(|row| Grid::row(n, like.half, row)).flatten().collect();
        values.extend(trainer.decode_at(&points));
    }
    Grid { values, ..*like }
}
