//! How good is a network in training, and how fast?

use super::{
    Trainer, loss,
    net::{chosen, download, upload},
    train::Config,
};
use std::{collections::BTreeMap, time::Instant};

impl Trainer {
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
            (Some(fixed), _) => fixed.clone().repeat_dim(0, self.fits() / fixed.dims()[0]),
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

    /// Percent of each fit's points that are decided by their segment's expert,
    /// where experts are given to segments one after the other, the pair that
    /// shares most points first; empty without segments. Waits for the device.
    #[must_use]
    pub fn follows(&self, segments: &[Vec<u8>]) -> Vec<f64> {
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
        which.chunks_exact(self.points()).zip(segments).map(of_fit).collect()
    }

    /// Seconds that a step of the first stage takes, of `steps` after as many
    /// that let the device find its fastest kernels. Changes the network.
    pub fn probe(&mut self, config: &Config, steps: u64) -> f64 {
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
