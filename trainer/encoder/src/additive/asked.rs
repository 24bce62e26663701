//! Which answers were asked, and what came of it?

use nex_coding::range::Coder;

/// Answers that one decision asks at most.
const MOST: usize = 5;

/// A decision of answers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    places: [u16; MOST],
    len: u8,
    /// Answers learn by 2^-`rate` of what their sum was wrong by.
    pub rate: u8,
    /// What came of it.
    pub bit: bool,
}

impl Asked {
    pub(crate) fn new(places: &[usize], rate: u32, bit: bool) -> Self {
        let mut kept = [0; MOST];
        kept.iter_mut().zip(places).for_each(|(to, &place)| *to = place as u16);
        Self { places: kept, len: places.len() as u8, rate: rate as u8, bit }
    }

    /// The answers that were asked.
    pub(crate) fn places(&self) -> impl Iterator<Item = usize> {
        self.places.into_iter().take(self.len.into()).map(usize::from)
    }

    pub(crate) fn again(&self, coder: &mut impl Coder) {
        let places = self.places.map(usize::from);
        coder.asked(&places[..usize::from(self.len)], self.rate.into(), self.bit);
    }
}
