//! The paper's step: every expert sees every coordinate.

use super::{
    Batch, Engine, Grads, Known, LossWeights, Mode, Params, SLICES, SMOOTHING, Slot, StepStats,
    Tapes, block::Input, pass::Pass, transpose,
};
use rayon::prelude::*;

/// What all chunks of a step have in common.
struct Step<'a> {
    pass: Pass<'a>,
    weights: LossWeights,
    train_encoder: bool,
    /// 1 / B.
    scale: f32,
}

impl Engine {
    /// Loss of the whole mixture and its gradient (paper, equation 4):
    /// `reconstruction / N * sum_i q_i (F_i - y)^2`, averaged over
    /// coordinates and channels, plus the label and balance terms.
    ///
    /// With `reconstruction` 0 the experts are not evaluated: that is the
    /// manager's pretraining. With a known gate the manager is not: it gets no
    /// gradient.
    ///
    /// # Panics
    /// If a slice does not have the length its documentation states.
    pub fn dense_step(
        &mut self,
        params: Params<'_>,
        batch: Batch<'_>,
        weights: LossWeights,
        Mode { sine, encoder }: Mode,
        known: Known<'_>,
        mut grads: Grads<'_>,
    ) -> StepStats {
        self.load(params);
        let count = batch.coords.len() / self.arch.in_dim;
        assert_eq!(batch.targets.len(), count * self.arch.out_dim, "targets");
        let (chunk, dims, channels) = (self.chunk, self.arch.in_dim, self.arch.out_dim);
        let (experts, width) = (self.arch.experts, self.arch.encoder.width);
        let features = known.features.filter(|_| !encoder && known.gate.is_some());
        let mut slots = std::mem::take(&mut self.slots);
        let scale = 1.0 / count.max(1) as f32;
        let step = Step { pass: self.pass(params, sine), weights, train_encoder: encoder, scale };
        self.pool.install(|| {
            slots.par_iter_mut().enumerate().for_each(|(i, slot)| {
                slot.clear(experts);
                for c in (i..count.div_ceil(chunk)).step_by(SLICES) {
                    let range = c * chunk..((c + 1) * chunk).min(count);
                    let rows = |columns| range.start * columns..range.end * columns;
                    let part = Batch {
                        coords: &batch.coords[rows(dims)],
                        targets: &batch.targets[rows(channels)],
                        labels: batch.labels.map(|l| &l[rows(1)]),
                        weights: batch.weights.map(|w| &w[rows(1)]),
                    };
                    let known = Known {
                        routing: None,
                        gate: known.gate.map(|g| &g[rows(experts)]),
                        features: features.map(|f| &f[rows(width)]),
                    };
                    step.chunk(slot, part, known, range.len());
                }
            });
        });
        self.slots = slots;
        self.reduce(params, &mut grads, count)
    }
}

