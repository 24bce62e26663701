//! Which network is a row of a table, and how large is it?
//!
//! The shape is [`Arch`], with its [`Layout`](crate::model::Layout) as the list
//! of layers. What an `Arch` cannot say, because no `.nex` file holds it, stands
//! beside it: the activation, Fourier features in front, and what the manager
//! sees of the experts' encoder. All three change at most the inputs of a first
//! layer.

use crate::model::{Arch, Block, Layer};

use super::hash;

/// Frequencies of the Fourier features; twice as many features.
pub const FOURIER: usize = 64;

/// What the first layers read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// The coordinates.
    Coordinates,
    /// The coordinates and random Fourier features of them.
    Fourier,
    /// A trained hash grid (Mueller and others, 2022) in the place of both
    /// encoders: experts and manager read its features.
    Hash,
}

/// What follows a linear layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// `sin(30 z)`.
    Sine,
    /// `sin(30 (|z| + 1) z)`, the factor without gradient.
    Finer,
    /// `ln(1 + exp(100 z)) / 100`.
    SoftPlus,
    /// `max(z, 0)`.
    Relu,
}

/// What the manager sees of the expert encoder's features, beside its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Nothing: the vanilla mixture.
    None,
    /// The largest value of every feature over all coordinates.
    Max,
    /// The mean of every feature over all coordinates.
    Mean,
    /// The coordinate's own features.
    Concat,
}

/// A network of the paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spec {
    /// Dimensions, number of experts and blocks.
    pub arch: Arch,
    /// The activation of every layer but the last ones.
    pub activation: Activation,
    /// What the manager sees.
    pub condition: Condition,
    /// What first layers read.
    pub input: Input,
}

/// One linear layer, `copies` times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinearSpec {
    /// Inputs.
    pub fan_in: usize,
    /// Outputs.
    pub fan_out: usize,
    /// 1, or the number of experts.
    pub copies: usize,
    /// Followed by the activation.
    pub active: bool,
    /// Reads plain coordinates.
    pub first: bool,
}

impl LinearSpec {
    const fn from(layer: &Layer) -> Self {
        Self {
            fan_in: layer.fan_in,
            fan_out: layer.fan_out,
            copies: layer.copies,
            active: layer.sine,
            first: layer.first,
        }
    }

    const fn parameters(&self) -> usize {
        self.copies * (self.fan_in + 1) * self.fan_out
    }

    const fn macs(&self) -> usize {
        self.copies * self.fan_in * self.fan_out
    }
}

/// The layers of a network; without a manager the two of it are empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layers {
    /// Shared by the experts.
    pub encoder: Vec<LinearSpec>,
    /// The manager's own encoder.
    pub manager_encoder: Vec<LinearSpec>,
    /// From features to logits.
    pub manager_head: Vec<LinearSpec>,
    /// The experts.
    pub expert: Vec<LinearSpec>,
}

impl Spec {
    /// Neural Experts with sines, conditioned by concatenation, of this shape.
    #[must_use]
    pub const fn experts(arch: Arch) -> Self {
        Self {
            arch,
            activation: Activation::Sine,
            condition: Condition::Concat,
            input: Input::Coordinates,
        }
    }

    /// One network of the same shape as encoder and an expert: SIREN.
    #[must_use]
    pub const fn base(in_dim: usize, out_dim: usize) -> Self {
        Self::experts(Arch::paper(in_dim, out_dim, 1))
    }

    /// The last layers as wide as four experts together.
    #[must_use]
    pub const fn wider(in_dim: usize, out_dim: usize) -> Self {
        let arch = Arch { expert: Block::head(512, 2), ..Arch::paper(in_dim, out_dim, 1) };
        Self::experts(arch)
    }

    /// All blocks of one width and one number of hidden layers.
    #[must_use]
    pub const fn uniform(
        in_dim: usize,
        out_dim: usize,
        experts: usize,
        (width, layers): (usize, usize),
    ) -> Self {
        let (encoder, head) = (Block::encoder(width, layers), Block::head(width, layers));
        Self::experts(Arch {
            in_dim,
            out_dim,
            experts,
            encoder,
            manager_encoder: encoder,
            manager_head: head,
            expert: head,
        })
    }

    /// The same with another activation.
    #[must_use]
    pub const fn with(self, activation: Activation) -> Self {
        Self { activation, ..self }
    }

    /// The same with another condition.
    #[must_use]
    pub const fn conditioned(self, condition: Condition) -> Self {
        Self { condition, ..self }
    }

    /// The same with something in front.
    #[must_use]
    pub const fn reading(self, input: Input) -> Self {
        Self { input, ..self }
    }

    /// `InstantNGP` for pictures: a hash grid and experts of width 64 behind it.
    /// With more than one, its decoder alone is a mixture: the paper's naive one.
    #[must_use]
    pub const fn instant_ngp(out_dim: usize, experts: usize) -> Self {
        let head = Block::head(64, 2);
        let features = Block::encoder(hash::FEATURES, 0);
        let arch = Arch {
            encoder: features,
            manager_encoder: features,
            manager_head: head,
            expert: head,
            ..Arch::paper(2, out_dim, experts)
        };
        Self::experts(arch).with(Activation::Relu).conditioned(Condition::None).reading(Input::Hash)
    }

    /// Every layer.
    #[must_use]
    pub fn layers(&self) -> Layers {
        let layout = self.arch.layout();
        let list = |layers: &[Layer]| layers.iter().map(LinearSpec::from).collect::<Vec<_>>();
        let mut layers = Layers {
            encoder: list(&layout.encoder),
            manager_encoder: list(&layout.manager_encoder),
            manager_head: list(&layout.manager_head),
            expert: list(&layout.expert),
        };
        let encoders = [&mut layers.encoder, &mut layers.manager_encoder];
        match self.input {
            Input::Coordinates => {}
            Input::Fourier => {
                for first in encoders.into_iter().filter_map(|e| e.first_mut()) {
                    first.fan_in += 2 * FOURIER;
                    first.first = false;
                }
            }
            Input::Hash => encoders.into_iter().for_each(Vec::clear),
        }
        if let (Condition::None, Some(first)) = (self.condition, layers.manager_head.first_mut()) {
            first.fan_in = self.arch.manager_encoder.width;
        }
        layers
    }

    /// Number of trained parameters.
    #[must_use]
    pub fn parameters(&self) -> usize {
        let table = match self.input {
            Input::Hash => hash::parameters(self.arch.in_dim),
            Input::Coordinates | Input::Fourier => 0,
        };
        table + self.layers().all().map(LinearSpec::parameters).sum::<usize>()
    }
}

impl Layers {
    /// All layers, in the order in which they are drawn.
    pub fn all(&self) -> impl Iterator<Item = &LinearSpec> {
        let shared = self.encoder.iter().chain(&self.manager_encoder).chain(&self.manager_head);
        shared.chain(&self.expert)
    }

    /// Multiply-accumulates per coordinate of a dense forward pass: of
    /// everything, of encoders and manager, of the experts.
    #[must_use]
    pub fn macs(&self) -> (usize, usize, usize) {
        let experts = self.expert.iter().map(LinearSpec::macs).sum();
        let all: usize = self.all().map(LinearSpec::macs).sum();
        (all, all - experts, experts)
    }
}
