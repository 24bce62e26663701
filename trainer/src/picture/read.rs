//! What picture is in this file?

use super::{Picture, PictureError, profile::to_srgb};
use image::{
    AnimationDecoder as _, ColorType, DynamicImage, ImageDecoder as _, ImageError, ImageReader,
    Limits, Rgba,
    codecs::{gif::GifDecoder, png::PngDecoder},
    imageops::FilterType,
    metadata::Orientation,
};
use nex_encoder::picture;
use std::{io::Cursor, path::Path};

/// Pixels of one side at most: what a `.nex` file can say.
const MOST_SIDE: u32 = u16::MAX as u32;
/// Pixels in all that are read at most: 256 MB of 8-bit RGBA.
const MOST_PIXELS: u64 = 1 << 26;
/// Bytes beside the pixels that a reader may take at most: a row, and metadata,
/// which may be a thousand times as large as they are in the file.
const MOST_BESIDE: u64 = 1 << 26;

/// A picture that was read, and what was lost or changed on the way.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The picture.
    pub picture: Picture,
    /// What the user should know, each a sentence.
    pub notes: Vec<String>,
}

/// Reads a picture file's bytes (PNG, JPEG, WebP, GIF, BMP): gray or RGB, with or
/// without alpha; a palette becomes RGB, 16 bits become 8, a photograph is turned
/// upright. Channels that say nothing are left out: alpha that is opaque
/// everywhere, and colour where all is gray. Colours with an ICC profile become sRGB.
///
/// With `max_side` a picture of which a side is longer is made smaller by
/// Lanczos' filter, its proportions kept; colours count by their alpha.
///
/// # Errors
/// [`PictureError`] by variant; a size above the limit is refused before
/// memory is taken.
pub fn parse(path: &Path, bytes: &[u8], max_side: Option<u32>) -> Result<Loaded, PictureError> {
    let shrinks = max_side.is_some_and(|side| side <= MOST_SIDE);
    scaled(path, bytes, shrinks, |image| {
        let longer = |&side: &u32| image.width().max(image.height()) > side;
        max_side.filter(longer).map(|side| smaller(image, side))
    })
}

/// [`parse`], then in so many columns and rows, or, of an upright picture, as many rows and
/// columns: filled by as much of the middle as has these proportions, with Lanczos' filter.
///
/// # Errors
/// As [`parse`].
pub fn parse_fitted(
    path: &Path,
    bytes: &[u8],
    (columns, rows): (u16, u16),
) -> Result<Loaded, PictureError> {
    scaled(path, bytes, true, |image| {
        let (width, height) = (image.width(), image.height());
        let (columns, rows) = if height > width { (rows, columns) } else { (columns, rows) };
        let to = (u32::from(columns), u32::from(rows));
        ((width, height) != to).then(|| filled(image, to))
    })
}

/// Reads a picture file and changes its size, or leaves it.
fn scaled(
    path: &Path,
    bytes: &[u8],
    shrinks: bool,
    resize: impl Fn(&DynamicImage) -> Option<DynamicImage>,
) -> Result<Loaded, PictureError> {
    let mut notes = Vec::new();
    let Decoded { mut image, orientation, profile } = decoded(path, bytes, shrinks)?;
    if is_cut_jpeg(bytes) {
        notes.push("the file ends early: its lower part may be missing".into());
    }
    if is_animated(bytes) {
        notes.push("is animated, of which the first picture is taken".into());
    }
    image.apply_orientation(orientation);
    let depth = image.color().bytes_per_pixel() > image.color().channel_count();
    if let Some(resized) = resize(&image) {
        notes.push(format!(
            "made {}, from {} x {} to {} x {} pixels",
            if resized.width() < image.width() { "smaller" } else { "larger" },
            image.width(),
            image.height(),
            resized.width(),
            resized.height()
        ));
        image = resized;
    }
    let mut picture = eight_bits(path, &image)?;
    if depth {
        notes.push("16 bits per sample were reduced to 8".into());
    }
    notes.extend(profile.and_then(|profile| to_srgb(&mut picture, &profile)).map(String::from));
    let (picture, left_out) = essential(picture);
    notes.extend(left_out.map(String::from));
    Ok(Loaded { picture, notes })
}

/// The picture in fewer pixels. Where there is alpha, a pixel's colour counts as
/// much as it is seen: what is hidden under full transparency must not come out
/// at an edge.
fn smaller(image: &DynamicImage, side: u32) -> DynamicImage {
    if !image.color().has_alpha() {
        return image.resize(side, side, FilterType::Lanczos3);
    }
    let mut pixels = image.to_rgba32f();
    // By half: the filter overshoots, and what it gives is cut at 1.
    for Rgba([colours @ .., alpha]) in pixels.pixels_mut() {
        *alpha *= 0.5;
        colours.iter_mut().for_each(|colour| *colour *= *alpha);
    }
    let resized = DynamicImage::ImageRgba32F(pixels).resize(side, side, FilterType::Lanczos3);
    let mut pixels = resized.to_rgba32f();
    for Rgba([colours @ .., alpha]) in pixels.pixels_mut() {
        let seen = if *alpha > 0.0 { alpha.recip() } else { 0.0 };
        colours.iter_mut().for_each(|colour| *colour = (*colour * seen).clamp(0.0, 1.0));
        *alpha = (*alpha * 2.0).clamp(0.0, 1.0);
    }
    DynamicImage::ImageRgba8(DynamicImage::ImageRgba32F(pixels).to_rgba8())
}

