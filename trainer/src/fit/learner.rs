//! Who takes a training step?
//!
//! [`Fused`] on the CPU, whose memory is its device, and [`Autodiff`] on any
//! device of burn, where everything stays between two reports. Both compute the
//! same losses; each is held against the other by tests.

use super::{
    Backend, FitError, autodiff::Autodiff, fused::Fused, optim::Vector, problem::Problem,
    stages::Phase,
};
use crate::{
    model::{Activation, Condition, Input, Spec, Values},
    quant::Quantiser,
};
use std::sync::Arc;

/// Networks in training, one for each fit of a problem.
pub(crate) trait Learner {
    /// One step on a batch. Waits for nothing.
    fn step(&mut self, phase: Phase, batch: u64, rate: f64);

    /// What the last step measured; waits for the device.
    fn report(&self) -> Report;

    /// What the networks give at the points of the last step's batch, or the
    /// first's; waits for the device.
    fn decode(&mut self) -> Decoded;

    /// What the first fit's network gives at coordinates `[B, in_dim]`; not of a
    /// hash grid, which knows its own points alone. Waits for the device.
    fn decode_at(&mut self, coords: &[f64]) -> Decoded;

    /// A fit's numbers; waits for the device.
    fn values(&self, fit: usize) -> Values;

    /// The first fit's `shared` and `experts` with their moments; waits for the
    /// device.
    fn vectors(&self) -> [Vector; 2];

    /// Starts Adam anew.
    fn forget_moments(&mut self);
}

/// What a step measured, at the parameters before it, for each fit.
#[derive(Clone, Debug, Default)]
pub(crate) struct Report {
    pub loss: Vec<f64>,
    /// Mean error of the chosen experts on the step's points: squared, or its
    /// magnitude; 0 where a step does not evaluate experts.
    pub error: Vec<f64>,
    /// `[fits][experts]`: part of the points that an expert decides.
    pub usage: Vec<Vec<f32>>,
}

/// Outputs of the chosen experts.
pub(crate) struct Decoded {
    /// `[fits, points, out_dim]`.
    pub outputs: Vec<f32>,
    /// `[fits, points]`: the experts.
    pub chosen: Vec<u8>,
}

/// Where networks start from.
pub(crate) struct Start {
    /// The first fit's numbers, and at first all others'.
    pub values: Values,
    /// Adam's state of `shared` and `experts`, where a fit goes on.
    pub vectors: Option<[Vector; 2]>,
}

/// What computes a network's steps, where `asked` was asked for: the fused engine
/// knows sine networks whose manager sees the features of its own point.
pub(crate) fn chosen(spec: &Spec, asked: Backend) -> Backend {
    let fused = spec.activation == Activation::Sine
        && spec.input == Input::Coordinates
        && (spec.condition == Condition::Concat || spec.arch.experts == 1)
        && spec.arch.validate().is_ok();
    if asked == Backend::Fused && !fused { Backend::Flex } else { asked }
}

/// How a learner computes.
#[derive(Clone, Copy)]
pub(crate) struct Machine {
    pub backend: Backend,
    /// Of the fused engine; 0 for all cores.
    pub threads: usize,
    /// Parts that a step's points are split into at most, on a device of burn.
    pub chunks: usize,
}

/// A learner on the backend that is chosen. `quantiser` says what the file's
/// values are, for phases that see them.
pub(crate) fn learner(
    spec: Spec,
    machine: Machine,
    problem: Arc<Problem>,
    quantiser: Option<&Quantiser>,
    start: Start,
) -> Result<Box<dyn Learner>, FitError> {
    Ok(match chosen(&spec, machine.backend) {
        Backend::Fused => {
            Box::new(Fused::new(spec, machine.threads, problem, quantiser.cloned(), start)?)
        }
        backend => {
            let device = super::device::device(backend)?;
            let rounding = quantiser.map(Quantiser::rounding);
            Box::new(Autodiff::new(spec, device, machine.chunks, problem, rounding, start))
        }
    })
}
