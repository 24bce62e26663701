//! How good is a network in training, and how fast?

use super::{Trainer, train::Config};
use crate::fit::stages::{Phase, Stage};
use std::{collections::BTreeMap, time::Instant};

impl Trainer {
    /// Mean squared error of the chosen experts, and what part each decides, at
    /// the points of the last step; waits for the device.
    #[must_use]
    pub fn evaluate(&mut self) -> (Vec<f32>, Vec<Vec<f32>>) {
        let (outputs, chosen) = self.decode();
        let range = self.seen();
        let (points, channels) = (range.len(), self.problem.out_dim);
        let targets = self.problem.targets.iter();
        let targets = targets.map(|t| &t[range.start * channels..range.end * channels]);
        let mse = |(ours, target): (&[f32], &[f32])| {
            let squares = ours.iter().zip(target).map(|(a, b)| f64::from(a - b).powi(2));
            (squares.sum::<f64>() / target.len() as f64) as f32
        };
        let usage = |chosen: &[u8]| {
            let mut counts = vec![0.0; self.spec.arch.experts];
            chosen.iter().for_each(|&k| counts[usize::from(k)] += 1.0);
            counts.into_iter().map(|count: f32| count / points as f32).collect()
        };
        (
            outputs.chunks_exact(points * channels).zip(targets).map(mse).collect(),
            chosen.chunks_exact(points).map(usage).collect(),
        )
    }

    /// Percent of each fit's points that are decided by their segment's expert,
    /// where experts are given to segments one after the other, the pair that
    /// shares most points first; empty without segments. Waits for the device.
    #[must_use]
    pub fn follows(&mut self, segments: &[Vec<u8>]) -> Vec<f64> {
        if segments.is_empty() {
            return vec![];
        }
        let which = self.decode().1;
        let of_fit = |(which, segments): (&[u8], &Vec<u8>)| {
            let mut shared = BTreeMap::<(u8, u8), usize>::new();
            which.iter().zip(segments).for_each(|(&e, &s)| *shared.entry((e, s)).or_default() += 1);
            let mut pairs: Vec<_> = shared.into_iter().collect();
            pairs.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
            let mut taken: Vec<(u8, u8)> = vec![];
            let mut followed = 0;
            for ((expert, segment), count) in pairs {
                if taken.iter().all(|&(e, s)| e != expert && s != segment) {
                    taken.push((expert, segment));
                    followed += count;
                }
            }
            100.0 * followed as f64 / segments.len().max(1) as f64
        };
        which.chunks_exact(self.seen().len()).zip(segments).map(of_fit).collect()
    }

    /// Seconds that a step of the first stage takes, of `steps` after as many
    /// that let the device find its fastest kernels. Changes the network.
    pub fn probe(&mut self, config: &Config, steps: u64) -> f64 {
        let phase = Phase { stage: Stage::Mixture, rounded: false };
        let mut started = Instant::now();
        for step in 0..2 * steps {
            if step == steps {
                let _ = self.report();
                started = Instant::now();
            }
            self.step(phase, step, config.rate);
        }
        let _ = self.report();
        started.elapsed().as_secs_f64() / steps as f64
    }
}
