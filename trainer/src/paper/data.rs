//! What signal does a fit see, and at which coordinates?

use super::PaperError;
use crate::audio;
use image::imageops::FilterType;
use std::path::Path;

/// The chunks of coordinates that a step is split into at most; the length of
/// a signal is a multiple of it.
pub const MAX_CHUNKS: usize = 16;

/// Signals of one shape, each to be fitted by a network of its own.
#[derive(Clone, Debug)]
pub struct Signals {
    /// Coordinates per point.
    pub in_dim: usize,
    /// Values per point.
    pub out_dim: usize,
    /// `[points, in_dim]`, the same for all.
    pub coords: Vec<f32>,
    /// Each `[points, out_dim]`.
    pub targets: Vec<Vec<f32>>,
    /// Rows and columns of a picture.
    pub size: Option<(usize, usize)>,
}

impl Signals {
    /// Number of points.
    #[must_use]
    pub fn points(&self) -> usize {
        self.coords.len() / self.in_dim.max(1)
    }

    /// One of the signals alone.
    #[must_use]
    pub fn only(&self, index: usize) -> Self {
        let targets = self.targets.iter().skip(index).take(1).cloned().collect();
        Self { targets, coords: self.coords.clone(), ..*self }
    }
}

/// A value at position `i` of `count` from `-end` to `end`, both included.
fn linspace(i: usize, count: usize, end: f64) -> f32 {
    let last = (count - 1).max(1) as f64;
    (end * (2.0 * i as f64 / last - 1.0)) as f32
}

/// Pictures: their centre square at `side` pixels, or at a quarter of its size.
///
/// As the method prepares them: scaled with a Lanczos filter, then cut to the
/// centre, three channels in -1 to 1, coordinates (row, column) from -1 to 1.
///
/// # Errors
/// [`PaperError`] if a file is no picture, or the pictures differ in size.
pub fn pictures<P: AsRef<Path>>(paths: &[P], side: Option<usize>) -> Result<Signals, PaperError> {
    let mut targets = Vec::new();
    let mut size = None;
    for path in paths {
        let path = path.as_ref();
        let failed = |source| PaperError::Picture { path: path.into(), source };
        let picture = image::open(path).map_err(failed)?.to_rgb8();
        let shortest = picture.width().min(picture.height());
        let quarter = (shortest as usize / 4).max(4);
        let target = side.unwrap_or(quarter) as u32;
        let scaled =
            |length: u32| (f64::from(length) * f64::from(target) / f64::from(shortest)) as u32;
        let (width, height) = (scaled(picture.width()), scaled(picture.height()));
        let picture = image::imageops::resize(&picture, width, height, FilterType::Lanczos3);
        let (left, top) = ((width - target) / 2, (height - target) / 2);
        let picture = image::imageops::crop_imm(&picture, left, top, target, target).to_image();
        if *size.get_or_insert(target as usize) != target as usize {
            return Err(PaperError::Sizes { path: path.into() });
        }
        let values = picture.into_raw().into_iter().map(|v| f32::from(v) / 127.5 - 1.0);
        targets.push(values.collect());
    }
    let side = size.ok_or(PaperError::NoSignals)?;
    let axis = |i| linspace(i, side, 1.0);
    let coords = (0..side * side).flat_map(|i| [axis(i / side), axis(i % side)]).collect();
    Ok(Signals { in_dim: 2, out_dim: 3, coords, targets, size: Some((side, side)) })
}

/// A sound: one channel, divided by its largest magnitude, coordinates from
/// -100 to 100. Up to 15 frames at its end are left out, so that a step can be
/// split into chunks. `seconds` takes its beginning only.
///
/// # Errors
/// [`PaperError::Audio`] if the file is no sound.
pub fn sound(path: &Path, seconds: Option<f64>) -> Result<Signals, PaperError> {
    let clip = audio::read(path)?.mono_mix();
    let wanted = seconds.map_or(usize::MAX, |s| (s * f64::from(clip.rate_hz)) as usize);
    let frames = clip.frames().min(wanted) / MAX_CHUNKS * MAX_CHUNKS;
    if frames == 0 {
        return Err(PaperError::NoSignals);
    }
    let clip = clip.slice(0..frames);
    let scale = 1.0 / clip.peak().max(f32::MIN_POSITIVE);
    let coords = (0..frames).map(|i| linspace(i, frames, 100.0)).collect();
    let target = clip.samples.iter().map(|s| s * scale).collect();
    Ok(Signals { in_dim: 1, out_dim: 1, coords, targets: vec![target], size: None })
}
