//! What is in a picture's `.nex` file?

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
use nex_runtime::Picture;
use serde::Serialize;

/// What `info --json` prints of a picture.
#[derive(Serialize)]
struct Facts {
    #[serde(flatten)]
    network: NetworkFacts,
    width: u32,
    height: u32,
    channels: u8,
    macs_per_pixel: u32,
    /// Of these, spent on choosing the expert.
    manager_macs_per_pixel: u32,
    sines_per_pixel: u32,
}

/// What `info --json` prints of a compact picture.
#[derive(Serialize)]
struct CompactFacts {
    profile: &'static str,
    bytes: usize,
    version: u8,
    width: u32,
    height: u32,
    channels: u8,
    bits_per_pixel: f64,
    /// Columns and rows that are decoded together.
    tile: (u32, u32),
    tiles: u32,
    /// In levels; a picture that is drawn has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<f64>,
    /// Entries of the memory of drawn blocks.
    #[serde(skip_serializing_if = "Option::is_none")]
    memory_entries: Option<u32>,
    /// Whether a drawn picture has the colours of a display of 16 bits a pixel alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    rgb565: Option<bool>,
    /// Bytes of all tiles; the rest is header, table of tiles and checksum.
    tile_bytes: usize,
    /// Working memory that the caller gives.
    memory_bytes: usize,
    comment: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<Estimate>,
}

pub fn run(args: &InfoArgs, stored: &Stored) -> Result<(), Failure> {
    let picture = stored.picture()?;
    let Some(cost) = picture.network() else { return compact(args, stored, &picture) };
    if args.target.is_some() {
        let words = "--target: what a network of a picture takes was not measured; leave it out";
        return Err(Failure::usage(words));
    }
    let info = picture.info();
    let scratch = (picture.memory_len(), picture.best_len());
    let facts = Facts {
        network: NetworkFacts::gather(stored, &stored.network()?, scratch)?,
        width: info.width,
        height: info.height,
        channels: info.channels,
        macs_per_pixel: cost.macs,
        manager_macs_per_pixel: cost.manager_macs,
        sines_per_pixel: cost.sines,
    };
    let text =
        if args.json { serde_json::to_string_pretty(&facts)? + "\n" } else { describe(&facts) };
    terminal::print(&text)
}

fn compact(args: &InfoArgs, stored: &Stored, picture: &Picture<'_>) -> Result<(), Failure> {
    let (info, file) = (picture.info(), stored.compact_picture()?);
    let header = file.header();
    let facts = CompactFacts {
        profile: "compact",
        bytes: info.file_bytes,
        version: nex_format::VERSION,
        width: info.width,
        height: info.height,
        channels: info.channels,
        bits_per_pixel: 8.0 * info.file_bytes as f64
            / (f64::from(info.width) * f64::from(info.height)),
        tile: info.tile,
        tiles: header.tiles(),
        step: header.has_leaves().then(|| (f64::from(header.step) / 32.0 - 3.0).exp2()),
        memory_entries: header.drawn.map(|drawn| 1 << drawn.memory),
        rgb565: header.drawn.map(|drawn| drawn.display),
        tile_bytes: file.tiles().map(<[u8]>::len).sum(),
        memory_bytes: 4 * picture.memory_len(),
        comment: picture.sections().comment().map(String::from),
        target: args.target.as_ref().and_then(|target| {
            let decoder = if header.drawn.is_some() { "drawn" } else { "picture" };
            estimate(target, decoder, picture)
        }),
    };
    let text = if args.json {
        serde_json::to_string_pretty(&facts)? + "\n"
    } else {
        describe_compact(&facts) + &facts.target.as_ref().map(needs::describe).unwrap_or_default()
    };
    terminal::print(&text)
}

/// What a compact picture takes of a target; none if the table lacks it.
fn estimate(target: &Target, decoder: &'static str, picture: &Picture<'_>) -> Option<Estimate> {
    let info = picture.info();
    let pixels = u64::from(info.width) * u64::from(info.height);
    targets::estimate(
        target,
        &Work {
            decoder,
            points: Points::Pixels(pixels),
            channels: info.channels,
            file_bytes: info.file_bytes,
            memory_bytes: 4 * picture.memory_len(),
            macs: 0.0,
            sines: 0.0,
            bits: 8.0 * info.file_bytes as f64 / pixels as f64,
        },
    )
}

fn describe_compact(facts: &CompactFacts) -> String {
    let grouped = |n: usize| text::grouped(n as u64);
    let tiles = match facts.tiles {
        1 => "1, the whole picture".into(),
        n => format!("{} of {} x {} pixels", text::grouped(n.into()), facts.tile.0, facts.tile.1),
    };
    let mut rows = vec![
        ("file", format!("{} bytes, .nex version {}, intact", grouped(facts.bytes), facts.version)),
        (
            "picture",
            format!(
                "{} x {} pixels, {}, {:.3} bits per pixel",
                facts.width,
                facts.height,
                text::colours(facts.channels.into()),
                facts.bits_per_pixel
            ),
        ),
    ];
    match (facts.step, facts.memory_entries) {
        (Some(_), None) => rows.push((
            "profile",
            "compact: leaves of a quadtree, each with a predictor and sparse cosines".into(),
        )),
        (Some(_), Some(_)) => rows.push((
            "profile",
            "compact: leaves of a quadtree, and drawn blocks that are as they were".into(),
        )),
        (None, _) if facts.rgb565 == Some(true) => rows.push((
            "profile",
            "compact, lossless: every pixel is as a display of RGB565 shows it".into(),
        )),
        (None, _) => rows.push(("profile", "compact, lossless: every pixel is as it was".into())),
    }
    rows.push(("tiles", tiles));
    rows.extend(facts.step.map(|step| ("step", format!("{step:.2} levels"))));
    let entries = |entries: u32| ("memory", format!("{} entries", text::grouped(entries.into())));
    rows.extend(facts.memory_entries.map(entries));
    rows.extend([
        (
            "bytes",
            format!(
                "{} of tiles, {} of header, table and checksum",
                grouped(facts.tile_bytes),
                grouped(facts.bytes - facts.tile_bytes)
            ),
        ),
        ("working memory", format!("{} bytes", grouped(facts.memory_bytes))),
    ]);
    rows.extend(facts.comment.clone().map(|comment| ("comment", comment)));
    text::rows(&rows)
}

fn describe(facts: &Facts) -> String {
    let pixels = f64::from(facts.width) * f64::from(facts.height);
    let picture = format!(
        "{} x {} pixels, {}, {:.3} bits per pixel",
        facts.width,
        facts.height,
        text::colours(facts.channels.into()),
        8.0 * facts.network.bytes as f64 / pixels
    );
    let whole = f64::from(facts.macs_per_pixel) * pixels / 1e6;
    let (macs, manager) = (facts.macs_per_pixel, facts.manager_macs_per_pixel);
    facts.network.describe(
        ("picture", picture),
        None,
        [
            ("per pixel", cost_per_point(macs, manager, facts.sines_per_pixel)),
            ("whole picture", format!("{whole:.1} million MAC")),
        ],
    )
}
