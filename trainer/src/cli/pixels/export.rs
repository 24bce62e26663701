//! How does a picture become a file that is known to decode?

use super::{
    check::{self, Report},
    load, refuse,
};
use crate::{
    cli::{
        check::require,
        console::Console,
        export::{
            ExportArgs,
            network::{self, Made},
            show,
        },
        failure::Failure,
        table,
    },
    fit::Target,
    picture::{self, Picture},
};
use serde::Serialize;
use std::path::Path;

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
    metrics: picture::PictureMetrics,
}

/// Fits the picture whose file's bytes are given.
pub(in crate::cli) fn run(
    args: &ExportArgs,
    bytes: &[u8],
    out: &Path,
    console: &Console,
) -> Result<(), Failure> {
    refuse(&args.of_sounds())?;
    let original = load(&args.input, bytes, args.picture.max_side, console)?;
    let comment = args.sound.comment.as_deref();
    let config = args.neural.picture_config(original.channels, args.threads, comment)?;
    network::check_macs(args, &config, "pixel")?;
    console.detail(&format!(
        "fitting {} of {} to {} x {} pixels, {}",
        table::count(config.arch.parameters() as u64, "parameter"),
        table::count(config.arch.experts as u64, "expert"),
        original.width,
        original.height,
        table::colours(original.channels)
    ));
    let Made { file, steps, stopped_early } =
        network::fit_file(args, Target::Picture(&original), &config, out, console)?;
    let report = check::measure(&file, &original)?;
    let jpeg = jpeg(&original, report.bytes)?;
    let png_bytes = original.png()?.len();
    let exported = Exported { report, steps, stopped_early, jpeg, png_bytes };
    show(args, out, &exported, describe, console)?;
    require("PSNR", exported.report.metrics.psnr_db, args.picture.min_psnr)
}

/// The same picture as JPEG, in as many bytes.
fn jpeg(original: &Picture, bytes: usize) -> Result<Option<Rival>, Failure> {
    let Some((quality, file)) = picture::jpeg_within(original, bytes)? else { return Ok(None) };
    let decoded = picture::parse(Path::new("the JPEG file"), &file, None)?.picture;
    let rival = |metrics| Rival { quality, bytes: file.len(), metrics };
    Ok(picture::compare(original, &decoded).map(rival))
}

fn describe(exported: &Exported) -> String {
    let report = &exported.report;
    let pixels = f64::from(report.width) * f64::from(report.height);
    let row = |name: String, bytes: usize, psnr: String, ssim: String| {
        let ratio = report.original_bytes as f64 / bytes as f64;
        let bits = 8.0 * bytes as f64 / pixels;
        let numbers = [table::grouped(bytes as u64), format!("{ratio:.2}"), format!("{bits:.3}")];
        let [bytes, ratio, bits] = numbers;
        [name, bytes, ratio, bits, psnr, ssim]
    };
    let lossy = |name: String, bytes, metrics: &picture::PictureMetrics| {
        row(name, bytes, table::decibel(metrics.psnr_db), check::ssim(metrics))
    };
    let heads = ["", "bytes", "ratio", "bit/pixel", "PSNR", "SSIM"].map(String::from);
    let mut rows = vec![heads, lossy("this file".into(), report.bytes, &report.metrics)];
    if let Some(jpeg) = &exported.jpeg {
        rows.push(lossy(format!("JPEG, quality {}", jpeg.quality), jpeg.bytes, &jpeg.metrics));
    }
    rows.push(row("PNG".into(), exported.png_bytes, "exact".into(), "1".into()));
    let early = if exported.stopped_early { " (stopped early)" } else { "" };
    table::columns(&rows)
        + "\n"
        + &table::rows(&[
            ("decoding", check::cost(report)),
            ("experts decide", table::percentages(&report.expert_share)),
            ("fit", table::count(exported.steps, "step") + early),
            ("PSNR as the paper counts it", check::paper_psnr(&report.metrics)),
        ])
}
