//! Which parameters does a network start from?

use super::{Activation, FOURIER, Input, Layer, OMEGA, Spec, grid};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// How the layers that read coordinates are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FirstInit {
    /// U(+-1 / inputs): SIREN's rule for first layers.
    Siren,
    /// As every other layer, U(+-sqrt(6 / inputs) / 30): what the paper's
    /// rule amounts to for a single coordinate.
    Hidden,
}

impl FirstInit {
    /// Bound of the uniform distribution.
    #[must_use]
    pub fn bound(self, fan_in: usize) -> f64 {
        match self {
            Self::Siren => 1.0 / fan_in as f64,
            Self::Hidden => (6.0 / fan_in as f64).sqrt() / f64::from(OMEGA),
        }
    }
}

/// All numbers of a network.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Values {
    /// `[shared_len]` of the network's [`Layout`](super::Layout).
    pub shared: Vec<f32>,
    /// `[experts_len]`.
    pub experts: Vec<f32>,
    /// `[in_dim, FOURIER]`: frequencies of the Fourier features, which are never
    /// trained; empty without.
    pub frequencies: Vec<f32>,
    /// `[entries, 2]`: the hash grid; empty without.
    pub table: Vec<f32>,
    /// `[width]`: what the manager sees of the encoder's features at all points,
    /// where it sees their maximum or mean; empty elsewhere, and at the start.
    pub pooled: Vec<f32>,
}

/// -1 to 1.
fn uniform(rng: &mut Pcg64Mcg) -> f32 {
    2.0 * rng.random::<f32>() - 1.0
}

/// N(0, 1), by Box and Muller's transformation.
fn normal(rng: &mut Pcg64Mcg) -> f32 {
    let radius = (-2.0 * (1.0 - rng.random::<f64>()).ln()).sqrt();
    (radius * (std::f64::consts::TAU * rng.random::<f64>()).cos()) as f32
}

/// Draws a network, every expert on its own; biases are 0.
///
/// Weights of sine and FINER layers: U(+-sqrt(6 / inputs) / 30), those that read
/// plain coordinates as told. `SoftPlus` and `ReLU`: Kaiming's N(0, 2 / inputs).
#[must_use]
pub fn initialise(spec: &Spec, first: FirstInit, seed: u64) -> Values {
    let layout = spec.layout();
    let mut rng = Pcg64Mcg::seed_from_u64(seed);
    let mut values = Values {
        shared: vec![0.0; layout.shared_len],
        experts: vec![0.0; layout.experts_len],
        ..Values::default()
    };
    let mut draw = |layers: &[Layer], to: &mut [f32]| {
        for layer in layers {
            let weights = &mut to[layer.weights..layer.biases];
            match spec.activation {
                Activation::Sine | Activation::Finer => {
                    let rule = if layer.first { first } else { FirstInit::Hidden };
                    let bound = rule.bound(layer.fan_in) as f32;
                    weights.fill_with(|| bound * uniform(&mut rng));
                }
                Activation::SoftPlus | Activation::Relu => {
                    let deviation = (2.0 / layer.fan_in as f32).sqrt();
                    weights.fill_with(|| deviation * normal(&mut rng));
                }
            }
        }
    };
    draw(&layout.encoder, &mut values.shared);
    draw(&layout.manager_encoder, &mut values.shared);
    draw(&layout.manager_head, &mut values.shared);
    draw(&layout.expert, &mut values.experts);
    if spec.input == Input::Fourier {
        values.frequencies = (0..spec.arch.in_dim * FOURIER).map(|_| normal(&mut rng)).collect();
    }
    if spec.input == Input::Hash {
        let mut rng = Pcg64Mcg::seed_from_u64(seed ^ 0x9a54);
        let len = grid::parameters(spec.arch.in_dim);
        values.table = (0..len).map(|_| grid::START * uniform(&mut rng)).collect();
    }
    values
}
