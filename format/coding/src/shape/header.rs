//! What holds for a whole compact shape?

use super::{BLOCK_LOG2, basis::Step};
use core::ops::RangeInclusive;

/// Voxels along the cube's side.
pub const VOXELS: RangeInclusive<u16> = 16..=512;
/// Largest step: half a voxel, in 1/32 octaves above 1/2048 of one.
pub const MAX_STEP: u16 = 320;

/// The header of a compact shape.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ShapeHeader {
    /// Voxels along the cube's side, 16 to 512.
    pub voxels: u16,
    /// The cube's corner of the smallest coordinates, in the shape's own units; finite.
    pub origin: [f32; 3],
    /// Length of the cube's side in the same units; finite, above 0.
    pub side: f32,
    /// The quantiser's step in 1/32 octaves above 1/2048 of a voxel, 0 to 320.
    pub step: u16,
    /// How many cells are cut in eight: no more are.
    pub splits: u32,
    /// How many coefficients all polynomials have: there are no more.
    pub weights: u32,
}

impl ShapeHeader {
    /// Blocks along the cube's side.
    #[must_use]
    pub const fn blocks(&self) -> usize {
        (self.voxels as usize).div_ceil(1 << BLOCK_LOG2)
    }

    /// Words of a tree's nodes: one for each block, and eight where a cell is cut.
    #[must_use]
    pub const fn nodes(&self) -> usize {
        self.blocks().pow(3).saturating_add((self.splits as usize).saturating_mul(8))
    }

    /// The steps of all coefficients.
    #[must_use]
    pub fn steps(&self) -> Step {
        Step::new(self.step)
    }
}
