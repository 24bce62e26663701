//! Why can this mesh not be read, and what mends it?

use std::path::PathBuf;
use thiserror::Error;

/// Why a mesh was refused. Every message names the file, the reason and what
/// to do about it.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ShapeError {
    /// The bytes are damaged.
    #[error("{}: cannot be read as {kind}; export it again from a 3D program", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// OBJ, PLY or STL.
        kind: &'static str,
        /// What the reader says.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The name ends in nothing that is read.
    #[error("{}: is none of OBJ, PLY and STL; export the mesh in one of these formats", .path.display())]
    Unknown {
        /// The file.
        path: PathBuf,
    },
    /// No faces.
    #[error(
        "{}: holds {vertices} vertices, but no face with an area; a shape needs triangles (of a \
         point cloud make a mesh first)",
        .path.display()
    )]
    NoFaces {
        /// The file.
        path: PathBuf,
        /// How many there are.
        vertices: usize,
    },
    /// A coordinate that is no number, or none that can be counted with.
    #[error(
        "{}: vertex {vertex} is at ({}, {}, {}), which is no place; mend the mesh in a 3D program",
        .path.display(), .at[0], .at[1], .at[2]
    )]
    NotFinite {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        vertex: usize,
        /// Its coordinates.
        at: [f64; 3],
    },
    /// A face of a vertex that does not exist.
    #[error(
        "{}: {place} names vertex {number}, and there are {vertices}, counted from {first}; export \
         it again from a 3D program",
        .path.display()
    )]
    NoVertex {
        /// The file.
        path: PathBuf,
        /// The face's line or number, `line 7`.
        place: String,
        /// As the file counts.
        number: i64,
        /// How many there are.
        vertices: usize,
        /// The first one's number.
        first: i64,
    },
    /// Larger or smaller than the header's numbers hold.
    #[error(
        "{}: is {extent:e} units large, {middle:e} from the origin, which the 32-bit floats of a \
         .nex file cannot hold; scale the mesh, or move it to the origin",
        .path.display()
    )]
    Extent {
        /// The file.
        path: PathBuf,
        /// Longest side.
        extent: f64,
        /// How far its middle is from the origin.
        middle: f64,
    },
}
