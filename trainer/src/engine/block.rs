//! How does a run of layers go forward and backward for one chunk?
//!
//! Activations lie `[feature][coordinate]`, a chunk of coordinates at a time,
//! small enough to stay in the processor's cache.

use super::{
    TURNS,
    dispatch::{Matrix, multiply},
    sine::{Sine, sine_and_slope},
};
use crate::model::{Layer, OMEGA};

/// What a block reads.
#[derive(Clone, Copy)]
pub(super) enum Input<'a> {
    /// Coordinates `[coordinate][dimension]`.
    Coordinates(&'a [f64]),
    /// Features `[feature][coordinate]`.
    Features(&'a [f32]),
}

/// One block's activations of a chunk, kept for the backward pass.
#[derive(Default)]
pub(super) struct Tape {
    /// By layer: `[unit][coordinate]`; linear layers hold their outputs.
    values: Vec<Vec<f32>>,
    /// By layer: 30 times the cosine.
    slopes: Vec<Vec<f32>>,
    /// Gradients on their way down.
    flow: [Vec<f32>; 2],
}

/// A flat parameter vector, and the same in turns for the sine layers.
#[derive(Clone, Copy)]
pub(super) struct Weights<'a> {
    pub plain: &'a [f32],
    pub turns: &'a [f32],
}

impl Tape {
    pub fn new(layers: &[Layer], chunk: usize) -> Self {
        let buffer = |l: &Layer| vec![0.0; l.fan_out * chunk];
        let widest = layers.iter().map(|l| l.fan_in.max(l.fan_out)).max().unwrap_or(0) * chunk;
        Self {
            values: layers.iter().map(buffer).collect(),
            slopes: layers.iter().map(buffer).collect(),
            flow: [vec![0.0; widest], vec![0.0; widest]],
        }
    }

    /// The last layer's values, `[unit][coordinate]`.
    pub fn output(&self) -> &[f32] {
        self.values.last().map_or(&[], |v| v)
    }

    /// Runs copy `k` of the layers over `n` coordinates.
    pub fn forward(
        &mut self,
        layers: &[Layer],
        k: usize,
        weights: Weights<'_>,
        input: Input<'_>,
        n: usize,
        sine: Sine,
    ) {
        for (i, layer) in layers.iter().enumerate() {
            let (before, rest) = self.values.split_at_mut(i);
            let values = &mut rest[0][..layer.fan_out * n];
            let input = match before.last() {
                Some(before) => Input::Features(before),
                None => input,
            };
            let flat = if layer.active { weights.turns } else { weights.plain };
            let w = &flat[layer.weight_range(k)];
            let biases = &flat[layer.bias_range(k)];
            let exact = match input {
                Input::Coordinates(x) => {
                    first_phases(layer, k, weights.plain, x, n, values);
                    true
                }
                Input::Features(x) => {
                    let shape = (layer.fan_out, n, layer.fan_in);
                    let (a, b) = (Matrix::new(w, layer.fan_in), Matrix::new(x, n));
                    multiply(shape, values, false, a, b);
                    false
                }
            };
            let rows = values.chunks_exact_mut(n).zip(self.slopes[i].chunks_exact_mut(n));
            for ((values, slopes), &bias) in rows.zip(biases) {
                if layer.active {
                    let bias = if exact { 0.0 } else { bias };
                    sine_and_slope(values, slopes, bias, OMEGA, sine);
                } else {
                    values.iter_mut().for_each(|v| *v += bias);
                }
            }
        }
    }

