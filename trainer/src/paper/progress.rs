//! What does a run tell while it works, and how long does the rest take?

use super::{
    report::{self, Result as Row},
    tables::{self, Metric},
    train::{Config, Point},
};
use crate::{
    fit::{Backend, learner::chosen},
    model::Spec,
};

/// What a run tells while it works.
pub trait Watch {
    /// How far a row is, and other details.
    fn line(&mut self, text: &str);
    /// A row begins or ends.
    fn row(&mut self, text: &str) {
        self.line(text);
    }
    /// So much of all work is done, 0 to 1.
    fn progress(&mut self, _part: f64) {}
}

/// How much of the work is done: rows differ in their networks.
pub(super) struct Share {
    /// Multiply-accumulates of all fits, and of those that are done.
    all: f64,
    done: f64,
}

impl Share {
    pub fn new(works: impl Iterator<Item = f64>) -> Self {
        Self { all: works.sum(), done: 0.0 }
    }

    /// The part that is done once so much of a fit's work is.
    pub fn with(&self, work: f64, part: f64) -> f64 {
        (self.done + work * part) / self.all.max(1.0)
    }

    pub fn add(&mut self, work: f64) {
        self.done += work;
    }
}

/// How long a network that the fused engine does not know takes in its place: it has
/// one core, and writes down what the other keeps in registers.
const UNFUSED: f64 = 4.0;

/// Multiply-accumulates of a fit, forward, of so many points a step, as the fused
/// engine computes them where that was asked for.
pub(super) fn work_of(spec: &Spec, points: usize, config: &Config, asked: Backend) -> f64 {
    let steps = config.steps + config.pretrain_steps;
    let slow = if chosen(spec, asked) == asked { 1.0 } else { UNFUSED };
    slow * spec.layout().macs().0 as f64 * points as f64 * steps as f64
}

/// What is said when a row begins.
pub(super) fn begins(
    row: &tables::Row,
    names: &[String],
    (index, count): (usize, usize),
    config: &Config,
) -> String {
    let pretrained = match config.pretrain_steps {
        0 => String::new(),
        steps => format!(" after {steps} of pretraining"),
    };
    format!(
        "row {} of {count}, {} of {}: {} parameters, {} steps{pretrained}",
        index + 1,
        row.name,
        names.join(" "),
        row.spec.parameters(),
        config.steps
    )
}

/// What is said when it ends.
pub(super) fn ended(metric: Metric, results: &[Row]) -> String {
    let Some(first) = results.first() else { return String::new() };
    let ours = results.iter().map(|r| r.figure(metric)).sum::<f64>() / results.len() as f64;
    let what = match metric {
        Metric::Psnr => "dB",
        Metric::AudioMse => "MSE x 10,000",
        Metric::TrimapIou => "trimap IoU",
    };
    let seconds = first.pretrain_seconds + first.seconds;
    format!("{}: {ours:.4} {what} (paper: {}), {seconds:.0} s", first.row, first.paper)
}

/// What a report of its training says.
pub(super) fn reported(row: &str, targets: &[Vec<f32>], point: &Point, metric: Metric) -> String {
    let values = point.mse.iter().zip(targets).map(|(&mse, target)| match metric {
        Metric::Psnr => format!("{:.2}", report::psnr(mse.into(), target).0),
        Metric::AudioMse => format!("{:.4}", mse * 1e4),
        Metric::TrimapIou => String::new(),
    });
    let loss: f32 = point.loss.iter().sum::<f32>() / point.loss.len() as f32;
    let values: Vec<_> = values.collect();
    format!("{row}: step {}, loss {loss:.6}, {}", point.step, values.join(" "))
}
