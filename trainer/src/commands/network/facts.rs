//! What is said of the network in a file, whatever it stores?

use crate::commands::{
    file::Stored,
    terminal::{Failure, text},
};
use nex_format::neural::{Activation, Arithmetic, File, Grid, Mixture, Mlp, Tensor, WeightType};
use nex_runtime::Section;
use serde::Serialize;

/// What `info --json` prints of every network.
#[derive(Serialize)]
pub struct NetworkFacts {
    pub bytes: usize,
    packed: bool,
    /// What the decoder reads: of a packed file more than it has.
    plain_bytes: usize,
    version: u8,
    /// "integer" or "float".
    arithmetic: &'static str,
    experts: usize,
    blocks: Vec<BlockFacts>,
    sections: Vec<SectionFacts>,
    /// Magic, version, header and checksum.
    header_bytes: usize,
    /// The least working memory of the decoder.
    scratch_bytes: usize,
    /// The most that it makes use of.
    fastest_scratch_bytes: usize,
    comment: Option<String>,
}

#[derive(Serialize)]
struct BlockFacts {
    name: &'static str,
    /// Equal blocks of this name.
    count: usize,
    width: usize,
    /// Of every layer but a linear last one and oscillators.
    activation: &'static str,
    /// Layers with an activation, oscillators too.
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
struct SectionFacts {
    id: u8,
    name: &'static str,
    offset: usize,
    bytes: usize,
}

impl NetworkFacts {
    /// The facts of a parsed file; `scratch` in words: the least, and for the
    /// most speed.
    pub fn gather(
        stored: &Stored,
        file: &File<'_>,
        (least, fastest): (usize, usize),
    ) -> Result<Self, Failure> {
        let mixture = file.mixture();
        let sections = sections(stored)?;
        Ok(Self {
            bytes: stored.bytes.len(),
            packed: stored.is_packed(),
            plain_bytes: stored.plain().len(),
            version: nex_format::VERSION,
            arithmetic: match mixture.arithmetic {
                Arithmetic::Integer => "integer",
                Arithmetic::Float => "float",
            },
            experts: mixture.experts.count(),
            blocks: blocks(mixture),
            header_bytes: stored.bytes.len() - sections.iter().map(|s| s.bytes).sum::<usize>(),
            sections,
            scratch_bytes: 4 * least,
            fastest_scratch_bytes: 4 * fastest,
            comment: file.comment().map(String::from),
        })
    }

