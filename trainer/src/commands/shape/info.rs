//! What is in a shape's `.nex` file?

use crate::{
    commands::{
        file::Stored,
        needs,
        network::facts::{NetworkFacts, cost_per_point},
        options::InfoArgs,
        terminal::{self, Failure, text},
    },
    measure::targets::{self, Estimate, Points, Target, Work},
};
use nex_runtime::Shape;
use serde::Serialize;

/// What `info --json` prints of a shape.
#[derive(Serialize)]
struct Facts {
    #[serde(flatten)]
    network: NetworkFacts,
    /// Cells along each side of the cube.
    cells: u32,
    /// The cube's corner of the smallest coordinates.
    origin: [f32; 3],
    /// The cube's side, in the same units.
    side: f32,
    macs_per_point: u32,
    /// Of these, spent on choosing the expert.
    manager_macs_per_point: u32,
    sines_per_point: u32,
}

/// What `info --json` prints of a compact shape.
#[derive(Serialize)]
struct CompactFacts {
    profile: &'static str,
    bytes: usize,
    version: u8,
    /// Voxels along each side of the cube.
    voxels: u32,
    origin: [f32; 3],
    side: f32,
    /// In voxels.
    step: f64,
    /// Cells that are cut in eight.
    splits: u32,
    /// Coefficients of all polynomials.
    coefficients: u32,
    /// Bytes of the coded cells; the rest is header, sections and checksum.
    data_bytes: usize,
    /// Working memory that the caller gives.
    memory_bytes: usize,
    comment: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<Estimate>,
}

pub fn run(args: &InfoArgs, stored: &Stored) -> Result<(), Failure> {
    let shape = stored.shape()?;
    let Some(cost) = shape.network() else { return compact(args, stored, &shape) };
    if args.target.is_some() {
        let words = "--target: what a network of a shape takes was not measured; leave it out";
        return Err(Failure::usage(words));
    }
    let info = shape.info();
    let scratch = (shape.memory_len(), shape.best_len());
    let facts = Facts {
        network: NetworkFacts::gather(stored, &stored.network()?, scratch)?,
        cells: info.cells,
        origin: info.origin,
        side: info.side,
        macs_per_point: cost.macs,
        manager_macs_per_point: cost.manager_macs,
        sines_per_point: cost.sines,
    };
    let text =
        if args.json { serde_json::to_string_pretty(&facts)? + "\n" } else { describe(&facts) };
    terminal::print(&text)
}

fn compact(args: &InfoArgs, stored: &Stored, shape: &Shape<'_>) -> Result<(), Failure> {
    let (info, file) = (shape.info(), stored.compact_shape()?);
    let header = file.header();
    let facts = CompactFacts {
        profile: "compact",
        bytes: info.file_bytes,
        version: nex_format::VERSION,
        voxels: info.cells,
        origin: info.origin,
        side: info.side,
        step: (f64::from(header.step) / 32.0 - 11.0).exp2(),
        splits: header.splits,
        coefficients: header.weights,
        data_bytes: file.data().len(),
        memory_bytes: 4 * shape.memory_len(),
        comment: shape.sections().comment().map(String::from),
        target: args.target.as_ref().and_then(|t| estimate(t, shape, header.weights)),
    };
    let text = if args.json {
        serde_json::to_string_pretty(&facts)? + "\n"
    } else {
        describe_compact(&facts) + &facts.target.as_ref().map(needs::describe).unwrap_or_default()
    };
    terminal::print(&text)
}

/// What a compact shape takes of a target; none if the table lacks it.
fn estimate(target: &Target, shape: &Shape<'_>, coefficients: u32) -> Option<Estimate> {
    let file_bytes = shape.info().file_bytes;
    targets::estimate(
        target,
        &Work {
            decoder: "shape",
            points: Points::Shape,
            channels: 1,
            file_bytes,
            memory_bytes: 4 * shape.memory_len(),
            macs: coefficients.into(),
            sines: 0.0,
            bits: 8.0 * file_bytes as f64,
        },
    )
}

fn describe_compact(facts: &CompactFacts) -> String {
    let grouped = |n: usize| text::grouped(n as u64);
    let CompactFacts { voxels, origin, side, .. } = facts;
    let mut rows = vec![
        ("file", format!("{} bytes, .nex version {}, intact", grouped(facts.bytes), facts.version)),
        ("shape", format!("distances in a cube of {side} at {origin:?}, {voxels} voxels a side")),
        ("profile", "compact: cells of an octree, each with a polynomial".into()),
        ("step", format!("{:.4} voxels", facts.step)),
        (
            "cells",
            format!(
                "{} cut in eight, {} in all polynomials",
                text::grouped(facts.splits.into()),
                text::count(facts.coefficients.into(), "coefficient")
            ),
        ),
        (
            "bytes",
            format!(
                "{} of cells, {} of header, sections and checksum",
                grouped(facts.data_bytes),
                grouped(facts.bytes - facts.data_bytes)
            ),
        ),
        ("working memory", format!("{} bytes", grouped(facts.memory_bytes))),
    ];
    rows.extend(facts.comment.clone().map(|comment| ("comment", comment)));
    text::rows(&rows)
}

fn describe(facts: &Facts) -> String {
    let Facts { cells, origin, side, .. } = facts;
    let shape = format!("distances in a cube of {side} at {origin:?}, {cells} cells a side");
    let (macs, manager) = (facts.macs_per_point, facts.manager_macs_per_point);
    let grid = f64::from(macs) * 128f64.powi(3) / 1e6;
    facts.network.describe(
        ("shape", shape),
        None,
        [
            ("per point", cost_per_point(macs, manager, facts.sines_per_point)),
            ("a grid of 128^3", format!("{grid:.0} million MAC")),
        ],
    )
}
