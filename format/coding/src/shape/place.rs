//! Which table has which answers? Where each of them begins among all.

use crate::tables::tables;

/// Classes of how near the expected surface comes to a cell.
pub const NEARNESSES: usize = 12;
/// Rows of decisions of a coefficient: larger than 0, 1, ..., 6, more.
pub const ROWS: usize = 8;
/// Groups of them: larger than 0, than more.
pub const GROUPS: usize = 2;
/// Levels of the magnitudes before a coefficient.
pub const LEVELS: usize = 12;
/// Degrees of a coefficient, 0 to 6.
pub const DEGREES: usize = super::MAX_DEGREE + 1;
/// Classes of how much those around differ.
pub const SPREADS: usize = 8;
/// Bits of an escape's length at most.
pub const ESCAPES: usize = 15;

tables! {
    /// A cell has an expert, by size and by how near the surface is expected.
    NEARNESS: super::SIZES * NEARNESSES;
    /// By size, and by how many cells around are larger, have one, have none.
    AROUND: super::SIZES * 64;
    /// A cell without one is inside, by those around and by what is expected.
    INSIDE: 16;
    /// A cell is cut, by size and by how near the surface is expected.
    SPLIT_NEARNESS: super::SIZES * NEARNESSES;
    /// By size, and by how many around are smaller and larger.
    SPLIT_AROUND: super::SIZES * 16;
    /// A degree is higher, by size.
    DEGREE_SIZE: super::SIZES * 8;
    /// By the degrees around.
    DEGREE_AROUND: 12;
    /// By whether anything is expected.
    DEGREE_KNOWN: 2 * 8;
    /// A coefficient, by size, degree, and whether anything is expected.
    WEIGHT: super::SIZES * DEGREES * 2 * ROWS;
    /// By the magnitudes before it.
    LEVEL: LEVELS * ROWS;
    /// By its place.
    INDEX: super::MAX_COUNT * GROUPS;
    /// By the polynomial's degree and its own.
    DEGREE: DEGREES * DEGREES * GROUPS;
    /// By how much those around differ.
    SPREAD: SPREADS * DEGREES * GROUPS;
    /// An escape's length.
    ESCAPE: ESCAPES + 1;
}

/// What a start's unit is: 1/16 of a logit.
pub const UNIT: i16 = (crate::additive::ONE / 16) as i16;

/// The answers of all tables at a shape's start.
pub fn start(answers: &mut [i16; COUNT]) {
    for (answer, start) in answers.iter_mut().zip(&super::models::STARTS) {
        *answer = i16::from(*start) * UNIT;
    }
}
