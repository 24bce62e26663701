//! How is a leaf's expert chosen: its predictor, its transform, how many weights?

use super::{
    Plane,
    cells::{Cell, level, mean},
    place,
};
use crate::{additive::decide, range::Coder};

/// Predictors: 0 the mean, 1 a plane, 2 a gradient (of chroma: from luma), then 25
/// directions, from below left over the left ([`LEFT`]) to above right over above
/// ([`ABOVE`]).
pub const PREDICTORS: usize = 28;
/// The mean of the border.
pub const MEAN: u8 = 0;
/// A plane through the border.
pub const PLANAR: u8 = 1;
/// Of luma, a gradient; of chroma, a multiple of luma.
pub const GRADIENT: u8 = 2;
/// What is to the left, as it is.
pub const LEFT: u8 = 9;
/// Halfway.
pub const DIAGONAL: u8 = 15;
/// What is above, as it is.
pub const ABOVE: u8 = 21;

/// A leaf's expert, but for its weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Head {
    /// Its predictor, below [`PREDICTORS`].
    pub mode: u8,
    /// Sines in place of cosines.
    pub sine: bool,
    /// So many weights along the zigzag, the last of which is not zero.
    pub count: u16,
}

/// Where a leaf lies, and what is around it.
#[derive(Clone, Copy, Debug)]
pub struct Leaf {
    /// Its plane.
    pub plane: Plane,
    /// log2 of its side less 2, 0 to 3.
    pub size: usize,
    /// To the left and above.
    pub around: [Cell; 2],
    /// The same place in luma and in the first chroma plane, where they come before.
    pub before: [Cell; 2],
}

/// The class of a predictor.
#[must_use]
#[inline]
pub const fn class(mode: u8) -> usize {
    if mode < 3 { mode as usize } else { 3 + ((mode as usize - 3) / 5) % 5 }
}

/// Codes which predictor a leaf has.
pub fn mode(coder: &mut impl Coder, tables: &mut [i16], leaf: &Leaf, given: u8) -> u8 {
    let [left, above] = leaf.around;
    let kind = leaf.plane.kind();
    if kind == 1 {
        let luma = leaf.before[0].mode;
        let same = usize::from(left.mode == luma) * 2 + usize::from(above.mode == luma);
        let places = [
            place::MODE_LUMA + (leaf.plane.index() - 1) * place::MODES + class(luma),
            place::MODE_LUMA_AROUND + same,
        ];
        if decide(coder, tables, places, given == luma) {
            return luma;
        }
    }
    let mut node = 1usize;
    for depth in 0..5 {
        let shift = 4 - depth;
        // What a neighbour's predictor would have here, if it has agreed so far.
        let agrees = |mode: u8| {
            let mode = usize::from(mode & 31) | 32;
            if mode >> (shift + 1) == node { 1 + (mode >> shift & 1) } else { 0 }
        };
        let same = agrees(left.mode) * 3 + agrees(above.mode);
        let places = [
            place::MODE_LEFT + node * place::MODES + class(left.mode),
            place::MODE_ABOVE + node * place::MODES + class(above.mode),
            place::MODE_SIZE + (kind * 32 + node) * 4 + leaf.size,
            place::MODE_SAME + (kind * 5 + depth) * 9 + same,
        ];
        let bit = decide(coder, tables, places, usize::from(given) >> shift & 1 != 0);
        node = node * 2 + usize::from(bit);
    }
    // Four numbers stand for none.
    ((node & 31) as u8).min(PREDICTORS as u8 - 1)
}

/// Codes how many weights there are, and whether they are those of sines.
pub fn rest(coder: &mut impl Coder, tables: &mut [i16], leaf: &Leaf, given: Head) -> Head {
    let count = count(coder, tables, leaf, given.mode, given.count);
    let sine = count > 0 && has_sines(leaf, given.mode) && {
        let places = [place::SINE_SIZE + leaf.size, place::SINE_MODE + class(given.mode)];
        decide(coder, tables, places, given.sine)
    };
    Head { mode: given.mode, sine, count }
}

/// Whether a leaf may have sines.
#[must_use]
pub fn has_sines(leaf: &Leaf, mode: u8) -> bool {
    leaf.plane == Plane::Luma && leaf.size < 3 && mode != MEAN
}

fn count(coder: &mut impl Coder, tables: &mut [i16], leaf: &Leaf, mode: u8, given: u16) -> u16 {
    let kind = leaf.plane.kind();
    let plane = leaf.plane.index();
    let octave = |n: u32| (32 - n.leading_zeros()) as usize;
    let around = octave(mean(leaf.around, |cell| cell.end)).min(7);
    let before = match leaf.plane {
        Plane::Luma => class(mode),
        Plane::Co => octave(leaf.before[0].end.into()).min(7),
        Plane::Cg => {
            octave((leaf.before[0].end / 2).into()).min(3) * 2 + usize::from(leaf.before[1].end > 0)
        }
    };
    let energy = level(mean(leaf.around, |cell| cell.energy[0].saturating_add(cell.energy[1])) / 2);
    let given_octave = octave(given.into());
    let most = 2 * (leaf.size + 2) + 1;
    let mut octaves = 0;
    while octaves < most {
        let i = octaves.min(place::ENDS - 1);
        let places = [
            place::END_SIZE + (plane * 4 + leaf.size) * place::ENDS + i,
            place::END_AROUND + (kind * 8 + around) * place::ENDS + i,
            place::END_BEFORE + (plane * 8 + before) * place::ENDS + i,
            place::END_ENERGY + (kind * place::LEVELS + energy) * place::ENDS + i,
        ];
        if !decide(coder, tables, places, given_octave > octaves) {
            break;
        }
        octaves += 1;
    }
    if octaves < 2 || octaves == most {
        return if octaves == 0 { 0 } else { 1 << (octaves - 1) };
    }
    // Below the highest bit: two more that are learnt, the rest raw.
    let mut value = 1u32;
    for (i, bit) in (0..octaves - 1).rev().enumerate() {
        let bit_given = given >> bit & 1 != 0;
        let bit = if i < 2 {
            let node = if i == 0 { 0 } else { 1 + (value as usize & 1) };
            let place = place::END_BITS + (kind * 12 + octaves.min(11)) * 4 + node;
            decide(coder, tables, [place], bit_given)
        } else {
            coder.bit(crate::range::HALF, bit_given)
        };
        value = value << 1 | u32::from(bit);
    }
    value as u16
}
