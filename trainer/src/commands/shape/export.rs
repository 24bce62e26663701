//! How does a mesh become a file that is known to decode?

use super::{
    check::{self, Report},
    mesh::{POINTS, load, require_inside},
};
use crate::{
    commands::{
        file::{self, Stored},
        options::ExportArgs,
        order::Order,
        terminal::{Console, Failure, show, text},
    },
    compact::shape::{self as encoder, EncodeError},
    shape::{Field, Placed, Samples},
};
use nex_runtime::{Profile, Signal};
use serde::Serialize;
use std::{path::Path, time::Instant};

/// Of the points that what was made is compared at; a fit draws others.
const SEED: u64 = 1 << 32;

/// A file that was written, and how it was made.
pub struct Made {
    pub file: Stored,
    pub how: How,
}

/// What `export --json` prints of the making.
#[derive(Clone, Debug, Serialize)]
#[serde(tag = "profile", rename_all = "lowercase")]
pub enum How {
    #[cfg(feature = "neural")]
    Neural { steps: u64, stopped_early: bool },
    Compact {
        /// In voxels.
        step: f64,
        /// Along each side of the cube.
        voxels: u16,
        /// Root mean square error of the distances within a voxel of the surface, in the
        /// mesh's units.
        error: f64,
    },
}

/// What `export --json` prints: the report of `check`, and the making.
#[derive(Serialize)]
struct Exported {
    #[serde(flatten)]
    report: Report,
    #[serde(flatten)]
    how: How,
}

/// Stores the mesh of a file.
pub fn run(order: Order<'_>) -> Result<(), Failure> {
    let Order { args, given, file, out, console } = order;
    let profile = given.chosen(args.profile, &args.input, Signal::Shape)?;
    let mesh = load(&args.input, &file.bytes()?, console)?.mesh;
    let placed = mesh.placed();
    let mesh = mesh.in_cube(&placed);
    let field = Field::new(&mesh);
    let samples = Samples::draw(&field, POINTS / 4, SEED);
    require_inside(&args.input, &samples)?;
    let Made { file, how } = match profile {
        Profile::Neural => neural(args, out, console, (&field, placed))?,
        _ => compact(args, out, console, (&field, placed))?,
    };
    let spinner = console.spinner("comparing the surfaces");
    let report = check::measure(&file, (&mesh, &field), &samples)?;
    spinner.finish_and_clear();
    check::warn(&report, console);
    let exported = Exported { report, how };
    show(console, args.json, Some(out), &exported, describe)?;
    check::require(exported.report.metrics.overlap.iou, args.shape.min_iou)
}

#[cfg(feature = "neural")]
use super::fit::fit as neural;

#[cfg(not(feature = "neural"))]
fn neural(_: &ExportArgs, _: &Path, _: &Console, _: (&Field, Placed)) -> Result<Made, Failure> {
    Err(crate::commands::missing::feature("the neural profile", "neural"))
}

/// Encodes the compact profile and writes its file.
fn compact(
    args: &ExportArgs,
    out: &Path,
    console: &Console,
    (field, placed): (&Field, Placed),
) -> Result<Made, Failure> {
    let (voxels, options) = args.compact.shape(args.comment.as_deref());
    let spinner = console.spinner("measuring distances");
    let begin = Instant::now();
    let volume = args.on_threads(|| field.volume(&placed, voxels))?;
    spinner.finish_and_clear();
    console.detail(&format!("distances in {:.2} s", begin.elapsed().as_secs_f64()));
    let progress = console.progress("encoding");
    let begin = Instant::now();
    let encode = || encoder::export_watched(&volume, &options, &|part| progress.set(part));
    let encoded = args.on_threads(encode)?;
    drop(progress);
    let path = args.input.display();
    let encoded = encoded.map_err(|error| match error {
        EncodeError::Format(error) => format!("{path}: cannot be stored: {error}").into(),
        missed @ EncodeError::DoesNotFit { .. } => {
            Failure::Target(format!("{path}: {missed}; take fewer --voxels"))
        }
        missed @ EncodeError::NotGoodEnough { .. } => {
            Failure::Target(format!("{path}: {missed}; take more --voxels"))
        }
        missed => Failure::Target(format!("{path}: {missed}")),
    })?;
    console.detail(&format!("encoded in {:.2} s", begin.elapsed().as_secs_f64()));
    let file = file::write(out, encoded.bytes, args.out.force)?;
    let step = (f64::from(encoded.header.step) / 32.0 - 11.0).exp2();
    Ok(Made { file, how: How::Compact { step, voxels, error: encoded.error } })
}

fn describe(exported: &Exported) -> String {
    let rows = match exported.how {
        #[cfg(feature = "neural")]
        How::Neural { steps, stopped_early } => {
            let early = if stopped_early { " (stopped early)" } else { "" };
            vec![("fit", text::count(steps, "step") + early)]
        }
        How::Compact { step, voxels, error } => vec![
            ("step", format!("{step:.4} voxels, of which the cube has {voxels} a side")),
            ("error near the surface", format!("{error:.3e} units, root mean square")),
        ],
    };
    check::describe(&exported.report) + &text::rows(&rows)
}
