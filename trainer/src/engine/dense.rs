//! The paper's step: every expert sees every coordinate.

use super::{
    Batch, Engine, Grads, LossWeights, Params, SLICES, Sine, Slot, StepStats, Tapes,
    block::{Input, Weights},
    transpose,
};
use crate::model::{Arch, Layout};
use rayon::prelude::*;

/// Label smoothing of the cross entropy.
const SMOOTHING: f32 = 0.01;

/// Everything a chunk needs besides its own coordinates.
struct Step<'a> {
    arch: &'a Arch,
    layout: &'a Layout,
    shared: Weights<'a>,
    experts: Weights<'a>,
    weights: LossWeights,
    sine: Sine,
    /// 1 / B.
    scale: f32,
}

impl Engine {
    /// Loss of the whole mixture and its gradient (paper, equation 4):
    /// `reconstruction / N * sum_i q_i (F_i - y)^2`, averaged over
    /// coordinates and channels, plus the label and balance terms.
    ///
    /// With `reconstruction` 0 the experts are not evaluated: that is the
    /// manager's pretraining.
    ///
    /// # Panics
    /// If a slice does not have the length its documentation states.
    pub fn dense_step(
        &mut self,
        params: Params<'_>,
        batch: Batch<'_>,
        weights: LossWeights,
        sine: Sine,
        mut grads: Grads<'_>,
    ) -> StepStats {
        self.load(params);
        let count = batch.coords.len() / self.arch.in_dim;
        assert_eq!(batch.targets.len(), count * self.arch.out_dim, "targets");
        let (chunk, dims, channels) = (self.chunk, self.arch.in_dim, self.arch.out_dim);
        let mut slots = std::mem::take(&mut self.slots);
        let (shared, experts) = self.weights(params);
        let step = Step {
            arch: &self.arch,
            layout: &self.layout,
            shared,
            experts,
            weights,
            sine,
            scale: 1.0 / count.max(1) as f32,
        };
        self.pool.install(|| {
            slots.par_iter_mut().enumerate().for_each(|(i, slot)| {
                slot.clear(step.arch.experts);
                for c in (i..count.div_ceil(chunk)).step_by(SLICES) {
                    let range = c * chunk..((c + 1) * chunk).min(count);
                    let part = Batch {
                        coords: &batch.coords[range.start * dims..range.end * dims],
                        targets: &batch.targets[range.start * channels..range.end * channels],
                        labels: batch.labels.map(|l| &l[range.clone()]),
                    };
                    step.chunk(slot, part, range.len());
                }
            });
        });
        self.slots = slots;
        self.reduce(params, &mut grads, count)
    }
}

