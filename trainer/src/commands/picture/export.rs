//! How does a picture become a file that is known to decode?

use super::{
    check::{self, Report},
    kind::Kind as Stores,
    load,
};
use crate::{
    commands::{
        file::{self, Stored},
        options::ExportArgs,
        order::Order,
        terminal::{Console, Failure, require, show, text},
    },
    compact::picture::{EncodeError, Pixels, export_either},
    measure::{
        lossless::{self, Lvgl},
        picture::{self as metrics, PictureMetrics},
    },
    picture::{self, Picture},
};
use nex_runtime::{Profile, Signal};
use serde::Serialize;
use std::{path::Path, time::Instant};

/// A network that has learnt the picture is better than a JPEG of a quarter of the
/// bytes, or the coarsest there is, if that has more.
const POOR: usize = 4;

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
        #[serde(flatten)]
        kind: Stores,
        /// In levels, if it is stored with loss.
        #[serde(skip_serializing_if = "Option::is_none")]
        step: Option<f64>,
        tiles: u32,
    },
}

/// What `export --json` prints: the report of `check`, and the making.
#[derive(Serialize)]
struct Exported {
    #[serde(flatten)]
    report: Report,
    #[serde(flatten)]
    how: How,
    /// The largest JPEG file that is not larger than this one; the smallest
    /// there is, if all are. `None` of a picture with alpha and of a lossless one.
    jpeg: Option<Rival>,
    /// Without loss.
    png_bytes: usize,
    /// Of a lossless picture: other formats of such.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    others: Vec<Other>,
}

/// The same picture in a format without quality.
#[derive(Serialize)]
struct Other {
    format: &'static str,
    bytes: usize,
    /// Infinite, which is `null`, but of those that keep 16 bits a pixel.
    psnr_db: f64,
}

/// The same picture in another format.
#[derive(Serialize)]
struct Rival {
    quality: u8,
    bytes: usize,
    #[serde(flatten)]
    metrics: PictureMetrics,
}

/// Stores the picture of a file.
pub fn run(order: Order<'_>) -> Result<(), Failure> {
    let Order { args, given, file, out, console } = order;
    let profile = given.chosen(args.profile, &args.input, Signal::Picture)?;
    let mut original = load(&args.input, &file.bytes()?, args.picture.max_side, console)?;
    if args.compact.picture.mask {
        original = original.mask().ok_or_else(|| {
            let path = args.input.display();
            Failure::Usage(format!(
                "{path}: has no alpha for --mask; gray pictures are masks as they are"
            ))
        })?;
    }
    let Made { file, how } = match profile {
        Profile::Neural => neural(args, out, console, &original)?,
        _ => compact(args, out, console, &original)?,
    };
    let (report, _) = check::measure(&file, &original)?;
    let drawn = report.memory_entries.is_some();
    let jpeg = if drawn { None } else { jpeg_of(&original, report.bytes)? };
    let others = if drawn { others(&original) } else { Vec::new() };
    let png_bytes = original.png()?.len();
    let exported = Exported { report, how, jpeg, png_bytes, others };
    show(console, args.json, Some(out), &exported, describe)?;
    let psnr_db = exported.report.metrics.psnr_db;
    if profile == Profile::Neural
        && let Some(rival) = jpeg_of(&original, exported.report.bytes / POOR)?
        && rival.bytes <= exported.report.bytes
        && rival.metrics.psnr_db >= psnr_db
    {
        console.warn(&format!(
            "{}: a JPEG of {} bytes is as good ({}); train for more --steps, or at another \
             --learning-rate, or use --profile compact",
            out.display(),
            text::grouped(rival.bytes as u64),
            text::decibel(rival.metrics.psnr_db)
        ));
    }
    require("PSNR", exported.report.metrics.psnr_db, args.picture.min_psnr)
}

#[cfg(feature = "neural")]
use super::fit::fit as neural;

#[cfg(not(feature = "neural"))]
fn neural(_: &ExportArgs, _: &Path, _: &Console, _: &Picture) -> Result<Made, Failure> {
    Err(crate::commands::missing::feature("the neural profile", "neural"))
}

