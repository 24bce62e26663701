//! What is a step of a network's training, on its device?

use super::{
    data::Signals,
    hash::{self, Grid},
    labels::Labels,
    loss,
    net::{Net, Part, download, gate, upload},
    spec::{Input, Spec},
    train::{Config, Manager},
};
use burn::{
    optim::{Adam, AdamConfig, AdamState, Optimizer},
    tensor::{Device, Tensor},
};

const DECAY: f64 = 0.9999;

/// What a step sees where not every step sees all points.
pub(super) struct Pool {
    /// `[1, 1, batches * chunks, rows, in_dim]`.
    pub inputs: Tensor<5>,
    /// `[1, 1, batches * chunks, rows, 1]`.
    pub targets: Tensor<5>,
    /// `[1, 1, batches * chunks, rows, N]`.
    pub hot: Option<Tensor<5>>,
    /// Weights of a batch's absolute errors, `[1, 1, chunks, rows, 1]`; they
    /// stand in the place of squares.
    pub weights: Tensor<5>,
}

/// A network in training, and its data, on a device.
pub struct Trainer {
    pub(super) net: Net,
    adam: Adam,
    moments: Vec<Option<AdamState<5>>>,
    /// What first layers read.
    pub(super) inputs: Tensor<5>,
    /// What the inputs are features of, for networks that have one.
    grid: Option<Grid>,
    pub(super) targets: Tensor<5>,
    /// One-hot labels `[fits or 1, 1, chunks, rows, N]`.
    hot: Option<Tensor<5>>,
    /// A choice that replaces the manager's, `[fits or 1, N, chunks, rows, 1]`.
    pub(super) fixed: Option<Tensor<5>>,
    pool: Option<Pool>,
    begun: bool,
    pub(super) device: Device,
}

/// Features and probabilities that do not change any more.
pub(super) struct Frozen {
    features: Tensor<5>,
    gate: Option<Tensor<5>>,
}

impl Trainer {
    /// A fresh network for every signal, all from one seed.
    #[must_use]
    pub fn new(spec: Spec, signals: &Signals, config: &Config, device: &Device) -> Self {
        let (points, chunks) = (signals.points(), config.chunks);
        let (fits, rows) = (signals.targets.len(), points / chunks);
        // Also while what is taught is the same for all: a device that looks for
        // its fastest kernels does so once for each number of fits.
        let net = Net::new(spec, config.seed, device).repeated(fits);
        let grid = (spec.input == Input::Hash).then(|| {
            let mut grid = Grid::new(&signals.coords, signals.in_dim, config.seed, device);
            grid.repeat(fits);
            grid
        });
        let coords = upload(signals.coords.clone(), [1, 1, chunks, rows, signals.in_dim], device);
        let shape = [fits, 1, chunks, rows, signals.out_dim];
        let targets = upload(signals.targets.concat(), shape, device);
        let experts = spec.arch.experts;
        let labels = match config.manager {
            Manager::Pretrained(labels) | Manager::Fixed(labels) => Some(labels),
            Manager::Fresh => (config.segment_weight > 0.0).then_some(Labels::Random),
        };
        let hot = labels.filter(|_| experts > 1).map(|labels| {
            let labels = labels.of(signals, experts, config.seed);
            let shape = [labels.len(), 1, chunks, rows, experts];
            let one_hot =
                |&j: &u8| (0..experts).map(move |k| f32::from(u8::from(usize::from(j) == k)));
            upload(labels.iter().flatten().flat_map(one_hot).collect(), shape, device)
        });
        let fixed = matches!(config.manager, Manager::Fixed(_));
        let fixed = hot.clone().filter(|_| fixed).map(|hot| hot.swap_dims(1, 4));
        Self {
            inputs: grid.as_ref().map_or_else(|| net.inputs(coords), |g| g.features(chunks)),
            grid,
            net,
            adam: adam(),
            moments: vec![],
            targets,
            hot,
            fixed,
            pool: None,
            begun: false,
            device: device.clone(),
        }
    }

    /// A network for one signal of which every step sees the next batch.
    pub(super) fn of_pool(spec: Spec, pool: Pool, config: &Config, device: &Device) -> Self {
        let net = Net::new(spec, config.seed, device);
        let mut trainer = Self {
            inputs: pool.inputs.clone(),
            grid: None,
            net,
            adam: adam(),
            moments: vec![],
            targets: pool.targets.clone(),
            hot: None,
            fixed: None,
            pool: Some(pool),
            begun: false,
            device: device.clone(),
        };
        trainer.load(0);
        trainer
    }

    /// Makes a step's batch the data, if there are batches.
    pub(super) fn load(&mut self, step: u64) {
        let Some(pool) = &self.pool else { return };
        let chunks = pool.weights.dims()[2];
        let batches = pool.inputs.dims()[2] / chunks;
        let from = (step % batches as u64) as usize * chunks;
        let part = |all: &Tensor<5>| all.clone().narrow(2, from, chunks);
        self.inputs = self.net.inputs(part(&pool.inputs));
        self.targets = part(&pool.targets);
        self.hot = pool.hot.as_ref().map(part);
    }

    /// The trained network.
    #[must_use]
    pub const fn net(&self) -> &Net {
        &self.net
    }

    fn errors(&self, outputs: Tensor<5>) -> Tensor<5> {
        match &self.pool {
            None => loss::errors(outputs, self.targets.clone()),
            Some(pool) => (outputs - self.targets.clone()).abs() * pool.weights.clone(),
        }
    }

    pub(super) fn fits(&self) -> usize {
        self.targets.dims()[0]
    }

