//! Which table has which answers? Where each of them begins among all.

use crate::tables::tables;

/// Rows of decisions of a weight: larger than 0 and than 1, for each quantiser; than
/// 2, 3, 4, more.
pub const ROWS: usize = 8;
/// Groups of them: larger than 0, than more.
pub const GROUPS: usize = 2;
/// Levels of what lies around a weight.
pub const LEVELS: usize = 20;
/// Classes of a frequency's sum.
pub const SUMS: usize = 6;
/// Classes of a frequency's direction, with that of the predictor.
pub const DIRECTIONS: usize = 6;
/// Levels of a band's energy.
pub const ENERGIES: usize = 6;
/// Classes of how long ago the last weight was.
pub const AGES: usize = 5;
/// Bits of an escape's length at most.
pub const ESCAPES: usize = 15;
/// Decisions of where weights end.
pub const ENDS: usize = 11;
/// Classes of a decision's distance from where the end is expected.
pub const DISTANCES: usize = 10;
/// Octaves of ends that have bits below their highest, from 2 on.
pub const OCTAVES: usize = 9;
/// Classes of predictors.
pub const MODES: usize = 8;

tables! {
    /// A block is of another kind.
    KIND: 1;
    /// A weight by those of higher frequency around it.
    NEAR: LEVELS * ROWS;
    /// By size and frequency.
    WHERE: 4 * SUMS * DIRECTIONS * GROUPS;
    /// By its band's energy nearby, and how long ago the last weight was.
    AROUND: 2 * ENERGIES * AGES * GROUPS;
    /// An escape's length.
    ESCAPE: ESCAPES;
    /// Where weights end, by size.
    END_SIZE: 2 * 4 * ENDS;
    /// By where neighbours' end.
    END_AROUND: 2 * DISTANCES;
    /// Of chroma, by where luma's end.
    END_LUMA: DISTANCES;
    /// The two highest bits of the end within its octave, by the predictor's direction.
    END_BITS: 3 * OCTAVES * 3;
    /// A predictor's bits, by size in luma; in chroma.
    MODE_SIZE: 5 * 32;
    /// By whether left and above agree so far.
    MODE_SAME: 5 * 9;
    /// In chroma, by whether luma's agrees so far.
    MODE_LUMA: 3 * 32;
    /// Chroma is predicted as luma, by plane and luma's predictor.
    LUMA_MODE: 2 * MODES;
    /// By whether the neighbours have that one.
    LUMA_SAME: 4;
    /// Sines in place of cosines, by size.
    SINE_SIZE: 3;
    /// By predictor.
    SINE_MODE: MODES;
    /// A leaf is cut, by size, how many neighbours are smaller, and luma's size there.
    SPLIT_SIZE: 3 * 6 * 3;
    /// By where neighbours' weights end.
    SPLIT_END: 3 * 12;
    /// A block is filtered, by whether those to the left and above are.
    FILTERED: 4;
    /// A block's field is not what its neighbours' say, by how much these differ.
    FIELD_OTHER: 3;
    /// It is larger.
    FIELD_LARGER: 3;
    /// It is farther off than by 1, 2, 3.
    FIELD_FARTHER: 3;
}

/// What a start's unit is: 1/16 of a logit.
pub const UNIT: i16 = (crate::additive::ONE / 16) as i16;

/// The answers of all tables at a tile's start.
pub fn start(answers: &mut [i16; COUNT]) {
    for (answer, start) in answers.iter_mut().zip(&super::models::STARTS) {
        *answer = i16::from(*start) * UNIT;
    }
}
