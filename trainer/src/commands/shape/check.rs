//! Is the file's shape like the original?

use super::mesh::{GRID, POINTS, read, require_inside};
use crate::{
    commands::{
        file::Stored,
        options::CheckArgs,
        terminal::{Console, Failure, show, text},
    },
    measure::{
        shape::{ShapeMetrics, TRIMAP, Truth},
        sound,
    },
    shape::{self, Field, Mesh, Placed, Samples},
};
use nex_runtime::ShapeInfo;
use serde::Serialize;
use std::path::Path;

/// Points whose experts are counted.
const EXPERT_POINTS: usize = 40_000;
/// Kinds of cells of a compact shape: none with an expert, of 4, 8, 16 voxels a side.
const CELLS: usize = 4;

/// What `check --json` prints of a shape.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Size of the `.nex` file.
    pub bytes: usize,
    /// Triangles of the original.
    pub triangles: usize,
    /// The original as a binary PLY file.
    pub original_bytes: usize,
    /// `original_bytes / bytes`.
    pub ratio: f64,
    #[serde(flatten)]
    pub metrics: ShapeMetrics,
    /// Mean magnitude of the distances' errors at points as a fit draws them.
    pub mean_error: f64,
    /// Of a neural shape.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub macs_per_point: Option<u32>,
    /// The least working memory of the decoder; more makes it faster.
    pub scratch_bytes: usize,
    /// The part of the points at and near the surface that each expert decides; of a compact
    /// shape, that no cell decides, and cells of 4, 8 and 16 voxels a side. Sums to 1.
    pub expert_share: Vec<f64>,
}

pub fn run(args: &CheckArgs, file: &Stored, console: &Console) -> Result<(), Failure> {
    let info = file.shape()?.info();
    let original = original(&args.original, &info, console)?;
    let field = Field::new(&original);
    let samples = Samples::draw(&field, POINTS / 4, 0);
    require_inside(&args.original, &samples)?;
    let report = measure(file, (&original, &field), &samples)?;
    warn(&report, console);
    show(console, args.json, None, &report, describe)?;
    require(report.metrics.overlap.iou, args.min_iou)
}

/// The mesh to compare with, in the file's cube.
pub fn original(path: &Path, info: &ShapeInfo, console: &Console) -> Result<Mesh, Failure> {
    let mesh = read(path, console)?.mesh;
    same_place(info, path, &mesh.placed())?;
    Ok(mesh.in_cube(&Placed::of_file(info.origin, info.side)))
}

/// The file's cube must be that of the mesh.
fn same_place(info: &ShapeInfo, path: &Path, placed: &Placed) -> Result<(), Failure> {
    let reach = shape::DOMAIN * placed.scale;
    let near = |a: f64, b: f64| (a - b).abs() <= 1e-3 * reach;
    let origin = info.origin.iter().zip(placed.centre);
    if near(info.side.into(), 2.0 * reach)
        && origin.clone().all(|(&o, centre)| near(o.into(), centre - reach))
    {
        return Ok(());
    }
    Err(format!(
        "{}: the shapes lie elsewhere: in the .nex file in a cube of {} units at {:?}, this \
         original in one of {:.6} at {:?}; name the mesh it was made from",
        path.display(),
        info.side,
        info.origin,
        2.0 * reach,
        placed.centre.map(|c| (c - reach) as f32)
    )
    .into())
}

/// Decodes a grid, finds the surface and compares, in the cube.
pub fn measure(
    file: &Stored,
    (original, field): (&Mesh, &Field),
    samples: &Samples,
) -> Result<Report, Failure> {
    let stored = file.shape()?;
    let (network, bytes) = (stored.network(), file.bytes.len());
    let count = network.map_or(CELLS, |network| network.experts.into());
    let grid = shape::decode_grid(&stored, GRID)?;
    let surface = shape::march(&grid);
    let distances = shape::decode_samples(&stored, samples)?;
    let few = samples.evenly(EXPERT_POINTS);
    let points: Vec<_> = few.coords.as_chunks::<3>().0.iter().map(|p| p.map(f64::from)).collect();
    let experts = shape::experts_on(&stored, &points)?;
    // 12 bytes of a vertex, 13 of a triangle.
    let original_bytes = 12 * original.vertices.len() + 13 * original.triangles.len();
    Ok(Report {
        bytes,
        triangles: original.triangles.len(),
        original_bytes,
        ratio: original_bytes as f64 / bytes as f64,
        metrics: Truth::new((original, field), (grid.points, grid.half)).compare(&grid, &surface),
        mean_error: samples.mean_error(&distances),
        macs_per_point: network.map(|network| network.macs),
        scratch_bytes: 4 * stored.memory_len(),
        expert_share: sound::shares(&experts, count),
    })
}

/// Says so if the file holds no shape.
pub fn warn(report: &Report, console: &Console) {
    if report.metrics.chamfer.is_none() {
        console.warn(&format!(
            "the file has no surface: no point of the grid on which shapes are compared is \
             inside; {}",
            match report.macs_per_point {
                Some(_) => "fit it longer",
                None => "make the mesh thicker, or take more --voxels",
            }
        ));
    }
}

/// Fails with exit code 3 below the target.
pub fn require(iou: f64, min_iou: Option<f64>) -> Result<(), Failure> {
    match min_iou {
        Some(min) if iou < min => {
            Err(Failure::Target(format!("the IoU is {iou:.4}, below the target of {min}")))
        }
        _ => Ok(()),
    }
}

/// The metrics, a row each.
pub fn describe(report: &Report) -> String {
    let metrics = &report.metrics;
    let trimap: Vec<String> = metrics
        .overlap
        .trimap_iou
        .iter()
        .zip(TRIMAP)
        .map(|(iou, limit)| match iou {
            Some(iou) => format!("{iou:.4} within {limit}"),
            None => format!("- within {limit}"),
        })
        .collect();
    let length = |value: Option<f64>| value.map_or("- (no surface)".into(), |v| format!("{v:.5}"));
    let chamfer = metrics.chamfer.map_or("- (no surface)".into(), |chamfer| {
        let beside = metrics.chamfer_beside_holes.map_or_else(String::new, |beside| {
            format!("; without what closes the original's holes {:.3}", beside * 1e5)
        });
        format!("{:.3} (an exact copy: {:.3}){beside}", chamfer * 1e5, metrics.chamfer_floor * 1e5)
    });
    text::rows(&[
        ("bytes", text::grouped(report.bytes as u64)),
        (
            "original",
            format!(
                "{} triangles, {} bytes as binary PLY",
                text::grouped(report.triangles as u64),
                text::grouped(report.original_bytes as u64)
            ),
        ),
        ("ratio", format!("{:.2}", report.ratio)),
        ("IoU", format!("{:.4}", metrics.overlap.iou)),
        ("trimap IoU", trimap.join(", ")),
        ("Chamfer distance x 1e5", chamfer),
        ("Hausdorff distance", length(metrics.hausdorff)),
        ("mean error of distances", format!("{:.6}", report.mean_error)),
        (
            "decoding",
            format!(
                "{}{} bytes of working memory",
                report.macs_per_point.map_or_else(String::new, |macs| {
                    format!("{} MAC per point, ", text::grouped(macs.into()))
                }),
                text::grouped(report.scratch_bytes as u64)
            ),
        ),
        (
            match report.macs_per_point {
                Some(_) => "experts decide",
                None => "no cell, of 4, 8, 16 voxels",
            },
            text::percentages(&report.expert_share),
        ),
    ])
}