impl Step<'_> {
    fn chunk(&self, slot: &mut Slot, batch: Batch<'_>, n: usize) {
        let Slot { shared, experts, stats, tapes } = slot;
        let (layout, sine) = (self.layout, self.sine);
        let coords = Input::Coordinates(batch.coords);
        tapes.encoder.forward(&layout.encoder, 0, self.shared, coords, n, sine);
        self.gate(tapes, coords, n);
        let features = self.arch.encoder.width * n;
        tapes.encoder_grad[..features].fill(0.0);
        if self.weights.reconstruction != 0.0 {
            let channels = self.arch.out_dim;
            transpose(batch.targets, channels, n, &mut tapes.targets[..channels * n]);
            for k in 0..self.arch.experts {
                self.expert(tapes, k, n, stats, experts);
            }
        } else {
            tapes.errors.fill(0.0);
        }
        self.choose(tapes, n, stats);
        if self.arch.experts > 1 {
            self.gate_gradient(tapes, batch.labels, n, stats);
            self.manager_backward(tapes, coords, n, shared);
        }
        let gradient = &tapes.encoder_grad[..features];
        let plain = self.shared.plain;
        let (layers, tape) = (&layout.encoder, &mut tapes.encoder);
        tape.backward(layers, 0, plain, coords, n, gradient, shared, None);
    }

    /// Manager forward; softmax into `gate`.
    fn gate(&self, tapes: &mut Tapes, coords: Input<'_>, n: usize) {
        let gate = &mut tapes.gate[..self.arch.experts * n];
        if self.arch.experts == 1 {
            gate.fill(1.0);
            return;
        }
        let layout = self.layout;
        tapes.manager.forward(&layout.manager_encoder, 0, self.shared, coords, n, self.sine);
        let own = self.arch.manager_encoder.width * n;
        let all = own + self.arch.encoder.width * n;
        tapes.concat[..own].copy_from_slice(&tapes.manager.output()[..own]);
        tapes.concat[own..all].copy_from_slice(&tapes.encoder.output()[..all - own]);
        let input = Input::Features(&tapes.concat[..all]);
        tapes.head.forward(&layout.manager_head, 0, self.shared, input, n, self.sine);
        gate.copy_from_slice(&tapes.head.output()[..self.arch.experts * n]);
        for c in 0..n {
            let column = || (c..self.arch.experts * n).step_by(n);
            let largest = column().map(|i| gate[i]).fold(f32::NEG_INFINITY, f32::max);
            let mut total = 0.0;
            for i in column() {
                gate[i] = (gate[i] - largest).exp();
                total += gate[i];
            }
            column().for_each(|i| gate[i] /= total);
        }
    }

    /// One expert forward and straight back: its output gradient needs only
    /// its own gate value. Leaves its squared errors for the gate.
    fn expert(
        &self,
        tapes: &mut Tapes,
        k: usize,
        n: usize,
        stats: &mut StepStats,
        grads: &mut [f32],
    ) {
        let channels = self.arch.out_dim;
        let layers = &self.layout.expert;
        let features = Input::Features(tapes.encoder.output());
        tapes.expert.forward(layers, k, self.experts, features, n, self.sine);
        let output = &tapes.expert.output()[..channels * n];
        let gate = &tapes.gate[k * n..(k + 1) * n];
        let errors = &mut tapes.errors[k * n..(k + 1) * n];
        errors.fill(0.0);
        let per_value = self.weights.reconstruction / (channels * self.arch.experts) as f32;
        let gradient = &mut tapes.output_grad[..channels * n];
        let rows = output.chunks_exact(n).zip(tapes.targets.chunks_exact(n));
        for ((output, target), gradient) in rows.zip(gradient.chunks_exact_mut(n)) {
            for c in 0..n {
                let difference = output[c] - target[c];
                let (error, slope) = self.weights.errors.of(difference);
                errors[c] += error;
                gradient[c] = slope * gate[c] * per_value * self.scale;
            }
        }
        let weighted: f32 = errors.iter().zip(gate).map(|(e, q)| e * q).sum();
        stats.loss += f64::from(weighted * per_value * self.scale);
        let to_input = Some(&mut tapes.encoder_grad[..]);
        let (tape, plain) = (&mut tapes.expert, self.experts.plain);
        tape.backward(layers, k, plain, features, n, gradient, grads, to_input);
    }

    /// Counts the expert with the largest gate value, and its error.
    fn choose(&self, tapes: &Tapes, n: usize, stats: &mut StepStats) {
        for c in 0..n {
            let mut best = 0;
            for k in 1..self.arch.experts {
                if tapes.gate[k * n + c] > tapes.gate[best * n + c] {
                    best = k;
                }
            }
            stats.usage[best] += 1;
            stats.hard_mse += f64::from(tapes.errors[best * n + c]);
        }
    }

    /// Gradient of the loss with respect to the logits.
    fn gate_gradient(
        &self,
        tapes: &mut Tapes,
        labels: Option<&[u8]>,
        n: usize,
        stats: &mut StepStats,
    ) {
        let experts = self.arch.experts;
        let LossWeights { reconstruction, label, balance, .. } = self.weights;
        let per_value = reconstruction / (self.arch.out_dim * experts) as f32;
        let uniform = 1.0 / experts as f32;
        let labels = labels.filter(|_| label != 0.0);
        for c in 0..n {
            // d loss / d q, then through the softmax.
            let mut by_gate = [0.0f32; nex_format::MAX_EXPERTS];
            let mut mean = 0.0;
            for (k, d) in by_gate.iter_mut().enumerate().take(experts) {
                let q = tapes.gate[k * n + c];
                *d = tapes.errors[k * n + c] * per_value;
                if balance != 0.0 {
                    let q = q.clamp(1e-7, 1.0 - 1e-7);
                    *d += balance * uniform * ((1.0 - uniform) / (1.0 - q) - uniform / q);
                    let entropy = uniform * q.ln() + (1.0 - uniform) * (1.0 - q).ln();
                    stats.loss -= f64::from(balance * uniform * entropy * self.scale);
                }
                mean += q * *d;
            }
            for (k, &d) in by_gate.iter().enumerate().take(experts) {
                let q = tapes.gate[k * n + c];
                let mut gradient = q * (d - mean);
                if let Some(labels) = labels {
                    let hit = usize::from(labels[c]) == k;
                    let target = SMOOTHING * uniform + if hit { 1.0 - SMOOTHING } else { 0.0 };
                    gradient += label * (q - target);
                    let entropy = target * q.max(1e-30).ln();
                    stats.loss -= f64::from(label * entropy * self.scale);
                }
                tapes.gate_grad[k * n + c] = gradient * self.scale;
            }
        }
    }

    fn manager_backward(&self, tapes: &mut Tapes, coords: Input<'_>, n: usize, grads: &mut [f32]) {
        let plain = self.shared.plain;
        let own = self.arch.manager_encoder.width * n;
        let all = own + self.arch.encoder.width * n;
        tapes.concat_grad[..all].fill(0.0);
        let gradient = &tapes.gate_grad[..self.arch.experts * n];
        let concat = Input::Features(&tapes.concat[..all]);
        let to_input = Some(&mut tapes.concat_grad[..]);
        let layers = &self.layout.manager_head;
        tapes.head.backward(layers, 0, plain, concat, n, gradient, grads, to_input);
        let layers = &self.layout.manager_encoder;
        let gradient = &tapes.concat_grad[..own];
        tapes.manager.backward(layers, 0, plain, coords, n, gradient, grads, None);
        let rest = &tapes.concat_grad[own..all];
        for (to, from) in tapes.encoder_grad.iter_mut().zip(rest) {
            *to += from;
        }
    }
}
