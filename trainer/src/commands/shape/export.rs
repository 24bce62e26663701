//! How does a mesh become a file that is known to decode?

use super::{
    check::{self, Report},
    mesh::{POINTS, load, require_inside},
};
use crate::{
    commands::{
        network::fit::{self, Made},
        order::Order,
        terminal::{Failure, show, text},
    },
    fit::Target,
    shape::{Field, Shape},
};
use serde::Serialize;

/// What `export --json` prints: the report of `check`, and the making.
#[derive(Serialize)]
struct Exported {
    #[serde(flatten)]
    report: Report,
    steps: u64,
    stopped_early: bool,
}

/// Fits the mesh of a file.
pub fn run(order: Order<'_>) -> Result<(), Failure> {
    let Order { args, file, out, console, .. } = order;
    let mesh = load(&args.input, &file.bytes()?, console)?.mesh;
    let placed = mesh.placed();
    let mesh = mesh.in_cube(&placed);
    let comment = args.comment.as_deref();
    let config = args.neural.shape_config(args.threads, comment)?;
    fit::check_macs(args, &config, "point")?;
    let spinner = console.spinner("measuring distances");
    let field = Field::new(&mesh);
    let shape = Shape::new(&field, placed, args.shape.points.unwrap_or(POINTS), config.seed);
    spinner.finish_and_clear();
    require_inside(&args.input, &shape.samples)?;
    console.detail(&format!(
        "fitting {} of {} to {} of {}",
        text::count(config.arch.parameters() as u64, "parameter"),
        text::count(config.arch.experts as u64, "expert"),
        text::count(shape.samples.len() as u64, "distance"),
        text::count(mesh.triangles.len() as u64, "triangle"),
    ));
    let Made { file, steps, stopped_early } =
        fit::fit_file(args, Target::Shape(&shape), &config, out, console)?;
    let spinner = console.spinner("comparing the surfaces");
    // Other points than those that it was fitted to.
    let samples = crate::shape::Samples::draw(&field, POINTS / 4, config.seed.wrapping_add(1));
    let report = check::measure(&file, (&mesh, &field), &samples)?;
    spinner.finish_and_clear();
    check::warn(&report, console);
    let exported = Exported { report, steps, stopped_early };
    show(console, args.json, Some(out), &exported, describe)?;
    check::require(exported.report.metrics.overlap.iou, args.shape.min_iou)
}

fn describe(exported: &Exported) -> String {
    let early = if exported.stopped_early { " (stopped early)" } else { "" };
    let fit = text::rows(&[("fit", text::count(exported.steps, "step") + early)]);
    check::describe(&exported.report) + &fit
}
