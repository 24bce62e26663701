//! How good is JPEG in as many bytes? (the format to compare with)

use super::{Picture, PictureError};
use image::{ExtendedColorType, codecs::jpeg::JpegEncoder};

/// The finest JPEG file that has at most so many bytes, with its quality from
/// 1 to 100; of quality 1, if even that has more. `None` for a picture with
/// alpha, which JPEG does not have.
///
/// Cost: seven encodings.
///
/// # Errors
/// None are expected.
pub fn jpeg_within(picture: &Picture, bytes: usize) -> Result<Option<(u8, Vec<u8>)>, PictureError> {
    let colour = match picture.channels {
        1 => ExtendedColorType::L8,
        3 => ExtendedColorType::Rgb8,
        _ => return Ok(None),
    };
    let encode = |quality: u8| -> Result<Vec<u8>, PictureError> {
        let mut file = Vec::new();
        let mut encoder = JpegEncoder::new_with_quality(&mut file, quality);
        let (width, height) = (picture.width.into(), picture.height.into());
        encoder.encode(&picture.samples, width, height, colour)?;
        Ok(file)
    };
    // `fits` does, or is 1; `above` does not.
    let (mut fits, mut above) = ((1, encode(1)?), 101);
    while above - fits.0 > 1 {
        let middle = fits.0 + (above - fits.0) / 2;
        let file = encode(middle)?;
        if file.len() <= bytes {
            fits = (middle, file);
        } else {
            above = middle;
        }
    }
    Ok(Some(fits))
}
