//! Where do a step's points lie on the device?

use super::net::Net;
use crate::fit::{
    device::upload,
    problem::{Batches, Problem},
};
use burn::tensor::{Device, Int, Tensor, TensorData};

/// Points on the device, in chunks and rows.
#[derive(Clone)]
pub(super) struct Points {
    /// What first layers read, or the coordinates, `[1, 1, chunks, rows, columns]`.
    pub inputs: Tensor<5>,
    /// `[fits, 1, chunks, rows, out_dim]`.
    pub targets: Tensor<5>,
    /// One-hot labels `[fits or 1, 1, chunks, rows, N]`.
    pub hot: Option<Tensor<5>>,
}

/// All points, and those of a step.
pub(super) struct Data {
    batches: Batches,
    /// Chunks of a batch.
    pub chunks: usize,
    rows: usize,
    /// In one chunk, as they lie.
    all: Points,
    /// Batch after batch.
    ordered: Option<Points>,
    /// The step's.
    pub batch: Points,
    /// Of a batch's errors, `[1, 1, chunks, rows, 1]`.
    pub weights: Option<Tensor<5>>,
    device: Device,
}

impl Points {
    fn map(&self, f: impl Fn(&Tensor<5>) -> Tensor<5>) -> Self {
        Self { inputs: f(&self.inputs), targets: f(&self.targets), hot: self.hot.as_ref().map(f) }
    }
}

/// `[.., 1, chunks * rows, columns]` in chunks of so many rows.
fn in_rows(tensor: Tensor<5>, rows: usize) -> Tensor<5> {
    let [fits, _, _, points, columns] = tensor.dims();
    tensor.reshape([fits, 1, points / rows, rows, columns])
}

impl Data {
    /// `most`: chunks of a batch at most; its length is a multiple of their number.
    pub fn new(problem: &Problem, net: &Net, most: usize, device: &Device) -> Self {
        let (points, len) = (problem.points(), problem.batch_len());
        let chunks = (1..=most).rev().find(|c| len.is_multiple_of(*c)).unwrap_or(1);
        let rows = len / chunks;
        let experts = net.spec.arch.experts;
        let hot = (experts > 1 && !problem.labels.is_empty()).then(|| {
            let hot = problem.labels.iter().flat_map(|l| problem.one_hot(l, experts)).collect();
            upload(hot, [problem.labels.len(), 1, 1, points, experts], device)
        });
        let coords = problem.coords.iter().map(|&x| x as f32).collect();
        let shape = [problem.fits(), 1, 1, points, problem.out_dim];
        let all = Points {
            inputs: upload(coords, [1, 1, 1, points, problem.in_dim], device),
            targets: upload(problem.targets.concat(), shape, device),
            hot,
        };
        let weights = problem.weights.clone();
        let batches = Batches::new(problem);
        let batch = all.map(|t| in_rows(t.clone().narrow(3, 0, len), rows));
        let mut data = Self {
            chunks,
            rows,
            batch: Points { inputs: net.inputs(batch.inputs), ..batch },
            ordered: None,
            all,
            weights: weights.map(|w| upload(w, [1, 1, chunks, rows, 1], device)),
            batches,
            device: device.clone(),
        };
        data.load(0, net);
        data
    }

    pub const fn is_whole(&self) -> bool {
        self.batches.is_whole()
    }

    /// Makes a step's batch the present one.
    pub fn load(&mut self, step: u64, net: &Net) {
        if self.is_whole() {
            return;
        }
        if self.batches.begin(step) || self.ordered.is_none() {
            let used = self.batches.count() * self.chunks * self.rows;
            let ordered = match self.batches.permutation() {
                Some(order) => {
                    let order: Vec<i32> = order[..used].iter().map(|&i| i as i32).collect();
                    let order = TensorData::new(order, [used]);
                    let order = Tensor::<1, Int>::from_data(order, &self.device);
                    self.all.map(|t| in_rows(t.clone().select(3, order.clone()), self.rows))
                }
                None => self.all.map(|t| in_rows(t.clone().narrow(3, 0, used), self.rows)),
            };
            self.ordered = Some(ordered);
        }
        let from = self.batches.range(step).start / self.rows;
        if let Some(ordered) = &self.ordered {
            let part = ordered.map(|t| t.clone().narrow(2, from, self.chunks));
            self.batch = Points { inputs: net.inputs(part.inputs), ..part };
        }
    }
}
