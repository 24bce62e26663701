//! How does a mesh become a file that is known to decode?

use super::{
    POINTS,
    check::{self, Report},
    mesh::load,
    refuse,
};
use crate::{
    cli::{
        console::Console,
        export::{
            ExportArgs,
            network::{self, Made},
            show,
        },
        failure::Failure,
        table,
    },
    fit::Target,
    shape::{Field, Shape},
};
use serde::Serialize;
use std::path::Path;

/// What `export --json` prints: the report of `check`, and the making.
#[derive(Serialize)]
struct Exported {
    #[serde(flatten)]
    report: Report,
    steps: u64,
    stopped_early: bool,
}

/// Fits the mesh whose file's bytes are given.
pub(in crate::cli) fn run(
    args: &ExportArgs,
    bytes: &[u8],
    out: &Path,
    console: &Console,
) -> Result<(), Failure> {
    refuse(&args.of_sounds())?;
    refuse(&args.of_pictures())?;
    let mesh = load(&args.input, bytes, console)?.mesh;
    let placed = mesh.placed();
    let mesh = mesh.in_cube(&placed);
    let comment = args.sound.comment.as_deref();
    let config = args.neural.shape_config(args.threads, comment)?;
    network::check_macs(args, &config, "point")?;
    let spinner = console.spinner("measuring distances");
    let field = Field::new(&mesh);
    let shape = Shape::new(&field, placed, args.shape.points.unwrap_or(POINTS), config.seed);
    spinner.finish_and_clear();
    console.detail(&format!(
        "fitting {} of {} to {} of {}",
        table::count(config.arch.parameters() as u64, "parameter"),
        table::count(config.arch.experts as u64, "expert"),
        table::count(shape.samples.len() as u64, "distance"),
        table::count(mesh.triangles.len() as u64, "triangle"),
    ));
    let Made { file, steps, stopped_early } =
        network::fit_file(args, Target::Shape(&shape), &config, out, console)?;
    let spinner = console.spinner("comparing the surfaces");
    // Other points than those that it was fitted to.
    let samples = crate::shape::Samples::draw(&field, POINTS / 4, config.seed.wrapping_add(1));
    let report = check::measure(&file, (&mesh, &field), &samples)?;
    spinner.finish_and_clear();
    let exported = Exported { report, steps, stopped_early };
    show(args, out, &exported, describe, console)?;
    check::require(exported.report.metrics.overlap.iou, args.shape.min_iou)
}

fn describe(exported: &Exported) -> String {
    let early = if exported.stopped_early { " (stopped early)" } else { "" };
    let fit = table::rows(&[("fit", table::count(exported.steps, "step") + early)]);
    check::describe(&exported.report) + &fit
}