    /// The page of text: `about` says what the file stores, `cost` what it
    /// takes to decode.
    pub fn describe(
        &self,
        about: (&'static str, String),
        routing: Option<String>,
        cost: impl IntoIterator<Item = (&'static str, String)>,
    ) -> String {
        let grouped = |n: usize| text::grouped(n as u64);
        let packed = if self.packed {
            format!(", packed ({} bytes plain)", grouped(self.plain_bytes))
        } else {
            String::new()
        };
        let (bytes, version) = (grouped(self.bytes), self.version);
        let mut rows = vec![
            ("file", format!("{bytes} bytes, .nex version {version}{packed}, intact")),
            about,
            (
                "network",
                format!(
                    "{}, {} arithmetic",
                    text::count(self.experts as u64, "expert"),
                    self.arithmetic
                ),
            ),
        ];
        rows.extend(routing.map(|text| ("routing", text)));
        rows.extend(cost);
        let (least, fastest) = (grouped(self.scratch_bytes), grouped(self.fastest_scratch_bytes));
        rows.push((
            "memory",
            format!("{least} bytes of working memory at least, {fastest} for the most speed here"),
        ));
        rows.push(("comment", self.comment.clone().unwrap_or_else(|| "none".into())));
        let blocks = text::columns(&block_rows(&self.blocks));
        let sections = text::columns(&section_rows(&self.sections, self.header_bytes));
        format!("{}\n{blocks}\n{sections}", text::rows(&rows))
    }
}

/// What one point costs, in words.
pub fn cost_per_point(macs: u32, manager_macs: u32, sines: u32) -> String {
    format!(
        "{} MAC ({} of them choose the expert), {} sines",
        text::grouped(macs.into()),
        text::grouped(manager_macs.into()),
        text::grouped(sines.into())
    )
}

fn sections(stored: &Stored) -> Result<Vec<SectionFacts>, Failure> {
    let facts = |s: Section<'_>| SectionFacts {
        id: s.id.0,
        name: s.id.name(),
        offset: s.offset,
        bytes: s.data.len(),
    };
    Ok(nex_format::sections(&stored.bytes)?.map(facts).collect())
}

fn blocks(mixture: &Mixture<'_>) -> Vec<BlockFacts> {
    let mut blocks = match mixture.grid() {
        Some(grid) => vec![tables(grid)],
        None => vec![block("encoder", 1, &mixture.encoder)],
    };
    if let Some(manager) = &mixture.manager {
        if !manager.encoder.is_empty() {
            blocks.push(block("manager encoder", 1, &manager.encoder));
        }
        blocks.push(block("manager head", 1, &manager.head));
    }
    let count = mixture.experts.count();
    let name = if count == 1 { "expert" } else { "experts" };
    blocks.push(block(name, count, &mixture.experts.get(0)));
    blocks
}

/// A hash grid: levels of tables in the place of an encoder.
fn tables(grid: &Grid<'_>) -> BlockFacts {
    let values: usize = grid.levels().map(|l| l.entries() * grid.features()).sum();
    let weights = grid.weight_type();
    let multipliers = if weights == WeightType::I8 { 4 * grid.levels().len() } else { 0 };
    BlockFacts {
        name: "hash grid",
        count: grid.levels().len(),
        width: grid.features(),
        activation: "none",
        sine_layers: 0,
        linear_outputs: None,
        weights: vec![weight_name(weights)],
        bytes: values * weights.weight_bytes() + multipliers,
        macs: grid.macs(),
        sines: 0,
    }
}

fn block(name: &'static str, count: usize, mlp: &Mlp<'_>) -> BlockFacts {
    let layers: Vec<_> = mlp.layers().collect();
    BlockFacts {
        name,
        count,
        width: mlp.width(),
        activation: match mlp.activation() {
            Activation::Sine => "sine",
            Activation::Finer => "FINER",
            Activation::SoftPlus => "SoftPlus",
            Activation::Relu => "ReLU",
            _ => "unknown",
        },
        sine_layers: layers.iter().filter(|l| l.is_sine()).count(),
        linear_outputs: layers.last().filter(|l| !l.is_sine()).map(|l| l.rows()),
        weights: layers.iter().map(layer_name).collect(),
        bytes: count * layers.iter().map(|l| l.total_bytes()).sum::<usize>(),
        macs: mlp.macs(),
        sines: mlp.sines(),
    }
}

fn layer_name(layer: &Tensor<'_>) -> &'static str {
    match (layer.reads_position(), layer.weight_type()) {
        (true, WeightType::F16) => "f16 + position",
        (true, _) => "f32 + position",
        (false, ty) => weight_name(ty),
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

fn block_rows(blocks: &[BlockFacts]) -> Vec<[String; 6]> {
    let mut rows = vec![["block", "layers", "weights", "bytes", "MAC", "sines"].map(String::from)];
    rows.extend(blocks.iter().map(|b| {
        let mut layers = match b.name {
            "hash grid" => format!("levels of {}", text::count(b.width as u64, "feature")),
            _ => format!("{} {} x {}", b.sine_layers, b.activation, b.width),
        };
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
            text::grouped(b.bytes as u64),
            text::grouped(b.macs.into()),
            text::grouped(b.sines.into()),
        ]
    }));
    rows
}

fn section_rows(sections: &[SectionFacts], header_bytes: usize) -> Vec<[String; 3]> {
    let mut rows = vec![["section", "offset", "bytes"].map(String::from)];
    rows.push(["header, checksum".into(), "0".into(), text::grouped(header_bytes as u64)]);
    rows.extend(
        sections.iter().map(|s| {
            [s.name.into(), text::grouped(s.offset as u64), text::grouped(s.bytes as u64)]
        }),
    );
    rows
}
