//! How does a picture become a file that is known to decode?

use super::{
    check::{self, Report},
    load,
};
use crate::{
    commands::{
        network::fit::{self, Made},
        order::Order,
        terminal::{Failure, require, show, text},
    },
    fit::Target,
    measure::picture::{self as metrics, PictureMetrics},
    picture::{self, Picture},
};
use serde::Serialize;
use std::path::Path;

/// A network that has learnt the picture is better than a JPEG of a quarter of the
/// bytes, or the coarsest there is, if that has more.
const POOR: usize = 4;

/// What `export --json` prints: the report of `check`, and the making.
#[derive(Serialize)]
struct Exported {
    #[serde(flatten)]
    report: Report,
    steps: u64,
    stopped_early: bool,
    /// The largest JPEG file that is not larger than this one; the smallest
    /// there is, if all are. `None` of a picture with alpha.
    jpeg: Option<Rival>,
    /// Without loss.
    png_bytes: usize,
}

/// The same picture in another format.
#[derive(Serialize)]
struct Rival {
    quality: u8,
    bytes: usize,
    #[serde(flatten)]
    metrics: PictureMetrics,
}

/// Fits the picture of a file.
pub fn run(order: Order<'_>) -> Result<(), Failure> {
    let Order { args, file, out, console, .. } = order;
    let original = load(&args.input, &file.bytes()?, args.picture.max_side, console)?;
    let comment = args.comment.as_deref();
    let config = args.neural.picture_config(original.channels, args.threads, comment)?;
    fit::check_macs(args, &config, "pixel")?;
    console.detail(&format!(
        "fitting {} of {} to {} x {} pixels, {}",
        text::count(config.arch.parameters() as u64, "parameter"),
        text::count(config.arch.experts as u64, "expert"),
        original.width,
        original.height,
        text::colours(original.channels)
    ));
    let Made { file, steps, stopped_early } =
        fit::fit_file(args, Target::Picture(&original), &config, out, console)?;
    let report = check::measure(&file, &original)?;
    let jpeg = jpeg_of(&original, report.bytes)?;
    let png_bytes = original.png()?.len();
    let exported = Exported { report, steps, stopped_early, jpeg, png_bytes };
    show(console, args.json, Some(out), &exported, describe)?;
    let psnr_db = exported.report.metrics.psnr_db;
    if let Some(rival) = jpeg_of(&original, exported.report.bytes / POOR)?
        && rival.bytes <= exported.report.bytes
        && rival.metrics.psnr_db >= psnr_db
    {
        console.warn(&format!(
            "{}: a JPEG of {} bytes is as good ({}); train for more --steps, or at another \
             --learning-rate, or keep the JPEG",
            out.display(),
            text::grouped(rival.bytes as u64),
            text::decibel(rival.metrics.psnr_db)
        ));
    }
    require("PSNR", exported.report.metrics.psnr_db, args.picture.min_psnr)
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
    let early = if exported.stopped_early { " (stopped early)" } else { "" };
    text::columns(&rows)
        + "\n"
        + &text::rows(&[
            ("decoding", check::cost(report)),
            ("experts decide", text::percentages(&report.expert_share)),
            ("fit", text::count(exported.steps, "step") + early),
            ("PSNR as the paper counts it", check::paper_psnr(&report.metrics)),
        ])
}
