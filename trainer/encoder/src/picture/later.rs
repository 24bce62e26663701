//! What is coded after something that is decided later.

use crate::additive::Asked;
use nex_coding::range::Coder;

/// Keeps decisions with their probabilities, which learn as if they were coded.
#[derive(Default)]
pub(super) struct Later {
    decisions: Vec<(u16, bool)>,
    /// What was asked before which of them.
    asked: Vec<(usize, Asked)>,
}

impl Coder for Later {
    fn bit(&mut self, p: u16, bit: bool) -> bool {
        self.decisions.push((p, bit));
        bit
    }

    fn asked(&mut self, places: &[usize], rate: u32, bit: bool) {
        self.asked.push((self.decisions.len(), Asked::new(places, rate, bit)));
    }
}

impl Later {
    /// Codes them.
    pub(super) fn code(self, coder: &mut impl Coder) {
        let mut asked = self.asked.into_iter().peekable();
        for (i, (p, bit)) in self.decisions.into_iter().enumerate() {
            if let Some((_, asked)) = asked.next_if(|(at, _)| *at == i) {
                asked.again(coder);
            }
            coder.bit(p, bit);
        }
    }
}
