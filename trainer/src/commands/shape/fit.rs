//! How does a shape become a network?

use super::{
    export::{How, Made},
    mesh::POINTS,
};
use crate::{
    commands::{
        network::fit::{self, check_macs},
        options::ExportArgs,
        terminal::{Console, Failure, text},
    },
    fit::Target,
    shape::{Field, Placed, Shape},
};
use std::path::Path;

/// Fits a network to the distances of a mesh in its cube, and writes its file.
pub fn fit(
    args: &ExportArgs,
    out: &Path,
    console: &Console,
    (field, placed): (&Field, Placed),
) -> Result<Made, Failure> {
    let comment = args.comment.as_deref();
    let config = args.neural.shape_config(args.threads, comment)?;
    check_macs(args, &config, "point")?;
    let spinner = console.spinner("measuring distances");
    let shape = Shape::new(field, placed, args.neural.points.unwrap_or(POINTS), config.seed);
    spinner.finish_and_clear();
    console.detail(&format!(
        "fitting {} of {} to {}",
        text::count(config.arch.parameters() as u64, "parameter"),
        text::count(config.arch.experts as u64, "expert"),
        text::count(shape.samples.len() as u64, "distance"),
    ));
    let fit::Made { file, steps, stopped_early } =
        fit::fit_file(args, Target::Shape(&shape), &config, out, console)?;
    Ok(Made { file, how: How::Neural { steps, stopped_early } })
}
