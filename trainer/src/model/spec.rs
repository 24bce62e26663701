//! Which network is it, beside its shape?
//!
//! The shape is [`Arch`]. What an `Arch` cannot say stands beside it: the
//! activation, what is in front of the first layers, and what the manager sees
//! of the experts' encoder. All three change at most the inputs of a layer.

use super::{Arch, Block, grid};

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

/// A network.
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
        let features = Block::encoder(grid::FEATURES, 0);
        let arch = Arch {
            encoder: features,
            manager_encoder: features,
            manager_head: head,
            expert: head,
            ..Arch::paper(2, out_dim, experts)
        };
        Self::experts(arch).with(Activation::Relu).conditioned(Condition::None).reading(Input::Hash)
    }

    /// Number of trained parameters.
    #[must_use]
    pub fn parameters(&self) -> usize {
        let table = match self.input {
            Input::Hash => grid::parameters(self.arch.in_dim),
            Input::Coordinates | Input::Fourier => 0,
        };
        let layout = self.layout();
        table + layout.shared_len + layout.experts_len
    }
}