impl Step<'_> {
    fn chunk(&self, slot: &mut Slot, batch: Batch<'_>, known: Known<'_>, n: usize) {
        let Slot { shared, experts, stats, tapes } = slot;
        let Pass { arch, layout, .. } = self.pass;
        let coords = Input::Coordinates(batch.coords);
        let features = arch.encoder.width * n;
        match known.features {
            Some(known) => transpose(known, arch.encoder.width, n, &mut tapes.features),
            None => self.pass.encode(tapes, coords, n),
        }
        match known.gate {
            Some(known) => transpose(known, arch.experts, n, &mut tapes.gate),
            None => self.pass.gate(tapes, coords, n),
        }
        tapes.encoder_grad[..features].fill(0.0);
        if self.weights.reconstruction != 0.0 {
            let channels = arch.out_dim;
            transpose(batch.targets, channels, n, &mut tapes.targets[..channels * n]);
            for k in 0..arch.experts {
                self.expert(tapes, (k, n), known.features.is_some(), batch.weights, stats, experts);
            }
        } else {
            tapes.errors.fill(0.0);
        }
        self.choose(tapes, n, stats);
        if arch.experts > 1 && known.gate.is_none() {
            self.gate_gradient(tapes, batch.labels, n, stats);
            self.manager_backward(tapes, coords, n, shared);
        }
        if self.train_encoder {
            let gradient = &tapes.encoder_grad[..features];
            let plain = self.pass.shared.plain;
            let (layers, tape) = (&layout.encoder, &mut tapes.encoder);
            tape.backward(layers, 0, plain, coords, n, gradient, shared, None);
        }
    }

    /// One expert forward and straight back: its output gradient needs only
    /// its own gate value. Leaves its squared errors for the gate.
    fn expert(
        &self,
        tapes: &mut Tapes,
        (k, n): (usize, usize),
        encoded: bool,
        weights: Option<&[f32]>,
        stats: &mut StepStats,
        grads: &mut [f32],
    ) {
        let Pass { arch, layout, experts, sine, .. } = self.pass;
        let (channels, layers) = (arch.out_dim, &layout.expert);
        let features = if encoded { &tapes.features[..] } else { tapes.encoder.output() };
        let features = Input::Features(features);
        tapes.expert.forward(layers, k, experts, features, n, sine);
        let output = &tapes.expert.output()[..channels * n];
        let gate = &tapes.gate[k * n..(k + 1) * n];
        let errors = &mut tapes.errors[k * n..(k + 1) * n];
        errors.fill(0.0);
        let per_value = self.weights.reconstruction / (channels * arch.experts) as f32;
        let gradient = &mut tapes.output_grad[..channels * n];
        let rows = output.chunks_exact(n).zip(tapes.targets.chunks_exact(n));
        for ((output, target), gradient) in rows.zip(gradient.chunks_exact_mut(n)) {
            for c in 0..n {
                let difference = output[c] - target[c];
                let (error, slope) = self.weights.errors.of(difference);
                let weight = weights.map_or(1.0, |w| w[c]);
                errors[c] += weight * error;
                gradient[c] = weight * slope * gate[c] * per_value * self.scale;
            }
        }
        let weighted: f32 = errors.iter().zip(gate).map(|(e, q)| e * q).sum();
        stats.loss += f64::from(weighted * per_value * self.scale);
        let to_input = self.train_encoder.then_some(&mut tapes.encoder_grad[..]);
        let (tape, plain) = (&mut tapes.expert, experts.plain);
        tape.backward(layers, k, plain, features, n, gradient, grads, to_input);
    }

    /// Counts the expert with the largest gate value, and its error.
    fn choose(&self, tapes: &Tapes, n: usize, stats: &mut StepStats) {
        for c in 0..n {
            let mut best = 0;
            for k in 1..self.pass.arch.experts {
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
        let Pass { arch, .. } = self.pass;
        let experts = arch.experts;
        let LossWeights { reconstruction, label, balance, .. } = self.weights;
        let per_value = reconstruction / (arch.out_dim * experts) as f32;
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
        let Pass { arch, layout, shared, .. } = self.pass;
        let plain = shared.plain;
        let own = arch.manager_encoder.width * n;
        let all = own + arch.encoder.width * n;
        tapes.concat_grad[..all].fill(0.0);
        let gradient = &tapes.gate_grad[..arch.experts * n];
        let concat = Input::Features(&tapes.concat[..all]);
        let to_input = Some(&mut tapes.concat_grad[..]);
        let layers = &layout.manager_head;
        tapes.head.backward(layers, 0, plain, concat, n, gradient, grads, to_input);
        let layers = &layout.manager_encoder;
        let gradient = &tapes.concat_grad[..own];
        tapes.manager.backward(layers, 0, plain, coords, n, gradient, grads, None);
        let rest = &tapes.concat_grad[own..all];
        for (to, from) in tapes.encoder_grad.iter_mut().zip(rest) {
            *to += from;
        }
    }
}
