//! With which command lines are pictures encoded and decoded?

use super::{Options, Point, Series};
use crate::measure::bench::tools::{self, Call};
use std::path::PathBuf;

/// The files of a measurement.
pub(super) struct Files {
    /// The picture, as PNG.
    pub png: PathBuf,
    /// The same as BMP, which JPEG's tools read.
    pub bmp: PathBuf,
    /// What is made of it.
    pub encoded: PathBuf,
    /// What comes back, in the format that [`decoded_extension`] says.
    pub decoded: PathBuf,
}

/// Encodes; `None` for PNG, which is there.
pub(super) fn encode(point: Point, options: &Options, files: &Files) -> Option<Call> {
    let Files { png, bmp, encoded, .. } = files;
    let quality = point.quality.to_string();
    let chroma = |each: [&'static str; 2]| match point.chroma {
        Some(super::Chroma::Quarter) => each[0],
        _ => each[1],
    };
    // mozjpeg's own defaults are its best; libjpeg-turbo's baseline files are what small decoders
    // read, and at 320 x 240 smaller than its progressive ones.
    let jpeg = |program: &str| {
        Call::new(program, ["-quality", &quality, "-optimize"])
            .with(["-sample", chroma(["2x2", "1x1"]), "-outfile"])
            .with([encoded, bmp])
    };
    Some(match point.series {
        Series::Png => return None,
        Series::Compact(tune) => tools::export(&options.program, png, encoded).with([
            "--lossy",
            "--tune",
            tune.name(),
            "--quality",
            &quality,
        ]),
        Series::Jpeg => jpeg("cjpeg"),
        Series::MozJpeg => jpeg("mozjpeg"),
        Series::WebP => Call::new("cwebp", ["-quiet", "-m", "6", "-q", &quality])
            .with([png])
            .with(["-o"])
            .with([encoded]),
        // The same quantiser wherever it is needed, and none other than the one asked for.
        Series::Avif(tune) => Call::new("avifenc", ["-j", "1", "-s"])
            .with([options.avif_speed.to_string()])
            .with(["-y", chroma(["420", "444"]), "--min", "0", "--max", "63"])
            .with(["-a", "end-usage=q", "-a", &format!("cq-level={quality}")])
            .with(["-a", &format!("tune={}", tune.name())])
            .with([png, encoded]),
        Series::Jxl => Call::new("cjxl", [png, encoded]).with([
            "-d",
            &quality,
            "-e",
            "9",
            "--num_threads=0",
            "--quiet",
        ]),
    })
}

/// Decodes; `None` for PNG.
pub(super) fn decode(point: Point, options: &Options, files: &Files) -> Option<Call> {
    let Files { encoded, decoded, .. } = files;
    Some(match point.series {
        Series::Png => return None,
        Series::Compact(_) => tools::decode(&options.program, encoded, decoded),
        Series::Jpeg | Series::MozJpeg => {
            Call::new("djpeg", ["-bmp", "-outfile"]).with([decoded, encoded])
        }
        Series::WebP => Call::new("dwebp", ["-quiet"]).with([encoded]).with(["-o"]).with([decoded]),
        Series::Avif(_) => Call::new("avifdec", ["-j", "1"]).with([encoded, decoded]),
        Series::Jxl => Call::new("djxl", [encoded, decoded]).with(["--num_threads=0", "--quiet"]),
    })
}

/// The ending of the name of what comes back.
pub(super) const fn decoded_extension(series: Series) -> &'static str {
    match series {
        Series::Jpeg | Series::MozJpeg => "bmp",
        _ => "png",
    }
}
