//! How many bits does a decision cost?

use crate::math::log2;
use nex_coding::{additive::ONE, range::Coder};
use std::sync::LazyLock;

/// Logits of one place of the table: 1 / 64.
const SHIFT: u32 = 6;
/// Places up to the largest logit.
const PLACES: i32 = (8 * ONE) >> SHIFT;

/// Bits of a decision that came true, by its logit.
static BITS: LazyLock<Vec<f32>> = LazyLock::new(|| {
    let of = |place: i32| {
        let logit = (f64::from(place) + 0.5) / f64::from(ONE >> SHIFT);
        log2(1.0 + libm::exp(-logit)) as f32
    };
    (-PLACES..PLACES).map(of).collect()
});

/// Bits of a decision with a logit.
#[inline]
pub(crate) fn bits(logit: i32, bit: bool) -> f32 {
    let logit = if bit { logit } else { -logit };
    BITS[((logit >> SHIFT) + PLACES).clamp(0, 2 * PLACES - 1) as usize]
}

/// Asks what decisions cost.
#[derive(Default)]
pub(crate) struct Cost {
    /// Bits so far.
    pub bits: f32,
    /// Whether decisions teach.
    learns: bool,
}

impl Cost {
    /// Decisions teach as if they were coded.
    pub(crate) fn learning() -> Self {
        Self { learns: true, ..Self::default() }
    }
}

/// Bits by the upper bits of a probability.
static BY_PROBABILITY: LazyLock<Vec<f32>> = LazyLock::new(|| {
    (0..1 << 12).map(|p| -log2((f64::from(p) + 0.5) / f64::from(1 << 12)) as f32).collect()
});

impl Coder for Cost {
    #[inline]
    fn bit(&mut self, p: u16, bit: bool) -> bool {
        let p = if bit { u32::from(p) } else { (1 << 16) - u32::from(p) };
        self.bits += BY_PROBABILITY[(p as usize >> 4).min((1 << 12) - 1)];
        bit
    }

    fn learns(&self) -> bool {
        self.learns
    }
}
