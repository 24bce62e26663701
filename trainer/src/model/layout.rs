//! Which layers does a network have, and where do their parameters lie?
//!
//! All parameters live in two flat vectors, so that the tensors of a device, the
//! fused CPU engine, the optimiser, checkpoints and the exporter agree by
//! construction:
//!
//! * `shared`: expert encoder, then manager encoder, then manager head; for
//!   every layer the weights `[out, in]` row-major, then the bias `[out]`.
//! * `experts`: layer by layer, for every layer the weights `[N, out, in]`,
//!   then the biases `[N, out]`.

use super::{Block, Condition, FOURIER, Input, Spec};

/// One linear layer inside a flat parameter vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layer {
    /// Inputs.
    pub fan_in: usize,
    /// Outputs.
    pub fan_out: usize,
    /// Offset of the weights `[copies, fan_out, fan_in]`.
    pub weights: usize,
    /// Offset of the biases `[copies, fan_out]`.
    pub biases: usize,
    /// 1 for shared layers, N for expert layers.
    pub copies: usize,
    /// Followed by the activation.
    pub active: bool,
    /// Reads plain coordinates (its initialisation differs).
    pub first: bool,
}

impl Layer {
    /// Where copy `k`'s weights `[fan_out, fan_in]` lie.
    #[must_use]
    pub const fn weight_range(&self, k: usize) -> std::ops::Range<usize> {
        let n = self.fan_in * self.fan_out;
        self.weights + k * n..self.weights + (k + 1) * n
    }

    /// Where copy `k`'s biases `[fan_out]` lie.
    #[must_use]
    pub const fn bias_range(&self, k: usize) -> std::ops::Range<usize> {
        self.biases + k * self.fan_out..self.biases + (k + 1) * self.fan_out
    }

    /// Index after the last parameter of this layer.
    #[must_use]
    pub const fn end(&self) -> usize {
        self.biases + self.copies * self.fan_out
    }
}

/// Every layer of a network with its place in the flat vectors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// Expert encoder, in `shared`; empty behind a hash grid.
    pub encoder: Vec<Layer>,
    /// Manager encoder, in `shared`; empty when N = 1 and behind a hash grid.
    pub manager_encoder: Vec<Layer>,
    /// Manager head, in `shared`; empty when N = 1.
    pub manager_head: Vec<Layer>,
    /// Experts, in `experts`, each layer `copies = N` times.
    pub expert: Vec<Layer>,
    /// Length of `shared`.
    pub shared_len: usize,
    /// Length of `experts`.
    pub experts_len: usize,
}

impl Layout {
    /// Every layer, in the order in which they are drawn.
    pub fn all(&self) -> impl Iterator<Item = &Layer> {
        let shared = self.encoder.iter().chain(&self.manager_encoder).chain(&self.manager_head);
        shared.chain(&self.expert)
    }

    /// Where the encoder's parameters end in `shared`, and the manager's begin.
    #[must_use]
    pub fn encoder_len(&self) -> usize {
        self.encoder.last().map_or(0, Layer::end)
    }

    /// Multiply-accumulates per coordinate of a dense forward pass: of
    /// everything, and of the experts.
    #[must_use]
    pub fn macs(&self) -> (usize, usize) {
        let macs = |l: &Layer| l.copies * l.fan_in * l.fan_out;
        (self.all().map(macs).sum(), self.expert.iter().map(macs).sum())
    }
}

impl Spec {
    /// Places every layer.
    #[must_use]
    pub fn layout(&self) -> Layout {
        let arch = &self.arch;
        let mut at = 0;
        let encoder = |at: &mut usize, block: Block| match self.input {
            Input::Coordinates => place(at, arch.in_dim, block, None, 1, true),
            Input::Fourier => place(at, arch.in_dim + 2 * FOURIER, block, None, 1, false),
            Input::Hash => vec![],
        };
        let shared_encoder = encoder(&mut at, arch.encoder);
        let (mut manager_encoder, mut manager_head) = (vec![], vec![]);
        if arch.experts > 1 {
            manager_encoder = encoder(&mut at, arch.manager_encoder);
            let seen = if self.condition == Condition::None { 0 } else { arch.encoder.width };
            let fan_in = arch.manager_encoder.width + seen;
            manager_head = place(&mut at, fan_in, arch.manager_head, Some(arch.experts), 1, false);
        }
        let shared_len = std::mem::take(&mut at);
        let (width, count) = (arch.encoder.width, arch.experts);
        let expert = place(&mut at, width, arch.expert, Some(arch.out_dim), count, false);
        let encoder = shared_encoder;
        Layout { encoder, manager_encoder, manager_head, expert, shared_len, experts_len: at }
    }
}

fn place(
    at: &mut usize,
    fan_in: usize,
    block: Block,
    linear_out: Option<usize>,
    copies: usize,
    first: bool,
) -> Vec<Layer> {
    let mut layers = Vec::new();
    let mut fan_in = fan_in;
    let outs = std::iter::repeat_n((block.width, true), block.sine_layers)
        .chain(linear_out.map(|n| (n, false)));
    for (i, (fan_out, active)) in outs.enumerate() {
        let weights = *at;
        let biases = weights + copies * fan_in * fan_out;
        *at = biases + copies * fan_out;
        layers.push(Layer {
            fan_in,
            fan_out,
            weights,
            biases,
            copies,
            active,
            first: first && i == 0,
        });
        fan_in = fan_out;
    }
    layers
}
