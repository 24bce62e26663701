//! How do samples become what a display takes?

use nex_kernels::show;

/// How a picture is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Look {
    /// What lies behind a picture with alpha: red, green, blue. Others do not show it.
    pub background: [u8; 3],
    /// Whether the bits that a format lacks are spread over the pixels around, so that
    /// slopes show no bands (an ordered dither of 8 x 8 pixels, by their place in the
    /// picture: what is drawn in parts has no seams).
    pub dither: bool,
}

impl Look {
    /// Over black, dithered.
    pub const DEFAULT: Self = Self { background: [0; 3], dither: true };

    /// The colours of a pixel of so many channels.
    #[must_use]
    #[inline]
    pub(crate) fn rgb(&self, channels: u8, pixel: [u8; 4]) -> [u8; 3] {
        show::rgb(channels, pixel, self.background)
    }

    /// Those of a row, interleaved; the row is spoilt.
    pub(crate) fn rgb888(&self, channels: u8, pixels: &mut [[u8; 4]], out: &mut [u8]) {
        show::flatten(channels, pixels, self.background);
        show::rgb888(pixels, out);
    }

    /// Those of a row, which is spoilt, that begins at a place of the picture: five bits of red, six of
    /// green, five of blue, the red ones highest.
    pub(crate) fn rgb565(
        &self,
        channels: u8,
        pixels: &mut [[u8; 4]],
        place: (u32, u32),
        out: &mut [u16],
    ) {
        let dither = Some(place).filter(|_| self.dither);
        show::flatten(channels, pixels, self.background);
        show::rgb565(pixels, dither, out);
    }
}

impl Default for Look {
    fn default() -> Self {
        Self::DEFAULT
    }
}
