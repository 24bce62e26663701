//! How is a network of the tables trained, without waiting for the device?

use super::{PaperError, Trainer, labels::Labels};
use crate::fit::{
    Decay,
    stages::{Schedule, Stage},
};
use std::time::Instant;

/// How the rate falls.
const DECAY: Decay = Decay::PerStep(0.9999);

pub(super) fn rate_at(rate: f64, step: u64) -> f64 {
    DECAY.rate_at(rate, step, 0.0)
}

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
    /// Parts that a step's coordinates are split into at most; the most that divide
    /// their number are taken.
    pub chunks: usize,
    /// Part of the steps after which only the experts are trained: 0.8, or 1
    /// for never.
    pub expert_stage: f64,
    /// Seed of everything random.
    pub seed: u64,
}

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

impl Trainer {
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
        let fits = self.problem.fits();
        self.begin(config);
        // Also ends the pretraining, for a fair time.
        let _ = self.evaluate();
        let pretrain_seconds = started.elapsed().as_secs_f64();
        let experts = self.spec.arch.experts;
        let (all, of_experts) = self.spec.layout().macs();
        let started = Instant::now();
        let mut outcome =
            Outcome { curve: vec![], usage: vec![], pretrain_seconds, seconds: 0.0, flops: 0.0 };
        let schedule = Schedule {
            many: experts > 1,
            chosen: None,
            frozen: (config.expert_stage, Stage::FrozenMixture),
            rounded: f64::INFINITY,
        };
        let mut frozen = false;
        for step in 0..config.steps {
            let phase = schedule.at(step as f64 / config.steps as f64);
            if phase.stage.is_frozen() && !std::mem::replace(&mut frozen, true) {
                self.forget_moments();
            }
            self.step(phase, step, rate_at(config.rate, step));
            let macs = if frozen { of_experts } else { all };
            let points = self.problem.batch_len();
            outcome.flops += 6.0 * macs as f64 * points as f64 * fits as f64;
            let done = step + 1;
            if done % config.log_every == 0 || done == config.steps {
                let loss: Vec<f32> = self.report().loss.into_iter().map(|l| l as f32).collect();
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
}
