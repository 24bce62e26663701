//! Who computes a step's loss and gradient?
//!
//! [`Gradient`] is what the training loop needs; the fused engine and the
//! burn graph both give it. (A custom burn operation could carry the engine
//! too, but would hold one opaque node whose gradient is known already: the
//! optimiser takes the engine's vectors as they are.)

use super::{Backend, FitError};
use crate::{
    engine::{Batch, Engine, Grads, Known, LossWeights, Params, Sine, StepStats},
    graph::Graph,
    model::Arch,
};

/// Losses and gradients at given parameters.
pub(super) trait Gradient {
    /// The paper's loss: every expert sees every coordinate.
    fn dense(
        &mut self,
        params: Params<'_>,
        batch: Batch<'_>,
        weights: LossWeights,
        sine: Sine,
        grads: Grads<'_>,
    ) -> StepStats;

    /// The chosen experts' loss; see [`Engine::routed_step`].
    fn routed(
        &mut self,
        params: Params<'_>,
        batch: Batch<'_>,
        weights: LossWeights,
        mode: (Sine, bool),
        known: Known<'_>,
        grads: Grads<'_>,
    ) -> StepStats;
}

impl Gradient for Engine {
    fn dense(
        &mut self,
        params: Params<'_>,
        batch: Batch<'_>,
        weights: LossWeights,
        sine: Sine,
        grads: Grads<'_>,
    ) -> StepStats {
        self.dense_step(params, batch, weights, sine, grads)
    }

    fn routed(
        &mut self,
        params: Params<'_>,
        batch: Batch<'_>,
        weights: LossWeights,
        mode: (Sine, bool),
        known: Known<'_>,
        grads: Grads<'_>,
    ) -> StepStats {
        self.routed_step(params, batch, weights, mode, known, grads)
    }
}

impl Gradient for Graph {
    fn dense(
        &mut self,
        params: Params<'_>,
        batch: Batch<'_>,
        weights: LossWeights,
        _: Sine,
        grads: Grads<'_>,
    ) -> StepStats {
        self.step(params, batch, weights, grads)
    }

    /// All experts are evaluated; the choice masks the loss.
    fn routed(
        &mut self,
        params: Params<'_>,
        batch: Batch<'_>,
        weights: LossWeights,
        (_, train_encoder): (Sine, bool),
        known: Known<'_>,
        grads: Grads<'_>,
    ) -> StepStats {
        self.routed_step(params, batch, weights, train_encoder, known.routing, grads)
    }
}

pub(super) fn new(
    arch: Arch,
    backend: Backend,
    threads: usize,
) -> Result<Box<dyn Gradient>, FitError> {
    Ok(match backend {
        Backend::Fused => Box::new(Engine::new(arch, threads)?),
        _ => Box::new(Graph::new(arch, crate::device::device(backend)?)),
    })
}
