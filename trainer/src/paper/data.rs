//! What signal does a fit see, and at which coordinates?

use super::PaperError;
use crate::{audio, picture};
use image::{
    GenericImageView, ImageBuffer, Pixel, RgbImage,
    imageops::{self, FilterType},
};
use serde::Deserialize;
use std::{collections::BTreeMap, fs, path::Path};

/// The chunks of coordinates that a step is split into at most; the length of
/// a signal is a multiple of it.
pub const MAX_CHUNKS: usize = 16;

/// How large pictures are when they are fitted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Side {
    /// A part of what the paper takes, which is a quarter of the shorter side.
    Part(f64),
    /// So many pixels.
    Pixels(usize),
}

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
    /// Frames a second of a sound; 0 for all else.
    pub rate_hz: u32,
    /// Which segment a point belongs to, `[points]` for each signal; empty
    /// where nobody has said so.
    pub segments: Vec<Vec<u8>>,
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
        let segments = self.segments.iter().skip(index).take(1).cloned().collect();
        Self { targets, segments, coords: self.coords.clone(), ..*self }
    }
}

/// A value at position `i` of `count` from `-end` to `end`, both included.
fn linspace(i: usize, count: usize, end: f64) -> f32 {
    let last = (count - 1).max(1) as f64;
    (end * (2.0 * i as f64 / last - 1.0)) as f32
}

/// Pixels along the side of the square that is fitted: the paper's is a quarter.
fn pixels(picture: &impl GenericImageView, side: Side) -> u32 {
    let shortest = picture.width().min(picture.height());
    let pixels = match side {
        Side::Part(part) => (f64::from(shortest) / 4.0 * part) as u32,
        Side::Pixels(pixels) => pixels as u32,
    };
    pixels.max(4)
}

/// The centre square, after the shorter side is scaled to it.
fn centre<P: Pixel<Subpixel = u8> + 'static>(
    picture: &ImageBuffer<P, Vec<u8>>,
    side: u32,
    filter: FilterType,
) -> ImageBuffer<P, Vec<u8>> {
    let shortest = picture.width().min(picture.height());
    let scaled = |length: u32| (f64::from(length) * f64::from(side) / f64::from(shortest)) as u32;
    let (width, height) = (scaled(picture.width()), scaled(picture.height()));
    let picture = imageops::resize(picture, width, height, filter);
    let (left, top) = ((width - side) / 2, (height - side) / 2);
    imageops::crop_imm(&picture, left, top, side, side).to_image()
}

/// The picture in a file, as it is stored.
fn open(path: &Path) -> Result<RgbImage, PaperError> {
    let failed = |source| PaperError::Picture { path: path.into(), source };
    let bytes = fs::read(path).map_err(|e| failed(e.into()))?;
    let decoded = picture::decoded(path, &bytes, true).map_err(|e| failed(e.into()))?;
    Ok(decoded.image.into_rgb8())
}

/// Pictures: their centre square, scaled down.
///
/// As the method prepares them: scaled with a Lanczos filter, then cut to the
/// centre, three channels in -1 to 1, coordinates (column, row) from -1 to 1.
///
/// # Errors
/// [`PaperError`] if a file is no picture, or the pictures differ in size.
pub fn pictures<P: AsRef<Path>>(paths: &[P], side: Side) -> Result<Signals, PaperError> {
    let mut targets = Vec::new();
    let mut size = None;
    for path in paths {
        let path = path.as_ref();
        let picture = open(path)?;
        let target = pixels(&picture, side);
        let picture = centre(&picture, target, FilterType::Lanczos3);
        if *size.get_or_insert(target as usize) != target as usize {
            return Err(PaperError::Sizes { path: path.into() });
        }
        let values = picture.into_raw().into_iter().map(|v| f32::from(v) / 127.5 - 1.0);
        targets.push(values.collect());
    }
    let side = size.ok_or(PaperError::NoSignals)?;
    let axis = |i| linspace(i, side, 1.0);
    let coords = (0..side * side).flat_map(|i| [axis(i % side), axis(i / side)]).collect();
    Ok(Signals {
        in_dim: 2,
        out_dim: 3,
        coords,
        targets,
        size: Some((side, side)),
        rate_hz: 0,
        segments: vec![],
    })
}

