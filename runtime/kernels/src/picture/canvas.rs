//! The pixels of one plane's block while it is decoded, and those around it.

use super::{BRIGHTEST, Border};

/// Pixels along a block's side.
const SIDE: usize = 32;

/// The pixels of a square, in rows that have more.
#[derive(Debug)]
pub struct Pixels<'p> {
    pub(super) rows: &'p mut [[i16; SIDE]],
    pub(super) left: usize,
}

impl<'p> Pixels<'p> {
    /// As many columns as there are `rows`, from `left` on.
    #[must_use]
    #[inline]
    pub const fn new(rows: &'p mut [[i16; SIDE]], left: usize) -> Self {
        Self { rows, left }
    }

    /// Row by row.
    #[inline]
    pub fn rows(&mut self) -> impl DoubleEndedIterator<Item = &mut [i16]> {
        let (left, right) = (self.left, self.left + self.rows.len());
        self.rows.iter_mut().map(move |row| row.get_mut(left..right).unwrap_or_default())
    }
}

/// A block of 32 x 32 pixels of one plane, the column to its left, and the row above
/// with as many pixels more to the right.
#[derive(Clone, Copy, Debug, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub struct Canvas {
    pixels: [[i16; SIDE]; SIDE],
    left: [i16; SIDE],
    /// From the corner on.
    above: [i16; 2 * SIDE + 1],
    /// How many pixels above are known, the corner not counted.
    wide: u8,
    /// How many to the left.
    high: u8,
    /// Cells of 4 x 4 that are done, a byte a row.
    done: [u8; SIDE / 4],
    /// 1 of chroma.
    signed: u8,
    /// For the alignment.
    unused: u8,
}

impl Canvas {
    /// An empty block at a tile's corner; the pixels of chroma are `signed`.
    #[must_use]
    pub const fn new(signed: bool) -> Self {
        Self {
            pixels: [[0; SIDE]; SIDE],
            left: [0; SIDE],
            above: [0; 2 * SIDE + 1],
            wide: 0,
            high: 0,
            done: [0; SIDE / 4],
            signed: signed as u8,
            unused: 0,
        }
    }

    /// Becomes a [`new`](Self::new) one, in place: 2 KB have no room on the stack.
    pub fn begin(&mut self, signed: bool) {
        bytemuck::bytes_of_mut(self).fill(0);
        self.signed = signed.into();
    }

    /// Whether the plane is one of chroma.
    #[must_use]
    pub const fn is_signed(&self) -> bool {
        self.signed != 0
    }

    /// After a block that [`Filter`](super::Filter) leaves as it is: its right column is
    /// to the left of the next one.
    pub fn turn(&mut self) {
        (0..SIDE).for_each(|y| self.turn_row(y));
    }

    /// Likewise one row of it.
    #[inline]
    pub(super) fn turn_row(&mut self, y: usize) {
        if let (Some(to), Some([.., right])) = (self.left.get_mut(y), self.pixels.get(y)) {
            *to = *right;
        }
    }

    /// The pixels above, from the corner on; none where they are not known.
    pub(super) fn over(&self) -> &[i16] {
        self.above
            .get(..if self.wide > 0 { usize::from(self.wide) + 1 } else { 0 })
            .unwrap_or_default()
    }

    /// The pixel to the left of a row; none where it is not known.
    #[inline]
    pub(super) fn beside(&self, y: usize) -> Option<i16> {
        self.left.get(..usize::from(self.high)).and_then(|left| left.get(y)).copied()
    }

    /// A row.
    #[inline]
    pub(super) fn row(&self, y: usize) -> &[i16; SIDE] {
        self.pixels.get(y).unwrap_or(&[0; SIDE])
    }

    /// A row, to be changed.
    #[inline]
    pub(super) fn row_mut(&mut self, y: usize) -> Option<&mut [i16; SIDE]> {
        self.pixels.get_mut(y)
    }

