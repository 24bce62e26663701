//! What is in a picture's `.nex` file?

use super::{parse, refuse};
use crate::{
    cli::{
        args::InfoArgs,
        console,
        failure::Failure,
        info::{BlockFacts, SectionFacts, block_rows, blocks, section_rows, sections},
        sound::Stored,
        table,
    },
    picture,
};
use nex_format::Arithmetic;
use nex_runtime::{ImageInfo, MAX_TILE};
use serde::Serialize;

/// What `info --json` prints of a picture.
#[derive(Serialize)]
struct Facts {
    bytes: usize,
    packed: bool,
    /// What the decoder reads: of a packed file more than it has.
    plain_bytes: usize,
    version: u8,
    width: u32,
    height: u32,
    channels: u8,
    /// "integer" or "float".
    arithmetic: &'static str,
    experts: u16,
    blocks: Vec<BlockFacts>,
    sections: Vec<SectionFacts>,
    /// Magic, version, header and checksum.
    header_bytes: usize,
    macs_per_pixel: u32,
    /// Of these, spent on choosing the expert.
    manager_macs_per_pixel: u32,
    sines_per_pixel: u32,
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
        width: info.width,
        height: info.height,
        channels: info.channels,
        arithmetic: match info.arithmetic {
            Arithmetic::Integer => "integer",
            Arithmetic::Float => "float",
        },
        experts: info.experts,
        header_bytes: stored.bytes.len() - sections.iter().map(|s| s.bytes).sum::<usize>(),
        blocks: blocks(file.mixture()),
        sections,
        macs_per_pixel: info.macs_per_pixel,
        manager_macs_per_pixel: info.manager_macs_per_pixel,
        sines_per_pixel: info.sines_per_pixel,
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

fn describe(facts: &Facts, info: &ImageInfo) -> String {
    let grouped = |n: usize| table::grouped(n as u64);
    let packed = if facts.packed {
        format!(", packed ({} bytes plain)", grouped(facts.plain_bytes))
    } else {
        String::new()
    };
    let pixels = f64::from(info.width) * f64::from(info.height);
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
            "picture",
            format!(
                "{} x {} pixels, {}, {:.3} bits per pixel",
                info.width,
                info.height,
                picture::colours(info.channels.into()),
                8.0 * facts.bytes as f64 / pixels
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
            "per pixel",
            format!(
                "{} MAC ({} of them choose the expert), {} sines",
                grouped(facts.macs_per_pixel as usize),
                grouped(facts.manager_macs_per_pixel as usize),
                grouped(facts.sines_per_pixel as usize)
            ),
        ),
        (
            "whole picture",
            format!("{:.1} million MAC", f64::from(facts.macs_per_pixel) * pixels / 1e6),
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
