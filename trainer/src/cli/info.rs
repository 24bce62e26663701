//! What is in a `.nex` file?

mod compact;
mod target;

use super::{
    args::InfoArgs,
    bake, console,
    failure::Failure,
    pixels, shapes,
    sound::{self, Sound, Stored},
    table,
};
use crate::{bake::Routing, targets::Estimate};
use nex_format::{Arithmetic, Mixture, Mlp, WeightType};
use nex_runtime::{Decoder, MAX_TILE};
use serde::Serialize;

/// What `info --json` prints.
#[derive(Serialize)]
struct Facts {
    bytes: usize,
    packed: bool,
    /// What the decoder reads: of a packed file more than it has.
    plain_bytes: usize,
    version: u8,
    rate_hz: u32,
    channels: u8,
    frames: u32,
    seconds: f64,
    /// Largest magnitude of a sample.
    peak: u16,
    /// "integer" or "float".
    arithmetic: &'static str,
    experts: u16,
    blocks: Vec<BlockFacts>,
    sections: Vec<SectionFacts>,
    /// Magic, version, header and checksum.
    header_bytes: usize,
    routing: Routing,
    /// Per time step.
    macs_per_sample: u32,
    /// Of these, spent on choosing the expert.
    manager_macs_per_sample: u32,
    sines_per_sample: u32,
    /// The least working memory of the decoder.
    scratch_bytes: usize,
    /// The most that it makes use of.
    fastest_scratch_bytes: usize,
    comment: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<Estimate>,
}

#[derive(Serialize)]
pub(super) struct BlockFacts {
    name: &'static str,
    /// Equal blocks of this name.
    count: usize,
    width: usize,
    sine_layers: usize,
    /// Of the linear last layer, if there is one.
    linear_outputs: Option<usize>,
    /// By layer.
    weights: Vec<&'static str>,
    /// Of all blocks of this name.
    bytes: usize,
    macs: u32,
    sines: u32,
}

#[derive(Serialize)]
pub(super) struct SectionFacts {
    id: u8,
    name: &'static str,
    offset: usize,
    pub bytes: usize,
}

pub(super) fn run(args: &InfoArgs) -> Result<(), Failure> {
    let file = sound::load(&args.file)?;
    if pixels::is_picture(&file) {
        return pixels::info::run(args, &file);
    }
    if shapes::is_shape(&file) {
        return shapes::info::run(args, &file);
    }
    let sound = sound::parse(&args.file, &file)?;
    let estimate = |macs| args.target.as_ref().and_then(|t| target::gather(t, &sound, macs));
    let (json, mut text, target) = match &sound {
        Sound::Neural(decoder) => {
            let mut facts = gather(&file, decoder)?;
            facts.target = estimate(facts.macs_per_sample);
            (serde_json::to_string_pretty(&facts)?, describe(&facts), facts.target)
        }
        Sound::Compact(decoder) => {
            let mut facts = compact::gather(&sound, decoder)?;
            facts.target = estimate(facts.macs_per_sample);
            (serde_json::to_string_pretty(&facts)?, compact::describe(&facts), facts.target)
        }
    };
    text += &target.as_ref().map(target::describe).unwrap_or_default();
    console::print(&if args.json { json + "\n" } else { text })
}

fn gather(stored: &Stored, decoder: &Decoder<'_>) -> Result<Facts, Failure> {
    let (info, file) = (decoder.info(), decoder.file());
    let (blocks, sections) = (blocks(file.mixture()), sections(stored)?);
    Ok(Facts {
        bytes: stored.bytes.len(),
        packed: stored.unpacked.is_some(),
        plain_bytes: info.file_bytes,
        version: nex_format::VERSION,
        rate_hz: info.rate_hz,
        channels: info.channels,
        frames: info.frames,
        seconds: f64::from(info.frames) / f64::from(info.rate_hz),
        peak: info.peak,
        arithmetic: match info.arithmetic {
            Arithmetic::Integer => "integer",
            Arithmetic::Float => "float",
        },
        experts: info.experts,
        header_bytes: stored.bytes.len() - sections.iter().map(|s| s.bytes).sum::<usize>(),
        blocks,
        sections,
        routing: Routing::of(file),
        macs_per_sample: info.macs_per_frame,
        manager_macs_per_sample: info.manager_macs_per_frame,
        sines_per_sample: info.sines_per_frame,
        scratch_bytes: 4 * info.min_scratch_len,
        fastest_scratch_bytes: 4 * decoder.scratch_len(MAX_TILE),
        comment: file.comment().map(String::from),
        target: None,
    })
}

