//! How do gradients change parameters? (Adam)
//!
//! On a burn device burn's Adam does; vectors in memory have the same in one
//! pass, and the other as its oracle.

use burn::optim::{Adam, AdamConfig};

const BETA_1: f32 = 0.9;
const BETA_2: f32 = 0.999;
const EPSILON: f32 = 1e-8;

/// burn's, with the method's constants.
pub(super) fn adam() -> Adam {
    let config = AdamConfig::new().with_beta_1(BETA_1).with_beta_2(BETA_2);
    config.with_epsilon(EPSILON).build()
}

/// Parameters of one flat vector and their Adam moments.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Vector {
    pub values: Vec<f32>,
    pub moments: Option<Moments>,
}

/// Adam's state of one vector.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Moments {
    /// Steps taken with these moments.
    pub time: usize,
    pub first: Vec<f32>,
    pub second: Vec<f32>,
}

impl Vector {
    pub const fn new(values: Vec<f32>) -> Self {
        Self { values, moments: None }
    }

    /// One step of the first `gradient.len()` parameters.
    pub fn step(&mut self, gradient: &[f32], rate: f64) {
        let zeros = || vec![0.0; self.values.len()];
        let fresh = || Moments { time: 0, first: zeros(), second: zeros() };
        let moments = self.moments.get_or_insert_with(fresh);
        moments.time += 1;
        let time = moments.time as i32;
        let root = (1.0 - BETA_2.powi(time)).sqrt();
        let (unbias, epsilon) = (root / (1.0 - BETA_1.powi(time)), EPSILON * root);
        let rate = rate as f32;
        let states = moments.first.iter_mut().zip(&mut moments.second);
        for ((value, (m, v)), &g) in self.values.iter_mut().zip(states).zip(gradient) {
            *m = BETA_1 * *m + (1.0 - BETA_1) * g;
            *v = BETA_2 * *v + (1.0 - BETA_2) * (g * g);
            *value -= rate * (*m * unbias / (v.sqrt() + epsilon));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn::{
        optim::Optimizer,
        tensor::{Device, Tensor, TensorData},
    };

    #[test]
    fn a_step_is_burns() {
        let start: Vec<f32> = (0..50).map(|i| (i as f32 * 0.7).sin()).collect();
        let mut ours = Vector::new(start.clone());
        let upload =
            |v: Vec<f32>| Tensor::<1>::from_data(TensorData::new(v, [50]), &Device::flex());
        let (mut theirs, mut state) = (upload(start.clone()), None);
        for step in 0..30 {
            let gradient: Vec<f32> = (0..50)
                .map(|i| (((i * 7 + step * 3) as f32).cos() + 0.5) * 10f32.powi(i % 9 - 6))
                .collect();
            ours.step(&gradient, 1e-2);
            (theirs, state) = adam().step(1e-2, theirs, upload(gradient), state);
        }
        let mut moved = 0.0f32;
        for ((a, b), from) in ours.values.iter().zip(theirs.to_data().iter::<f32>()).zip(&start) {
            assert!((a - b).abs() < 1e-6, "{a} and {b}");
            moved = moved.max((a - from).abs());
        }
        assert!(moved > 0.05, "nothing moved");
    }
}
