//! How do shapes compare at equal overlap, and at equal distance between the surfaces?
//!
//! Each codec stores each mesh at several sizes. Every file is decoded, and what comes back is
//! compared with the original at the same points by [`Truth`]. A curve through a codec's files
//! says how many bytes it takes for any score between; two codecs are compared where both have
//! one.

mod codec;
mod curves;
mod grid;
mod one;
mod run;
mod summary;

pub use codec::{Codec, check};
pub use curves::curves;
pub use run::run;
pub use summary::{Comparison, Score, best, summarise};

use super::{BenchError, Machine};
use crate::{
    audio,
    measure::shape::{ShapeMetrics, Truth},
    shape::{self, DOMAIN, Field, Mesh, Placed},
};
use serde::Serialize;
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

/// Points along each side of the grid on which insides are compared, as in `check`.
const GRID: usize = 128;

/// What is compared, and where.
#[derive(Clone, Debug)]
pub struct Options {
    /// The codecs.
    pub codecs: Vec<Codec>,
    /// This program, which fits the networks.
    pub program: PathBuf,
    /// A folder for files, which exists.
    pub folder: PathBuf,
}

/// A mesh in memory.
pub struct Original {
    /// Unlike any other's.
    pub name: String,
    /// Where it came from.
    pub path: PathBuf,
    /// Where its cube lies in the mesh's own units.
    pub placed: Placed,
    /// In the cube.
    pub mesh: Mesh,
    /// Its distances.
    pub field: Field,
    /// What files are compared with.
    pub truth: Truth,
}

/// Reads a mesh, as `export` does.
///
/// # Errors
/// Those of reading, and [`BenchError::NothingInside`].
pub fn load(path: &Path, name: String) -> Result<Original, BenchError> {
    let mesh = shape::parse(path, &audio::load(path)?)?.mesh;
    let placed = mesh.placed();
    let mesh = mesh.in_cube(&placed);
    let field = Field::new(&mesh);
    let truth = Truth::new((&mesh, &field), (GRID, DOMAIN));
    if !truth.is_solid() {
        return Err(BenchError::NothingInside(path.into()));
    }
    Ok(Original { name, path: path.into(), placed, mesh, field, truth })
}

/// One codec, one size, one mesh.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// The mesh's name.
    pub mesh: String,
    /// The codec.
    pub codec: Codec,
    /// What was asked for, in the words of the codec.
    pub setting: String,
    /// Size of the whole file.
    pub bytes: u64,
    /// How close what comes back is.
    #[serde(flatten)]
    pub metrics: ShapeMetrics,
    /// The file, in the folder that is kept.
    pub encoded: PathBuf,
}

/// What is known of a mesh.
#[derive(Clone, Debug, Serialize)]
pub struct OriginalFacts {
    /// Its name in the rows.
    pub name: String,
    /// The file.
    pub path: PathBuf,
    /// Its triangles.
    pub triangles: usize,
    /// Whether it has no holes.
    pub closed: bool,
}

/// Everything that was measured.
#[derive(Clone, Debug, Serialize)]
pub struct Bench {
    /// Versions by the program's name.
    pub tools: BTreeMap<&'static str, String>,
    /// Where it was measured.
    pub machine: Machine,
    /// What was measured.
    pub meshes: Vec<OriginalFacts>,
    /// By mesh, then by codec and size.
    pub rows: Vec<Row>,
    /// What should have been measured and could not be.
    pub failures: Vec<String>,
    /// Our bytes over the others'.
    pub comparisons: Vec<Comparison>,
}
