//! Where do all answers start? (trained)

use super::place::COUNT;

/// Answers of all tables at a tile's start, in 1/16 of a logit.
pub static MODEL: [i8; COUNT] = [0; COUNT];