pub(super) fn sections(stored: &Stored) -> Result<Vec<SectionFacts>, Failure> {
    Ok(nex_format::stored_sections(&stored.bytes)?
        .map(|s| SectionFacts { id: s.id.0, name: s.id.name(), offset: s.offset, bytes: s.bytes })
        .collect())
}

pub(super) fn blocks(mixture: &Mixture<'_>) -> Vec<BlockFacts> {
    let mut blocks = vec![block("encoder", 1, &mixture.encoder)];
    if let Some(manager) = &mixture.manager {
        blocks.push(block("manager encoder", 1, &manager.encoder));
        blocks.push(block("manager head", 1, &manager.head));
    }
    let count = mixture.experts.count();
    let name = if count == 1 { "expert" } else { "experts" };
    blocks.push(block(name, count, &mixture.experts.get(0)));
    blocks
}

fn block(name: &'static str, count: usize, mlp: &Mlp<'_>) -> BlockFacts {
    let layers: Vec<_> = mlp.layers().collect();
    BlockFacts {
        name,
        count,
        width: mlp.width(),
        sine_layers: layers.iter().filter(|l| l.is_sine()).count(),
        linear_outputs: layers.last().filter(|l| !l.is_sine()).map(|l| l.rows()),
        weights: layers.iter().map(|l| weight_name(l.weight_type())).collect(),
        bytes: count * layers.iter().map(|l| l.total_bytes()).sum::<usize>(),
        macs: mlp.macs(),
        sines: mlp.sines(),
    }
}

const fn weight_name(ty: WeightType) -> &'static str {
    match ty {
        WeightType::F32 => "f32",
        WeightType::F16 => "f16",
        WeightType::I16 => "i16",
        WeightType::I8 => "i8",
        WeightType::Oscillator => "oscillator",
        _ => "unknown",
    }
}

fn describe(facts: &Facts) -> String {
    let grouped = |n: usize| table::grouped(n as u64);
    let packed = if facts.packed {
        format!(", packed ({} bytes plain)", grouped(facts.plain_bytes))
    } else {
        String::new()
    };
    let mut text = table::rows(&[
        (
            "file",
            format!(
                "{} bytes, .nex version {}{packed}, intact",
                grouped(facts.bytes),
                facts.version
            ),
        ),
        (
            "sound",
            format!(
                "{:.3} s, {} Hz, {}, {}, peak {}",
                facts.seconds,
                facts.rate_hz,
                table::count(facts.channels.into(), "channel"),
                table::count(facts.frames.into(), "frame"),
                facts.peak
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
        ("routing", bake::routing(&facts.routing)),
        (
            "per time step",
            format!(
                "{} MAC ({} of them choose the expert), {} sines",
                grouped(facts.macs_per_sample as usize),
                grouped(facts.manager_macs_per_sample as usize),
                grouped(facts.sines_per_sample as usize)
            ),
        ),
        (
            "real time",
            format!(
                "{:.2} million MAC/s",
                f64::from(facts.macs_per_sample) * f64::from(facts.rate_hz) / 1e6
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
    text += "\n";
    text += &table::columns(&block_rows(&facts.blocks));
    text += "\n";
    text += &table::columns(&section_rows(&facts.sections, facts.header_bytes));
    text
}

pub(super) fn block_rows(blocks: &[BlockFacts]) -> Vec<[String; 6]> {
    let mut rows = vec![["block", "layers", "weights", "bytes", "MAC", "sines"].map(String::from)];
    rows.extend(blocks.iter().map(|b| {
        let mut layers = format!("{} sine x {}", b.sine_layers, b.width);
        if let Some(outputs) = b.linear_outputs {
            layers += &format!(" + linear {outputs}");
        }
        if b.count > 1 {
            layers = format!("{} x ({layers})", b.count);
        }
        [
            b.name.into(),
            layers,
            b.weights.join(" "),
            table::grouped(b.bytes as u64),
            table::grouped(b.macs.into()),
            table::grouped(b.sines.into()),
        ]
    }));
    rows
}

pub(super) fn section_rows(sections: &[SectionFacts], header_bytes: usize) -> Vec<[String; 3]> {
    let mut rows = vec![["section", "offset", "bytes"].map(String::from)];
    rows.push(["header, checksum".into(), "0".into(), table::grouped(header_bytes as u64)]);
    rows.extend(
        sections.iter().map(|s| {
            [s.name.into(), table::grouped(s.offset as u64), table::grouped(s.bytes as u64)]
        }),
    );
    rows
}
