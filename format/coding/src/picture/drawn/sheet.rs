//! The colours of a block, and those around it.

use super::{super::BLOCK, RUN, around::Around};

/// Columns to the left and to the right that are kept, and rows above.
const EDGE: usize = 2;
/// Columns above and to the right of a block that are known.
pub const AHEAD: usize = EDGE;
/// Columns of a sheet.
const WIDE: usize = BLOCK + 2 * EDGE;
/// Rows of it.
const HIGH: usize = BLOCK + EDGE;

/// A block of 32 x 32 colours, two columns to its left, and two rows above, with two
/// columns more to the right.
#[derive(Clone, Copy, Debug, bytemuck::Pod, bytemuck::Zeroable)]
#[repr(C)]
pub struct Sheet {
    rows: [[u32; WIDE]; HIGH],
}

impl Sheet {
    /// At a tile's corner: nothing lies around.
    pub const NEW: Self = Self { rows: [[0; WIDE]; HIGH] };

    /// To the next block: `above` are the two rows over it, the upper one first, from its
    /// left edge on, of as many columns as there are, 34 at most; none in a tile's first
    /// row. Where nothing lies, colours are 0; beyond the right edge they are as the last
    /// one. A row's `first` block has nothing to its left.
    pub fn step(&mut self, first: bool, above: [&[u32]; EDGE]) {
        for row in &mut self.rows {
            // The block before lies to the left.
            row.copy_within(BLOCK..BLOCK + EDGE, 0);
            if first {
                row.iter_mut().take(EDGE).for_each(|to| *to = 0);
            }
        }
        for (row, above) in self.rows.iter_mut().zip(above) {
            let last = above.last().copied().unwrap_or(0);
            let above = above.iter().copied().chain(core::iter::repeat(last));
            row.iter_mut().skip(EDGE).zip(above).for_each(|(to, from)| *to = from);
        }
    }

    /// What lies around a pixel.
    #[inline]
    pub(super) fn around(&self, x: usize, y: usize) -> Around {
        let rows = self.rows.get(y..).and_then(|rows| rows.first_chunk());
        let Some([over, above, row]) = rows else {
            return Around { left: [0; 2], above: [0; 5], over: [0; 3] };
        };
        Around {
            left: row.get(x..).and_then(|row| row.first_chunk()).copied().unwrap_or_default(),
            above: above.get(x..).and_then(|row| row.first_chunk()).copied().unwrap_or_default(),
            over: over.get(x + 1..).and_then(|row| row.first_chunk()).copied().unwrap_or_default(),
        }
    }

    /// The one colour of all that lies around a run of pixels.
    #[inline]
    pub(super) fn flat(&self, x: usize, y: usize) -> Option<u32> {
        const NEAR: usize = RUN + 2 * EDGE;
        let [over, above, row] = self.rows.get(y..)?.first_chunk()?;
        let [first, colour] = *row.get(x..)?.first_chunk::<EDGE>()?;
        let above: &[u32; NEAR] = above.get(x..)?.first_chunk()?;
        let over: &[u32; NEAR] = over.get(x..)?.first_chunk()?;
        // Bits that differ anywhere.
        let other = |row: &[u32; NEAR]| row.iter().fold(0, |all, &near| all | (near ^ colour));
        (first == colour && other(above) == 0 && other(over) == 0).then_some(colour)
    }

    /// The colour of a run's pixels is known.
    #[inline]
    pub(super) fn put_run(&mut self, x: usize, y: usize, colour: u32) {
        let row = self.rows.get_mut(y + EDGE).and_then(|row| row.get_mut(x + EDGE..));
        if let Some(run) = row.and_then(|row| row.first_chunk_mut::<RUN>()) {
            *run = [colour; RUN];
        }
    }

    /// After a block that is not drawn: what it has in its two last columns, by column and
    /// row, is to the left of the next one.
    pub fn leave(&mut self, colour: impl Fn(usize, usize) -> u32) {
        for y in 0..BLOCK {
            (BLOCK - EDGE..BLOCK).for_each(|x| self.put(x, y, colour(x, y)));
        }
    }

    /// A pixel's colour is known.
    #[inline]
    pub(super) fn put(&mut self, x: usize, y: usize, colour: u32) {
        let to = self.rows.get_mut(y + EDGE).and_then(|row| row.get_mut(x + EDGE));
        if let Some(to) = to {
            *to = colour;
        }
    }

    /// The first columns of a row are known: those beyond are as the last one.
    pub(super) fn end_row(&mut self, y: usize, width: usize) {
        if let Some(row) = self.rows.get_mut(y + EDGE) {
            let (known, rest) = row.split_at_mut(EDGE + width.min(BLOCK));
            let last = known.last().copied().unwrap_or(0);
            rest.iter_mut().take(EDGE).for_each(|to| *to = last);
        }
    }

    /// A row of the block.
    #[must_use]
    #[inline]
    pub fn row(&self, y: usize) -> &[u32] {
        let row = self.rows.get(y + EDGE).and_then(|row| row.get(EDGE..EDGE + BLOCK));
        row.unwrap_or_default()
    }
}
