//! How is a mesh read, and in how many places is it looked at?

use crate::{
    audio,
    commands::terminal::{Console, Failure},
    shape::{self, Loaded},
};
use std::path::Path;

/// Points along each side of the grid that is compared, as in the paper.
pub const GRID: usize = 128;
/// Points with distances that a fit draws from.
pub const POINTS: usize = 400_000;

/// Reads an OBJ, PLY or STL file's bytes and says what was changed.
pub fn load(path: &Path, bytes: &[u8], console: &Console) -> Result<Loaded, Failure> {
    let loaded = shape::parse(path, bytes)?;
    loaded.notes.iter().for_each(|note| console.warn(&format!("{}: {note}", path.display())));
    Ok(loaded)
}

/// Reads the mesh at a path.
pub fn read(path: &Path, console: &Console) -> Result<Loaded, Failure> {
    load(path, &audio::load(path)?, console)
}