    /// To the next block, after [`Canvas::turn`]: `above` is the row over it, up to 64 pixels, none in a tile's
    /// first row; `high` is how many rows of the block are in the tile. A row's `first`
    /// block has nothing to its left.
    pub fn step(&mut self, first: bool, above: &[i16], high: usize) {
        self.high = if first { 0 } else { high.min(SIDE) as u8 };
        // The block before was below the corner.
        let [corner, row @ ..] = &mut self.above;
        *corner = row.get(SIDE - 1).copied().unwrap_or(0);
        self.wide = above.len().min(row.len()) as u8;
        for (to, from) in row.iter_mut().zip(above) {
            *to = *from;
        }
        self.done = [0; SIDE / 4];
    }

    /// The block's pixels, row by row.
    #[must_use]
    pub const fn rows(&self) -> &[[i16; SIDE]; SIDE] {
        &self.pixels
    }

    /// The lowest row.
    #[must_use]
    pub const fn bottom(&self) -> &[i16; SIDE] {
        let [.., bottom] = &self.pixels;
        bottom
    }

    /// The pixels of a square.
    #[inline]
    pub fn square(&mut self, (x, y): (usize, usize), side: usize) -> Pixels<'_> {
        Pixels::new(self.pixels.get_mut(y..y + side).unwrap_or_default(), x)
    }

    /// Marks a square as done, or not.
    pub fn mark(&mut self, (x, y): (usize, usize), side: usize, done: bool) {
        let bits = (((1u32 << (side / 4)) - 1) << (x / 4)) as u8;
        for row in self.done.iter_mut().skip(y / 4).take(side / 4) {
            *row = if done { *row | bits } else { *row & !bits };
        }
    }

    /// How many cells above a square are known, from its left edge on.
    fn known_above(&self, (x, y): (usize, usize)) -> usize {
        let row = y.checked_sub(1).and_then(|y| self.done.get(y / 4)).copied().unwrap_or(0);
        (row >> (x / 4 % 8)).trailing_ones() as usize
    }

    /// How many to its left, from its upper edge on.
    fn known_beside(&self, (x, y): (usize, usize)) -> usize {
        let bit = x.wrapping_sub(1) / 4 % 8;
        self.done.iter().skip(y / 4).take_while(|row| **row >> bit & 1 != 0).count()
    }

    /// What lies along the border of a square of 4, 8, 16 or 32 pixels a side.
    #[inline(never)]
    pub fn border(&self, (x, y): (usize, usize), side: usize, border: &mut Border) {
        border.begin(side);
        let [corner, above @ ..] = &self.above;
        let most = 2 * side;
        let (over, wide) = if y == 0 {
            (above.as_slice(), usize::from(self.wide).saturating_sub(x))
        } else {
            (self.row(y - 1).as_slice(), 4 * self.known_above((x, y)))
        };
        let wide = wide.min(most);
        let over = over.get(x..).unwrap_or_default();
        for (to, from) in border.above_mut(wide).iter_mut().zip(over) {
            *to = *from;
        }
        let high = if x == 0 {
            usize::from(self.high).saturating_sub(y)
        } else {
            4 * self.known_beside((x, y))
        };
        let high = high.min(most);
        let beside = |row: &[i16; SIDE]| row.get(x.wrapping_sub(1) % SIDE).copied().unwrap_or(0);
        let to = border.left_mut(high).iter_mut();
        if x == 0 {
            let from = self.left.get(y..).unwrap_or_default();
            to.zip(from).for_each(|(to, from)| *to = *from);
        } else {
            let from = self.pixels.get(y..).unwrap_or_default();
            to.zip(from).for_each(|(to, row)| *to = beside(row));
        }
        let corner = match (x, y) {
            (0, 0) => *corner,
            (0, _) => self.left.get(y - 1).copied().unwrap_or(0),
            (_, 0) => above.get(x - 1).copied().unwrap_or(0),
            _ => beside(self.row(y - 1)),
        };
        let middle = if self.is_signed() { 0 } else { BRIGHTEST / 2 };
        border.complete(wide, high, corner, middle);
    }
}
