//! How is a network of the tables trained, without waiting for the device?

use super::{
    PaperError,
    data::Signals,
    labels::Labels,
    loss,
    net::{Net, Part, chosen, download, gate, upload},
    spec::Spec,
};
use burn::{
    optim::{Adam, AdamConfig, AdamState, Optimizer},
    tensor::{Device, Tensor},
};
use std::time::Instant;

/// How the manager begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manager {
    /// As it was drawn.
    Fresh,
    /// Taught these labels first.
    Pretrained(Labels),
    /// Replaced by these labels for good.
    Fixed(Labels),
}

/// The constants of a training.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Config {
    /// Steps, pretraining not counted.
    pub steps: u64,
    /// Steps of pretraining.
    pub pretrain_steps: u64,
    /// Rate of the first step; falls to 0.9999 of it every step.
    pub rate: f64,
    /// How the manager begins.
    pub manager: Manager,
    /// Weight of the cross entropy to random labels while all is trained.
    pub segment_weight: f32,
    /// Steps between two reports: the only times at which the device is
    /// waited for.
    pub log_every: u64,
    /// Parts that the coordinates are split into; a divisor of their number.
    pub chunks: usize,
    /// Seed of everything random.
    pub seed: u64,
}

/// Part of the steps after which only the experts are trained.
pub const EXPERT_STAGE: f64 = 0.8;
const DECAY: f64 = 0.9999;

/// A report in the course of a training.
#[derive(Clone, Debug)]
pub struct Point {
    /// Steps done.
    pub step: u64,
    /// The loss of each fit at the step before.
    pub loss: Vec<f32>,
    /// Mean squared error of each fit, by the chosen experts.
    pub mse: Vec<f32>,
}

/// What a training gave.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Reports; the last one is of the end.
    pub curve: Vec<Point>,
    /// `[fits][experts]`: part of the coordinates that an expert decides.
    pub usage: Vec<Vec<f32>>,
    /// Wall seconds of the pretraining, with the device's start.
    pub pretrain_seconds: f64,
    /// Wall seconds of the steps, reports included.
    pub seconds: f64,
    /// Floating-point operations of the steps: six for each multiply-accumulate
    /// of a forward pass through what is trained.
    pub flops: f64,
}

/// A network in training, and its data, on a device.
pub struct Trainer {
    net: Net,
    adam: Adam,
    moments: Vec<Option<AdamState<5>>>,
    /// What first layers read.
    inputs: Tensor<5>,
    targets: Tensor<5>,
    /// One-hot labels `[fits or 1, 1, chunks, rows, N]`.
    hot: Option<Tensor<5>>,
    /// A choice that replaces the manager's, `[fits or 1, N, chunks, rows, 1]`.
    fixed: Option<Tensor<5>>,
    device: Device,
}

/// Features and probabilities that do not change any more.
struct Frozen {
    features: Tensor<5>,
    gate: Option<Tensor<5>>,
}

