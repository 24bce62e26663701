//! What picture is in this file?

use super::{Picture, PictureError};
use image::{
    ColorType, DynamicImage, ImageDecoder as _, ImageError, ImageReader, Limits,
    imageops::FilterType, metadata::Orientation,
};
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

/// Reads a PNG or JPEG file's bytes: gray or RGB, with or without alpha; a
/// palette becomes RGB, 16 bits become 8, a photograph is turned upright.
///
/// With `max_side` a picture of which a side is longer is made smaller by
/// Lanczos' filter, its proportions kept.
///
/// # Errors
/// [`PictureError`] by variant; a size above the limit is refused before
/// memory is taken.
pub fn parse(path: &Path, bytes: &[u8], max_side: Option<u32>) -> Result<Loaded, PictureError> {
    let mut notes = Vec::new();
    let shrinks = max_side.is_some_and(|side| side <= MOST_SIDE);
    let (mut image, orientation) = decoded(path, bytes, shrinks)?;
    image.apply_orientation(orientation);
    if let Some(side) = max_side.filter(|&side| image.width().max(image.height()) > side) {
        let before = (image.width(), image.height());
        image = image.resize(side, side, FilterType::Lanczos3);
        let after = (image.width(), image.height());
        notes.push(format!(
            "made smaller, from {} x {} to {} x {} pixels",
            before.0, before.1, after.0, after.1
        ));
    }
    let (picture, reduced) = eight_bits(path, &image)?;
    if reduced {
        notes.push("16 bits per sample were reduced to 8".into());
    }
    Ok(Loaded { picture, notes })
}

/// The picture in a file's bytes as it is stored, and how it is to be turned. A
/// picture that `shrinks` may have longer sides than a `.nex` file can say.
///
/// # Errors
/// [`PictureError`] by variant; a size above the limit is refused before memory
/// is taken.
pub(crate) fn decoded(
    path: &Path,
    bytes: &[u8],
    shrinks: bool,
) -> Result<(DynamicImage, Orientation), PictureError> {
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
    if pixels > most || (width.max(height) > MOST_SIDE && !shrinks) {
        let limit = MOST_SIDE;
        return Err(PictureError::TooLarge { path: path_of(), width, height, limit, most });
    }
    let orientation = decoder.orientation().map_err(failed)?;
    // So many pixels at most, of 8 bytes at most.
    let image = DynamicImage::from_decoder(decoder).map_err(failed)?;
    Ok((image, orientation))
}

/// The samples in 8 bits, and whether there were more.
fn eight_bits(path: &Path, image: &DynamicImage) -> Result<(Picture, bool), PictureError> {
    let colour = image.color();
    let (channels, samples) = match colour {
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
    let reduced = colour.bytes_per_pixel() > colour.channel_count();
    let picture =
        Picture { width: side(image.width()), height: side(image.height()), channels, samples };
    Ok((picture, reduced))
}
