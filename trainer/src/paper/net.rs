//! How is a network of the tables computed, for several signals at once?
//!
//! Every tensor has five axes: `[fits, experts, chunks, rows, columns]`. Fits
//! are signals with networks of their own, all of one shape: one launch serves
//! them all, and as no parameter is shared, the gradient of the sum of their
//! losses is each one's own. Coordinates are split into chunks so that the
//! gradient of a weight, a product over all coordinates of a small result,
//! becomes many products and a sum, which fills a GPU. On one axis of length 1
//! a tensor is shared: the coordinates by all fits, features by all experts.

use super::{
    draw::{Drawn, draw},
    spec::{Activation, Condition, Spec},
};
use crate::model::OMEGA;
use burn::tensor::{Device, Int, Tensor, TensorData, activation::softmax};

/// A linear layer: weights `[fits, copies, 1, fan_in, fan_out]` and biases
/// `[fits, copies, 1, 1, fan_out]`.
#[derive(Clone)]
pub(super) struct Linear {
    pub weight: Tensor<5>,
    pub bias: Tensor<5>,
    pub active: bool,
}

/// Which parameters a stage trains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// All.
    All,
    /// Encoder, manager encoder and manager.
    Manager,
    /// Encoder and experts: the manager is a constant.
    NoManager,
    /// The experts' own.
    Experts,
}

/// A network, once per fit, on its device.
#[derive(Clone)]
pub struct Net {
    pub(super) spec: Spec,
    pub(super) encoder: Vec<Linear>,
    pub(super) manager_encoder: Vec<Linear>,
    pub(super) manager_head: Vec<Linear>,
    pub(super) expert: Vec<Linear>,
    /// `[1, 1, 1, in_dim, FOURIER]`.
    pub(super) frequencies: Option<Tensor<5>>,
}

/// What a forward pass gives.
pub struct Forward {
    /// `[fits, 1, chunks, rows, N]`; absent for one expert.
    pub logits: Option<Tensor<5>>,
    /// `[fits, N, chunks, rows, out_dim]`.
    pub outputs: Tensor<5>,
}

/// A tensor from values in row-major order.
pub(super) fn upload(values: Vec<f32>, shape: [usize; 5], device: &Device) -> Tensor<5> {
    Tensor::from_data(TensorData::new(values, shape), device)
}

/// The values of a tensor; waits for the device.
pub(super) fn download(tensor: &Tensor<5>) -> Vec<f32> {
    tensor.to_data().iter::<f32>().collect()
}

impl Linear {
    fn new(drawn: Drawn, device: &Device) -> Self {
        let spec = drawn.spec;
        let shape = [1, spec.copies, 1, spec.fan_out, spec.fan_in];
        let (rows, columns) = (spec.fan_out, spec.fan_in);
        let mut transposed = Vec::with_capacity(drawn.weights.len());
        for matrix in drawn.weights.chunks_exact(rows * columns) {
            for input in 0..columns {
                transposed.extend((0..rows).map(|output| matrix[output * columns + input]));
            }
        }
        let bias = vec![0.0; spec.copies * spec.fan_out];
        Self {
            weight: upload(transposed, [1, shape[1], 1, columns, rows], device),
            bias: upload(bias, [1, spec.copies, 1, 1, spec.fan_out], device),
            active: spec.active,
        }
    }

    fn forward(&self, x: Tensor<5>, activation: Activation) -> Tensor<5> {
        let z = x.matmul(self.weight.clone()) + self.bias.clone();
        if !self.active {
            return z;
        }
        match activation {
            Activation::Sine => (z * OMEGA).sin(),
            Activation::Finer => {
                let factor = (z.clone().abs() + 1.0).detach() * OMEGA;
                (z * factor).sin()
            }
            Activation::SoftPlus => {
                // The naive form overflows where 100 z does not fit exp's range.
                let small = (z.clone().abs() * -100.0).exp().log1p() / 100.0;
                z.clamp_min(0.0) + small
            }
            Activation::Relu => z.clamp_min(0.0),
        }
    }
}

fn run(layers: &[Linear], x: Tensor<5>, activation: Activation) -> Tensor<5> {
    layers.iter().fold(x, |x, layer| layer.forward(x, activation))
}

impl Net {
    /// One network, drawn from a seed.
    #[must_use]
    pub fn new(spec: Spec, seed: u64, device: &Device) -> Self {
        let start = draw(&spec, seed);
        let block = |layers: Vec<Drawn>| -> Vec<Linear> {
            layers.into_iter().map(|l| Linear::new(l, device)).collect()
        };
        let frequencies = start.frequencies.map(|f| {
            let columns = f.len() / spec.arch.in_dim;
            upload(f, [1, 1, 1, spec.arch.in_dim, columns], device)
        });
        Self {
            spec,
            encoder: block(start.encoder),
            manager_encoder: block(start.manager_encoder),
            manager_head: block(start.manager_head),
            expert: block(start.expert),
            frequencies,
        }
    }

