//! What does a row of a table train, and on what?

use super::{
    PaperError,
    data::Signals,
    labels::Labels,
    train::{Config, Manager},
};
use crate::{
    engine::Errors,
    fit::{
        Backend,
        learner::{Decoded, Learner, Machine, Report, Start, learner},
        problem::{Batches, Order, Problem},
        stages::Phase,
    },
    model::{FirstInit, Spec, Values, initialise},
};
use std::sync::Arc;

/// Weight of the reconstruction error.
pub(super) const RECONSTRUCTION: f32 = 1000.0;

/// A network in training, once for every signal.
pub struct Trainer {
    pub(super) spec: Spec,
    pub(super) backend: Backend,
    pub(super) problem: Arc<Problem>,
    learner: Box<dyn Learner>,
    /// The last step's batch.
    last: u64,
    begun: bool,
}

impl Trainer {
    /// A fresh network for every signal, all from one seed.
    ///
    /// # Errors
    /// [`PaperError::Device`].
    pub fn new(
        spec: Spec,
        signals: &Signals,
        config: &Config,
        backend: Backend,
    ) -> Result<Self, PaperError> {
        let labels = match config.manager {
            Manager::Pretrained(labels) | Manager::Fixed(labels) => Some(labels),
            Manager::Fresh => (config.segment_weight > 0.0).then_some(Labels::Random),
        };
        let labels = labels.filter(|_| spec.arch.experts > 1);
        let of = |labels: Labels| labels.of(signals, spec.arch.experts, config.seed);
        let problem = Problem {
            in_dim: signals.in_dim,
            out_dim: signals.out_dim,
            coords: signals.coords.iter().map(|&x| x.into()).collect(),
            targets: signals.targets.clone(),
            fixed: labels.is_some() && matches!(config.manager, Manager::Fixed(_)),
            labels: labels.map(of).unwrap_or_default(),
            weights: None,
            order: Order::Whole,
            errors: Errors::Square,
            reconstruction: RECONSTRUCTION,
            label_weight: config.segment_weight,
        };
        Self::of(spec, problem, config, backend)
    }

    /// A network for one shape, of which every step sees the next batch.
    pub(super) fn of(
        spec: Spec,
        problem: Problem,
        config: &Config,
        backend: Backend,
    ) -> Result<Self, PaperError> {
        // The method's rule for layers that read plain coordinates.
        let several = matches!(spec.arch.in_dim, 2 | 3);
        let first = if several { FirstInit::Siren } else { FirstInit::Hidden };
        let start = Start { values: initialise(&spec, first, config.seed), vectors: None };
        let machine = Machine { backend, threads: 0, chunks: config.chunks };
        let problem = Arc::new(problem);
        let learner = learner(spec, machine, problem.clone(), None, start)?;
        Ok(Self { spec, backend, problem, learner, last: 0, begun: false })
    }

    /// One step.
    pub(super) fn step(&mut self, phase: Phase, step: u64, rate: f64) {
        self.last = step;
        self.learner.step(phase, step, rate);
    }

    pub(super) fn forget_moments(&mut self) {
        self.learner.forget_moments();
    }

    /// What the last step measured; waits for the device.
    pub(super) fn report(&self) -> Report {
        self.learner.report()
    }

    /// Everything before the first step: the pretraining, once.
    pub(super) fn begin(&mut self, config: &Config) {
        if std::mem::replace(&mut self.begun, true) {
            return;
        }
        let taught = matches!(config.manager, Manager::Pretrained(_));
        if taught && self.spec.arch.experts > 1 {
            self.pretrain(config.pretrain_steps, config.rate);
        }
    }

    /// Teaches the manager its labels.
    pub fn pretrain(&mut self, steps: u64, rate: f64) {
        for step in 0..steps {
            self.step(Phase::LABELS, step, super::train::rate_at(rate, step));
        }
        self.forget_moments();
    }

    /// Which expert decides each point of each fit before the first step, after
    /// the pretraining, which [`Trainer::run`] does not repeat.
    pub(super) fn taught(&mut self, config: &Config) -> Vec<u8> {
        self.begin(config);
        self.decode().1
    }

    /// The chosen experts' outputs `[fits, points, out_dim]`, and which expert
    /// it was `[fits, points]`, at the points of the last step; waits for the
    /// device.
    #[must_use]
    pub fn decode(&mut self) -> (Vec<f32>, Vec<u8>) {
        let Decoded { outputs, chosen } = self.learner.decode();
        (outputs, chosen)
    }

    /// The first fit's outputs at other points; waits for the device.
    pub(super) fn decode_at(&mut self, coords: &[f64]) -> Vec<f32> {
        self.learner.decode_at(coords).outputs
    }

    /// A fit's numbers; waits for the device.
    #[must_use]
    pub fn values(&self, fit: usize) -> Values {
        self.learner.values(fit)
    }

    /// Where the points of the last step lie.
    pub(super) fn seen(&self) -> std::ops::Range<usize> {
        Batches::new(&self.problem).range(self.last)
    }
}
