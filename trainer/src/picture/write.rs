//! How does a picture become a PNG file?

use super::{Picture, PictureError};
use image::{ExtendedColorType, ImageEncoder as _, codecs::png::PngEncoder};

/// The picture as a PNG file of 8-bit samples.
///
/// # Errors
/// If the samples do not fill it.
pub fn png_bytes(
    (width, height): (u32, u32),
    channels: usize,
    samples: &[u8],
) -> Result<Vec<u8>, PictureError> {
    let colour = match channels {
        1 => ExtendedColorType::L8,
        2 => ExtendedColorType::La8,
        3 => ExtendedColorType::Rgb8,
        _ => ExtendedColorType::Rgba8,
    };
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes).write_image(samples, width, height, colour)?;
    Ok(bytes)
}

impl Picture {
    /// [`png_bytes`] of it.
    ///
    /// # Errors
    /// Likewise.
    pub fn png(&self) -> Result<Vec<u8>, PictureError> {
        png_bytes((self.width.into(), self.height.into()), self.channels, &self.samples)
    }
}
