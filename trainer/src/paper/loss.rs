//! Which losses does a fit minimise, and how good is it?

use super::net::{Forward, chosen, gate};
use burn::tensor::{Tensor, activation::log_softmax};

/// Label smoothing of the cross entropy, as in [`crate::graph`].
const SMOOTHING: f32 = 0.01;
/// Weight of the distance from equal probabilities in pretraining.
const BALANCE: f32 = 0.1;
/// Weight of the reconstruction error.
pub(super) const RECONSTRUCTION: f32 = 1000.0;

/// Mean over channels of the squared errors `[fits, N, chunks, rows, 1]`.
pub(super) fn errors(outputs: Tensor<5>, targets: Tensor<5>) -> Tensor<5> {
    (outputs - targets).square().mean_dim(4)
}

/// Sum over everything but the fits, `[fits, 1, 1, 1, 1]`, over `count`.
fn per_fit(values: Tensor<5>, count: usize) -> Tensor<5> {
    values.sum_dims(&[1, 2, 3, 4]) / count as f32
}

fn coordinates(tensor: &Tensor<5>) -> usize {
    let [_, _, chunks, rows, _] = tensor.dims();
    chunks * rows
}

/// 1000 times the experts' errors, weighted by their probabilities, over N.
/// `gate` is `[fits or 1, N, chunks, rows, 1]`, or `None` for one expert.
pub(super) fn reconstruction(gate: Option<Tensor<5>>, errors: Tensor<5>) -> Tensor<5> {
    let count = coordinates(&errors);
    let Some(gate) = gate else { return per_fit(errors, count) * RECONSTRUCTION };
    let experts = gate.dims()[1];
    per_fit(gate * errors, count) * (RECONSTRUCTION / experts as f32)
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

/// Mean squared error of the chosen experts `[fits, 1, 1, 1, 1]`, and how much
/// of the coordinates each expert decides `[fits, N, 1, 1, 1]`. A `fixed`
/// choice stands for the manager's.
pub(super) fn hard(
    forward: Forward,
    fixed: Option<Tensor<5>>,
    targets: Tensor<5>,
) -> (Tensor<5>, Tensor<5>) {
    let errors = errors(forward.outputs, targets);
    let count = coordinates(&errors);
    let mask = match (fixed, forward.logits) {
        (Some(fixed), _) => fixed.expand(errors.shape()),
        (None, Some(logits)) => chosen(&logits),
        (None, None) => errors.ones_like(),
    };
    let usage = mask.clone().sum_dims(&[2, 3, 4]) / count as f32;
    (per_fit(errors * mask, count), usage)
}
