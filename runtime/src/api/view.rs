//! Which part of a picture is shown, and how large?

use crate::Position;

/// A rectangle of a picture, seen as so many columns and rows of new pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct View {
    x: Axis,
    y: Axis,
}

/// One dimension of a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
struct Axis {
    /// Centre of the first new pixel.
    start: Position,
    /// Distance of the centres.
    step: Position,
    /// New pixels.
    count: u32,
}

impl Axis {
    const fn new(from: u32, size: u32, to: u32) -> Self {
        let step = Position::step(size, to);
        Self { start: Position::from_frame(from).after_half(step), step, count: to }
    }
}

impl View {
    /// The rectangle of `size` pixels, columns and rows, at the corner
    /// (`left`, `top`) as it is.
    #[must_use]
    pub const fn crop(corner: (u32, u32), size: (u32, u32)) -> Self {
        Self::scaled(corner, size, size)
    }

    /// The same in `to` columns and rows.
    ///
    /// The network is continuous, so a larger picture needs no filter; one
    /// that is made much smaller aliases as leaving pixels out would. Steps
    /// are rounded down, by less than 2^-32 pixels each.
    ///
    /// ```
    /// # use nex_runtime::View;
    /// let twice = View::scaled((8, 4), (16, 16), (32, 32));
    /// assert_eq!(twice.size(), (32, 32));
    /// ```
    #[must_use]
    pub const fn scaled((left, top): (u32, u32), size: (u32, u32), to: (u32, u32)) -> Self {
        Self { x: Axis::new(left, size.0, to.0), y: Axis::new(top, size.1, to.1) }
    }

    /// New columns and rows.
    #[must_use]
    pub const fn size(&self) -> (u32, u32) {
        (self.x.count, self.y.count)
    }

    /// Where a new row begins; `None` if there is no such row.
    pub(crate) fn row(&self, row: u32) -> Option<(Position, Position)> {
        let row = usize::try_from(row).ok().filter(|_| row < self.y.count)?;
        Some((self.x.start, self.y.start.advance(self.y.step, row)?))
    }

    /// Distance of new columns.
    pub(crate) const fn step(&self) -> Position {
        self.x.step
    }
}
