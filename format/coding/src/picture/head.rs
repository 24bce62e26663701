//! How is a leaf's expert chosen: its predictor, its transform, how many weights?

use super::{
    Plane,
    cells::{Cell, Cells, octave},
    gate::RATE,
    place::{self, DISTANCES, OCTAVES},
};
use crate::{
    additive::decide,
    range::{Coder, Decoder, HALF},
};

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
    /// Octaves of how many weights are expected, as around, and as in luma.
    ends: [usize; 2],
}

impl Leaf {
    /// A leaf of `4 << size` pixels a side at the cell `at`, among the cells of its
    /// plane and those of luma and of the first chroma plane, where they come before.
    #[must_use]
    pub fn new(
        plane: Plane,
        size: usize,
        at: (usize, usize),
        cells: &Cells,
        before: [Option<&Cells>; 2],
    ) -> Self {
        let within = before[0].map_or(0, |luma| luma.count_within(at, size));
        Self {
            plane,
            size,
            around: cells.around(at),
            before: before.map(|cells| cells.map_or(Cell::NONE, |cells| cells.at(at))),
            ends: [octave(cells.count_around(at, size)), octave(within)],
        }
    }
}

/// The class of a predictor.
#[must_use]
#[inline]
pub const fn class(mode: u8) -> usize {
    if mode < 3 { mode as usize } else { 3 + ((mode as usize - 3) / 5) % 5 }
}

/// The direction of a predictor: 1 from above, 2 from the left, 0 neither.
#[must_use]
#[inline]
pub const fn direction(mode: u8) -> usize {
    match mode {
        18..=24 => 1,
        6..=12 => 2,
        _ => 0,
    }
}

/// Decodes a leaf's head. Apart, so that it is compiled once, and with this crate.
#[inline(never)]
pub fn decode(coder: &mut Decoder<'_>, tables: &mut [i16], leaf: &Leaf) -> Head {
    let mode = mode(coder, tables, leaf, 0);
    rest(coder, tables, leaf, Head { mode, sine: false, count: 0 })
}

/// Codes which predictor a leaf has.
pub fn mode(coder: &mut impl Coder, tables: &mut [i16], leaf: &Leaf, given: u8) -> u8 {
    let [left, above] = leaf.around.map(|cell| cell.mode());
    let luma = (leaf.plane != Plane::Luma).then_some(leaf.before[0].mode());
    if let Some(luma) = luma {
        let same = usize::from(left == luma) * 2 + usize::from(above == luma);
        let places = [
            place::LUMA_MODE + (leaf.plane.index() - 1) * place::MODES + class(luma),
            place::LUMA_SAME + same,
        ];
        if decide::<RATE, _>(coder, tables, &places, given == luma) {
            return luma;
        }
    }
    let mut node = 1usize;
    for depth in 0..5 {
        let shift = 4 - depth;
        // What another predictor would have here, if it has agreed so far.
        let agrees = |mode: u8| {
            let mode = usize::from(mode & 31) | 32;
            if mode >> (shift + 1) == node { 1 + (mode >> shift & 1) } else { 0 }
        };
        let bit = usize::from(given) >> shift & 1 != 0;
        let same = place::MODE_SAME + depth * 9 + agrees(left) * 3 + agrees(above);
        let bit = match luma {
            None => {
                let places = [same, place::MODE_SIZE + leaf.size * 32 + node];
                decide::<RATE, _>(coder, tables, &places, bit)
            }
            Some(luma) => {
                let own = place::MODE_SIZE + 4 * 32 + node;
                let places = [same, own, place::MODE_LUMA + agrees(luma) * 32 + node];
                decide::<RATE, _>(coder, tables, &places, bit)
            }
        };
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
        decide::<RATE, _>(coder, tables, &places, given.sine)
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
    let given_octave = octave(given.into());
    let most = 2 * (leaf.size + 2) + 1;
    let mut octaves = 0;
    while octaves < most {
        let distance = |end: usize| (octaves + 5).saturating_sub(end).min(DISTANCES - 1);
        let [around, luma] = leaf.ends.map(distance);
        let own = place::END_SIZE + (kind * 4 + leaf.size) * place::ENDS + octaves;
        let around = place::END_AROUND + kind * DISTANCES + around;
        let more = given_octave > octaves;
        let more = if kind == 0 {
            decide::<RATE, _>(coder, tables, &[own, around], more)
        } else {
            decide::<RATE, _>(coder, tables, &[own, around, place::END_LUMA + luma], more)
        };
        if !more {
            break;
        }
        octaves += 1;
    }
    if octaves < 2 || octaves == most {
        return if octaves == 0 { 0 } else { 1 << (octaves - 1) };
    }
    // Below the highest bit: two more that are learnt, the rest raw.
    let table = place::END_BITS + (direction(mode) * OCTAVES + octaves - 2) * 3;
    let mut value = 1u32;
    for (i, bit) in (0..octaves - 1).rev().enumerate() {
        let bit_given = given >> bit & 1 != 0;
        let bit = if i < 2 {
            let node = if i == 0 { 0 } else { 1 + (value as usize & 1) };
            decide::<RATE, _>(coder, tables, &[table + node], bit_given)
        } else {
            coder.bit(HALF, bit_given)
        };
        value = value << 1 | u32::from(bit);
    }
    value as u16
}
