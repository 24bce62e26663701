//! What is known around a leaf of a picture: its neighbours to the left and above, and
//! the same place of the planes before.

use super::CELLS;

/// Bands of frequency that a cell remembers: by the larger of the two frequencies, in
/// quarters.
pub const BANDS: usize = 4;

/// What a leaf has left behind in each of its 4 x 4 pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Cell {
    /// log2 of the leaf's side less 2; [`Cell::OUTSIDE`] beyond the tile.
    pub size: u8,
    /// Its predictor.
    pub mode: u8,
    /// Where its weights end, in 1/64 of all.
    pub end: u8,
    /// Mean magnitude of the weights of each band, in eighths.
    pub energy: [u8; BANDS],
}

impl Cell {
    /// There is none.
    pub const OUTSIDE: u8 = 4;
    /// Beyond the tile.
    pub const NONE: Self = Self { size: Self::OUTSIDE, mode: 31, end: 0, energy: [0; BANDS] };

    /// As it is kept in a line over the blocks.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 8] {
        let [a, b, c, d] = self.energy;
        [self.size, self.mode, self.end, a, b, c, d, 0]
    }

    /// The other way round.
    #[must_use]
    pub const fn from_bytes([size, mode, end, a, b, c, d, _]: [u8; 8]) -> Self {
        Self { size, mode, end, energy: [a, b, c, d] }
    }

    /// Whether there is one.
    #[must_use]
    #[inline]
    pub const fn is_inside(&self) -> bool {
        self.size < Self::OUTSIDE
    }
}

/// The cells of a block of one plane, with those to its left and above.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Cells([[Cell; CELLS + 1]; CELLS + 1]);

impl Cells {
    /// Nothing is known.
    pub const NEW: Self = Self([[Cell::NONE; CELLS + 1]; CELLS + 1]);

    /// Before the next block of a row: what was the right column is the left one, and
    /// `above` are the cells over the block, those beyond the tile left out.
    pub fn step(&mut self, first: bool, above: impl IntoIterator<Item = Cell>) {
        for row in &mut self.0 {
            let [left, .., right] = row;
            *left = if first { Cell::NONE } else { *right };
        }
        if let Some([_, top @ ..]) = self.0.first_mut() {
            top.fill(Cell::NONE);
            for (to, from) in top.iter_mut().zip(above) {
                *to = from;
            }
        }
    }

    /// After a block: its lowest row, which is above the next one.
    pub fn bottom(&self) -> impl Iterator<Item = Cell> {
        let bottom = self.0.last().and_then(|row| row.get(1..)).unwrap_or_default();
        bottom.iter().copied()
    }

    fn get(&self, row: usize, column: usize) -> Cell {
        self.0.get(row).and_then(|row| row.get(column)).copied().unwrap_or(Cell::NONE)
    }

    /// To the left of and above the cell at (`x`, `y`), in cells.
    #[must_use]
    #[inline]
    pub fn around(&self, (x, y): (usize, usize)) -> [Cell; 2] {
        [self.get(y + 1, x), self.get(y, x + 1)]
    }

    /// The cell at (`x`, `y`).
    #[must_use]
    #[inline]
    pub fn at(&self, (x, y): (usize, usize)) -> Cell {
        self.get(y + 1, x + 1)
    }

    /// Fills the square of a leaf.
    pub fn fill(&mut self, (x, y): (usize, usize), cell: Cell) {
        let side = 1usize << cell.size.min(3);
        for row in self.0.iter_mut().skip(y + 1).take(side) {
            row.iter_mut().skip(x + 1).take(side).for_each(|to| *to = cell);
        }
    }
}

/// A number's size in twelve levels, 0 to 11: exact below 4, then two an octave.
#[must_use]
#[inline]
pub const fn level(number: u32) -> usize {
    if number < 2 {
        return number as usize;
    }
    let octave = number.ilog2();
    let level = 2 * octave + (number >> (octave - 1) & 1);
    if level < 12 { level as usize } else { 11 }
}

/// What two neighbours say of a number: its mean, doubled.
#[must_use]
#[inline]
pub fn mean([left, above]: [Cell; 2], of: impl Fn(&Cell) -> u8) -> u32 {
    let one = |cell: &Cell| cell.is_inside().then(|| u32::from(of(cell)));
    match (one(&left), one(&above)) {
        (Some(a), Some(b)) => a + b,
        (Some(a), None) | (None, Some(a)) => 2 * a,
        (None, None) => 0,
    }
}