    /// The same network once for each of so many fits.
    #[must_use]
    pub fn repeated(mut self, fits: usize) -> Self {
        for tensor in self.tensors_mut(Part::All) {
            *tensor = tensor.clone().repeat_dim(0, fits);
        }
        self
    }

    /// What it is.
    #[must_use]
    pub const fn spec(&self) -> &Spec {
        &self.spec
    }

    /// The trained tensors of a part, in a fixed order.
    pub fn tensors_mut(&mut self, part: Part) -> Vec<&mut Tensor<5>> {
        let encoder = part != Part::Experts;
        let manager = matches!(part, Part::All | Part::Manager);
        let experts = part != Part::Manager;
        let blocks = [
            (encoder, &mut self.encoder),
            (manager, &mut self.manager_encoder),
            (manager, &mut self.manager_head),
            (experts, &mut self.expert),
        ];
        let blocks = blocks.into_iter().filter_map(|(wanted, block)| wanted.then_some(block));
        blocks.flatten().flat_map(|l| [&mut l.weight, &mut l.bias]).collect()
    }

    /// What the first layers read: the coordinates `[1, 1, chunks, rows,
    /// in_dim]`, or these and their Fourier features (Tancik and others, 2020).
    /// A hash grid's features take the place of both: they are trained, so that
    /// a [`Trainer`](super::Trainer) has them.
    #[must_use]
    pub fn inputs(&self, coords: Tensor<5>) -> Tensor<5> {
        let Some(frequencies) = &self.frequencies else { return coords };
        let scale = 1.0 / (super::spec::FOURIER as f32).sqrt();
        let angle = (coords.clone() * std::f32::consts::TAU).matmul(frequencies.clone());
        Tensor::cat(vec![coords, angle.clone().sin() * scale, angle.cos() * scale], 4)
    }

    /// The expert encoder's features `[fits, 1, chunks, rows, width]`.
    #[must_use]
    pub fn features(&self, inputs: Tensor<5>) -> Tensor<5> {
        run(&self.encoder, inputs, self.spec.activation)
    }

    /// The manager's logits, given the features; `None` for one expert.
    #[must_use]
    pub fn logits(&self, inputs: Tensor<5>, features: Tensor<5>) -> Option<Tensor<5>> {
        if self.spec.arch.experts == 1 {
            return None;
        }
        let own = run(&self.manager_encoder, inputs, self.spec.activation);
        let [_, _, chunks, rows, _] = own.dims();
        let everywhere = |pooled: Tensor<5>| pooled.repeat(&[1, 1, chunks, rows, 1]);
        let seen = match self.spec.condition {
            Condition::None => None,
            Condition::Concat => Some(features),
            Condition::Max => Some(everywhere(features.max_dim(3).max_dim(2))),
            Condition::Mean => Some(everywhere(features.mean_dim(3).mean_dim(2))),
        };
        let all = match seen {
            Some(seen) => Tensor::cat(vec![own, seen], 4),
            None => own,
        };
        Some(run(&self.manager_head, all, self.spec.activation))
    }

    /// Every expert's outputs, given the features.
    #[must_use]
    pub fn outputs(&self, features: Tensor<5>) -> Tensor<5> {
        run(&self.expert, features, self.spec.activation)
    }

    /// All of it.
    #[must_use]
    pub fn forward(&self, inputs: &Tensor<5>) -> Forward {
        let features = self.features(inputs.clone());
        let logits = self.logits(inputs.clone(), features.clone());
        Forward { logits, outputs: self.outputs(features) }
    }
}

/// Probabilities of the experts `[fits, N, chunks, rows, 1]`.
pub(super) fn gate(logits: Tensor<5>) -> Tensor<5> {
    softmax(logits, 4).swap_dims(1, 4)
}

/// 1 where an expert has the largest logit, else 0: `[fits, N, chunks, rows, 1]`.
pub(super) fn chosen(logits: &Tensor<5>) -> Tensor<5> {
    let [fits, _, chunks, rows, experts] = logits.dims();
    let shape = [fits, experts, chunks, rows, 1];
    let best: Tensor<5, Int> = logits.clone().argmax(4);
    let index = Tensor::<1, Int>::arange(0..experts as i64, &logits.device());
    let index = index.reshape([1, experts, 1, 1, 1]).expand(shape);
    best.expand(shape).equal(index).float()
}
