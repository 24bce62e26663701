//! The same losses as burn tensor operations: for every backend, and the
//! oracle that the fused engine is held against.

use crate::{
    engine::{Batch, Errors, Grads, LossWeights, Params, StepStats},
    model::{Arch, Layer, Layout, OMEGA},
};
use burn::tensor::{
    Device, Int, Tensor, TensorData,
    activation::{log_softmax, softmax},
    s,
};

/// Label smoothing of the cross entropy.
const SMOOTHING: f32 = 0.01;

/// A mixture on a burn device; gradients by automatic differentiation.
pub struct Graph {
    arch: Arch,
    layout: Layout,
    device: Device,
}

/// Outputs of one forward pass of B coordinates.
struct Forward {
    /// `[B, N]`; absent for one expert.
    logits: Option<Tensor<2>>,
    /// `[N, B, out_dim]`.
    outputs: Tensor<3>,
}

impl Graph {
    /// A mixture of this shape on this device.
    #[must_use]
    pub fn new(arch: Arch, device: Device) -> Self {
        Self { arch, layout: arch.layout(), device: device.autodiff() }
    }

    fn vector(&self, values: &[f32]) -> Tensor<1> {
        Tensor::from_data(TensorData::new(values.to_vec(), [values.len()]), &self.device)
    }

    fn matrix(&self, values: Vec<f32>, columns: usize) -> Tensor<2> {
        let rows = values.len() / columns;
        Tensor::from_data(TensorData::new(values, [rows, columns]), &self.device)
    }

    /// Runs the layers of one block over `[copies, B, inputs]`.
    fn block(layers: &[Layer], flat: &Tensor<1>, mut x: Tensor<3>) -> Tensor<3> {
        for l in layers {
            let weights = flat.clone().slice(s![l.weights..l.biases]);
            let weights = weights.reshape([l.copies, l.fan_out, l.fan_in]);
            let biases = flat.clone().slice(s![l.biases..l.end()]);
            let biases = biases.reshape([l.copies, 1, l.fan_out]);
            x = x.matmul(weights.swap_dims(1, 2)) + biases;
            if l.sine {
                x = (x * OMEGA).sin();
            }
        }
        x
    }

    fn forward(&self, shared: &Tensor<1>, experts: &Tensor<1>, coords: &[f64]) -> Forward {
        let x = coords.iter().map(|&x| x as f32).collect();
        let x = self.matrix(x, self.arch.in_dim).unsqueeze::<3>();
        let features = Self::block(&self.layout.encoder, shared, x.clone());
        let logits = (self.arch.experts > 1).then(|| {
            let own = Self::block(&self.layout.manager_encoder, shared, x);
            let all = Tensor::cat(vec![own, features.clone()], 2);
            Self::block(&self.layout.manager_head, shared, all).squeeze_dim::<2>(0)
        });
        let repeated = features.repeat_dim(0, self.arch.experts);
        Forward { logits, outputs: Self::block(&self.layout.expert, experts, repeated) }
    }

    /// Errors `[B, N]`, averaged over channels.
    fn errors(&self, outputs: Tensor<3>, targets: &[f32], kind: Errors) -> Tensor<2> {
        let targets = self.matrix(targets.to_vec(), self.arch.out_dim).unsqueeze::<3>();
        let differences = outputs - targets;
        let errors = match kind {
            Errors::Square => differences.square(),
            Errors::Magnitude => differences.abs(),
        };
        errors.mean_dim(2).squeeze_dim::<2>(2).transpose()
    }