/// Encodes the compact profile and writes its file.
fn compact(
    args: &ExportArgs,
    out: &Path,
    console: &Console,
    original: &Picture,
) -> Result<Made, Failure> {
    let wishes = args.compact.picture(original.channels, args.comment.as_deref())?;
    let pixels = Pixels {
        width: original.width.into(),
        height: original.height.into(),
        channels: original.channels,
        samples: original.samples.clone(),
    };
    let progress = console.progress("encoding");
    let begin = Instant::now();
    let encode = || export_either(&pixels, &wishes, &|part| progress.set(part));
    let encoded = args.on_threads(encode)?;
    drop(progress);
    let path = args.input.display();
    let chosen = encoded.map_err(|error| match error {
        EncodeError::Format(error) => format!("{path}: cannot be stored: {error}").into(),
        missed @ EncodeError::DoesNotFit { .. } => {
            Failure::Target(format!("{path}: {missed}; make the picture smaller with --max-side"))
        }
        missed => Failure::Target(format!("{path}: {missed}")),
    })?;
    console.detail(&format!("encoded in {:.2} s", begin.elapsed().as_secs_f64()));
    let (kind, encoded) = (Stores::of(&chosen), chosen.encoded);
    let file = file::write(out, encoded.bytes, args.out.force)?;
    let step = (f64::from(encoded.header.step) / 32.0 - 3.0).exp2();
    let step = (!kind.lossless).then_some(step);
    Ok(Made { file, how: How::Compact { kind, step, tiles: encoded.header.tiles() } })
}

/// What a drawn picture takes in other formats.
fn others(original: &Picture) -> Vec<Other> {
    let shown = metrics::psnr_db(&original.samples, &lossless::shown(original).samples);
    let other = |format, bytes, psnr_db| Other { format, bytes, psnr_db };
    let webp = lossless::webp(original);
    let mut others: Vec<Other> = webp
        .map(|bytes| other("WebP, lossless", bytes as usize, f64::INFINITY))
        .into_iter()
        .collect();
    for (format, way) in [("RGB565 + LZ4", Lvgl::Lz4), ("RGB565 + RLE", Lvgl::Rle)] {
        others.push(other(format, way.bytes(original), shown));
    }
    others
}

/// The same picture as JPEG, in as many bytes.
fn jpeg_of(original: &Picture, bytes: usize) -> Result<Option<Rival>, Failure> {
    let Some((quality, file)) = metrics::jpeg_within(original, bytes)? else { return Ok(None) };
    let decoded = picture::parse(Path::new("the JPEG file"), &file, None)?.picture;
    let rival = |metrics| Rival { quality, bytes: file.len(), metrics };
    Ok(metrics::compare(original, &decoded).map(rival))
}

fn describe(exported: &Exported) -> String {
    let report = &exported.report;
    let pixels = f64::from(report.width) * f64::from(report.height);
    let row = |name: String, bytes: usize, psnr: String, ssim: String| {
        let ratio = report.original_bytes as f64 / bytes as f64;
        let bits = 8.0 * bytes as f64 / pixels;
        let numbers = [text::grouped(bytes as u64), format!("{ratio:.2}"), format!("{bits:.3}")];
        let [bytes, ratio, bits] = numbers;
        [name, bytes, ratio, bits, psnr, ssim]
    };
    let lossy = |name: String, bytes, metrics: &PictureMetrics| {
        row(name, bytes, text::decibel(metrics.psnr_db), check::ssim(metrics))
    };
    let heads = ["", "bytes", "ratio", "bit/pixel", "PSNR", "SSIM"].map(String::from);
    let mut rows = vec![heads, lossy("this file".into(), report.bytes, &report.metrics)];
    if let Some(jpeg) = &exported.jpeg {
        rows.push(lossy(format!("JPEG, quality {}", jpeg.quality), jpeg.bytes, &jpeg.metrics));
    }
    rows.push(row("PNG".into(), exported.png_bytes, "exact".into(), "1".into()));
    for Other { format, bytes, psnr_db } in &exported.others {
        rows.push(row((*format).into(), *bytes, text::decibel(*psnr_db), String::new()));
    }
    let mut last = check::decoding(report);
    match &exported.how {
        #[cfg(feature = "neural")]
        How::Neural { steps, stopped_early } => {
            let early = if *stopped_early { " (stopped early)" } else { "" };
            last.push(("fit", text::count(*steps, "step") + early));
        }
        How::Compact { kind, step, tiles } => {
            let stored = if kind.lossless { "lossless" } else { "lossy" };
            let because = kind.because.as_ref().map(|why| format!(": {why}"));
            last.insert(0, ("stored", stored.to_owned() + &because.unwrap_or_default()));
            last.extend(step.map(|step| ("step", format!("{step:.2} levels"))));
            last.push(("tiles", text::grouped((*tiles).into())));
        }
    }
    if report.memory_entries.is_none() {
        last.push(("PSNR as the paper counts it", check::paper_psnr(&report.metrics)));
    }
    text::columns(&rows) + "\n" + &text::rows(&last)
}
