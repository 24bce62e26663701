//! How do samples become a file?

use crate::fail;
use nex_encoder::{
    Clip, Effort, EncodeError, Loop, Models, Options, Request, Tune, encode,
    picture::{self, Pixels, essential},
    shape::{self, Volume},
};
use pyo3::{exceptions::PyValueError, prelude::*, types::PyBytes};

/// What is asked of any file. `None` is what the encoder does by itself.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub struct Common {
    size: Option<usize>,
    quality: Option<f64>,
    comment: Option<String>,
}

/// What is asked of a sound besides.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub struct SoundOptions {
    bitrate: Option<f64>,
    snr: Option<f64>,
    tune: Option<String>,
    effort: Option<String>,
    models: Option<String>,
    r#loop: Option<(u32, u32)>,
    half_memory: bool,
    max_block: Option<u32>,
    chunk: Option<u32>,
}

/// What is asked of a picture besides.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub struct PictureOptions {
    lossless: Option<bool>,
    psnr: Option<f64>,
    tune: Option<String>,
    effort: Option<String>,
    mix: bool,
    memory: Option<u32>,
    rgb565: bool,
    hidden: bool,
    tile: Option<u32>,
}

/// A sound of 32-bit floats, full scale 1.0, `[frames, channels]`.
#[pyfunction]
pub fn encode_sound<'py>(
    py: Python<'py>,
    samples: &[u8],
    rate_hz: u32,
    channels: usize,
    common: Common,
    own: SoundOptions,
) -> PyResult<Bound<'py, PyBytes>> {
    let clip = Clip { rate_hz, channels, samples: floats(samples) };
    clip.check().map_err(|error| PyValueError::new_err(format!("the sound {error}")))?;
    let request =
        Request { bytes: common.size, kbps: own.bitrate, snr_db: own.snr, quality: common.quality };
    let options = request.options(clip.seconds());
    let tunes = [("perceptual", Tune::Perceptual), ("snr", Tune::Snr)];
    let models =
        [("any", Models::Any), ("narrowband", Models::Narrowband), ("wideband", Models::Wideband)];
    let options = Options {
        tune: one_of("tune", own.tune, &tunes)?.unwrap_or(options.tune),
        effort: one_of("effort", own.effort, &EFFORTS)?.unwrap_or_default(),
        models: one_of("models", own.models, &models)?.unwrap_or_default(),
        max_log2: log2("max_block", own.max_block, 32..=2048)?,
        chunk_log2: log2("chunk", own.chunk, 32..=131_072)?,
        half_memory: own.half_memory,
        comment: common.comment,
        repeated: own.r#loop.map(|(start, end)| Loop { start, end }),
        ..options
    };
    let encoded = py.detach(|| encode(&clip, &options)).map_err(|error| match error {
        EncodeError::DoesNotFit { limit, smallest, smaller } => {
            let mend = match smaller {
                Some(smaller) if smaller.bytes <= limit => {
                    let block = smaller
                        .max_log2
                        .map_or(String::new(), |log2| format!(" and max_block={}", 1u32 << log2));
                    format!("give tune='snr'{block}")
                }
                _ => "allow more, or give a shorter sound or one of a lower rate".into(),
            };
            fail(format!(
                "no file of at most {limit} bytes holds this sound, the smallest has {smallest}; \
                 {mend}"
            ))
        }
        EncodeError::Channels(channels) => fail(format!(
            "a compact sound has 1 or 2 channels, this one has {channels}; give some of them, or \
             their mean"
        )),
        EncodeError::Chunk { .. } => fail(format!("{error}; change chunk or max_block")),
        other => fail(other),
    })?;
    Ok(PyBytes::new(py, &encoded.bytes))
}