    /// Which expert decides each point of each fit before the first step, after
    /// the pretraining, which [`Trainer::run`] does not repeat.
    pub(super) fn taught(&mut self, config: &Config) -> Vec<u8> {
        self.begin(config);
        self.decode().1
    }

    /// Everything before the first step: the pretraining, once.
    pub(super) fn begin(&mut self, config: &Config) {
        if std::mem::replace(&mut self.begun, true) {
            return;
        }
        let taught = matches!(config.manager, Manager::Pretrained(_));
        if taught && self.net.spec().arch.experts > 1 {
            self.pretrain(config.pretrain_steps, config.rate);
        }
    }

    /// One fit's hash grid, if the network has one; waits for the device.
    pub(super) fn table(&self, fit: usize) -> Option<hash::Table> {
        self.grid.as_ref().map(|grid| grid.table(fit))
    }

    /// Points of a step.
    pub(super) fn points(&self) -> usize {
        let [_, _, chunks, rows, _] = self.targets.dims();
        chunks * rows
    }

    /// One step of some parameters; the loss of each fit, still on the device.
    fn advance(
        &mut self,
        part: Part,
        rate: f64,
        loss: impl Fn(&Self, &Net, Tensor<5>) -> Tensor<5>,
    ) -> Tensor<5> {
        let mut tracked = self.net.clone();
        for tensor in tracked.tensors_mut(part) {
            *tensor = tensor.clone().autodiff().require_grad();
        }
        let inputs = match &self.grid {
            Some(_) if part != Part::Experts => self.inputs.clone().autodiff().require_grad(),
            _ => self.inputs.clone(),
        };
        let losses = loss(self, &tracked, inputs.clone());
        let mut gradients = losses.clone().sum().backward();
        let values = self.net.tensors_mut(part);
        self.moments.resize(values.len(), None);
        let leaves = tracked.tensors_mut(part);
        for ((value, leaf), moments) in values.into_iter().zip(leaves).zip(&mut self.moments) {
            if let Some(gradient) = leaf.grad_remove(&mut gradients) {
                let old = value.clone();
                let (new, state) = self.adam.step(rate, old, gradient, moments.take());
                *value = new;
                *moments = state;
            }
        }
        let trained = self.grid.as_mut().filter(|_| part != Part::Experts);
        if let Some(grid) = trained
            && let Some(gradient) = inputs.grad_remove(&mut gradients)
        {
            grid.step(&self.adam, rate, gradient);
            self.inputs = grid.features(self.targets.dims()[2]);
        }
        losses.without_autodiff()
    }

    pub(super) fn forget_moments(&mut self) {
        self.moments.clear();
        if let Some(grid) = &mut self.grid {
            grid.forget_moments();
        }
    }

    /// Teaches the manager its labels.
    pub fn pretrain(&mut self, steps: u64, rate: f64) {
        for step in 0..steps {
            self.load(step);
            self.advance(Part::Manager, rate_at(rate, step), |trainer, net, inputs| {
                let features = net.features(inputs.clone());
                let logits = net.logits(inputs, features);
                match (logits, &trainer.hot) {
                    (Some(logits), Some(hot)) => loss::pretraining(&logits, hot.clone()),
                    _ => trainer.targets.zeros_like().sum_dims(&[1, 2, 3, 4]),
                }
            });
        }
        self.forget_moments();
    }

    /// A step of the first stage.
    pub fn step(&mut self, rate: f64, segment_weight: f32) -> Tensor<5> {
        let part = if self.fixed.is_some() { Part::NoManager } else { Part::All };
        self.advance(part, rate, |trainer, net, inputs| trainer.loss(net, inputs, segment_weight))
    }

    /// The loss of the first stage for a network, of each fit.
    fn loss(&self, net: &Net, inputs: Tensor<5>, segment_weight: f32) -> Tensor<5> {
        let features = net.features(inputs.clone());
        let errors = |features| self.errors(net.outputs(features));
        if let Some(fixed) = &self.fixed {
            return loss::reconstruction(Some(fixed.clone()), errors(features));
        }
        let logits = net.logits(inputs, features.clone());
        let loss = loss::reconstruction(logits.clone().map(gate), errors(features));
        match (logits, &self.hot) {
            (Some(logits), Some(hot)) if segment_weight > 0.0 => {
                loss + loss::segmentation(&logits, hot.clone()) * segment_weight
            }
            _ => loss,
        }
    }

    /// The loss of each fit now; waits for the device.
    #[must_use]
    pub fn losses(&self, segment_weight: f32) -> Vec<f32> {
        download(&self.loss(&self.net, self.inputs.clone(), segment_weight))
    }

    pub(super) fn freeze(&self) -> Frozen {
        let features = self.net.features(self.inputs.clone());
        let logits = || self.net.logits(self.inputs.clone(), features.clone());
        let gate = self.fixed.clone().or_else(|| logits().map(gate));
        Frozen { gate, features }
    }

    /// A step of the second stage: the experts alone.
    pub(super) fn expert_step(&mut self, frozen: &Frozen, rate: f64) -> Tensor<5> {
        self.advance(Part::Experts, rate, |trainer, net, _| {
            let outputs = net.outputs(frozen.features.clone());
            loss::reconstruction(frozen.gate.clone(), trainer.errors(outputs))
        })
    }
}

/// Adam with the method's constants.
fn adam() -> Adam {
    AdamConfig::new().with_beta_1(0.9).with_beta_2(0.999).with_epsilon(1e-8).build()
}

pub(super) fn rate_at(rate: f64, step: u64) -> f64 {
    rate * DECAY.powf(step as f64)
}
