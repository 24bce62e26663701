//! How do samples become what a display takes?

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
    pub(crate) fn rgb(&self, channels: u8, [a, b, c, d]: [u8; 4]) -> [u8; 3] {
        let (colours, alpha) = match channels {
            1 => return [a; 3],
            2 => ([a; 3], b),
            3 => return [a, b, c],
            _ => ([a, b, c], d),
        };
        let [r, g, b] = colours;
        let [below_r, below_g, below_b] = self.background;
        let mix = |over: u8, below: u8| {
            let sum = u32::from(over) * u32::from(alpha)
                + u32::from(below) * (255 - u32::from(alpha))
                + 127;
            // A division by 255: exact for all sums of 16 bits.
            ((sum + 1 + (sum >> 8)) >> 8) as u8
        };
        [mix(r, below_r), mix(g, below_g), mix(b, below_b)]
    }

    /// Five bits of red, six of green, five of blue, the red ones highest, of the pixel
    /// at a place of the picture.
    #[must_use]
    #[inline]
    pub(crate) fn rgb565(&self, [r, g, b]: [u8; 3], (x, y): (u32, u32)) -> u16 {
        let threshold = if self.dither { ordered(x, y) } else { 32 };
        // To n bits: 255 parts become 2^n - 1; 64 thresholds decide between two levels.
        let to = |level: u8, most: u32| {
            let scaled = u32::from(level) * most * 64 / 255;
            ((scaled + threshold) >> 6).min(most) as u16
        };
        to(r, 31) << 11 | to(g, 63) << 5 | to(b, 31)
    }
}

impl Default for Look {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Bayer's matrix of 8 x 8, 0 to 63: the bits of `x ^ y` and of `y`, interleaved and
/// reversed.
#[inline]
const fn ordered(x: u32, y: u32) -> u32 {
    let (cross, mut place, mut threshold) = (x ^ y, 0, 0);
    while place < 3 {
        threshold = threshold << 2 | (cross >> place & 1) << 1 | (y >> place & 1);
        place += 1;
    }
    threshold
}