/// The middle of a picture in a size.
fn filled(image: &DynamicImage, (columns, rows): (u32, u32)) -> DynamicImage {
    // The other side of these proportions, as far as there is one.
    let other = |side: u32, from: u32, to: u32, most: u32| {
        let side = (u64::from(side) * u64::from(to) + u64::from(from) / 2) / u64::from(from);
        u32::try_from(side).unwrap_or(u32::MAX).clamp(1, most)
    };
    let wide = other(image.height(), rows, columns, image.width());
    let high = other(image.width(), columns, rows, image.height());
    let corner = ((image.width() - wide) / 2, (image.height() - high) / 2);
    image.crop_imm(corner.0, corner.1, wide, high).resize_exact(columns, rows, FilterType::Lanczos3)
}

/// The picture without channels that say nothing, and what was left out.
fn essential(picture: Picture) -> (Picture, Option<&'static str>) {
    let (samples, channels, idle) = picture::essential(picture.samples, picture.channels);
    let note = match (idle.alpha, idle.colours) {
        (false, false) => None,
        (true, false) => Some("alpha is opaque everywhere and is left out"),
        (false, true) => Some("all pixels are gray: stored as gray"),
        (true, true) => Some("all pixels are gray and opaque: stored as gray"),
    };
    (Picture { samples, channels, ..picture }, note)
}

/// Whether a JPEG file has no end: readers fill up what is missing.
fn is_cut_jpeg(bytes: &[u8]) -> bool {
    const SCAN: u8 = 0xda;
    const END: u8 = 0xd9;
    let Some(mut rest) = bytes.strip_prefix(b"\xff\xd8") else { return false };
    // Segments up to the first scan; a thumbnail in one of them has an end of its own.
    while let [0xff, marker, high, low, ..] = *rest {
        if marker == SCAN {
            return !rest.windows(2).any(|pair| pair == [0xff, END]);
        }
        let len = usize::from(u16::from_be_bytes([high, low]));
        // Between segments there may be any number of 0xff.
        rest = rest.get(if marker == 0xff { 1 } else { 2 + len }..).unwrap_or_default();
    }
    true
}

/// Whether a GIF, WebP or PNG file has more than one picture.
fn is_animated(bytes: &[u8]) -> bool {
    let webp = bytes.get(8..16) == Some(b"WEBPVP8X");
    let flags = bytes.get(20).copied().unwrap_or(0);
    let gif = || {
        let decoder = GifDecoder::new(Cursor::new(bytes)).ok()?;
        Some(decoder.into_frames().take(2).filter(Result::is_ok).count() > 1)
    };
    let png = || PngDecoder::new(Cursor::new(bytes)).ok()?.is_apng().ok();
    (webp && flags & 2 != 0)
        || png() == Some(true)
        || (bytes.starts_with(b"GIF8") && gif() == Some(true))
}

/// A picture as it is stored.
pub(crate) struct Decoded {
    /// Its pixels.
    pub image: DynamicImage,
    /// How it is to be turned.
    pub orientation: Orientation,
    /// What its colours mean (ICC), where it says so.
    pub profile: Option<Vec<u8>>,
}

/// The picture in a file's bytes as it is stored. A picture that `shrinks` may have longer sides than a `.nex` file can say.
///
/// # Errors
/// [`PictureError`] by variant; a size above the limit is refused before memory
/// is taken.
pub(crate) fn decoded(path: &Path, bytes: &[u8], shrinks: bool) -> Result<Decoded, PictureError> {
    let path_of = || path.to_path_buf();
    let (most, beside) = (MOST_PIXELS, MOST_BESIDE);
    let failed = |source| match source {
        ImageError::Limits(_) => PictureError::Endless { path: path_of(), most, beside },
        source => PictureError::Damaged { path: path_of(), source },
    };
    let mut reader =
        ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(|e| failed(e.into()))?;
    // Of their own accord formats allocate before a size can be looked at.
    let mut limits = Limits::default();
    limits.max_alloc = Some(beside);
    reader.limits(limits);
    let mut decoder = reader.into_decoder().map_err(failed)?;
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 {
        return Err(PictureError::NoPixels { path: path_of(), width, height });
    }
    let pixels = u64::from(width) * u64::from(height);
    if pixels > most {
        return Err(PictureError::TooLarge { path: path_of(), width, height, most });
    }
    if width.max(height) > MOST_SIDE && !shrinks {
        let limit = MOST_SIDE;
        return Err(PictureError::TooLong { path: path_of(), width, height, limit });
    }
    let orientation = decoder.orientation().map_err(failed)?;
    // One that is damaged is none.
    let profile = decoder.icc_profile().ok().flatten();
    // So many pixels at most, of 8 bytes at most.
    let image = DynamicImage::from_decoder(decoder).map_err(failed)?;
    Ok(Decoded { image, orientation, profile })
}

/// The samples in 8 bits.
fn eight_bits(path: &Path, image: &DynamicImage) -> Result<Picture, PictureError> {
    let (channels, samples) = match image.color() {
        ColorType::L8 | ColorType::L16 => (1, image.to_luma8().into_raw()),
        ColorType::La8 | ColorType::La16 => (2, image.to_luma_alpha8().into_raw()),
        ColorType::Rgb8 | ColorType::Rgb16 => (3, image.to_rgb8().into_raw()),
        ColorType::Rgba8 | ColorType::Rgba16 => (4, image.to_rgba8().into_raw()),
        other => {
            return Err(PictureError::Samples { path: path.into(), kind: format!("{other:?}") });
        }
    };
    // The sides were checked, and only get shorter or change places.
    let side = |n: u32| n.min(MOST_SIDE) as u16;
    Ok(Picture { width: side(image.width()), height: side(image.height()), channels, samples })
}
