//! Shapes: meshes in and out, the distance to their surface, and how close two
//! are.

mod blocks;
mod cubes;
mod decode;
mod distance;
mod error;
mod gltf;
mod mesh;
mod points;
mod preview;
mod read;
mod repair;
mod samples;
mod seams;
mod specks;
mod vector;
mod volume;
mod write;

pub use crate::io::MeshFormat;
pub use cubes::{Grid, march};
pub use decode::{decode_grid, decode_mesh, decode_samples, experts_on, placed};
pub use distance::Field;
pub use error::ShapeError;
#[cfg(test)]
pub(crate) use mesh::examples;
pub use mesh::{Mesh, Placed};
pub use points::Points;
pub use preview::{Colours, Preview, Scene, look};
pub use read::{Loaded, parse};
pub use samples::{DOMAIN, Samples};
#[cfg(feature = "neural")]
pub(crate) use samples::{NOISE, laplace};
pub use vector::Vec3;
pub use write::{coloured_ply, mesh_bytes};

use nex_format::neural::ShapeHeader;

/// A mesh as training data: in the cube, with the distances of many points.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Where the cube lies in the mesh's own units.
    pub placed: Placed,
    /// What a network is fitted to.
    pub samples: Samples,
}

impl Shape {
    /// Cells along each side of the cube, in a file.
    pub const CELLS: u16 = 256;

    /// Draws `count` points of a mesh in the cube; takes most of its time for
    /// their distances, on all cores.
    #[must_use]
    pub fn new(field: &Field, placed: Placed, count: usize, seed: u64) -> Self {
        Self { placed, samples: Samples::draw(field, count, seed) }
    }

    /// The header of its file.
    #[must_use]
    pub fn header(&self) -> ShapeHeader {
        header(&self.placed)
    }
}

/// The header of the file of a shape that lies there.
#[must_use]
pub fn header(placed: &Placed) -> ShapeHeader {
    let (origin, side) = placed.in_file();
    ShapeHeader { cells: Shape::CELLS, origin, side }
}