/// A picture of 8 bits a sample, `[height, width, channels]`.
#[pyfunction]
pub fn encode_picture<'py>(
    py: Python<'py>,
    samples: Vec<u8>,
    size: (usize, usize, usize),
    common: Common,
    own: PictureOptions,
) -> PyResult<Bound<'py, PyBytes>> {
    let (height, width, channels) = size;
    let (samples, channels, _) = essential(samples, channels);
    let pixels = Pixels { width, height, channels, samples };
    let request =
        picture::Request { bytes: common.size, psnr_db: own.psnr, quality: common.quality };
    let options = request.options();
    let tunes = [("eye", picture::Tune::Eye), ("psnr", picture::Tune::Psnr)];
    let memory = log2("memory", own.memory, 16..=65_536)?;
    let tile = own.tile;
    log2("tile", tile, 32..=65_536)?;
    let drawn = picture::DrawnOptions::default();
    let lossless = picture::DrawnOptions {
        memory: memory.unwrap_or(drawn.memory),
        // Gray has no colours of a display.
        display: own.rgb565 && channels > 2,
        hidden: own.hidden,
        tile,
        limit: options.limit,
        comment: common.comment.clone(),
    };
    let mix = memory.map_or(options.mix, |memory| picture::Mix::Auto { memory });
    let lossy = picture::Options {
        tune: one_of("tune", own.tune, &tunes)?.unwrap_or(options.tune),
        effort: one_of("effort", own.effort, &EFFORTS)?.unwrap_or_default(),
        mix: if own.mix { mix } else { picture::Mix::Never },
        tile,
        comment: common.comment,
        ..options
    };
    let loss = match own.lossless {
        None => picture::Loss::Auto,
        Some(true) => picture::Loss::Lossless,
        Some(false) => picture::Loss::Lossy,
    };
    let wishes = picture::Wishes { loss, lossy, lossless, chosen: request.has_quality() };
    let made = py.detach(|| picture::export_either(&pixels, &wishes, &|_| {}));
    let made = made.map_err(|error| match error {
        picture::EncodeError::Format(error) => {
            PyValueError::new_err(format!("the picture cannot be stored: {error}"))
        }
        picture::EncodeError::DoesNotFit { .. } => {
            fail(format!("{error}; allow more, or give fewer pixels"))
        }
        other => fail(format!("{other}; ask for a lower psnr or allow more")),
    })?;
    Ok(PyBytes::new(py, &made.encoded.bytes))
}

/// A shape of 32-bit floats: distances of the middles of `voxels`^3 voxels, x first, then y.
#[pyfunction]
pub fn encode_shape<'py>(
    py: Python<'py>,
    distances: &[u8],
    voxels: u16,
    cube: ([f32; 3], f32),
    common: Common,
    error: Option<f64>,
) -> PyResult<Bound<'py, PyBytes>> {
    let request = shape::Request { bytes: common.size, error, quality: common.quality };
    let options = shape::Options { comment: common.comment, ..request.options() };
    let (origin, side) = cube;
    let volume = Volume { voxels, origin, side, distances: floats(distances) };
    let encoded = py.detach(|| shape::export(&volume, &options)).map_err(|error| match error {
        shape::EncodeError::Format(error) => {
            PyValueError::new_err(format!("the shape cannot be stored: {error}"))
        }
        shape::EncodeError::NotFinite { .. } => {
            PyValueError::new_err(format!("{error}; give finite distances"))
        }
        shape::EncodeError::NotGoodEnough { .. } => {
            fail(format!("{error}; allow more, or give more voxels"))
        }
        other => fail(format!("{other}; allow more, or give fewer voxels")),
    })?;
    Ok(PyBytes::new(py, &encoded.bytes))
}

/// How long to search.
const EFFORTS: [(&str, Effort); 3] =
    [("fast", Effort::Fast), ("normal", Effort::Normal), ("best", Effort::Best)];

/// Numbers in the processor's order of bytes.
fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes.as_chunks().0.iter().map(|&four| f32::from_ne_bytes(four)).collect()
}

/// What a name means.
fn one_of<T: Copy>(
    option: &str,
    given: Option<String>,
    names: &[(&str, T)],
) -> PyResult<Option<T>> {
    let Some(given) = given else { return Ok(None) };
    let found = names.iter().find(|(name, _)| *name == given);
    found.map(|&(_, meant)| Some(meant)).ok_or_else(|| {
        let names: Vec<_> = names.iter().map(|(name, _)| format!("'{name}'")).collect();
        PyValueError::new_err(format!("{option} is {}, not '{given}'", names.join(" or ")))
    })
}

/// log2 of a power of two.
fn log2(
    option: &str,
    given: Option<u32>,
    range: std::ops::RangeInclusive<u32>,
) -> PyResult<Option<u8>> {
    match given {
        Some(n) if !n.is_power_of_two() || !range.contains(&n) => {
            Err(PyValueError::new_err(format!(
                "{option} is a power of two from {} to {}, not {n}",
                range.start(),
                range.end()
            )))
        }
        given => Ok(given.map(|n| n.ilog2() as u8)),
    }
}
