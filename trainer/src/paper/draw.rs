//! Which parameters does a network of the tables start from?
//!
//! The rules are the method's; the stream of random numbers is
//! [`crate::model::initialise`]'s, so that both agree where both apply.

use super::spec::{Activation, FOURIER, Input, Layers, LinearSpec, Spec};
use crate::model::FirstInit;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// Values of one layer; all biases start at 0.
pub(super) struct Drawn {
    pub spec: LinearSpec,
    /// `[copies, fan_out, fan_in]`.
    pub weights: Vec<f32>,
}

/// A network's starting values, block by block.
pub(super) struct Start {
    pub encoder: Vec<Drawn>,
    pub manager_encoder: Vec<Drawn>,
    pub manager_head: Vec<Drawn>,
    pub expert: Vec<Drawn>,
    /// `[in_dim, FOURIER]`: frequencies, drawn from N(0, 1); never trained.
    pub frequencies: Option<Vec<f32>>,
}

pub(super) fn uniform(rng: &mut Pcg64Mcg) -> f32 {
    2.0 * rng.random::<f32>() - 1.0
}

/// N(0, 1), by Box and Muller's transformation.
fn normal(rng: &mut Pcg64Mcg) -> f32 {
    let radius = (-2.0 * (1.0 - rng.random::<f64>()).ln()).sqrt();
    (radius * (std::f64::consts::TAU * rng.random::<f64>()).cos()) as f32
}

/// Sine and FINER: U(+-1 / inputs) for a layer that reads two or three plain
/// coordinates, U(+-sqrt(6 / inputs) / 30) otherwise. SoftPlus and
/// ReLU: Kaiming's N(0, 2 / inputs).
fn layer(spec: LinearSpec, activation: Activation, rng: &mut Pcg64Mcg) -> Drawn {
    let len = spec.copies * spec.fan_in * spec.fan_out;
    let weights = match activation {
        Activation::SoftPlus | Activation::Relu => {
            let deviation = (2.0 / spec.fan_in as f32).sqrt();
            (0..len).map(|_| deviation * normal(rng)).collect()
        }
        Activation::Sine | Activation::Finer => {
            let plain = spec.first && matches!(spec.fan_in, 2 | 3);
            let rule = if plain { FirstInit::Siren } else { FirstInit::Hidden };
            let bound = rule.bound(spec.fan_in) as f32;
            (0..len).map(|_| bound * uniform(rng)).collect()
        }
    };
    Drawn { spec, weights }
}

pub(super) fn draw(spec: &Spec, seed: u64) -> Start {
    let mut rng = Pcg64Mcg::seed_from_u64(seed);
    let Layers { encoder, manager_encoder, manager_head, expert } = spec.layers();
    let mut block = |layers: Vec<LinearSpec>| -> Vec<Drawn> {
        layers.into_iter().map(|l| layer(l, spec.activation, &mut rng)).collect()
    };
    let encoder = block(encoder);
    let manager_encoder = block(manager_encoder);
    let manager_head = block(manager_head);
    let expert = block(expert);
    let count = spec.arch.in_dim * FOURIER;
    let fourier = spec.input == Input::Fourier;
    let frequencies = fourier.then(|| (0..count).map(|_| normal(&mut rng)).collect());
    Start { encoder, manager_encoder, manager_head, expert, frequencies }
}
