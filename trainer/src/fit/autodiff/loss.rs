//! Which losses does a fit minimise on a device, and how good is it?
//!
//! The fused engine computes the same; see [`crate::engine`].

use super::net::gate;
use crate::{
    engine::{Errors, SMOOTHING},
    fit::stages::BALANCE,
};
use burn::tensor::{Tensor, activation::log_softmax};

/// Mean over channels of the errors `[fits, N, chunks, rows, 1]`.
pub(super) fn errors(outputs: Tensor<5>, targets: Tensor<5>, kind: Errors) -> Tensor<5> {
    let differences = outputs - targets;
    let errors = match kind {
        Errors::Square => differences.square(),
        Errors::Magnitude => differences.abs(),
    };
    errors.mean_dim(4)
}

/// Sum over everything but the fits, `[fits, 1, 1, 1, 1]`, over `count`.
fn per_fit(values: Tensor<5>, count: usize) -> Tensor<5> {
    values.sum_dims(&[1, 2, 3, 4]) / count as f32
}

fn coordinates(tensor: &Tensor<5>) -> usize {
    let [_, _, chunks, rows, _] = tensor.dims();
    chunks * rows
}

/// The experts' errors, weighed by their probabilities, over N. `gate` is `[fits
/// or 1, N, chunks, rows, 1]`, or `None` for one expert.
pub(super) fn mixture(gate: Option<Tensor<5>>, errors: Tensor<5>) -> Tensor<5> {
    let Some(gate) = gate else { return chosen(None, errors) };
    let experts = gate.dims()[1];
    chosen(Some(gate), errors) / experts as f32
}

/// The errors of the experts that `mask` has a 1 for.
pub(super) fn chosen(mask: Option<Tensor<5>>, errors: Tensor<5>) -> Tensor<5> {
    let count = coordinates(&errors);
    match mask {
        Some(mask) => per_fit(mask * errors, count),
        None => per_fit(errors, count),
    }
}

/// Cross entropy to labels, given as one-hot rows `[fits or 1, 1, chunks,
/// rows, N]`, with label smoothing.
pub(super) fn segmentation(logits: &Tensor<5>, hot: Tensor<5>) -> Tensor<5> {
    let (count, experts) = (coordinates(logits), logits.dims()[4]);
    let smooth = hot * (1.0 - SMOOTHING) + SMOOTHING / experts as f32;
    -per_fit(log_softmax(logits.clone(), 4) * smooth, count)
}

/// What pretraining minimises: the cross entropy, and a tenth of the binary
/// cross entropy of every probability to 1 / N.
pub(super) fn pretraining(logits: &Tensor<5>, hot: Tensor<5>) -> Tensor<5> {
    let (count, experts) = (coordinates(logits), logits.dims()[4]);
    let (q, p) = (gate(logits.clone()).clamp(1e-7, 1.0 - 1e-7), 1.0 / experts as f32);
    let entropy = q.clone().log() * p + (-q + 1.0).log() * (1.0 - p);
    segmentation(logits, hot) - per_fit(entropy, count * experts) * BALANCE
}

/// How much of the coordinates each expert decides, `[fits, N, 1, 1, 1]`.
pub(super) fn usage(mask: &Tensor<5>) -> Tensor<5> {
    mask.clone().sum_dims(&[2, 3, 4]) / coordinates(mask) as f32
}
