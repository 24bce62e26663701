//! What do the commands do with shapes?

#[cfg(feature = "pictures")]
pub(super) mod check;
#[cfg(feature = "pictures")]
pub(super) mod decode;
#[cfg(feature = "neural")]
pub(super) mod export;
pub(super) mod info;
#[cfg(feature = "pictures")]
pub(super) mod plot;

#[cfg(feature = "pictures")]
mod mesh;

use super::{args::ShapeDecodeArgs, failure::Failure};
#[cfg(feature = "pictures")]
use mesh::{GRID, POINTS, read};

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