impl Trainer {
    /// A fresh network for every signal, all from one seed.
    #[must_use]
    pub fn new(spec: Spec, signals: &Signals, config: &Config, device: &Device) -> Self {
        let (points, chunks) = (signals.points(), config.chunks);
        let (fits, rows) = (signals.targets.len(), points / chunks);
        let net = Net::new(spec, config.seed, device);
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
            inputs: net.inputs(coords),
            net,
            adam: AdamConfig::new().with_beta_1(0.9).with_beta_2(0.999).with_epsilon(1e-8).build(),
            moments: vec![],
            targets,
            hot,
            fixed,
            device: device.clone(),
        }
    }

    fn fits(&self) -> usize {
        self.targets.dims()[0]
    }

    /// One step of some parameters; the loss of each fit, still on the device.
    fn advance(
        &mut self,
        part: Part,
        rate: f64,
        loss: impl Fn(&Self, &Net) -> Tensor<5>,
    ) -> Tensor<5> {
        let mut tracked = self.net.clone();
        for tensor in tracked.tensors_mut(part) {
            *tensor = tensor.clone().autodiff().require_grad();
        }
        let losses = loss(self, &tracked);
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
        losses.without_autodiff()
    }

    fn forget_moments(&mut self) {
        self.moments.clear();
    }

    /// Teaches the manager its labels. Labels that all signals share are taught
    /// once, before there is a network for every signal.
    pub fn pretrain(&mut self, steps: u64, rate: f64) {
        for step in 0..steps {
            self.advance(Part::Manager, rate_at(rate, step), |trainer, net| {
                let features = net.features(trainer.inputs.clone());
                let logits = net.logits(trainer.inputs.clone(), features);
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
        self.advance(part, rate, |trainer, net| trainer.loss(net, segment_weight))
    }

    /// The loss of the first stage for a network, of each fit.
    fn loss(&self, net: &Net, segment_weight: f32) -> Tensor<5> {
        let features = net.features(self.inputs.clone());
        let errors = |features| loss::errors(net.outputs(features), self.targets.clone());
        if let Some(fixed) = &self.fixed {
            return loss::reconstruction(Some(fixed.clone()), errors(features));
        }
        let logits = net.logits(self.inputs.clone(), features.clone());
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
        download(&self.loss(&self.net, segment_weight))
    }

    fn freeze(&self) -> Frozen {
        let features = self.net.features(self.inputs.clone());
        let logits = || self.net.logits(self.inputs.clone(), features.clone());
        let gate = self.fixed.clone().or_else(|| logits().map(gate));
        Frozen { gate, features }
    }

    /// A step of the second stage: the experts alone.
    fn expert_step(&mut self, frozen: &Frozen, rate: f64) -> Tensor<5> {
        self.advance(Part::Experts, rate, |trainer, net| {
            let outputs = net.outputs(frozen.features.clone());
            loss::reconstruction(
                frozen.gate.clone(),
                loss::errors(outputs, trainer.targets.clone()),
            )
        })
    }

    /// Mean squared error of the chosen experts, and what part each decides;
    /// waits for the device.
    #[must_use]
    pub fn evaluate(&self) -> (Vec<f32>, Vec<Vec<f32>>) {
        let forward = self.net.forward(&self.inputs);
        let (mse, usage) = loss::hard(forward, self.fixed.clone(), self.targets.clone());
        let usage = download(&usage);
        let columns = usage.len() / self.fits();
        (download(&mse), usage.chunks_exact(columns).map(<[f32]>::to_vec).collect())
    }

    /// The chosen experts' outputs `[fits, points, out_dim]`, and which expert
    /// it was `[fits, points]`; waits for the device.
    #[must_use]
    pub fn decode(&self) -> (Vec<f32>, Vec<u8>) {
        let forward = self.net.forward(&self.inputs);
        let mask = match (&self.fixed, &forward.logits) {
            (Some(fixed), _) => fixed.clone(),
            (None, Some(logits)) => chosen(logits),
            (None, None) => {
                return (
                    download(&forward.outputs),
                    vec![0; self.targets.dims()[2..4].iter().product::<usize>() * self.fits()],
                );
            }
        };
        let [_, experts, ..] = mask.dims();
        let outputs = (forward.outputs * mask.clone()).sum_dim(1);
        let index: Vec<f32> = (0..experts).map(|k| k as f32).collect();
        let index = upload(index, [1, experts, 1, 1, 1], &self.device);
        let which = download(&(mask * index).sum_dim(1));
        (download(&outputs), which.into_iter().map(|k| k as u8).collect())
    }

    /// The whole training; `watch` sees every report.
    ///
    /// # Errors
    /// [`PaperError::Diverged`] as soon as a report's loss is not finite.
    pub fn run(
        &mut self,
        config: &Config,
        row: &str,
        mut watch: impl FnMut(&Point),
    ) -> Result<Outcome, PaperError> {
        let started = Instant::now();
        let fits = self.fits();
        let experts = self.net.spec().arch.experts;
        let shared_labels = self.hot.as_ref().is_none_or(|hot| hot.dims()[0] == 1);
        if !shared_labels {
            self.net = self.net.clone().repeated(fits);
        }
        if experts > 1 && matches!(config.manager, Manager::Pretrained(_)) {
            self.pretrain(config.pretrain_steps, config.rate);
        }
        if shared_labels {
            self.net = self.net.clone().repeated(fits);
        }
        // Also ends the pretraining, for a fair time.
        let _ = self.evaluate();
        let pretrain_seconds = started.elapsed().as_secs_f64();
        let (all, _, of_experts) = self.net.spec().layers().macs();
        let started = Instant::now();
        let mut outcome =
            Outcome { curve: vec![], usage: vec![], pretrain_seconds, seconds: 0.0, flops: 0.0 };
        let mut frozen = None;
        for step in 0..config.steps {
            let rate = rate_at(config.rate, step);
            let late = experts > 1 && step as f64 >= EXPERT_STAGE * config.steps as f64;
            if late && frozen.is_none() {
                frozen = Some(self.freeze());
                self.forget_moments();
            }
            let (losses, macs) = match &frozen {
                Some(frozen) => (self.expert_step(frozen, rate), of_experts),
                None => (self.step(rate, config.segment_weight), all),
            };
            let points = self.targets.dims()[2] * self.targets.dims()[3];
            outcome.flops += 6.0 * macs as f64 * points as f64 * fits as f64;
            let done = step + 1;
            if done % config.log_every == 0 || done == config.steps {
                let loss = download(&losses);
                let (mse, usage) = self.evaluate();
                if !loss.iter().chain(&mse).all(|v| v.is_finite()) {
                    return Err(PaperError::Diverged { row: row.into(), step: done });
                }
                let point = Point { step: done, loss, mse };
                watch(&point);
                outcome.curve.push(point);
                outcome.usage = usage;
            }
        }
        outcome.seconds = started.elapsed().as_secs_f64();
        Ok(outcome)
    }

    /// Seconds that a step of the first stage takes, of `steps` after as many
    /// that let the device find its fastest kernels. Changes the network.
    pub fn probe(&mut self, config: &Config, steps: u64) -> f64 {
        self.net = self.net.clone().repeated(self.fits());
        let mut last = None;
        let mut started = Instant::now();
        for step in 0..2 * steps {
            if step == steps {
                let _ = last.as_ref().map(download);
                started = Instant::now();
            }
            last = Some(self.step(config.rate, config.segment_weight));
        }
        let _ = last.as_ref().map(download);
        started.elapsed().as_secs_f64() / steps as f64
    }
}

fn rate_at(rate: f64, step: u64) -> f64 {
    rate * DECAY.powf(step as f64)
}
