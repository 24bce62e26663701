//! The sparse step: only the expert that a coordinate will be decoded with.

use super::{
    Batch, Engine, Errors, Grads, LossWeights, Params, SLICES, Sine, Slot, StepStats, Tapes,
    block::{Input, Weights},
};
use crate::model::{Arch, Layout};
use rayon::prelude::*;

/// What the caller already knows about a batch.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known<'a> {
    /// `[B]`: the expert of every coordinate; computed if absent.
    pub routing: Option<&'a [u8]>,
    /// `[B, width]`: the encoder's features; used only while it is frozen.
    pub features: Option<&'a [f32]>,
}

struct Pass<'a> {
    arch: &'a Arch,
    layout: &'a Layout,
    shared: Weights<'a>,
    experts: Weights<'a>,
    sine: Sine,
}

/// Coordinates of one expert, in chunks: `(expert, indices into the batch)`.
fn group(routing: &[u8], experts: usize, chunk: usize) -> Vec<(usize, Vec<u32>)> {
    let mut by_expert = vec![Vec::new(); experts];
    for (i, &k) in routing.iter().enumerate() {
        by_expert[usize::from(k)].push(i as u32);
    }
    let chunks = by_expert
        .iter()
        .enumerate()
        .flat_map(|(k, list)| list.chunks(chunk).map(move |part| (k, part.to_vec())));
    chunks.collect()
}

impl Engine {
    /// Loss `reconstruction * mean (F_j - y)^2` of the chosen experts alone,
    /// and its gradient: to the chosen expert and, if wanted, the encoder;
    /// the manager gets none.
    ///
    /// # Panics
    /// If a slice does not have the length its documentation states.
    pub fn routed_step(
        &mut self,
        params: Params<'_>,
        batch: Batch<'_>,
        weights: LossWeights,
        (sine, train_encoder): (Sine, bool),
        known: Known<'_>,
        mut grads: Grads<'_>,
    ) -> StepStats {
        let count = batch.coords.len() / self.arch.in_dim;
        assert_eq!(batch.targets.len(), count * self.arch.out_dim, "targets");
        let mut own = Vec::new();
        let routing = match known.routing {
            Some(routing) => routing,
            None => {
                own.resize(count, 0);
                self.route(params, batch.coords, sine, &mut own);
                &own
            }
        };
        assert_eq!(routing.len(), count, "routing");
        self.load(params);
        let chunks = group(routing, self.arch.experts, self.chunk);
        let mut slots = std::mem::take(&mut self.slots);
        let (shared, experts) = self.weights(params);
        let pass = Pass { arch: &self.arch, layout: &self.layout, shared, experts, sine };
        let per_value = weights.reconstruction / (self.arch.out_dim * count.max(1)) as f32;
        let features = known.features.filter(|_| !train_encoder);
        self.pool.install(|| {
            slots.par_iter_mut().enumerate().for_each(|(i, slot)| {
                slot.clear(pass.arch.experts);
                for (k, indices) in chunks.iter().skip(i).step_by(SLICES) {
                    let n = indices.len();
                    pass.load(&mut slot.tapes, batch.coords, features, indices);
                    pass.expert(&mut slot.tapes, *k, n, features.is_none());
                    pass.learn(
                        slot,
                        (*k, indices),
                        batch.targets,
                        (per_value, weights.errors),
                        train_encoder,
                        features.is_none(),
                    );
                }
            });
        });
        self.slots = slots;
        self.reduce(params, &mut grads, count)
    }

    /// The chosen expert of every coordinate, `[B]`.
    pub fn route(&mut self, params: Params<'_>, coords: &[f64], sine: Sine, out: &mut [u8]) {
        self.load(params);
        let (chunk, dims) = (self.chunk, self.arch.in_dim);
        self.over_chunks(params, sine, out, chunk, |pass, tapes, c, out| {
            let n = out.len();
            let coords = &coords[c * chunk * dims..][..n * dims];
            pass.choose(tapes, Input::Coordinates(coords), n, out);
        });
    }

    /// The encoder's features, `[B, width]`.
    pub fn features(&mut self, params: Params<'_>, coords: &[f64], sine: Sine, out: &mut [f32]) {
        self.load(params);
        let (chunk, dims, width) = (self.chunk, self.arch.in_dim, self.arch.encoder.width);
        self.over_chunks(params, sine, out, chunk * width, |pass, tapes, c, out| {
            let n = out.len() / width;
            let coords = Input::Coordinates(&coords[c * chunk * dims..][..n * dims]);
            tapes.encoder.forward(&pass.layout.encoder, 0, pass.shared, coords, n, sine);
            for (unit, row) in tapes.encoder.output().chunks_exact(n).take(width).enumerate() {
                for (to, from) in out.iter_mut().skip(unit).step_by(width).zip(row) {
                    *to = *from;
                }
            }
        });
    }

    /// What will be decoded: outputs `[B, out_dim]` of the chosen experts,
    /// and the experts `[B]`.
    pub fn evaluate(
        &mut self,
        params: Params<'_>,
        coords: &[f64],
        sine: Sine,
        (out, chosen): (&mut [f32], &mut [u8]),
    ) {
        self.route(params, coords, sine, chosen);
        let channels = self.arch.out_dim;
        let chunks = group(chosen, self.arch.experts, self.chunk);
        let chunk = self.chunk;
        let mut packed = vec![0.0; chunks.len() * chunk * channels];
        self.over_chunks(params, sine, &mut packed, chunk * channels, |pass, tapes, c, out| {
            let (k, indices) = &chunks[c];
            let n = indices.len();
            pass.load(tapes, coords, None, indices);
            pass.expert(tapes, *k, n, true);
            out[..channels * n].copy_from_slice(&tapes.expert.output()[..channels * n]);
        });
        for ((_, indices), values) in chunks.iter().zip(packed.chunks_exact(chunk * channels)) {
            for (row, values) in values.chunks_exact(indices.len()).take(channels).enumerate() {
                for (&i, value) in indices.iter().zip(values) {
                    out[i as usize * channels + row] = *value;
                }
            }
        }
    }

