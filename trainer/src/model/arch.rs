//! Which blocks does a mixture have, and how large are they?

use super::{Layer, Layout, Spec};
use thiserror::Error;

/// Frequency factor of every sine layer: `sin(OMEGA * (W x + b))`
/// (Neural Experts, section 4; SIREN, section 3.2).
pub const OMEGA: f32 = 30.0;

/// A run of sine layers of one width.
///
/// The paper's "WxL" is `L + 2` linear layers. In an encoder all of them are
/// activated; a manager head or an expert ends in a linear layer instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Block {
    /// Units per layer.
    pub width: usize,
    /// Number of activated layers.
    pub sine_layers: usize,
}

impl Block {
    /// The paper's `WxL` as an encoder: `L + 2` sine layers.
    #[must_use]
    pub const fn encoder(width: usize, l: usize) -> Self {
        Self { width, sine_layers: l + 2 }
    }

    /// The paper's `WxL` as an expert or manager head: `L + 1` sine layers, then a linear one.
    #[must_use]
    pub const fn head(width: usize, l: usize) -> Self {
        Self { width, sine_layers: l + 1 }
    }
}

/// The shape of a mixture of sine experts with concatenating manager.
///
/// With `experts == 1` there is no manager: encoder and expert together are a
/// plain SIREN, and `manager_encoder` and `manager_head` are ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Arch {
    /// Coordinates per point (1 for sound).
    pub in_dim: usize,
    /// Values per point (channels).
    pub out_dim: usize,
    /// Number of experts, N.
    pub experts: usize,
    /// `E`: shared by all experts.
    pub encoder: Block,
    /// `M_enc`.
    pub manager_encoder: Block,
    /// `M`: reads manager features, then expert features; ends in N logits.
    pub manager_head: Block,
    /// `F_i`: each reads the expert features; ends in `out_dim` values.
    pub expert: Block,
}

/// A shape that cannot be built.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum ArchError {
    /// A dimension, width, layer or expert count is zero or above its limit.
    #[error("{what} is {value}, but must lie in {min}..={max}")]
    OutOfRange {
        /// The field.
        what: &'static str,
        /// Its value.
        value: usize,
        /// Smallest allowed.
        min: usize,
        /// Largest allowed.
        max: usize,
    },
}

impl Arch {
    /// The paper's network for images and sound: width 128, N experts
    /// (encoders "128x2", head "128x2", experts "128x2").
    ///
    /// `paper(2, 3, 4)` has 365,968 parameters (paper, table 1).
    #[must_use]
    pub const fn paper(in_dim: usize, out_dim: usize, experts: usize) -> Self {
        Self {
            in_dim,
            out_dim,
            experts,
            encoder: Block::encoder(128, 2),
            manager_encoder: Block::encoder(128, 2),
            manager_head: Block::head(128, 2),
            expert: Block::head(128, 2),
        }
    }

    /// Checks every field against what a `.nex` file can hold.
    ///
    /// # Errors
    /// [`ArchError::OutOfRange`] names the first field that does not fit.
    pub fn validate(&self) -> Result<(), ArchError> {
        let check = |what, value, min, max| {
            if (min..=max).contains(&value) {
                Ok(())
            } else {
                Err(ArchError::OutOfRange { what, value, min, max })
            }
        };
        check("in_dim", self.in_dim, 1, nex_format::MAX_DIMS)?;
        check("channels", self.out_dim, 1, nex_format::MAX_CHANNELS)?;
        check("experts", self.experts, 1, nex_format::MAX_EXPERTS)?;
        let mut blocks = vec![("encoder", self.encoder), ("expert", self.expert)];
        if self.experts > 1 {
            blocks.push(("manager encoder", self.manager_encoder));
            blocks.push(("manager head", self.manager_head));
        }
        for (name, block) in blocks {
            check(name, block.width, 1, nex_format::MAX_WIDTH)?;
            check(name, block.sine_layers, 1, nex_format::MAX_SINE_LAYERS)?;
        }
        Ok(())
    }

    /// Places every layer.
    #[must_use]
    pub fn layout(&self) -> Layout {
        Spec::experts(*self).layout()
    }

    /// Multiply-accumulates per evaluation when decoded: of encoder and one
    /// expert, and of the manager.
    #[must_use]
    pub fn macs(&self) -> (usize, usize) {
        let Layout { encoder, manager_encoder, manager_head, expert, .. } = self.layout();
        let macs = |layers: &[Layer]| layers.iter().map(|l| l.fan_in * l.fan_out).sum::<usize>();
        (macs(&encoder) + macs(&expert), macs(&manager_encoder) + macs(&manager_head))
    }

    /// Number of trained parameters.
    #[must_use]
    pub fn parameters(&self) -> usize {
        let layout = self.layout();
        layout.shared_len + layout.experts_len
    }
}
