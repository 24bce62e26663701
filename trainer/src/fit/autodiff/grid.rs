//! How are the features of `InstantNGP`'s hash grid computed and trained?
//!
//! As a fit's coordinates never change, which entries they read is computed
//! once, and for every entry who reads it: both directions are then reads from
//! lists, which any device does in parallel and in the same order every time.

use crate::{
    fit::device::{download, upload},
    model::grid::{FEATURES, LEVELS, VALUES, levels},
};
use burn::{
    optim::{Adam, AdamState, Optimizer},
    tensor::{Device, Int, Tensor, TensorData},
};

/// Who reads the entries of a level.
struct Readers {
    /// `[entries read * most readers]`: points.
    points: Tensor<1, Int>,
    /// `[1, 1, entries read, most readers, 1]`: weights, 0 where there is none.
    weights: Tensor<5>,
}

/// A hash grid in training, of each fit.
pub(super) struct Grid {
    /// `[fits, 1, 1, entries, 2]`.
    table: Tensor<5>,
    moments: Option<AdamState<5>>,
    /// `[levels * corners * points]`: entries.
    entries: Tensor<1, Int>,
    /// `[1, 1, 1, levels * corners * points, 1]`.
    weights: Tensor<5>,
    readers: Vec<Readers>,
    /// `[entries]`: which of the levels' entries that are read, the one after
    /// the last for those that are not.
    places: Tensor<1, Int>,
    corners: usize,
}

fn indices(values: Vec<i32>, device: &Device) -> Tensor<1, Int> {
    let len = values.len();
    Tensor::from_data(TensorData::new(values, [len]), device)
}

impl Grid {
    /// A grid for points `[points, dims]` with a table `[entries, 2]`.
    pub(super) fn new(coords: &[f32], dims: usize, table: Vec<f32>, device: &Device) -> Self {
        let levels = levels(dims);
        let total: usize = levels.iter().map(|l| l.entries).sum();
        let (mut entries, mut weights) = (vec![], vec![]);
        let (mut readers, mut places) = (vec![], vec![-1; total]);
        let mut read = 0;
        for level in &levels {
            let of_points: Vec<_> = coords.chunks_exact(dims).map(|p| level.corners(p)).collect();
            let mut of_entries: Vec<Vec<(usize, f32)>> = vec![vec![]; level.entries];
            for corner in 0..1 << dims {
                for (point, corners) in of_points.iter().enumerate() {
                    let (entry, weight) = corners[corner];
                    entries.push(entry as i32);
                    weights.push(weight);
                    of_entries[entry - level.offset].push((point, weight));
                }
            }
            let most = of_entries.iter().map(Vec::len).max().unwrap_or(0);
            let (mut who, mut how) = (vec![], vec![]);
            for (entry, list) in of_entries.iter().enumerate().filter(|(_, l)| !l.is_empty()) {
                places[level.offset + entry] = read;
                read += 1;
                let padded = list.iter().copied().chain(std::iter::repeat((0, 0.0))).take(most);
                let (points, weights): (Vec<usize>, Vec<f32>) = padded.unzip();
                who.extend(points.into_iter().map(|p| p as i32));
                how.extend(weights);
            }
            let shape = [1, 1, how.len() / most.max(1), most, 1];
            readers.push(Readers {
                points: indices(who, device),
                weights: upload(how, shape, device),
            });
        }
        let unread = |p: i32| if p < 0 { read } else { p };
        let places = places.into_iter().map(unread).collect();
        let len = weights.len();
        Self {
            table: upload(table, [1, 1, 1, total, VALUES], device),
            moments: None,
            entries: indices(entries, device),
            weights: upload(weights, [1, 1, 1, len, 1], device),
            readers,
            places: indices(places, device),
            corners: 1 << dims,
        }
    }

    /// The same grid once for each of so many fits.
    pub(super) fn repeat(&mut self, fits: usize) {
        self.table = self.table.clone().repeat_dim(0, fits);
    }

    /// One fit's table; waits for the device.
    pub(super) fn table(&self, fit: usize) -> Vec<f32> {
        download(&self.table.clone().narrow(0, fit, 1))
    }

    pub(super) fn forget_moments(&mut self) {
        self.moments = None;
    }

    /// Features `[fits, 1, chunks, rows, FEATURES]`.
    pub(super) fn features(&self, chunks: usize) -> Tensor<5> {
        let fits = self.table.dims()[0];
        let values = self.table.clone().select(3, self.entries.clone()) * self.weights.clone();
        let points = values.dims()[3] / LEVELS / self.corners;
        let summed = values.reshape([fits, LEVELS, self.corners, points, VALUES]).sum_dim(2);
        let in_rows = summed.permute([0, 2, 3, 1, 4]);
        in_rows.reshape([fits, 1, chunks, points / chunks, FEATURES])
    }

    /// The table's gradient from that of the features.
    fn gradient(&self, features: Tensor<5>) -> Tensor<5> {
        let [fits, _, chunks, rows, _] = features.dims();
        let by_level = features.reshape([fits, 1, chunks * rows, LEVELS, VALUES]);
        let by_level = by_level.permute([0, 3, 1, 2, 4]);
        let of_level = |(level, readers): (usize, &Readers)| {
            let [_, _, entries, most, _] = readers.weights.dims();
            let values = by_level.clone().narrow(1, level, 1).select(3, readers.points.clone());
            let values = values.reshape([fits, 1, entries, most, VALUES]);
            let sums = (values * readers.weights.clone()).sum_dim(3);
            sums.reshape([fits, 1, 1, entries, VALUES])
        };
        let mut all: Vec<_> = self.readers.iter().enumerate().map(of_level).collect();
        all.push(Tensor::zeros([fits, 1, 1, 1, VALUES], &by_level.device()));
        Tensor::cat(all, 3).select(3, self.places.clone())
    }

    /// One step, given the gradient of the features.
    pub(super) fn step(&mut self, adam: &Adam, rate: f64, features: Tensor<5>) {
        let gradient = self.gradient(features);
        let (table, moments) = adam.step(rate, self.table.clone(), gradient, self.moments.take());
        self.table = table;
        self.moments = moments;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::grid::parameters;

    /// The gradient of the sum of features, weighted at random, is autodiff's.
    #[test]
    fn the_gradient_is_autodiffs() {
        let device = Device::flex();
        let coords: Vec<f32> = (0..24).map(|i| ((i * 7 % 24) as f32 / 11.5) - 1.0).collect();
        let table = (0..parameters(2)).map(|i| (i as f32 * 0.7).sin()).collect();
        let mut grid = Grid::new(&coords, 2, table, &device);
        let slope = (0..12 * FEATURES).map(|i| (i as f32).sin()).collect();
        let slope = upload(slope, [1, 1, 3, 4, FEATURES], &device);
        let ours = grid.gradient(slope.clone());
        let table = grid.table.clone().autodiff().require_grad();
        grid.table = table.clone();
        let mut gradients = (grid.features(3) * slope.autodiff()).sum().backward();
        let theirs = table.grad_remove(&mut gradients).unwrap();
        let worst: f32 = (ours.clone() - theirs).abs().max().into_scalar();
        let size: f32 = ours.abs().max().into_scalar();
        assert!(size > 0.5 && worst < 1e-5, "{worst} of {size}");
    }
}
