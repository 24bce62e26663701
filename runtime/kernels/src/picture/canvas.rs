//! The pixels of one plane's block while it is decoded, and those around it.

use super::{BRIGHTEST, Border};

/// Pixels along a block's side.
const SIDE: usize = 32;

/// A block of 32 x 32 pixels of one plane, the column to its left, and the row above
/// with as many pixels more to the right.
#[derive(Clone, Debug)]
pub struct Canvas {
    pixels: [[i16; SIDE]; SIDE],
    left: [i16; SIDE],
    /// From the corner on.
    above: [i16; 2 * SIDE + 1],
    /// How many pixels above are known, the corner not counted.
    wide: usize,
    /// How many to the left.
    high: usize,
    /// Cells of 4 x 4 that are done, a byte a row.
    done: [u8; SIDE / 4],
    signed: bool,
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
            signed,
        }
    }

    /// Whether the plane is one of chroma.
    #[must_use]
    pub const fn is_signed(&self) -> bool {
        self.signed
    }

    /// To the next block: `above` is the row over it, up to 64 pixels, none in a tile's
    /// first row; `high` is how many rows of the block are in the tile. A row's `first`
    /// block has nothing to its left.
    pub fn step(&mut self, first: bool, above: &[i16], high: usize) {
        self.high = if first { 0 } else { high.min(SIDE) };
        for (to, row) in self.left.iter_mut().zip(&self.pixels) {
            let [.., right] = row;
            *to = *right;
        }
        // The block before was below the corner.
        let [corner, row @ ..] = &mut self.above;
        *corner = row.get(SIDE - 1).copied().unwrap_or(0);
        self.wide = above.len().min(row.len());
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

    /// The pixel rows of a square, from its left edge on.
    pub fn square(
        &mut self,
        (x, y): (usize, usize),
        side: usize,
    ) -> impl Iterator<Item = &mut [i16]> {
        self.pixels
            .iter_mut()
            .skip(y)
            .take(side)
            .map(move |row| row.get_mut(x..x + side).unwrap_or_default())
    }

    /// Marks a square as done, or not.
    pub fn mark(&mut self, (x, y): (usize, usize), side: usize, done: bool) {
        let bits = (((1u32 << (side / 4)) - 1) << (x / 4)) as u8;
        for row in self.done.iter_mut().skip(y / 4).take(side / 4) {
            *row = if done { *row | bits } else { *row & !bits };
        }
    }

    #[inline]
    fn pixel(&self, x: usize, y: usize) -> i16 {
        self.pixels.get(y).and_then(|row| row.get(x)).copied().unwrap_or(0)
    }

    fn is_done(&self, x: usize, y: usize) -> bool {
        x < SIDE && self.done.get(y / 4).is_some_and(|row| row >> (x / 4) & 1 != 0)
    }

    /// How many pixels along one side of a square are known, of `2 * side`; they are
    /// known from the first on.
    fn known(&self, side: usize, at: impl Fn(usize) -> (usize, usize)) -> usize {
        let cells = (0..2 * side).step_by(4);
        4 * cells
            .take_while(|&i| {
                let (x, y) = at(i);
                self.is_done(x, y)
            })
            .count()
    }

    /// What lies along the border of a square.
    #[must_use]
    pub fn border(&self, (x, y): (usize, usize), side: usize) -> Border {
        let mut border = Border::new(side);
        let [corner, above @ ..] = &self.above;
        let (wide, high);
        if y == 0 {
            wide = self.wide.saturating_sub(x).min(2 * side);
            for (to, from) in border.above_mut().iter_mut().zip(above.iter().skip(x)).take(wide) {
                *to = *from;
            }
        } else {
            wide = self.known(side, |i| (x + i, y - 1));
            for (i, to) in border.above_mut().iter_mut().take(wide).enumerate() {
                *to = self.pixel(x + i, y - 1);
            }
        }
        if x == 0 {
            high = self.high.saturating_sub(y).min(2 * side);
            for (to, from) in border.left_mut().iter_mut().zip(self.left.iter().skip(y)).take(high)
            {
                *to = *from;
            }
        } else {
            high = self.known(side, |i| (x - 1, y + i));
            for (i, to) in border.left_mut().iter_mut().take(high).enumerate() {
                *to = self.pixel(x - 1, y + i);
            }
        }
        let corner = match (x, y) {
            (0, 0) => *corner,
            (0, _) => self.left.get(y - 1).copied().unwrap_or(0),
            (_, 0) => above.get(x - 1).copied().unwrap_or(0),
            _ => self.pixel(x - 1, y - 1),
        };
        let middle = if self.signed { 0 } else { BRIGHTEST / 2 };
        border.complete(wide, high, corner, middle);
        border
    }
}
