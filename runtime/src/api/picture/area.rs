//! Which pixels of a picture?

/// A rectangle of pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Area {
    /// Its left edge.
    pub left: u32,
    /// Its upper edge.
    pub top: u32,
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

impl Area {
    /// Everything.
    pub const ALL: Self = Self { left: 0, top: 0, width: u32::MAX, height: u32::MAX };

    /// What two rectangles have in common; without pixels if that is nothing.
    #[must_use]
    pub const fn within(self, other: Self) -> Self {
        const fn axis(a: (u32, u32), b: (u32, u32)) -> (u32, u32) {
            let from = if a.0 > b.0 { a.0 } else { b.0 };
            let (a, b) = (a.0.saturating_add(a.1), b.0.saturating_add(b.1));
            let to = if a < b { a } else { b };
            (from, to.saturating_sub(from))
        }
        let (left, width) = axis((self.left, self.width), (other.left, other.width));
        let (top, height) = axis((self.top, self.height), (other.top, other.height));
        Self { left, top, width, height }
    }

    /// Whether it has no pixels.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.width == 0 || self.height == 0
    }

    /// Where it lies in a picture of 1 / `2^halvings` of the size.
    pub(crate) const fn halved(self, halvings: u32) -> Self {
        const fn axis(from: u32, len: u32, halvings: u32) -> (u32, u32) {
            let to = (from as u64 + len as u64).div_ceil(1 << halvings) as u32;
            (from >> halvings, to - (from >> halvings))
        }
        let (left, width) = axis(self.left, self.width, halvings);
        let (top, height) = axis(self.top, self.height, halvings);
        Self { left, top, width, height }
    }

    /// The pixels of a picture `2^halvings` times as large.
    pub(crate) const fn doubled(self, halvings: u32) -> Self {
        const fn axis(n: u32, halvings: u32) -> u32 {
            n.saturating_mul(1 << halvings)
        }
        Self {
            left: axis(self.left, halvings),
            top: axis(self.top, halvings),
            width: axis(self.width, halvings),
            height: axis(self.height, halvings),
        }
    }
}
