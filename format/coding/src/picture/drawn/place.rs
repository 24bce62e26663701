//! Which table of drawn pictures has which answers?

use super::{models::STARTS, state::FLAT};
use crate::{picture::place::UNIT, tables::tables};

/// Which neighbours are equal.
pub(super) const EQUALS: usize = 64;
/// How left, above and above right were coded.
pub(super) const NEARS: usize = 64;
/// How left and above were.
pub(super) const SIDES: usize = 16;
/// Classes of a remainder's surroundings.
pub(super) const BUSY: usize = 10;
/// Octaves of a remainder: none, 1, 2 to 3, up to 128.
pub(super) const OCTAVES: usize = 8;

tables! {
    /// The memory is right, by which of its hashes, how often without a break, how often
    /// the entry was.
    HIT_RUN: 2 * 16 * 8;
    /// By the neighbours that are equal.
    HIT_EQUAL: 2 * EQUALS;
    /// By whether it says left or above, and how neighbours were coded.
    HIT_NEAR: 4 * NEARS;
    /// A neighbour is right, by which, and the neighbours that are equal.
    COPY_EQUAL: 4 * EQUALS;
    /// By how neighbours were coded.
    COPY_NEAR: 4 * NEARS;
    /// By how many were asked before, and whether the memory was.
    COPY_ASKED: 4 * 5 * 2;
    /// A recent colour is, by the neighbours that are equal.
    RECENT_EQUAL: EQUALS;
    /// By how they were coded.
    RECENT_SIDE: SIDES;
    /// By how many octaves of them there are.
    RECENT_COUNT: 8;
    /// Which one, in as many bits as they take.
    RECENT_TREE: 128;
    /// A mixture is right, by the neighbours that are equal.
    BLEND_EQUAL: EQUALS;
    /// By how they were coded.
    BLEND_SIDE: SIDES;
    /// By how many flat colours there are.
    BLEND_COUNT: FLAT + 1;
    /// Of which two.
    PAIR_TREE: 8;
    /// How much of each: the upper six bits.
    COVER_TREE: 64;
    /// The lower two.
    COVER_LOW: 2;
    /// A remainder has more binary digits, by channel and how busy its surroundings are.
    MORE_BUSY: 4 * BUSY * OCTAVES;
    /// By channel.
    MORE: 4 * OCTAVES;
    /// The three digits below its highest.
    DIGIT: 4 * OCTAVES * 3;
    /// It is negative.
    SIGN: 4 * BUSY;
    /// A run of pixels among one colour has it, by how often without a break the memory
    /// was right, or a run had that colour.
    SOLID: 16;
}

/// The answers of all tables at a tile's start.
pub fn start(answers: &mut [i16; COUNT]) {
    for (answer, start) in answers.iter_mut().zip(STARTS) {
        *answer = i16::from(start) * UNIT;
    }
}
