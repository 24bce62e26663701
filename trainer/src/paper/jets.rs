//! What are a network's first and second derivatives by its coordinates?
//!
//! Automatic differentiation in forward mode: every layer passes on values with
//! their first and second derivatives along each axis. Exact, and one pass gives
//! gradient and Laplacian.

use crate::{
    fit::{
        autodiff::net::{Linear, Net, chosen},
        device::upload,
    },
    model::{Activation, FOURIER, Input, OMEGA},
};
use burn::tensor::{Tensor, activation::sigmoid};

/// Values `[fits, copies, chunks, rows, columns]` and their derivatives.
#[derive(Clone)]
pub(super) struct Jet {
    pub value: Tensor<5>,
    /// For each axis: first and second derivative.
    pub axes: Vec<[Tensor<5>; 2]>,
}

/// An activation, its first and its second derivative.
fn activate(z: Tensor<5>, activation: Activation) -> [Tensor<5>; 3] {
    match activation {
        Activation::Sine => {
            let (sine, cosine) = ((z.clone() * OMEGA).sin(), (z * OMEGA).cos());
            [sine.clone(), cosine * OMEGA, sine * (-OMEGA * OMEGA)]
        }
        Activation::Finer => {
            let size = z.clone().abs();
            let angle = (size.clone() + 1.0) * z.clone() * OMEGA;
            let slope = (size * 2.0 + 1.0) * OMEGA;
            let bend = z.sign() * (2.0 * OMEGA);
            let (sine, cosine) = (angle.clone().sin(), angle.cos());
            let second = cosine.clone() * bend - sine.clone() * slope.clone().square();
            [sine, cosine * slope, second]
        }
        Activation::SoftPlus => {
            let small = (z.clone().abs() * -100.0).exp().log1p() / 100.0;
            let slope = sigmoid(z.clone() * 100.0);
            let second = slope.clone() * (-slope.clone() + 1.0) * 100.0;
            [z.clamp_min(0.0) + small, slope, second]
        }
        Activation::Relu => {
            let slope = z.clone().greater_elem(0.0).float();
            [z.clamp_min(0.0), slope.clone(), slope.zeros_like()]
        }
    }
}

impl Jet {
    /// Coordinates `[1, 1, chunks, rows, in_dim]`.
    fn of(coords: Tensor<5>) -> Self {
        let dims = coords.dims()[4];
        let axis = |axis: usize| {
            let unit = (0..dims).map(|d| f32::from(u8::from(d == axis))).collect();
            let unit = upload(unit, [1, 1, 1, 1, dims], &coords.device());
            [unit.expand(coords.shape()), coords.zeros_like()]
        };
        Self { axes: (0..dims).map(axis).collect(), value: coords.clone() }
    }

    fn map(self, f: impl Fn(Tensor<5>) -> Tensor<5>) -> Self {
        let axes = self.axes.into_iter().map(|jets| jets.map(&f)).collect();
        Self { value: f(self.value), axes }
    }

    fn chain(self, [value, slope, bend]: [Tensor<5>; 3]) -> Self {
        let along = |[first, second]: [Tensor<5>; 2]| {
            let bent = bend.clone() * first.clone().square();
            [slope.clone() * first, slope.clone() * second + bent]
        };
        Self { value, axes: self.axes.into_iter().map(along).collect() }
    }

    fn beside(self, other: Self) -> Self {
        let cat = |a, b| Tensor::cat(vec![a, b], 4);
        let pair = |([a, b], [c, d]): ([Tensor<5>; 2], [Tensor<5>; 2])| [cat(a, c), cat(b, d)];
        let axes = self.axes.into_iter().zip(other.axes).map(pair).collect();
        Self { value: cat(self.value, other.value), axes }
    }

    fn through(self, layers: &[Linear], activation: Activation) -> Self {
        layers.iter().fold(self, |jet, layer| {
            let mut jet = jet.map(|t| t.matmul(layer.weight.clone()));
            jet.value = jet.value + layer.bias.clone();
            if !layer.active {
                return jet;
            }
            let parts = activate(jet.value.clone(), activation);
            jet.chain(parts)
        })
    }
}