    /// Carries `gradient` (of the last layer's values, `[unit][coordinate]`)
    /// back: adds to `grads` and, if wanted, to the gradient of the input.
    #[allow(clippy::too_many_arguments)]
    pub fn backward(
        &mut self,
        layers: &[Layer],
        k: usize,
        plain: &[f32],
        input: Input<'_>,
        n: usize,
        gradient: &[f32],
        grads: &mut [f32],
        mut to_input: Option<&mut [f32]>,
    ) {
        let [up, down] = &mut self.flow;
        for (i, layer) in layers.iter().enumerate().rev() {
            let size = layer.fan_out * n;
            let flow = &mut up[..size];
            if i + 1 == layers.len() {
                flow.copy_from_slice(&gradient[..size]);
            }
            if layer.active {
                for (g, slope) in flow.iter_mut().zip(&self.slopes[i]) {
                    *g *= slope;
                }
            }
            for (bias, row) in grads[layer.bias_range(k)].iter_mut().zip(flow.chunks_exact(n)) {
                *bias += sum(row);
            }
            let input = match i.checked_sub(1) {
                Some(before) => Input::Features(&self.values[before]),
                None => input,
            };
            let x = match input {
                Input::Features(x) => x,
                Input::Coordinates(x) => {
                    first_gradients(layer, flow, x, n, &mut grads[layer.weight_range(k)]);
                    return;
                }
            };
            let shape = (layer.fan_out, layer.fan_in, n);
            let w = &mut grads[layer.weight_range(k)];
            multiply(shape, w, true, Matrix::new(flow, n), Matrix::transposed(x, n));
            let w = &plain[layer.weight_range(k)];
            let shape = (layer.fan_in, n, layer.fan_out);
            let (a, b) = (Matrix::transposed(w, layer.fan_in), Matrix::new(flow, n));
            if i > 0 {
                multiply(shape, down, false, a, b);
                std::mem::swap(up, down);
            } else if let Some(to) = to_input.take() {
                multiply(shape, to, true, a, b);
            }
        }
    }
}

/// Sum in eight lanes, so that it vectorises and repeats.
fn sum(row: &[f32]) -> f32 {
    let (chunks, rest) = row.as_chunks::<8>();
    let mut lanes = [0.0f32; 8];
    for chunk in chunks {
        for (lane, v) in lanes.iter_mut().zip(chunk) {
            *lane += v;
        }
    }
    lanes.iter().sum::<f32>() + rest.iter().sum::<f32>()
}

/// Phases of a first layer, bias included: in f64, because coordinates times
/// frequencies are thousands of turns, of which only the fraction counts.
fn first_phases(
    layer: &Layer,
    k: usize,
    plain: &[f32],
    coordinates: &[f64],
    n: usize,
    out: &mut [f32],
) {
    let dims = layer.fan_in;
    let weights = plain[layer.weight_range(k)].chunks_exact(dims);
    let biases = &plain[layer.bias_range(k)];
    for ((w, &b), out) in weights.zip(biases).zip(out.chunks_exact_mut(n)) {
        let b = f64::from(b) * TURNS;
        if let [w] = w {
            let w = f64::from(*w) * TURNS;
            for (out, &x) in out.iter_mut().zip(coordinates) {
                *out = fraction(w * x + b);
            }
        } else {
            for (out, x) in out.iter_mut().zip(coordinates.chunks_exact(dims)) {
                let z: f64 = w.iter().zip(x).map(|(&w, x)| f64::from(w) * TURNS * x).sum();
                *out = fraction(z + b);
            }
        }
    }
}

/// Turns less the nearest whole number.
#[inline(always)]
fn fraction(turns: f64) -> f32 {
    const ROUND: f64 = 6_755_399_441_055_744.0; // 1.5 * 2^52
    (turns - ((turns + ROUND) - ROUND)) as f32
}

fn first_gradients(layer: &Layer, flow: &[f32], coordinates: &[f64], n: usize, grads: &mut [f32]) {
    let dims = layer.fan_in;
    for (grads, flow) in grads.chunks_exact_mut(dims).zip(flow.chunks_exact(n)) {
        for (d, grad) in grads.iter_mut().enumerate() {
            let mut lanes = [0.0f32; 8];
            let xs = coordinates.iter().skip(d).step_by(dims);
            if dims == 1 {
                let (flow8, flow_rest) = flow.as_chunks::<8>();
                let (x8, x_rest) = coordinates[..n].as_chunks::<8>();
                for (f, x) in flow8.iter().zip(x8) {
                    for ((lane, &f), &x) in lanes.iter_mut().zip(f).zip(x) {
                        *lane += f * x as f32;
                    }
                }
                let rest: f32 = flow_rest.iter().zip(x_rest).map(|(f, &x)| f * x as f32).sum();
                *grad += lanes.iter().sum::<f32>() + rest;
            } else {
                *grad += flow.iter().zip(xs).map(|(f, &x)| f * x as f32).sum::<f32>();
            }
        }
    }
}
