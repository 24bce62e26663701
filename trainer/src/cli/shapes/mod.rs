//! What do the commands do with shapes?

pub(super) mod check;
pub(super) mod decode;
pub(super) mod export;
pub(super) mod info;
pub(super) mod plot;

use super::{args::ShapeDecodeArgs, console::Console, failure::Failure};
use crate::{
    audio,
    shape::{self, Loaded},
};
use std::path::Path;

/// Points along each side of the grid that is compared, as in the paper.
const GRID: usize = 128;
/// Points with distances that a fit draws from.
const POINTS: usize = 400_000;

/// Reads an OBJ, PLY or STL file's bytes and says what was changed.
fn load(path: &Path, bytes: &[u8], console: &Console) -> Result<Loaded, Failure> {
    let loaded = shape::parse(path, bytes)?;
    loaded.notes.iter().for_each(|note| console.warn(&format!("{}: {note}", path.display())));
    Ok(loaded)
}

/// Reads the mesh at a path.
fn read(path: &Path, console: &Console) -> Result<Loaded, Failure> {
    load(path, &audio::load(path)?, console)
}

/// Arguments that are given, but make sense for sounds or pictures only.
fn refuse(arguments: &[(&str, bool)]) -> Result<(), Failure> {
    match arguments.iter().find(|(_, given)| *given) {
        Some((name, _)) => Err(Failure::usage(format!(
            "{name} is for sounds or pictures, and this is a shape; leave it out"
        ))),
        None => Ok(()),
    }
}

/// Arguments that are given, but make sense for shapes only.
pub(super) fn refuse_elsewhere(args: &ShapeDecodeArgs) -> Result<(), Failure> {
    if *args == ShapeDecodeArgs::default() {
        return Ok(());
    }
    Err(Failure::usage("--resolution, --view and --by-expert are for shapes; leave them out"))
}
