//! The sparse step: only the expert that a coordinate will be decoded with.

use super::{
    Batch, Engine, Errors, Grads, Known, LossWeights, Mode, Params, SLICES, Sine, Slot, StepStats,
    Tapes, block::Input, pass::Pass,
};
use rayon::prelude::*;

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
        Mode { sine, encoder: train_encoder }: Mode,
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
        let pass = self.pass(params, sine);
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

    /// What will be decoded: outputs `[B, out_dim]` of the experts `[B]` that
    /// [`Engine::route`] gives, or others.
    pub fn evaluate(
        &mut self,
        params: Params<'_>,
        coords: &[f64],
        sine: Sine,
        chosen: &[u8],
        out: &mut [f32],
    ) {
        self.load(params);
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
}
