//! How is one training step computed fast on a CPU?
//!
//! Forward and backward of the whole mixture in one pass over chunks of
//! coordinates: matrix products by the `gemm` crate, sine and cosine from one
//! vectorised polynomial, experts one after the other, gradients accumulated
//! in a fixed order. The same step gives the same bits for any number of
//! threads.

mod block;
mod dense;
mod dispatch;
mod pass;
mod routed;
mod sine;

pub use sine::{Sine, sine_and_slope};

use crate::model::{Arch, ArchError, Layout, OMEGA};
use block::Tape;
use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};
use thiserror::Error;

/// Turns per unit of a sine layer's argument.
const TURNS: f64 = OMEGA as f64 / std::f64::consts::TAU;

/// Label smoothing of the cross entropy.
pub(crate) const SMOOTHING: f32 = 0.01;

/// Gradient accumulators: chunks are dealt to them by index, so the order of
/// additions does not depend on the threads.
const SLICES: usize = 8;

/// Parameters in the layout of [`Layout`].
#[derive(Clone, Copy, Debug)]
pub struct Params<'a> {
    /// `[shared_len]`.
    pub shared: &'a [f32],
    /// `[experts_len]`.
    pub experts: &'a [f32],
}

/// Gradients in the same layout; overwritten.
#[derive(Debug)]
pub struct Grads<'a> {
    /// `[shared_len]`.
    pub shared: &'a mut [f32],
    /// `[experts_len]`.
    pub experts: &'a mut [f32],
}

/// A batch of B coordinates.
#[derive(Clone, Copy, Debug)]
pub struct Batch<'a> {
    /// `[B, in_dim]`.
    pub coords: &'a [f64],
    /// `[B, out_dim]`.
    pub targets: &'a [f32],
    /// `[B]`, an expert index each: the random segmentation.
    pub labels: Option<&'a [u8]>,
    /// `[B]`: what each coordinate's error counts in a dense step; 1 if absent.
    pub weights: Option<&'a [f32]>,
}

/// What the caller already knows about a batch.
#[derive(Clone, Copy, Debug, Default)]
pub struct Known<'a> {
    /// `[B]`: the expert of every coordinate, of routed steps; the manager's
    /// choice if absent.
    pub routing: Option<&'a [u8]>,
    /// `[B, N]`: what each expert counts, of dense steps; the manager's
    /// probabilities if absent.
    pub gate: Option<&'a [f32]>,
    /// `[B, width]`: the encoder's features; used only while it is frozen, and
    /// the manager too.
    pub features: Option<&'a [f32]>,
}

/// What a step computes besides the experts' gradient.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mode {
    /// The sine of the forward pass.
    pub sine: Sine,
    /// Whether the encoder learns.
    pub encoder: bool,
}

/// How the parts of the loss are weighed.
#[derive(Clone, Copy, Debug)]
pub struct LossWeights {
    /// Of the mixture's reconstruction error (paper: 1000).
    pub reconstruction: f32,
    /// Of the cross entropy to the labels (smoothing 0.01).
    pub label: f32,
    /// Of the binary cross entropy of every gate value to 1/N.
    pub balance: f32,
    /// How errors count.
    pub errors: Errors,
}

/// What of a difference between output and target makes the loss.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Errors {
    /// Its square.
    #[default]
    Square,
    /// Its magnitude, as the paper counts distances.
    Magnitude,
}

impl Errors {
    /// The error of a difference, and its slope.
    #[inline(always)]
    fn of(self, difference: f32) -> (f32, f32) {
        match self {
            Self::Square => (difference * difference, 2.0 * difference),
            // At 0 there is no slope.
            Self::Magnitude if difference == 0.0 => (0.0, 0.0),
            Self::Magnitude => (difference.abs(), 1f32.copysign(difference)),
        }
    }
}

/// What a step measured, at the parameters it was given.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StepStats {
    /// The loss that the gradients belong to.
    pub loss: f64,
    /// Mean error of the chosen experts' outputs: squared, or its magnitude.
    pub hard_mse: f64,
    /// Coordinates by chosen expert.
    pub usage: Vec<usize>,
}

/// Why there is no engine for a network.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The network's shape is impossible.
    #[error("this network cannot be built")]
    Arch(#[from] ArchError),
    /// The system has no more threads, or no memory for their stacks.
    #[error("the threads cannot be started ({0}); ask for fewer with --threads")]
    Threads(ThreadPoolBuildError),
}

/// Fused loss and gradient of a mixture.
pub struct Engine {
    arch: Arch,
    layout: Layout,
    pool: ThreadPool,
    chunk: usize,
    slots: Vec<Slot>,
    shared_turns: Vec<f32>,
    expert_turns: Vec<f32>,
}

/// One accumulator with the buffers of a chunk.
struct Slot {
    shared: Vec<f32>,
    experts: Vec<f32>,
    stats: StepStats,
    tapes: Tapes,
}

