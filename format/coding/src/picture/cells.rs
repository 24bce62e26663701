//! What is known around a leaf of a picture: its neighbours to the left and above, and
//! the same place of the planes before.

use super::CELLS;

/// Bands of frequency that a cell remembers: by the larger of the two frequencies, in
/// quarters.
pub const BANDS: usize = 4;

/// What a leaf has left behind in each of its 4 x 4 pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, bytemuck::Pod, bytemuck::Zeroable)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[repr(C)]
pub struct Cell {
    /// log2 of the leaf's side less 1; 0 where there is none.
    side: u8,
    /// Its predictor, plus 1.
    mode: u8,
    /// So many weights along the zigzag.
    count: u16,
    /// Mean magnitude of the weights of each band, in eighths.
    energy: [u8; BANDS],
}

impl Cell {
    /// Beyond the tile, and of a drawn block.
    pub const NONE: Self = Self { side: 0, mode: 0, count: 0, energy: [0; BANDS] };

    /// Of a leaf of `4 << size` pixels a side.
    #[must_use]
    pub const fn new(size: usize, mode: u8, count: u16, energy: [u8; BANDS]) -> Self {
        Self { side: (size & 3) as u8 + 1, mode: mode + 1, count, energy }
    }

    /// As it is kept in a line over the blocks.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 8] {
        let ([a, b, c, d], [low, high]) = (self.energy, self.count.to_le_bytes());
        [self.side, self.mode, low, high, a, b, c, d]
    }

    /// The other way round.
    #[must_use]
    pub const fn from_bytes([side, mode, low, high, a, b, c, d]: [u8; 8]) -> Self {
        Self { side, mode, count: u16::from_le_bytes([low, high]), energy: [a, b, c, d] }
    }

    /// Whether there is one.
    #[must_use]
    #[inline]
    pub const fn is_inside(&self) -> bool {
        self.side > 0
    }

    /// Pixels along the leaf's side; 2 where there is none.
    #[must_use]
    #[inline]
    pub const fn pixels(&self) -> u8 {
        2 << (self.side & 7)
    }

    /// Whether there is one, of less than `4 << size` pixels a side.
    #[must_use]
    #[inline]
    pub const fn is_smaller(&self, size: usize) -> bool {
        self.is_inside() && (self.side as usize) < size + 1
    }

    /// The leaf's predictor; 31 where there is none.
    #[must_use]
    #[inline]
    pub const fn mode(&self) -> u8 {
        self.mode.wrapping_sub(1) & 31
    }

    /// Mean magnitude of the weights of a band, in eighths.
    #[must_use]
    #[inline]
    pub fn energy(&self, band: usize) -> u32 {
        self.energy.get(band).copied().map_or(0, u32::from)
    }

    /// How many weights a leaf of `4 << size` pixels a side has that ends at the same
    /// share of the frequencies, at least 1 if there are any.
    #[must_use]
    #[inline(always)]
    pub fn count(&self, size: usize) -> u32 {
        let (count, own) = (u32::from(self.count), u32::from(self.side.saturating_sub(1)));
        let more = 2 * (own as i32 - size as i32);
        if more < 0 { count << -more } else { (count >> more).max(count.min(1)) }
    }
}

/// The cells of a block of one plane, with those to its left and above.
#[derive(Clone, Copy, Debug, PartialEq, Eq, bytemuck::Pod, bytemuck::Zeroable)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[repr(transparent)]
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

    /// The cell at a place of the square with the left and upper neighbours.
    #[inline]
    fn get(&self, row: usize, column: usize) -> Cell {
        let flat = self.0.as_flattened();
        flat.get(row * (CELLS + 1) + column).copied().unwrap_or(Cell::NONE)
    }

    /// To the left of and above the cell at (`x`, `y`), in cells.
    #[must_use]
    #[inline]
    pub fn around(&self, (x, y): (usize, usize)) -> [Cell; 2] {
        [self.get(y + 1, x), self.get(y, x + 1)]
    }

    /// What the cells along the left and upper border of a square of `4 << size` pixels
    /// say: the sum over each side, where something lies there.
    pub fn border(
        &self,
        (x, y): (usize, usize),
        size: usize,
        of: impl Fn(&Cell) -> u32,
    ) -> [Option<u32>; 2] {
        let one =
            |there: Cell, at, step| there.is_inside().then(|| self.sum(at, (1 << size, step), &of));
        let [left, above] = self.around((x, y));
        [one(left, (x, y + 1), CELLS + 1), one(above, (x + 1, y), 1)]
    }

    /// The mean count of weights that a leaf of `4 << size` pixels a side would have as
    /// those along its border, doubled.
    #[must_use]
    pub fn count_around(&self, at: (usize, usize), size: usize) -> u32 {
        let sums = self.border(at, size, |cell| cell.count(size));
        double(sums.map(|sum| sum.map(|sum| (sum + ((1 << size) >> 1)) >> size)))
    }

    /// The mean count of weights that a leaf of `4 << size` pixels a side would have as
    /// those in its place.
    #[must_use]
    pub fn count_within(&self, (x, y): (usize, usize), size: usize) -> u32 {
        let side = 1 << size;
        let mut sum = 0;
        for row in 1..=side {
            sum += self.sum((x + 1, y + row), (side, 1), |cell| cell.count(size));
        }
        (sum + ((1 << (2 * size)) >> 1)) >> (2 * size)
    }

    /// A sum of so many cells, each a `step` behind the one before.
    fn sum(
        &self,
        (x, y): (usize, usize),
        (count, step): (usize, usize),
        of: impl Fn(&Cell) -> u32,
    ) -> u32 {
        let (flat, mut place) = (self.0.as_flattened(), y * (CELLS + 1) + x);
        let mut sum = 0;
        for _ in 0..count {
            sum += flat.get(place).map_or(0, &of);
            place += step;
        }
        sum
    }

    /// The cell at (`x`, `y`).
    #[must_use]
    #[inline]
    pub fn at(&self, (x, y): (usize, usize)) -> Cell {
        self.get(y + 1, x + 1)
    }

    /// Fills the square of a leaf of `4 << size` pixels a side.
    pub fn fill(&mut self, (x, y): (usize, usize), cell: Cell, size: usize) {
        let side = 1 << size;
        for row in self.0.iter_mut().skip(y + 1).take(side) {
            row.iter_mut().skip(x + 1).take(side).for_each(|to| *to = cell);
        }
    }
}

/// The sum of what two neighbours say of a number, each where it is there; twice the
/// one if the other is not.
#[must_use]
#[inline]
pub fn double([left, above]: [Option<u32>; 2]) -> u32 {
    match (left, above) {
        (Some(a), Some(b)) => a + b,
        (Some(a), None) | (None, Some(a)) => 2 * a,
        (None, None) => 0,
    }
}

/// How many bits a number has.
#[must_use]
#[inline]
pub const fn octave(number: u32) -> usize {
    (u32::BITS - number.leading_zeros()) as usize
}
