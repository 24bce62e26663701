//! How is a block cut into leaves? (the gate, a coded quadtree)

use super::{
    cells::{Cells, octave},
    place,
};
use crate::{
    additive::{ONE, decide, decide_by},
    range::Coder,
};

/// How fast the answers of the gate and of heads learn.
pub(super) const RATE: u32 = 4;

/// Codes whether a block, before its first plane, is of another kind than leaves of
/// cosines and sines. Of a picture that has no others: decoders pay no heed to it.
pub fn kind(coder: &mut impl Coder, tables: &mut [i16], given: bool) -> bool {
    decide::<RATE, _>(coder, tables, &[place::KIND], given)
}

/// Whether blocks are drawn, in a picture that has both kinds: what a tile has taught.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Kinds([i16; 4]);

impl Kinds {
    /// At a tile's beginning: blocks are mostly what their neighbours are.
    pub const START: Self = Self([-2 * ONE as i16, 0, 0, 2 * ONE as i16]);

    /// Codes whether a block is drawn, between two of which that is known.
    pub fn code(&mut self, coder: &mut impl Coder, [left, above]: [bool; 2], given: bool) -> bool {
        let [neither, upper, beside, both] = &mut self.0;
        let answer = match (left, above) {
            (false, false) => neither,
            (false, true) => upper,
            (true, false) => beside,
            (true, true) => both,
        };
        decide_by::<RATE, 1>(coder, [answer], given)
    }
}

/// Four times the mean of `2^of` numbers, rounded up.
fn share(sum: u32, of: usize) -> u32 {
    (4 * sum + (1 << of) - 1) >> of
}

/// Codes whether the square of `4 << size` pixels at the cell `at` is cut in four;
/// `luma` are the cells of the first plane.
pub fn split(
    coder: &mut impl Coder,
    tables: &mut [i16],
    (cells, luma): (&Cells, Option<&Cells>),
    at: (usize, usize),
    size: usize,
    given: bool,
) -> bool {
    let smaller = match cells.border(at, size, |cell| cell.is_smaller(size).into()) {
        [None, None] => 5,
        [Some(a), Some(b)] => share(a + b, size + 1),
        [Some(a), None] | [None, Some(a)] => share(a, size),
    };
    let cut = match luma {
        None => 0,
        Some(luma) if luma.at(at).is_smaller(size) => 1,
        Some(_) => 2,
    };
    let place = size.saturating_sub(1).min(2);
    let end = octave(cells.count_around(at, size)).min(11);
    let places = [
        place::SPLIT_SIZE + (place * 6 + smaller as usize) * 3 + cut,
        place::SPLIT_END + place * 12 + end,
    ];
    decide::<RATE, _>(coder, tables, &places, given)
}