/// A sound: one channel, divided by its largest magnitude, coordinates from
/// -100 to 100. Up to 15 frames at its end are left out, so that a step can be
/// split into chunks. `seconds` takes its beginning only, `scale` resamples it
/// to a part of its rate, `segments` is a file for [`sound_segments`].
///
/// # Errors
/// [`PaperError::Audio`] if the file is no sound; those of [`sound_segments`].
pub fn sound(
    path: &Path,
    seconds: Option<f64>,
    scale: f64,
    segments: Option<&Path>,
) -> Result<Signals, PaperError> {
    let clip = audio::read(path)?.mono_mix();
    let failed = |source| PaperError::Resample { path: path.into(), source };
    let rate_hz = f64::from(clip.rate_hz) * scale;
    let clip = audio::resample(&clip, rate_hz.round() as u32).map_err(failed)?;
    let wanted = seconds.map_or(usize::MAX, |s| (s * f64::from(clip.rate_hz)) as usize);
    let frames = clip.frames().min(wanted) / MAX_CHUNKS * MAX_CHUNKS;
    if frames == 0 {
        return Err(PaperError::NoSignals);
    }
    let clip = clip.slice(0..frames);
    let scale = 1.0 / clip.peak().max(f32::MIN_POSITIVE);
    let coords = (0..frames).map(|i| linspace(i, frames, 100.0)).collect();
    let target = clip.samples.iter().map(|s| s * scale).collect();
    let labels = segments.map(|path| sound_segments(path, frames, clip.rate_hz)).transpose()?;
    let segments = labels.into_iter().collect();
    Ok(Signals {
        in_dim: 1,
        out_dim: 1,
        coords,
        targets: vec![target],
        size: None,
        rate_hz: clip.rate_hz,
        segments,
    })
}

/// One stretch of a sound that somebody has labelled.
#[derive(Deserialize)]
struct Stretch {
    /// Seconds.
    start: f64,
    /// Seconds.
    end: f64,
    label: u8,
}

/// Segments of a sound from JSON: a list of `{"start": seconds, "end": seconds,
/// "label": number}`. Where nothing is said, the label is 0.
///
/// # Errors
/// [`PaperError::Segments`] if the file is no such list.
pub fn sound_segments(path: &Path, frames: usize, rate_hz: u32) -> Result<Vec<u8>, PaperError> {
    let failed = |source| PaperError::Segments { path: path.into(), source };
    let text = fs::read_to_string(path).map_err(|e| failed(e.into()))?;
    let stretches: Vec<Stretch> = serde_json::from_str(&text).map_err(|e| failed(e.into()))?;
    let mut labels = vec![0; frames];
    for Stretch { start, end, label } in stretches {
        let frame = |seconds: f64| ((seconds * f64::from(rate_hz)).max(0.0) as usize).min(frames);
        let (from, to) = (frame(start), frame(end));
        labels.get_mut(from..to).unwrap_or_default().fill(label);
    }
    Ok(labels)
}

/// Segments of a picture from a label map: a picture of the same shape in which
/// every colour is a segment, numbered in the order of their frequency. It is
/// scaled and cut as the picture is, without mixing colours.
///
/// # Errors
/// [`PaperError::Picture`] if the file is no picture.
pub fn picture_segments(path: &Path, side: Side) -> Result<Vec<u8>, PaperError> {
    let map = open(path)?;
    let map = centre(&map, pixels(&map, side), FilterType::Nearest);
    let mut counts = BTreeMap::<[u8; 3], usize>::new();
    map.pixels().for_each(|p| *counts.entry(p.0).or_default() += 1);
    let mut colours: Vec<_> = counts.into_iter().collect();
    colours.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let number = |colour: [u8; 3]| colours.iter().position(|(c, _)| *c == colour).unwrap_or(0);
    Ok(map.pixels().map(|p| number(p.0).min(255) as u8).collect())
}
