//! What does the encoder of compact shapes see of a mesh?

use super::{DOMAIN, Field, Placed};
use crate::compact::shape::Volume;

/// Voxels that a place of the largest cell is from any other at most.
const ACROSS: f64 = 28.0;

impl Field {
    /// The distances of so many voxels a side, in the units of the mesh that lies there: as
    /// exact as any within a cell that the surface goes through. On all cores.
    #[must_use]
    pub fn volume(&self, placed: &Placed, voxels: u16) -> Volume {
        let n = f64::from(voxels);
        // The middles of the outermost voxels are half of one away from the border.
        let half = DOMAIN * (1.0 - 1.0 / n);
        let grid = self.grid_within((voxels.into(), half), ACROSS * 2.0 * DOMAIN / n);
        let (origin, side) = placed.in_file();
        let units = |distance: f32| (f64::from(distance) * placed.scale) as f32;
        let distances = grid.values.into_iter().map(units).collect();
        Volume { voxels, origin, side, distances }
    }
}