    /// Loss and gradient of the whole mixture; see
    /// [`Engine::dense_step`](crate::engine::Engine::dense_step).
    pub fn step(
        &self,
        params: Params<'_>,
        batch: Batch<'_>,
        weights: LossWeights,
        grads: Grads<'_>,
    ) -> StepStats {
        let leaves = self.leaves(params);
        let Forward { logits, outputs } = self.forward(&leaves.0, &leaves.1, batch.coords);
        let errors = self.errors(outputs, batch.targets, weights.errors);
        let experts = self.arch.experts as f32;
        let Some(logits) = logits else {
            let loss = errors.clone().mean() * weights.reconstruction;
            return self.finish(loss, (errors, None), leaves, grads);
        };
        let gate = softmax(logits.clone(), 1);
        let mut loss =
            (gate.clone() * errors.clone()).sum_dim(1).mean() * (weights.reconstruction / experts);
        if let Some(labels) = batch.labels.filter(|_| weights.label != 0.0) {
            let hot = labels.iter().flat_map(|&label| {
                (0..self.arch.experts).map(move |k| {
                    let hit = if usize::from(label) == k { 1.0 - SMOOTHING } else { 0.0 };
                    hit + SMOOTHING / experts
                })
            });
            let hot = self.matrix(hot.collect(), self.arch.experts);
            let entropy = (log_softmax(logits.clone(), 1) * hot).sum_dim(1).mean();
            loss = loss - entropy * weights.label;
        }
        if weights.balance != 0.0 {
            let q = gate.clamp(1e-7, 1.0 - 1e-7);
            let p = 1.0 / experts;
            let entropy = q.clone().log() * p + (-q + 1.0).log() * (1.0 - p);
            loss = loss - entropy.mean() * weights.balance;
        }
        self.finish(loss, (errors, Some(logits)), leaves, grads)
    }

    /// Loss and gradient of the chosen experts; see
    /// [`Engine::routed_step`](crate::engine::Engine::routed_step).
    pub fn routed_step(
        &self,
        params: Params<'_>,
        batch: Batch<'_>,
        weights: LossWeights,
        train_encoder: bool,
        routing: Option<&[u8]>,
        grads: Grads<'_>,
    ) -> StepStats {
        let leaves = self.leaves(params);
        let shared = if train_encoder { leaves.0.clone() } else { leaves.0.clone().detach() };
        let Forward { logits, outputs } = self.forward(&shared, &leaves.1, batch.coords);
        let errors = self.errors(outputs, batch.targets, weights.errors);
        let chosen = match (routing, logits) {
            (Some(routing), _) => routing.to_vec(),
            (None, Some(logits)) => argmax(&logits),
            (None, None) => vec![0; batch.coords.len() / self.arch.in_dim],
        };
        let columns = self.arch.experts;
        let mask = chosen
            .iter()
            .flat_map(|&j| (0..columns).map(move |k| f32::from(u8::from(usize::from(j) == k))));
        let mask = self.matrix(mask.collect(), columns);
        let loss = (errors.clone() * mask.clone()).sum_dim(1).mean() * weights.reconstruction;
        // The choice is given: as logits, the mask chooses the same.
        self.finish(loss, (errors, Some(mask)), leaves, grads)
    }

    fn leaves(&self, params: Params<'_>) -> (Tensor<1>, Tensor<1>) {
        let leaf = |values: &[f32]| self.vector(values).require_grad();
        (leaf(params.shared), leaf(params.experts))
    }

    fn finish(
        &self,
        loss: Tensor<1>,
        (errors, logits): (Tensor<2>, Option<Tensor<2>>),
        (shared, experts): (Tensor<1>, Tensor<1>),
        to: Grads<'_>,
    ) -> StepStats {
        let columns = self.arch.experts;
        let gradients = loss.backward();
        for (leaf, to) in [(shared, to.shared), (experts, to.experts)] {
            match leaf.grad(&gradients) {
                Some(gradient) => {
                    for (to, from) in to.iter_mut().zip(gradient.to_data().iter::<f32>()) {
                        *to = from;
                    }
                }
                None => to.fill(0.0),
            }
        }
        let errors: Vec<f32> = errors.to_data().iter::<f32>().collect();
        let rows = errors.len() / columns;
        let chosen = logits.map_or_else(|| vec![0; rows], |l| argmax(&l));
        let mut stats = StepStats {
            loss: loss.to_data().iter::<f64>().next().unwrap_or(f64::NAN),
            usage: vec![0; columns],
            ..StepStats::default()
        };
        for (row, &j) in errors.chunks_exact(columns).zip(&chosen) {
            stats.usage[usize::from(j)] += 1;
            stats.hard_mse += f64::from(row[usize::from(j)]) / rows as f64;
        }
        stats
    }
}

/// Column of the largest value of every row.
fn argmax(logits: &Tensor<2>) -> Vec<u8> {
    let best: Tensor<2, Int> = logits.clone().argmax(1);
    best.to_data().iter::<i64>().map(|k| k as u8).collect()
}
