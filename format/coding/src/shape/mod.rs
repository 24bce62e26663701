//! What is the order of a compact shape's decisions, and on what do they depend?
//!
//! A shape is the signed distance in a cube of voxels. The cube is cut into blocks of
//! 16^3 voxels, a block by a coded octree into cells of 16, 8 or 4 ([`decisions`], the
//! gate). A cell that the surface comes near has an expert, a polynomial of a total
//! degree of 1 to 6 ([`basis`]); of any other only the side is known. Experts start from
//! what those around say ([`around`]), and lie in a [`tree`].

pub mod around;
pub mod basis;
pub mod decisions;
mod header;
mod models;
pub mod place;
pub mod tree;

pub use header::{MAX_STEP, ShapeHeader, VOXELS};
pub use place::start;

/// Units of a distance to the side of a voxel.
pub const UNIT: i32 = 1 << 11;
/// log2 of a block's side in voxels.
pub const BLOCK_LOG2: u32 = 4;
/// Sizes of cells: of `4 << size` voxels a side.
pub const SIZES: usize = 3;
/// The highest degree of a polynomial.
pub const MAX_DEGREE: usize = 6;
/// Coefficients of the highest degree.
pub const MAX_COUNT: usize = count(MAX_DEGREE);

/// Coefficients of a polynomial of three variables and a total degree.
#[must_use]
pub const fn count(degree: usize) -> usize {
    (degree + 1) * (degree + 2) * (degree + 3) / 6
}
