//! What is coded after something that is decided later.

use nex_coding::range::Coder;

/// Keeps decisions with their probabilities, which learn as if they were coded.
#[derive(Default)]
pub(super) struct Later(Vec<(u16, bool)>);

impl Coder for Later {
    fn bit(&mut self, p: u16, bit: bool) -> bool {
        self.0.push((p, bit));
        bit
    }
}

impl Later {
    /// Codes them.
    pub(super) fn code(self, coder: &mut impl Coder) {
        for (p, bit) in self.0 {
            coder.bit(p, bit);
        }
    }
}
