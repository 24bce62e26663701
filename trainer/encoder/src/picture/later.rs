//! What is coded after something that is decided later.

use nex_coding::range::Coder;

/// A decision of answers.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    places: [u16; 3],
    len: u8,
    /// Answers learn by 2^-`rate` of what their sum was wrong by.
    pub rate: u8,
    /// What came of it.
    pub bit: bool,
}

impl Asked {
    pub(super) fn new(places: &[usize], rate: u32, bit: bool) -> Self {
        let mut kept = [0; 3];
        kept.iter_mut().zip(places).for_each(|(to, &place)| *to = place as u16);
        Self { places: kept, len: places.len() as u8, rate: rate as u8, bit }
    }

    /// The answers that were asked.
    pub(super) fn places(&self) -> impl Iterator<Item = usize> {
        self.places.into_iter().take(self.len.into()).map(usize::from)
    }

    fn again(&self, coder: &mut impl Coder) {
        let places = self.places.map(usize::from);
        coder.asked(&places[..usize::from(self.len)], self.rate.into(), self.bit);
    }
}

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
