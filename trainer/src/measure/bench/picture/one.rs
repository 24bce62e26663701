//! What does one codec make of one picture, at one quality?

use super::{
    Options, Point, Series, Shot,
    calls::{self, Files},
};
use crate::{
    audio,
    measure::{
        bench::{BenchError, files, tools::Call},
        picture as metrics,
    },
    picture::{self, Picture},
};
use serde::Serialize;
use std::{
    fs,
    path::{Path, PathBuf},
    time::Instant,
};

/// The file that every codec but JPEG is given.
pub(super) const REFERENCE: &str = "reference.png";
/// The file that JPEG's tools are given.
pub(super) const REFERENCE_BMP: &str = "reference.bmp";

/// One codec, one quality, one picture.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// The picture's name.
    pub picture: String,
    /// The codec, and how it encodes.
    pub codec: Series,
    /// "4:2:0" or "4:4:4", where the codec leaves the choice.
    pub chroma: Option<&'static str>,
    /// The quality, in the words of the codec.
    pub setting: String,
    /// Size of the whole file.
    pub bytes: u64,
    /// The same for each pixel.
    pub bits_per_pixel: f64,
    /// Peak signal-to-noise ratio over red, green and blue; infinite for an exact copy, which
    /// is `null` and `exact` in JSON.
    pub psnr_db: f64,
    /// [`metrics::ssimulacra2`], of a picture that has it.
    pub ssimulacra2: Option<f64>,
    /// Whether every sample came back.
    pub exact: bool,
    /// Wall time of the encoder.
    pub encode_seconds: f64,
    /// Wall time of the decoder.
    pub decode_seconds: f64,
    /// The encoded file, in the folder that is kept.
    pub encoded: Option<PathBuf>,
    /// The decoded picture, likewise.
    pub decoded: Option<PathBuf>,
}

/// Encodes, decodes, measures.
pub(super) fn measure(
    shot: &Shot,
    point: Point,
    options: &Options,
    threads: usize,
) -> Result<Row, BenchError> {
    let place = |name: &str| Path::new(&shot.name).join(name);
    let slug = point.slug();
    let encoded = place(&format!("{slug}.{}", point.extension()));
    // Of PNG the ending is the same.
    let decoded = place(&format!("{slug}-decoded.{}", calls::decoded_extension(point.series)));
    let at = |path: &Path| options.folder.join(path);
    let files = Files {
        png: at(&place(REFERENCE)),
        bmp: at(&place(REFERENCE_BMP)),
        encoded: at(&encoded),
        decoded: at(&decoded),
    };
    // Encoders may refuse to overwrite what a run before this one left.
    files::remove(&files.encoded)?;
    files::remove(&files.decoded)?;
    let run = |call: Option<Call>, instead: &dyn Fn() -> Result<(), BenchError>| {
        let begin = Instant::now();
        match call {
            Some(call) => call.on_threads(threads).run().map(|outcome| outcome.seconds),
            None => instead().map(|()| begin.elapsed().as_secs_f64()),
        }
    };
    let encode_seconds = run(calls::encode(point, options, &files), &|| {
        let png = shot.picture.png()?;
        fs::write(&files.encoded, png).map_err(files::failed(&files.encoded))
    })?;
    let decode_seconds = run(calls::decode(point, options, &files), &|| {
        let copied = fs::copy(&files.encoded, &files.decoded).map(|_| ());
        copied.map_err(files::failed(&files.decoded))
    })?;
    let len = fs::metadata(&files.encoded).map_err(files::failed(&files.encoded))?.len();
    let original = rgb(shot.picture.clone());
    let back = picture::parse(&files.decoded, &audio::load(&files.decoded)?, None)?.picture;
    let size = |picture: &Picture| (picture.width, picture.height);
    if size(&back) != size(&original) {
        let (original, decoded) = (size(&original), size(&back));
        return Err(BenchError::Size { path: files.decoded, original, decoded });
    }
    let back = rgb(back);
    if !options.keep {
        files::remove(&files.encoded)?;
        files::remove(&files.decoded)?;
    }
    let psnr_db = metrics::psnr_db(&original.samples, &back.samples);
    let kept = |path: PathBuf| options.keep.then_some(path);
    Ok(Row {
        picture: shot.name.clone(),
        codec: point.series,
        chroma: point.chroma.map(super::Chroma::name),
        setting: point.setting(),
        bytes: len,
        bits_per_pixel: 8.0 * len as f64 / f64::from(original.pixels()),
        psnr_db,
        ssimulacra2: metrics::ssimulacra2(&original, &back),
        exact: psnr_db == f64::INFINITY,
        encode_seconds,
        decode_seconds,
        encoded: kept(encoded),
        decoded: kept(decoded),
    })
}

/// Red, green and blue: decoders differ in whether they give gray back as gray. Alpha, which
/// the originals have none of, is left out.
fn rgb(picture: Picture) -> Picture {
    let pixel = |p: &[u8]| match *p {
        [r, g, b, ..] => [r, g, b],
        [gray, ..] => [gray; 3],
        [] => [0; 3],
    };
    if picture.channels == 3 {
        return picture;
    }
    let pixels = picture.samples.chunks_exact(picture.channels);
    Picture { samples: pixels.flat_map(pixel).collect(), channels: 3, ..picture }
}
