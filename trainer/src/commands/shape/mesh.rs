//! How is a mesh read, and in how many places is it looked at?

use crate::{
    audio,
    commands::terminal::{Console, Failure, text},
    shape::{self, DOMAIN, Loaded, Samples},
};
use std::path::Path;

/// Points along each side of the grid that is compared, as in the paper.
pub const GRID: usize = 128;
/// Points with distances that a fit draws from.
pub const POINTS: usize = 400_000;

/// Of so many points at and around a surface one is inside, or nothing is.
const INSIDE: usize = 10_000;

/// Reads an OBJ, PLY or STL file's bytes; says what was changed, and what the
/// grid will not see.
pub fn load(path: &Path, bytes: &[u8], console: &Console) -> Result<Loaded, Failure> {
    let mut loaded = shape::parse(path, bytes)?;
    let cell = DOMAIN * loaded.mesh.extent() / (GRID - 1) as f64;
    let thickness = loaded.mesh.thickness();
    if thickness < cell {
        loaded.notes.push(format!(
            "is {} units thick in the mean, and the grid on which shapes are compared \
             and drawn has a point every {}: parts of it fall between; make it thicker, or \
             smaller along its other sides",
            text::length(thickness),
            text::length(cell)
        ));
    }
    loaded.notes.iter().for_each(|note| console.warn(&format!("{}: {note}", path.display())));
    Ok(loaded)
}

/// A shape is what is inside: samples of a surface that encloses nothing, a
/// sheet or scattered pieces, are all outside.
pub fn require_inside(path: &Path, samples: &Samples) -> Result<(), Failure> {
    let inside = samples.distances.iter().filter(|distance| **distance < 0.0).count();
    if inside * INSIDE >= samples.len().max(1) {
        return Ok(());
    }
    Err(format!(
        "{}: nothing is inside: its triangles are a sheet or loose pieces that enclose nothing; \
         close the mesh, or give it a thickness, in a 3D program",
        path.display()
    )
    .into())
}

/// Reads the mesh at a path.
pub fn read(path: &Path, console: &Console) -> Result<Loaded, Failure> {
    load(path, &audio::load(path)?, console)
}
