//! How does a mesh become a file that is known to decode?

use super::{
    POINTS,
    check::{self, Report},
    load, parse, refuse,
};
use crate::{
    audio,
    cli::{
        console::{self, Console, FitProgress},
        export::{ExportArgs, run_dir},
        failure::Failure,
        sound::{self, Stored},
        table,
    },
    fit::{self, FitConfig, Fitted, Target},
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
    check_macs(&config, args.neural.request().max_macs)?;
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
    let run = run_dir(&args.neural)?;
    let mut progress = FitProgress::new(console, console::stop_flag()?);
    let fitted = fit::fit_target(Target::Shape(&shape), &config, run.as_ref(), &mut progress);
    progress.finish();
    let Fitted { nex, steps, stopped_early, .. } = fitted?;
    let bytes = if args.neural.pack { nex_format::pack(&nex)? } else { nex };
    audio::write_atomic(out, &bytes, args.out.force)?;
    let is_file = out.metadata().is_ok_and(|m| m.is_file());
    let file = if is_file { sound::load(out)? } else { Stored::new(out, bytes)? };
    let decoder = parse(out, &file)?;
    let spinner = console.spinner("comparing the surfaces");
    // Other points than those that it was fitted to.
    let samples = crate::shape::Samples::draw(&field, POINTS / 4, config.seed.wrapping_add(1));
    let report = check::measure(&decoder, file.bytes.len(), (&mesh, &field), &samples)?;
    spinner.finish_and_clear();
    let exported = Exported { report, steps, stopped_early };
    if args.json {
        console::print(&(serde_json::to_string_pretty(&exported)? + "\n"))?;
    } else if !console.is_quiet() {
        let text = describe(&exported);
        if out.as_os_str() == "-" { eprint!("{text}") } else { console::print(&text)? }
    }
    check::require(exported.report.metrics.overlap.iou, args.shape.min_iou)
}

fn check_macs(config: &FitConfig, limit: Option<u32>) -> Result<(), Failure> {
    let (routed, manager) = config.arch.macs();
    match limit {
        Some(limit) if routed + manager > limit as usize => Err(Failure::Target(format!(
            "decoding takes {} MAC per point, above the {limit} of --max-macs; make the network \
             smaller (--width, --layers, --encoder, --expert)",
            routed + manager
        ))),
        _ => Ok(()),
    }
}

fn describe(exported: &Exported) -> String {
    let early = if exported.stopped_early { " (stopped early)" } else { "" };
    let fit = table::rows(&[("fit", table::count(exported.steps, "step") + early)]);
    check::describe(&exported.report) + &fit
}
