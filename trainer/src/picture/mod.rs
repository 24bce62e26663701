//! Pictures: files in and out, and what a `.nex` file shows.

pub mod colour;
mod decode;
mod error;
mod profile;
mod read;
mod write;

pub use decode::{Leaf, decode, experts, leaves, scaled};
pub use error::PictureError;
#[cfg(feature = "neural")]
pub(crate) use read::decoded;
pub use read::{Loaded, parse, parse_fitted};
pub use write::png_bytes;

/// A picture: `height` rows of `width` pixels of `channels` samples of 8 bits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Pixels per row, 1 to 65,535.
    pub width: u16,
    /// Rows, 1 to 65,535.
    pub height: u16,
    /// 1: gray, 2: gray and alpha, 3: red, green, blue, 4: these and alpha.
    pub channels: usize,
    /// `[height, width, channels]`, row-major.
    pub samples: Vec<u8>,
}

impl Picture {
    /// Pixels in all; more than 4 billion do not occur.
    #[must_use]
    pub const fn pixels(&self) -> u32 {
        self.width as u32 * self.height as u32
    }

    /// Its alpha as gray, if it has one: a mask, to be tinted where it is shown.
    #[must_use]
    pub fn mask(&self) -> Option<Self> {
        if !self.channels.is_multiple_of(2) {
            return None;
        }
        let alpha = self.samples.chunks_exact(self.channels).filter_map(|pixel| pixel.last());
        Some(Self { channels: 1, samples: alpha.copied().collect(), ..*self })
    }

    /// Samples as a network gives them: 0 is -1, 255 is 1.
    #[must_use]
    pub fn normalised(&self) -> Vec<f32> {
        self.samples.iter().map(|&s| f32::from(s) / 127.5 - 1.0).collect()
    }
}
