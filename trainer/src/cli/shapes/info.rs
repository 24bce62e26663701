//! What is in a shape's `.nex` file?

use super::{parse, refuse};
use crate::cli::{
    args::InfoArgs,
    console,
    failure::Failure,
    info::{BlockFacts, SectionFacts, block_rows, blocks, section_rows, sections},
    sound::Stored,
    table,
};
use nex_format::Arithmetic;
use nex_runtime::{MAX_TILE, ShapeInfo};
use serde::Serialize;

/// What `info --json` prints of a shape.
#[derive(Serialize)]
struct Facts {
    bytes: usize,
    packed: bool,
    /// What the decoder reads: of a packed file more than it has.
    plain_bytes: usize,
    version: u8,
    /// Cells along each side of the cube.
    cells: u32,
    /// The cube's corner of the smallest coordinates.
    origin: [f32; 3],
    /// The cube's side, in the same units.
    side: f32,
    /// "integer" or "float".
    arithmetic: &'static str,
    experts: u16,
    blocks: Vec<BlockFacts>,
    sections: Vec<SectionFacts>,
    /// Magic, version, header and checksum.
    header_bytes: usize,
    macs_per_point: u32,
    /// Of these, spent on choosing the expert.
    manager_macs_per_point: u32,
    sines_per_point: u32,
    /// The least working memory of the decoder.
    scratch_bytes: usize,
    /// The most that it makes use of.
    fastest_scratch_bytes: usize,
    comment: Option<String>,
}

pub(in crate::cli) fn run(args: &InfoArgs, stored: &Stored) -> Result<(), Failure> {
    refuse(&[("--target", args.target.is_some())])?;
    let decoder = parse(&args.file, stored)?;
    let (info, file) = (decoder.info(), decoder.file());
    let sections = sections(stored)?;
    let facts = Facts {
        bytes: stored.bytes.len(),
        packed: stored.unpacked.is_some(),
        plain_bytes: info.file_bytes,
        version: nex_format::VERSION,
        cells: info.cells,
        origin: info.origin,
        side: info.side,
        arithmetic: match info.arithmetic {
            Arithmetic::Integer => "integer",
            Arithmetic::Float => "float",
        },
        experts: info.experts,
        header_bytes: stored.bytes.len() - sections.iter().map(|s| s.bytes).sum::<usize>(),
        blocks: blocks(file.mixture()),
        sections,
        macs_per_point: info.macs_per_point,
        manager_macs_per_point: info.manager_macs_per_point,
        sines_per_point: info.sines_per_point,
        scratch_bytes: 4 * info.min_scratch_len,
        fastest_scratch_bytes: 4 * decoder.scratch_len(MAX_TILE),
        comment: file.comment().map(String::from),
    };
    let text = if args.json {
        serde_json::to_string_pretty(&facts)? + "\n"
    } else {
        describe(&facts, &info)
    };
    console::print(&text)
}

fn describe(facts: &Facts, info: &ShapeInfo) -> String {
    let grouped = |n: usize| table::grouped(n as u64);
    let packed = if facts.packed {
        format!(", packed ({} bytes plain)", grouped(facts.plain_bytes))
    } else {
        String::new()
    };
    let text = table::rows(&[
        (
            "file",
            format!(
                "{} bytes, .nex version {}{packed}, intact",
                grouped(facts.bytes),
                facts.version
            ),
        ),
        (
            "shape",
            format!(
                "distances in a cube of {} units at {:?}, {} cells a side",
                info.side, info.origin, info.cells
            ),
        ),
        (
            "network",
            format!(
                "{}, {} arithmetic",
                table::count(facts.experts.into(), "expert"),
                facts.arithmetic
            ),
        ),
        (
            "per point",
            format!(
                "{} MAC ({} of them choose the expert), {} sines",
                grouped(facts.macs_per_point as usize),
                grouped(facts.manager_macs_per_point as usize),
                grouped(facts.sines_per_point as usize)
            ),
        ),
        (
            "scratch",
            format!(
                "{} bytes at least, {} for the most speed here",
                grouped(facts.scratch_bytes),
                grouped(facts.fastest_scratch_bytes)
            ),
        ),
        ("comment", facts.comment.clone().unwrap_or_else(|| "none".into())),
    ]);
    let blocks = table::columns(&block_rows(&facts.blocks));
    let sections = table::columns(&section_rows(&facts.sections, facts.header_bytes));
    format!("{text}\n{blocks}\n{sections}")
}
