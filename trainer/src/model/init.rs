//! Which parameters does a network start from?

use super::{Arch, Layer, OMEGA};
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

/// Draws `(shared, experts)`: weights uniform in U(+-sqrt(6 / inputs) / 30)
/// (first layers as told), biases 0, every expert on its own.
#[must_use]
pub fn initialise(arch: &Arch, first: FirstInit, seed: u64) -> (Vec<f32>, Vec<f32>) {
    let layout = arch.layout();
    let mut rng = Pcg64Mcg::seed_from_u64(seed);
    let mut shared = vec![0.0; layout.shared_len];
    let mut experts = vec![0.0; layout.experts_len];
    let mut draw = |layers: &[Layer], to: &mut [f32]| {
        for layer in layers {
            let rule = if layer.first { first } else { FirstInit::Hidden };
            let bound = rule.bound(layer.fan_in) as f32;
            for weight in &mut to[layer.weights..layer.biases] {
                *weight = bound * (2.0 * rng.random::<f32>() - 1.0);
            }
        }
    };
    draw(&layout.encoder, &mut shared);
    draw(&layout.manager_encoder, &mut shared);
    draw(&layout.manager_head, &mut shared);
    draw(&layout.expert, &mut experts);
    (shared, experts)
}