    /// Calls `work` with every chunk of `out` on all threads.
    fn over_chunks<T: Send>(
        &mut self,
        params: Params<'_>,
        sine: Sine,
        out: &mut [T],
        chunk: usize,
        work: impl Fn(&Pass<'_>, &mut Tapes, usize, &mut [T]) + Sync,
    ) {
        let mut slots = std::mem::take(&mut self.slots);
        let (shared, experts) = self.weights(params);
        let pass = Pass { arch: &self.arch, layout: &self.layout, shared, experts, sine };
        let mut chunks: Vec<_> = out.chunks_mut(chunk).enumerate().collect();
        let per_slot = chunks.len().div_ceil(SLICES).max(1);
        self.pool.install(|| {
            slots.par_iter_mut().zip(chunks.par_chunks_mut(per_slot)).for_each(|(slot, chunks)| {
                for (c, out) in chunks {
                    work(&pass, &mut slot.tapes, *c, out);
                }
            });
        });
        self.slots = slots;
    }
}

impl Pass<'_> {
    /// Gathers one chunk's coordinates or features.
    fn load(&self, tapes: &mut Tapes, coords: &[f64], features: Option<&[f32]>, indices: &[u32]) {
        let n = indices.len();
        match features {
            Some(features) => {
                let width = self.arch.encoder.width;
                for (c, &i) in indices.iter().enumerate() {
                    let from = &features[i as usize * width..][..width];
                    for (to, from) in tapes.features.iter_mut().skip(c).step_by(n).zip(from) {
                        *to = *from;
                    }
                }
            }
            None => {
                let dims = self.arch.in_dim;
                for (to, &i) in tapes.coords.chunks_exact_mut(dims).zip(indices) {
                    to.copy_from_slice(&coords[i as usize * dims..][..dims]);
                }
            }
        }
    }

    /// Encoder (unless its features are given) and one expert, forward.
    fn expert(&self, tapes: &mut Tapes, k: usize, n: usize, encode: bool) {
        let Tapes { encoder, expert, coords, features, .. } = tapes;
        let input = if encode {
            let coords = Input::Coordinates(coords);
            encoder.forward(&self.layout.encoder, 0, self.shared, coords, n, self.sine);
            Input::Features(encoder.output())
        } else {
            Input::Features(features)
        };
        expert.forward(&self.layout.expert, k, self.experts, input, n, self.sine);
    }

    /// Loss and gradients of a chunk that [`Self::expert`] has just run.
    fn learn(
        &self,
        slot: &mut Slot,
        (k, indices): (usize, &[u32]),
        targets: &[f32],
        (per_value, errors): (f32, Errors),
        train_encoder: bool,
        encoded: bool,
    ) {
        let Slot { shared, experts, stats, tapes } = slot;
        let (n, channels) = (indices.len(), self.arch.out_dim);
        let mut error = 0.0f64;
        let rows = tapes.expert.output().chunks_exact(n).take(channels).enumerate();
        for ((row, output), gradient) in rows.zip(tapes.output_grad.chunks_exact_mut(n)) {
            for ((output, gradient), &i) in output.iter().zip(gradient).zip(indices) {
                let difference = output - targets[i as usize * channels + row];
                let (value, slope) = errors.of(difference);
                *gradient = per_value * slope;
                error += f64::from(value);
            }
        }
        stats.loss += error * f64::from(per_value);
        stats.hard_mse += error;
        stats.usage[k] += n;
        let Tapes { encoder, expert, encoder_grad, output_grad, features, coords, .. } = tapes;
        let input = if encoded { encoder.output() } else { features };
        let input = Input::Features(input);
        let width = self.arch.encoder.width * n;
        encoder_grad[..width].fill(0.0);
        let to_input = train_encoder.then_some(&mut encoder_grad[..]);
        let plain = self.experts.plain;
        let layers = &self.layout.expert;
        expert.backward(layers, k, plain, input, n, output_grad, experts, to_input);
        if train_encoder {
            let coords = Input::Coordinates(coords);
            let gradient = &encoder_grad[..width];
            let (layers, plain) = (&self.layout.encoder, self.shared.plain);
            encoder.backward(layers, 0, plain, coords, n, gradient, shared, None);
        }
    }

    /// The manager's choice for one chunk.
    fn choose(&self, tapes: &mut Tapes, coords: Input<'_>, n: usize, out: &mut [u8]) {
        out.fill(0);
        if self.arch.experts == 1 {
            return;
        }
        let layout = self.layout;
        let Tapes { encoder, manager, head, concat, .. } = tapes;
        encoder.forward(&layout.encoder, 0, self.shared, coords, n, self.sine);
        manager.forward(&layout.manager_encoder, 0, self.shared, coords, n, self.sine);
        let own = self.arch.manager_encoder.width * n;
        let all = own + self.arch.encoder.width * n;
        concat[..own].copy_from_slice(&manager.output()[..own]);
        concat[own..all].copy_from_slice(&encoder.output()[..all - own]);
        let input = Input::Features(&concat[..all]);
        head.forward(&layout.manager_head, 0, self.shared, input, n, self.sine);
        let logits = head.output();
        for (c, out) in out.iter_mut().enumerate() {
            for k in 1..self.arch.experts {
                if logits[k * n + c] > logits[usize::from(*out) * n + c] {
                    *out = k as u8;
                }
            }
        }
    }
}