struct Tapes {
    encoder: Tape,
    manager: Tape,
    head: Tape,
    expert: Tape,
    /// Manager features, then encoder features: `[feature][coordinate]`.
    concat: Vec<f32>,
    concat_grad: Vec<f32>,
    encoder_grad: Vec<f32>,
    output_grad: Vec<f32>,
    /// `[expert][coordinate]`.
    gate: Vec<f32>,
    errors: Vec<f32>,
    gate_grad: Vec<f32>,
    coords: Vec<f64>,
    features: Vec<f32>,
    targets: Vec<f32>,
}

impl Tapes {
    fn new(arch: &Arch, layout: &Layout, chunk: usize) -> Self {
        let encoder = arch.encoder.width;
        let manager = if arch.experts > 1 { arch.manager_encoder.width } else { 0 };
        let floats = |rows: usize| vec![0.0; rows * chunk];
        Self {
            encoder: Tape::new(&layout.encoder, chunk),
            manager: Tape::new(&layout.manager_encoder, chunk),
            head: Tape::new(&layout.manager_head, chunk),
            expert: Tape::new(&layout.expert, chunk),
            concat: floats(manager + encoder),
            concat_grad: floats(manager + encoder),
            encoder_grad: floats(encoder),
            output_grad: floats(arch.out_dim),
            gate: floats(arch.experts),
            errors: floats(arch.experts),
            gate_grad: floats(arch.experts),
            coords: vec![0.0; arch.in_dim * chunk],
            features: floats(encoder),
            targets: floats(arch.out_dim),
        }
    }
}

impl Engine {
    /// `threads` 0 uses every core.
    ///
    /// # Errors
    /// If the shape is outside the format's limits, or the threads cannot be
    /// started.
    pub fn new(arch: Arch, threads: usize) -> Result<Self, EngineError> {
        arch.validate()?;
        let layout = arch.layout();
        let widest = [arch.encoder, arch.manager_encoder, arch.manager_head, arch.expert]
            .iter()
            .map(|b| b.width)
            .max()
            .unwrap_or(1);
        let chunk = if widest > 64 { 128 } else { 256 };
        let pool =
            ThreadPoolBuilder::new().num_threads(threads).build().map_err(EngineError::Threads)?;
        let slot = || Slot {
            shared: vec![0.0; layout.shared_len],
            experts: vec![0.0; layout.experts_len],
            stats: StepStats::default(),
            tapes: Tapes::new(&arch, &layout, chunk),
        };
        Ok(Self {
            arch,
            pool,
            chunk,
            slots: (0..SLICES).map(|_| slot()).collect(),
            shared_turns: vec![0.0; layout.shared_len],
            expert_turns: vec![0.0; layout.experts_len],
            layout,
        })
    }

    /// The shape it was made for.
    #[must_use]
    pub const fn arch(&self) -> &Arch {
        &self.arch
    }

    /// Scales the sine layers to turns, once per step.
    fn load(&mut self, params: Params<'_>) {
        for (to, from) in self.shared_turns.iter_mut().zip(params.shared) {
            *to = (f64::from(*from) * TURNS) as f32;
        }
        for (to, from) in self.expert_turns.iter_mut().zip(params.experts) {
            *to = (f64::from(*from) * TURNS) as f32;
        }
    }

    /// Adds up the slots in their order.
    fn reduce(&self, params: Params<'_>, grads: &mut Grads<'_>, count: usize) -> StepStats {
        assert_eq!(params.shared.len(), self.layout.shared_len, "shared parameters");
        let mut stats = StepStats { usage: vec![0; self.arch.experts], ..StepStats::default() };
        grads.shared.fill(0.0);
        grads.experts.fill(0.0);
        for slot in &self.slots {
            for (to, from) in grads.shared.iter_mut().zip(&slot.shared) {
                *to += from;
            }
            for (to, from) in grads.experts.iter_mut().zip(&slot.experts) {
                *to += from;
            }
            stats.loss += slot.stats.loss;
            stats.hard_mse += slot.stats.hard_mse;
            for (to, from) in stats.usage.iter_mut().zip(&slot.stats.usage) {
                *to += from;
            }
        }
        stats.hard_mse /= (count * self.arch.out_dim).max(1) as f64;
        stats
    }
}

impl Slot {
    fn clear(&mut self, experts: usize) {
        self.shared.fill(0.0);
        self.experts.fill(0.0);
        self.stats = StepStats { usage: vec![0; experts], ..StepStats::default() };
    }
}

/// `[coordinate][k]` to `[k][coordinate]`.
fn transpose(from: &[f32], k: usize, n: usize, to: &mut [f32]) {
    for (d, to) in to.chunks_exact_mut(n).take(k).enumerate() {
        for (to, from) in to.iter_mut().zip(from.iter().skip(d).step_by(k)) {
            *to = *from;
        }
    }
}
