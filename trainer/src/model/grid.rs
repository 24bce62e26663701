//! Which entries of a hash grid does a point read? (`InstantNGP`)
//!
//! Levels of ever finer grids; a point's features are interpolated between the
//! corners of its cell on every level. A level that has more corners than the
//! table has entries shares entries by a hash.

pub(crate) const LEVELS: usize = 16;
/// Values of an entry.
pub(crate) const VALUES: usize = 2;
/// Features of a point.
pub(crate) const FEATURES: usize = LEVELS * VALUES;
const COARSEST: f64 = 16.0;
const GROWTH: f64 = 1.5;
/// Entries of a level at most.
pub(crate) const LARGEST: usize = 1 << 19;
/// Cells before the first point.
pub(crate) const OFFSET: f64 = 0.5;
/// Entries start within +- this.
pub(super) const START: f32 = 1e-4;

/// One level of the grid.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Level {
    /// Cells of a unit.
    pub scale: f64,
    /// Corners along an axis.
    pub side: usize,
    /// Entries of its own.
    pub entries: usize,
    /// Entries of the levels before it.
    pub offset: usize,
}

pub(crate) fn levels(dims: usize) -> [Level; LEVELS] {
    let mut offset = 0;
    std::array::from_fn(|level| {
        let scale = COARSEST * GROWTH.powi(level as i32) - 1.0;
        let side = scale.ceil() as usize + 1;
        let corners = (side as f64).powi(dims as i32);
        // A multiple of eight, as the original aligns them.
        let entries =
            if corners < LARGEST as f64 { (corners as usize).next_multiple_of(8) } else { LARGEST };
        let this = Level { scale, side, entries, offset };
        offset += entries;
        this
    })
}

/// Trained numbers of a grid over so many dimensions.
pub(crate) fn parameters(dims: usize) -> usize {
    VALUES * levels(dims).iter().map(|l| l.entries).sum::<usize>()
}

impl Level {
    /// Entry of a corner.
    fn entry(&self, corner: &[usize]) -> usize {
        const PRIMES: [usize; 3] = [1, 2_654_435_761, 805_459_861];
        let dense = (self.side as f64).powi(corner.len() as i32) <= LARGEST as f64;
        let index = if dense {
            corner.iter().rev().fold(0, |index, c| index * self.side + c)
        } else {
            let term = |(c, prime): (&usize, usize)| c.wrapping_mul(prime) as u32;
            corner.iter().zip(PRIMES).map(term).fold(0, |a, b| a ^ b) as usize % LARGEST
        };
        self.offset + index
    }

    /// Corners around a point of -1 to 1: entry and weight of each.
    pub fn corners(&self, point: &[f32]) -> Vec<(usize, f32)> {
        let place = |x: f32| f64::from(x).midpoint(1.0) * self.scale + OFFSET;
        let one = |corner: usize| {
            let mut weight = 1.0;
            let mut at = Vec::with_capacity(point.len());
            for (axis, &x) in point.iter().enumerate() {
                let (low, part) = (place(x).floor(), place(x).fract());
                let upper = corner >> axis & 1;
                weight *= if upper == 1 { part } else { 1.0 - part };
                at.push((low as usize + upper).min(self.side - 1));
            }
            (self.entry(&at), weight as f32)
        };
        (0..1 << point.len()).map(one).collect()
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_table_is_the_papers_7_7_million() {
        assert_eq!(super::parameters(2), 7_658_384);
    }
}