impl Net {
    /// The chosen experts' outputs `[fits, 1, chunks, rows, out_dim]` at
    /// coordinates `[1, 1, chunks, rows, in_dim]`, with derivatives. Where two
    /// experts meet, they are those of either side. `None` behind a hash grid.
    pub(super) fn jets(&self, coords: Tensor<5>) -> Option<Jet> {
        let activation = self.spec.activation;
        let mut inputs = Jet::of(coords);
        match (self.spec.input, &self.frequencies) {
            (Input::Hash, _) => return None,
            (Input::Fourier, Some(frequencies)) => {
                let scale = 1.0 / (FOURIER as f32).sqrt();
                let angle = inputs.clone().map(|t| t.matmul(frequencies.clone()));
                let angle = angle.map(|t| t * std::f32::consts::TAU);
                let (sine, cosine) = (angle.value.clone().sin(), angle.value.clone().cos());
                let sines = [sine.clone(), cosine.clone(), -sine.clone()];
                let cosines = [cosine.clone(), -sine, -cosine];
                let waves = angle.clone().chain(sines).beside(angle.chain(cosines));
                inputs = inputs.beside(waves.map(|t| t * scale));
            }
            (Input::Coordinates | Input::Fourier, _) => {}
        }
        let plain = inputs.value.clone();
        let features = inputs.through(&self.encoder, activation);
        let logits = self.logits(plain, features.value.clone());
        let outputs = features.through(&self.expert, activation);
        Some(match logits {
            Some(logits) => {
                let mask = chosen(&logits);
                outputs.map(|t| (t * mask.clone()).sum_dim(1))
            }
            None => outputs,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        fit::device::download,
        model::{FirstInit, Spec, initialise},
    };
    use burn::tensor::Device;

    /// Central differences of the network's own outputs, for every activation.
    #[test]
    fn jets_are_the_slopes_of_the_outputs() {
        let device = Device::flex();
        let base = Spec::uniform(2, 3, 1, (16, 1));
        let experts = Spec::uniform(2, 3, 3, (16, 1));
        let specs = [
            base,
            experts,
            base.with(Activation::Finer),
            base.with(Activation::SoftPlus),
            base.with(Activation::SoftPlus).reading(Input::Fourier),
        ];
        let step = 1e-3f32;
        for spec in specs {
            let values = initialise(&spec, FirstInit::Siren, 5);
            let net = Net::new(spec, &values, &device);
            let at = |dx: f32| {
                let points: Vec<f32> = (0..8)
                    .flat_map(|i| [0.09 * i as f32 - 0.3 + dx, 0.41 - 0.1 * i as f32])
                    .collect();
                upload(points, [1, 1, 1, 8, 2], &device)
            };
            let jet = net.jets(at(0.0)).unwrap();
            let [low, here, high] =
                [-step, 0.0, step].map(|dx| download(&net.jets(at(dx)).unwrap().value));
            let [first, second] = jet.axes[0].clone().map(|t| download(&t));
            for i in 0..here.len() {
                let slope = (high[i] - low[i]) / (2.0 * step);
                let size = first[i].abs().max(second[i].abs() * 0.05).max(1.0);
                assert!((slope - first[i]).abs() < 0.03 * size, "{spec:?}: {slope}, {}", first[i]);
            }
            let slopes = [-step, step].map(|dx| {
                let [first, _] = net.jets(at(dx)).unwrap().axes[0].clone();
                download(&first)
            });
            for i in 0..here.len() {
                let bend = (slopes[1][i] - slopes[0][i]) / (2.0 * step);
                let size = second[i].abs().max(first[i].abs()).max(10.0);
                assert!((bend - second[i]).abs() < 0.1 * size, "{spec:?}: {bend}, {}", second[i]);
            }
        }
    }
}
