//! How is a network computed on a device, for several signals at once?
//!
//! Every tensor has five axes: `[fits, experts, chunks, rows, columns]`. Fits
//! are signals with networks of their own, all of one shape: one launch serves
//! them all, and as no parameter is shared, the gradient of the sum of their
//! losses is each one's own. Coordinates are split into chunks so that the
//! gradient of a weight, a product over all coordinates of a small result,
//! becomes many products and a sum, which fills a GPU. On one axis of length 1
//! a tensor is shared: the coordinates by all fits, features by all experts.

use crate::{
    fit::{
        device::{download, upload},
        stages::Part,
    },
    model::{Activation, Condition, FOURIER, Layer, OMEGA, Spec, Values},
};
use burn::tensor::{Device, Int, Tensor, activation::softmax};

/// A linear layer: weights `[fits, copies, 1, fan_in, fan_out]` and biases
/// `[fits, copies, 1, 1, fan_out]`.
#[derive(Clone)]
pub(crate) struct Linear {
    pub weight: Tensor<5>,
    pub bias: Tensor<5>,
    pub active: bool,
}

/// A network, once per fit, on its device.
#[derive(Clone)]
pub(crate) struct Net {
    pub spec: Spec,
    pub encoder: Vec<Linear>,
    pub manager_encoder: Vec<Linear>,
    pub manager_head: Vec<Linear>,
    pub expert: Vec<Linear>,
    /// `[1, 1, 1, in_dim, FOURIER]`.
    pub frequencies: Option<Tensor<5>>,
}

/// What a forward pass gives.
pub(crate) struct Forward {
    /// `[fits, 1, chunks, rows, N]`; absent for one expert.
    pub logits: Option<Tensor<5>>,
    /// `[fits, N, chunks, rows, out_dim]`.
    pub outputs: Tensor<5>,
}

/// `[copies, rows, columns]` with rows and columns exchanged.
fn exchanged(values: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    let mut out = Vec::with_capacity(values.len());
    for matrix in values.chunks_exact((rows * columns).max(1)) {
        for column in 0..columns {
            out.extend((0..rows).map(|row| matrix[row * columns + column]));
        }
    }
    out
}

/// The tensors `[1, copies, 1, ..]` of a layer in a flat vector.
pub(super) fn to_tensors(layer: &Layer, flat: &[f32], device: &Device) -> [Tensor<5>; 2] {
    let &Layer { fan_in, fan_out, copies, .. } = layer;
    let weights = exchanged(&flat[layer.weights..layer.biases], fan_out, fan_in);
    let biases = flat[layer.biases..layer.end()].to_vec();
    [
        upload(weights, [1, copies, 1, fan_in, fan_out], device),
        upload(biases, [1, copies, 1, 1, fan_out], device),
    ]
}

/// Writes one fit's tensors into a flat vector; waits for the device.
pub(super) fn to_flat(layer: &Layer, [weight, bias]: [&Tensor<5>; 2], fit: usize, to: &mut [f32]) {
    let one = |tensor: &Tensor<5>| download(&tensor.clone().narrow(0, fit, 1));
    let weights = exchanged(&one(weight), layer.fan_in, layer.fan_out);
    to[layer.weights..layer.biases].copy_from_slice(&weights);
    to[layer.biases..layer.end()].copy_from_slice(&one(bias));
}

