//! What do encoder and manager say of one chunk of coordinates?

use super::{
    Engine, Params, SLICES, Sine, Tapes,
    block::{Input, Weights},
};
use crate::model::{Arch, Layout};
use rayon::prelude::*;

/// Everything a chunk needs besides its own coordinates.
pub(super) struct Pass<'a> {
    pub arch: &'a Arch,
    pub layout: &'a Layout,
    pub shared: Weights<'a>,
    pub experts: Weights<'a>,
    pub sine: Sine,
}

impl Pass<'_> {
    /// The encoder, forward.
    pub fn encode(&self, tapes: &mut Tapes, coords: Input<'_>, n: usize) {
        tapes.encoder.forward(&self.layout.encoder, 0, self.shared, coords, n, self.sine);
    }

    /// The manager, forward, after the encoder: its logits are the head's output.
    pub fn manage(&self, tapes: &mut Tapes, coords: Input<'_>, n: usize) {
        let (layout, sine) = (self.layout, self.sine);
        let Tapes { encoder, manager, head, concat, .. } = tapes;
        manager.forward(&layout.manager_encoder, 0, self.shared, coords, n, sine);
        let own = self.arch.manager_encoder.width * n;
        let all = own + self.arch.encoder.width * n;
        concat[..own].copy_from_slice(&manager.output()[..own]);
        concat[own..all].copy_from_slice(&encoder.output()[..all - own]);
        let input = Input::Features(&concat[..all]);
        head.forward(&layout.manager_head, 0, self.shared, input, n, sine);
    }

    /// The manager, forward, after the encoder; probabilities into `gate`.
    pub fn gate(&self, tapes: &mut Tapes, coords: Input<'_>, n: usize) {
        let len = self.arch.experts * n;
        if self.arch.experts == 1 {
            tapes.gate[..len].fill(1.0);
            return;
        }
        self.manage(tapes, coords, n);
        let gate = &mut tapes.gate[..len];
        gate.copy_from_slice(&tapes.head.output()[..len]);
        for c in 0..n {
            let column = || (c..len).step_by(n);
            let largest = column().map(|i| gate[i]).fold(f32::NEG_INFINITY, f32::max);
            let mut total = 0.0;
            for i in column() {
                gate[i] = (gate[i] - largest).exp();
                total += gate[i];
            }
            column().for_each(|i| gate[i] /= total);
        }
    }
}

impl Engine {
    /// The encoder's features, `[B, width]`.
    pub fn features(&mut self, params: Params<'_>, coords: &[f64], sine: Sine, out: &mut [f32]) {
        let width = self.arch.encoder.width;
        self.over_coordinates(params, coords, (sine, width), out, |pass, tapes, coords, out| {
            let n = out.len() / width;
            pass.encode(tapes, coords, n);
            untranspose(tapes.encoder.output(), width, n, out);
        });
    }

    /// The manager's probabilities, `[B, N]`.
    pub fn gate(&mut self, params: Params<'_>, coords: &[f64], sine: Sine, out: &mut [f32]) {
        let experts = self.arch.experts;
        self.over_coordinates(params, coords, (sine, experts), out, |pass, tapes, coords, out| {
            let n = out.len() / experts;
            pass.encode(tapes, coords, n);
            pass.gate(tapes, coords, n);
            untranspose(&tapes.gate, experts, n, out);
        });
    }

    /// The chosen expert of every coordinate, `[B]`.
    pub fn route(&mut self, params: Params<'_>, coords: &[f64], sine: Sine, out: &mut [u8]) {
        self.over_coordinates(params, coords, (sine, 1), out, |pass, tapes, coords, out| {
            let n = out.len();
            out.fill(0);
            if pass.arch.experts == 1 {
                return;
            }
            pass.encode(tapes, coords, n);
            pass.manage(tapes, coords, n);
            let logits = tapes.head.output();
            for (c, out) in out.iter_mut().enumerate() {
                for k in 1..pass.arch.experts {
                    if logits[k * n + c] > logits[usize::from(*out) * n + c] {
                        *out = k as u8;
                    }
                }
            }
        });
    }

    /// Calls `work` with every chunk of coordinates and its part of `out`, which
    /// has `columns` for each coordinate.
    fn over_coordinates<T: Send>(
        &mut self,
        params: Params<'_>,
        coords: &[f64],
        (sine, columns): (Sine, usize),
        out: &mut [T],
        work: impl Fn(&Pass<'_>, &mut Tapes, Input<'_>, &mut [T]) + Sync,
    ) {
        self.load(params);
        let (chunk, dims) = (self.chunk, self.arch.in_dim);
        self.over_chunks(params, sine, out, chunk * columns, |pass, tapes, c, out| {
            let n = out.len() / columns;
            let coords = Input::Coordinates(&coords[c * chunk * dims..][..n * dims]);
            work(pass, tapes, coords, out);
        });
    }

    /// Calls `work` with every chunk of `out` on all threads.
    pub(super) fn over_chunks<T: Send>(
        &mut self,
        params: Params<'_>,
        sine: Sine,
        out: &mut [T],
        chunk: usize,
        work: impl Fn(&Pass<'_>, &mut Tapes, usize, &mut [T]) + Sync,
    ) {
        let mut slots = std::mem::take(&mut self.slots);
        let pass = self.pass(params, sine);
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

    pub(super) fn pass<'a>(&'a self, params: Params<'a>, sine: Sine) -> Pass<'a> {
        Pass {
            arch: &self.arch,
            layout: &self.layout,
            shared: Weights { plain: params.shared, turns: &self.shared_turns },
            experts: Weights { plain: params.experts, turns: &self.expert_turns },
            sine,
        }
    }
}

/// `[k][coordinate]` to `[coordinate][k]`.
fn untranspose(from: &[f32], k: usize, n: usize, to: &mut [f32]) {
    for (d, row) in from.chunks_exact(n).take(k).enumerate() {
        for (to, from) in to.iter_mut().skip(d).step_by(k).zip(row) {
            *to = *from;
        }
    }
}
