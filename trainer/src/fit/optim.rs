//! How do gradients change parameters? (burn's Adam)

use super::state::{Moments, Vector};
use burn::{
    optim::{Adam, AdamConfig, AdamState, AdaptiveMomentumState, Optimizer},
    tensor::{Device, Tensor, TensorData},
};

/// A flat parameter vector on its device, with Adam's state.
pub(super) struct Trained {
    values: Tensor<1>,
    state: Option<AdamState<1>>,
    device: Device,
    /// The values, on this side.
    host: Vec<f32>,
}

/// Adam with the method's constants: 0.9, 0.999, 1e-8.
pub(super) fn adam() -> Adam {
    AdamConfig::new().with_beta_1(0.9).with_beta_2(0.999).with_epsilon(1e-8).build()
}

fn upload(values: &[f32], device: &Device) -> Tensor<1> {
    Tensor::from_data(TensorData::new(values.to_vec(), [values.len()]), device)
}

fn download(tensor: &Tensor<1>) -> Vec<f32> {
    tensor.to_data().iter::<f32>().collect()
}

impl Trained {
    pub fn new(vector: Vector, device: &Device) -> Self {
        let state = vector.moments.map(|m| {
            let first = upload(&m.first, device);
            AdamState::new(AdaptiveMomentumState::new(m.time, first, upload(&m.second, device)))
        });
        let values = upload(&vector.values, device);
        Self { values, state, device: device.clone(), host: vector.values }
    }

    pub fn host(&self) -> &[f32] {
        &self.host
    }

    pub fn forget_moments(&mut self) {
        self.state = None;
    }

    pub fn step(&mut self, adam: &Adam, gradient: &[f32], rate: f64) {
        let gradient = upload(gradient, &self.device);
        let (values, state) = adam.step(rate, self.values.clone(), gradient, self.state.take());
        self.host = download(&values);
        self.values = values;
        self.state = state;
    }

    /// What a checkpoint holds.
    pub fn save(&self) -> Vector {
        let moments = self.state.as_ref().map(|s| Moments {
            time: s.momentum.time,
            first: download(&s.momentum.moment_1),
            second: download(&s.momentum.moment_2),
        });
        Vector { values: self.host.clone(), moments }
    }
}
