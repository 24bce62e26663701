//! What does a hash grid say of a point, to the bit?
//!
//! Every level gives the values of the vertices around the point, weighted by
//! how near each is.

use crate::layout::MAX_TILE;
use crate::points::Points;
use nex_format::{
    MAX_DIMS,
    neural::{Grid, Level},
};

/// 2^-32, the unit of a share.
const UNIT: f32 = 1.0 / 4_294_967_296.0;

/// The cell of a point in a level: its lowest vertex, and how far the point is
/// from there to the next one along each axis, 0 ..= 1.
struct Cell {
    vertex: [u32; MAX_DIMS],
    part: [f32; MAX_DIMS],
}

impl Cell {
    fn new(level: &Level<'_>, shares: [u64; MAX_DIMS]) -> Self {
        let places = shares.map(|share| level.place(share));
        Self {
            vertex: places.map(|place| (place >> 32) as u32),
            part: places.map(|place| place as u32 as f32 * UNIT),
        }
    }

    /// A corner's entry, and its weight. Bit d of the number is 1 for those
    /// that are further along axis d.
    fn corner(&self, level: &Level<'_>, corner: usize, dims: usize) -> (usize, f32) {
        let mut vertex = self.vertex;
        let mut weight = 1.0;
        let axes = vertex.iter_mut().zip(self.part).take(dims).enumerate();
        for (axis, (vertex, part)) in axes {
            let further = corner >> axis & 1 == 1;
            *vertex += u32::from(further); // there is one: see `Level::place`
            weight *= if further { part } else { 1.0 - part };
        }
        (level.entry(vertex), weight)
    }
}

/// All levels' features, `[feature][column]`.
pub(crate) fn features<T: Points>(grid: &Grid<'_>, tile: &T, out: &mut [u32]) {
    let mut shares = [[0; MAX_DIMS]; MAX_TILE];
    for (c, shares) in shares.iter_mut().enumerate().take(tile.columns()) {
        *shares = tile.shares(c);
    }
    let columns = tile.columns().max(1);
    let blocks = out.chunks_exact_mut(columns * grid.features());
    for (level, block) in grid.levels().zip(blocks) {
        for (c, &shares) in shares.iter().enumerate().take(tile.columns()) {
            let cell = Cell::new(&level, shares);
            let mut sums = [0.0; nex_format::MAX_LEVEL_FEATURES];
            for corner in 0..1 << grid.dims() {
                let (entry, weight) = cell.corner(&level, corner, grid.dims());
                for (feature, sum) in sums.iter_mut().enumerate().take(grid.features()) {
                    *sum += weight * level.value(entry, feature);
                }
            }
            for (sum, row) in sums.iter().zip(block.chunks_exact_mut(columns)) {
                if let Some(word) = row.get_mut(c) {
                    *word = (sum * level.multiplier()).to_bits();
                }
            }
        }
    }
}
