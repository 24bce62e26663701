//! How does a picture become a PNG or a BMP file?

use super::{Picture, PictureError};
use image::{
    ExtendedColorType, ImageEncoder as _,
    codecs::{bmp::BmpEncoder, png::PngEncoder},
};

/// The picture as a PNG file of 8-bit samples.
///
/// # Errors
/// If the samples do not fill it.
pub fn png_bytes(
    (width, height): (u32, u32),
    channels: usize,
    samples: &[u8],
) -> Result<Vec<u8>, PictureError> {
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes).write_image(samples, width, height, colour(channels))?;
    Ok(bytes)
}

const fn colour(channels: usize) -> ExtendedColorType {
    match channels {
        1 => ExtendedColorType::L8,
        2 => ExtendedColorType::La8,
        3 => ExtendedColorType::Rgb8,
        _ => ExtendedColorType::Rgba8,
    }
}

impl Picture {
    /// [`png_bytes`] of it.
    ///
    /// # Errors
    /// Likewise.
    pub fn png(&self) -> Result<Vec<u8>, PictureError> {
        png_bytes((self.width.into(), self.height.into()), self.channels, &self.samples)
    }

    /// The picture as a BMP file.
    ///
    /// # Errors
    /// If the samples do not fill it.
    pub fn bmp(&self) -> Result<Vec<u8>, PictureError> {
        let (width, height) = (self.width.into(), self.height.into());
        let mut bytes = Vec::new();
        BmpEncoder::new(&mut bytes).encode(&self.samples, width, height, colour(self.channels))?;
        Ok(bytes)
    }
}
