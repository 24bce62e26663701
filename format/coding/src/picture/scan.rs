//! In which order are a leaf's weights coded?
//!
//! Along its diagonals, there and back, from the last weight that is not zero down to
//! the first.

/// A place of the zigzag through a square of `1 << log2` weights a side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Zigzag {
    /// Horizontal frequency.
    pub x: usize,
    /// Vertical frequency.
    pub y: usize,
    side: usize,
}

impl Zigzag {
    /// The place of an index, 0 to 4^log2 - 1; of higher ones, the last.
    #[must_use]
    pub const fn at(index: usize, log2: u32) -> Self {
        let side = 1 << log2;
        let (mut diagonal, mut first) = (0, 0);
        loop {
            let long = Self::len(diagonal, side);
            if index < first + long || diagonal + 2 >= 2 * side {
                break;
            }
            first += long;
            diagonal += 1;
        }
        let last = Self::len(diagonal, side) - 1;
        let along = if index - first < last { index - first } else { last };
        // Where the diagonal begins, and which way it goes.
        let skip = if diagonal < side { 0 } else { diagonal + 1 - side };
        if diagonal % 2 == 1 {
            let y = skip + along;
            Self { x: diagonal - y, y, side }
        } else {
            let x = skip + along;
            Self { x, y: diagonal - x, side }
        }
    }

    const fn len(diagonal: usize, side: usize) -> usize {
        if diagonal < side { diagonal + 1 } else { 2 * side - 1 - diagonal }
    }

    /// The place before; the first one's is itself.
    #[must_use]
    #[inline]
    pub const fn before(self) -> Self {
        let Self { x, y, side } = self;
        let down = (x + y) % 2 == 1;
        // Odd diagonals go down and to the left, and back from there up and to the right.
        let (x, y) = if down {
            match (x + 1 < side, y) {
                (true, 1..) => (x + 1, y - 1),
                (true, 0) => (x - 1, 0),
                (false, 0) => (x - 1, 0),
                (false, _) => (x, y - 1),
            }
        } else {
            match (x, y + 1 < side) {
                (1.., true) => (x - 1, y + 1),
                (0, _) => (0, y.saturating_sub(1)),
                (_, false) => (x - 1, y),
            }
        };
        Self { x, y, side }
    }
}
