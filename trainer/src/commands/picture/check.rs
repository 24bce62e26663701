//! Does the file look like the original?

use super::load;
use crate::{
    audio,
    commands::{
        file::Stored,
        options::CheckArgs,
        terminal::{Console, Failure, require, show, text},
    },
    io::{self, Input},
    measure::{
        picture::{self as metrics, PictureMetrics},
        sound,
    },
    picture::{self, Picture},
};
use nex_runtime::PictureInfo;
use serde::Serialize;
use std::path::Path;

/// What `check --json` prints of a picture.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Size of the `.nex` file.
    pub bytes: usize,
    pub width: u16,
    pub height: u16,
    pub channels: usize,
    pub bits_per_pixel: f64,
    /// Bytes of the samples as they are, one each.
    pub original_bytes: usize,
    /// `original_bytes / bytes`.
    pub ratio: f64,
    #[serde(flatten)]
    pub metrics: PictureMetrics,
    /// Of `check`, where there is one: [`metrics::ssimulacra2`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ssimulacra2: Option<f64>,
    /// Of a neural picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub macs_per_pixel: Option<u32>,
    /// Of a compact one that is not drawn: how many leaves its first plane has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub leaves: Option<usize>,
    /// Of a drawn one: entries of the decoder's memory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub memory_entries: Option<u32>,
    /// Whether every pixel comes back that is seen.
    pub exact: bool,
    /// The least working memory of the decoder; more makes it faster.
    pub scratch_bytes: usize,
    /// The part of the pixels that each expert decides; of a compact picture, whose leaves
    /// are its experts, that leaves of 4, 8, 16 and 32 pixels a side decide. Sums to 1; of a
    /// drawn one empty.
    pub expert_share: Vec<f64>,
}

pub fn run(args: &CheckArgs, file: &Stored, console: &Console) -> Result<(), Failure> {
    let info = file.picture_within(args.limit)?.info();
    let original = original(&args.original, &info, console)?;
    let (mut report, decoded) = measure(file, &original)?;
    report.ssimulacra2 = metrics::ssimulacra2(&original, &decoded);
    show(console, args.json, None, &report, describe)?;
    require("PSNR", report.metrics.psnr_db, args.min_psnr)
}

/// The picture to compare with, made smaller if the file's is.
pub fn original(path: &Path, info: &PictureInfo, console: &Console) -> Result<Picture, Failure> {
    let bytes = audio::load(path)?;
    if io::sniff(path, &bytes) != Input::Picture {
        return Err(format!(
            "{}: is no picture that is read (PNG, JPEG, WebP, GIF, BMP), and the .nex file holds one; name what it \
             was made from",
            path.display()
        )
        .into());
    }
    let found = load(path, &bytes, Some(info.width.max(info.height)), console)?;
    let size = (u32::from(found.width), u32::from(found.height));
    if size != (info.width, info.height) {
        return Err(format!(
            "{}: the sizes differ: {} x {} in the .nex file, {} x {} in this original; name the \
             picture it was made from",
            path.display(),
            info.width,
            info.height,
            size.0,
            size.1
        )
        .into());
    }
    if found.channels != usize::from(info.channels) {
        return Err(format!(
            "{}: the channels differ: {} in the .nex file, {} in this original; convert it alike",
            path.display(),
            text::colours(info.channels.into()),
            text::colours(found.channels)
        )
        .into());
    }
    Ok(found)
}