impl Linear {
    fn new(layer: &Layer, flat: &[f32], device: &Device) -> Self {
        let [weight, bias] = to_tensors(layer, flat, device);
        Self { weight, bias, active: layer.active }
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
    /// One network of these numbers.
    pub fn new(spec: Spec, values: &Values, device: &Device) -> Self {
        let layout = spec.layout();
        let block = |layers: &[Layer], flat: &[f32]| -> Vec<Linear> {
            layers.iter().map(|l| Linear::new(l, flat, device)).collect()
        };
        let shape = [1, 1, 1, spec.arch.in_dim, FOURIER];
        let frequencies = (!values.frequencies.is_empty())
            .then(|| upload(values.frequencies.clone(), shape, device));
        Self {
            spec,
            encoder: block(&layout.encoder, &values.shared),
            manager_encoder: block(&layout.manager_encoder, &values.shared),
            manager_head: block(&layout.manager_head, &values.shared),
            expert: block(&layout.expert, &values.experts),
            frequencies,
        }
    }

    /// The same network once for each of so many fits.
    pub fn repeated(mut self, fits: usize) -> Self {
        for (_, tensor) in self.tensors_mut(Part::All) {
            *tensor = tensor.clone().repeat_dim(0, fits);
        }
        self
    }

    /// All layers, in the order of [`Layout::all`](crate::model::Layout::all).
    pub fn layers(&self) -> impl Iterator<Item = &Linear> {
        let shared = self.encoder.iter().chain(&self.manager_encoder).chain(&self.manager_head);
        shared.chain(&self.expert)
    }

    /// The tensors of a part, each with its place among all.
    pub fn tensors_mut(&mut self, part: Part) -> Vec<(usize, &mut Tensor<5>)> {
        let encoder = part != Part::Experts;
        let manager = matches!(part, Part::All | Part::Manager);
        let experts = part != Part::Manager;
        let blocks = [
            (encoder, &mut self.encoder),
            (manager, &mut self.manager_encoder),
            (manager, &mut self.manager_head),
            (experts, &mut self.expert),
        ];
        let layers = blocks.into_iter().flat_map(|(wanted, block)| {
            block.iter_mut().flat_map(move |l| [(wanted, &mut l.weight), (wanted, &mut l.bias)])
        });
        let numbered = layers.enumerate().filter(|(_, (wanted, _))| *wanted);
        numbered.map(|(place, (_, tensor))| (place, tensor)).collect()
    }

    /// What the first layers read: the coordinates `[1, 1, chunks, rows,
    /// in_dim]`, or these and their Fourier features (Tancik and others, 2020).
    /// A hash grid's features take the place of both: they are trained, so that
    /// their [`Grid`](super::grid::Grid) has them.
    pub fn inputs(&self, coords: Tensor<5>) -> Tensor<5> {
        let Some(frequencies) = &self.frequencies else { return coords };
        let scale = 1.0 / (FOURIER as f32).sqrt();
        let angle = (coords.clone() * std::f32::consts::TAU).matmul(frequencies.clone());
        Tensor::cat(vec![coords, angle.clone().sin() * scale, angle.cos() * scale], 4)
    }

    /// The expert encoder's features `[fits, 1, chunks, rows, width]`.
    pub fn features(&self, inputs: Tensor<5>) -> Tensor<5> {
        run(&self.encoder, inputs, self.spec.activation)
    }

    /// The manager's logits, given the features; `None` for one expert.
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
    pub fn outputs(&self, features: Tensor<5>) -> Tensor<5> {
        run(&self.expert, features, self.spec.activation)
    }

    /// All of it.
    pub fn forward(&self, inputs: &Tensor<5>) -> Forward {
        let features = self.features(inputs.clone());
        let logits = self.logits(inputs.clone(), features.clone());
        Forward { logits, outputs: self.outputs(features) }
    }
}

/// Probabilities of the experts `[fits, N, chunks, rows, 1]`.
pub(crate) fn gate(logits: Tensor<5>) -> Tensor<5> {
    softmax(logits, 4).swap_dims(1, 4)
}

/// 1 where an expert has the largest logit, else 0: `[fits, N, chunks, rows, 1]`.
pub(crate) fn chosen(logits: &Tensor<5>) -> Tensor<5> {
    let [fits, _, chunks, rows, experts] = logits.dims();
    let shape = [fits, experts, chunks, rows, 1];
    let best: Tensor<5, Int> = logits.clone().argmax(4);
    let index = Tensor::<1, Int>::arange(0..experts as i64, &logits.device());
    let index = index.reshape([1, experts, 1, 1, 1]).expand(shape);
    best.expand(shape).equal(index).float()
}
