//! Which table has which answers? Where each of them begins among all.

/// One table behind the other.
macro_rules! tables {
    ($($(#[$doc:meta])* $name:ident: $len:expr;)*) => {
        tables!(@ 0; $($(#[$doc])* $name: $len;)*);
    };
    (@ $first:expr; $(#[$doc:meta])* $name:ident: $len:expr; $($rest:tt)*) => {
        $(#[$doc])*
        pub const $name: usize = $first;
        tables!(@ $name + $len; $($rest)*);
    };
    (@ $first:expr;) => {
        /// How many answers there are.
        pub const COUNT: usize = $first;
    };
}

/// Rows of decisions of a weight: larger than 0 and than 1, for each quantiser; than
/// 2, 3, 4, more.
pub const ROWS: usize = 8;
/// Groups of them: larger than 0, than 1, than more.
pub const GROUPS: usize = 3;
/// Levels of [`level`](super::cells::level).
pub const LEVELS: usize = 12;
/// Decisions of where weights end.
pub const ENDS: usize = 11;
/// Classes of predictors.
pub const MODES: usize = 8;

tables! {
    /// A weight by those of higher frequency beside it.
    NEAR: 2 * LEVELS * ROWS;
    /// By size and frequency.
    WHERE: 2 * 4 * 10 * GROUPS;
    /// By the leaves to the left and above.
    AROUND: 2 * LEVELS * GROUPS;
    /// By more weights of higher frequency.
    WIDE: 2 * LEVELS * GROUPS;
    /// By the same place of the planes before.
    BEFORE: 2 * LEVELS * GROUPS;
    /// By the distance from the last weight.
    LAST: 2 * 8 * GROUPS;
    /// By direction of the predictor and frequency.
    DIRECTION: 2 * 3 * 16 * GROUPS;
    /// By the mean magnitude so far.
    MEAN: 2 * LEVELS * GROUPS;
    /// Where weights end, by size and plane.
    END_SIZE: 3 * 4 * ENDS;
    /// By where neighbours' end.
    END_AROUND: 2 * 8 * ENDS;
    /// By the plane before, or by the predictor.
    END_BEFORE: 3 * 8 * ENDS;
    /// By the energy of neighbours.
    END_ENERGY: 2 * LEVELS * ENDS;
    /// The two highest bits of the end within its octave.
    END_BITS: 2 * 12 * 4;
    /// A predictor's bits, by that to the left.
    MODE_LEFT: 32 * MODES;
    /// By that above.
    MODE_ABOVE: 32 * MODES;
    /// By size.
    MODE_SIZE: 2 * 32 * 4;
    /// By whether left and above agree so far.
    MODE_SAME: 2 * 5 * 9;
    /// Chroma is predicted as luma, by plane and luma's predictor.
    MODE_LUMA: 2 * MODES;
    /// By whether the neighbours have that one.
    MODE_LUMA_AROUND: 4;
    /// Sines in place of cosines, by size.
    SINE_SIZE: 3;
    /// By predictor.
    SINE_MODE: MODES;
    /// A leaf is cut, by size, plane and neighbours' sizes.
    SPLIT_SIZE: 3 * 3 * 3;
    /// By luma's size there.
    SPLIT_LUMA: 3 * 3;
    /// By neighbours' energy.
    SPLIT_ENERGY: 2 * 3 * LEVELS;
}
