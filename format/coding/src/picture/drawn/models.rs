//! Where do all answers start? (trained)

use super::place::COUNT;

/// In 1/16 of a logit.
pub(super) static STARTS: [i8; COUNT] = [0; COUNT];