/// Decodes everything and compares, but for SSIMULACRA2, which takes longer than the rest; the
/// sizes are the same. With what the file shows.
pub fn measure(file: &Stored, original: &Picture) -> Result<(Report, Picture), Failure> {
    let stored = file.picture()?;
    let bytes = file.bytes.len();
    let decoded = Picture { samples: picture::decode(&stored)?, ..original.clone() };
    let drawn = match stored.network() {
        Some(_) => None,
        None => file.compact_picture()?.header().drawn,
    };
    let metrics = match drawn {
        None => metrics::compare(original, &decoded),
        Some(_) => metrics::compare(&seen(original, &decoded), &decoded),
    };
    let metrics = metrics.ok_or("the sizes differ")?;
    let (leaves, expert_share) = match (stored.network(), drawn) {
        (Some(network), _) => {
            let experts = picture::experts(&stored)?;
            (None, sound::shares(&experts, network.experts.into()))
        }
        (None, Some(_)) => (None, Vec::new()),
        (None, None) => {
            let leaves = picture::leaves(&stored)?;
            let mut counts = [0; 4];
            for leaf in &leaves {
                counts[leaf.side.ilog2().saturating_sub(2) as usize % 4] +=
                    u64::from(leaf.side) * u64::from(leaf.side);
            }
            (Some(leaves.len()), sound::parts(&counts))
        }
    };
    let report = Report {
        bytes,
        width: original.width,
        height: original.height,
        channels: original.channels,
        bits_per_pixel: 8.0 * bytes as f64 / f64::from(original.pixels()),
        original_bytes: original.samples.len(),
        ratio: original.samples.len() as f64 / bytes as f64,
        metrics,
        ssimulacra2: None,
        macs_per_pixel: stored.network().map(|network| network.macs),
        leaves,
        memory_entries: drawn.map(|drawn| 1 << drawn.memory),
        exact: metrics.psnr_db == f64::INFINITY,
        scratch_bytes: 4 * stored.memory_len(),
        expert_share,
    };
    Ok((report, decoded))
}

/// The original with the copy's colours where both are transparent: nobody sees them.
fn seen(original: &Picture, decoded: &Picture) -> Picture {
    let mut seen = original.clone();
    let channels = original.channels;
    if channels.is_multiple_of(2) {
        let copies = decoded.samples.chunks_exact(channels);
        for (pixel, copy) in seen.samples.chunks_exact_mut(channels).zip(copies) {
            if (pixel.last(), copy.last()) == (Some(&0), Some(&0)) {
                pixel.copy_from_slice(copy);
            }
        }
    }
    seen
}

/// SSIM, or why there is none.
pub fn ssim(metrics: &PictureMetrics) -> String {
    metrics.ssim.map_or_else(|| "- (a side below 11)".into(), |s| format!("{s:.4}"))
}

/// SSIMULACRA2, or why there is none.
fn ssimulacra2(report: &Report) -> String {
    let none = || "- (alpha, a side below 8, or above 16 million pixels)".into();
    report.ssimulacra2.map_or_else(none, |score| format!("{score:.2}"))
}

/// PSNR as the paper counts it.
pub fn paper_psnr(metrics: &PictureMetrics) -> String {
    metrics.paper_psnr_db.map_or_else(|| "- (all dark)".into(), text::decibel)
}

/// What decoding costs, and who decides.
pub fn decoding(report: &Report) -> Vec<(&'static str, String)> {
    let memory = format!("{} bytes of working memory", text::grouped(report.scratch_bytes as u64));
    if let Some(entries) = report.memory_entries {
        let entries = text::grouped(entries.into());
        return vec![("decoding", format!("{memory}, for {entries} colours among it"))];
    }
    match report.macs_per_pixel {
        Some(macs) => vec![
            ("decoding", format!("{} MAC per pixel, {memory}", text::grouped(macs.into()))),
            ("experts decide", text::percentages(&report.expert_share)),
        ],
        None => vec![
            ("decoding", memory),
            ("leaves", text::grouped(report.leaves.unwrap_or(0) as u64)),
            ("of 4, 8, 16, 32 pixels", text::percentages(&report.expert_share)),
        ],
    }
}

fn describe(report: &Report) -> String {
    let mut rows = vec![
        ("bytes", text::grouped(report.bytes as u64)),
        ("as plain samples", text::grouped(report.original_bytes as u64)),
        ("ratio", format!("{:.2}", report.ratio)),
        ("bits per pixel", format!("{:.3}", report.bits_per_pixel)),
        ("PSNR (peak 255)", text::decibel(report.metrics.psnr_db)),
        ("PSNR (the paper's)", paper_psnr(&report.metrics)),
        ("SSIM", ssim(&report.metrics)),
        ("SSIMULACRA2", ssimulacra2(report)),
    ];
    rows.extend(decoding(report));
    text::rows(&rows)
}
