//! Which colours does a drawn picture have?

/// log2 of the fewest entries of a [`Memory`](super::Memory).
pub const MIN_MEMORY: u8 = 4;
/// log2 of the most.
pub const MAX_MEMORY: u8 = 16;

/// What holds for all drawn blocks of a picture.
///
/// A colour is a word: red in its lowest byte, then green, blue and alpha. Of a gray one
/// red, green and blue are the same; alpha is 0 where pictures have none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Form {
    /// log2 of the memory's entries, [`MIN_MEMORY`] to [`MAX_MEMORY`].
    pub memory: u8,
    /// Colours are those of a display of 16 bits: 5 bits of red, 6 of green, 5 of blue.
    pub display: bool,
    /// Red, green and blue are the same.
    pub gray: bool,
    /// Pixels have an alpha.
    pub alpha: bool,
}

impl Form {
    /// Bits that the channels of a colour lack.
    #[must_use]
    #[inline]
    pub(super) const fn shifts(self) -> [u32; 4] {
        if self.display { [3, 2, 3, 0] } else { [0; 4] }
    }

    /// The colour that the channels' upper bits stand for: the lower ones repeat them.
    #[must_use]
    pub const fn shown(self, colour: u32) -> u32 {
        if !self.display {
            return colour;
        }
        let (red, green, blue) = (colour & 0xf8, colour & 0xfc00, colour & 0x00f8_0000);
        let low = red >> 5 | (green >> 6 & 0x300) | (blue >> 5 & 0x0007_0000);
        colour & 0xff00_0000 | red | green | blue | low
    }

    /// Whether a memory's colours have 16 bits: those of a display without alpha.
    #[must_use]
    #[inline]
    pub const fn halves(self) -> bool {
        self.display && !self.alpha
    }

    /// The colour of a pixel with these samples; of a display, the one that it shows.
    #[must_use]
    pub const fn colour(self, samples: [u8; 4]) -> u32 {
        let [a, b, ..] = samples;
        let colour = match (self.gray, self.alpha) {
            (false, true) => u32::from_le_bytes(samples),
            (false, false) => u32::from_le_bytes(samples) & 0x00ff_ffff,
            (true, true) => u32::from_le_bytes([a, a, a, b]),
            (true, false) => u32::from_le_bytes([a, a, a, 0]),
        };
        self.shown(colour)
    }

    /// The samples of a colour's pixel, zeros after them.
    #[must_use]
    #[inline]
    pub const fn samples(self, colour: u32) -> [u8; 4] {
        let [red, _, _, alpha] = colour.to_le_bytes();
        match (self.gray, self.alpha) {
            (false, _) => colour.to_le_bytes(),
            (true, _) => [red, alpha, 0, 0],
        }
    }
}

/// The 16 bits of a display's colour.
#[inline]
pub(super) const fn half(colour: u32) -> u32 {
    colour >> 3 & 0x1f | colour >> 5 & 0x7e0 | colour >> 8 & 0xf800
}

/// The colour of a display's 16 bits.
#[inline]
pub(super) const fn whole(half: u32) -> u32 {
    let (red, green, blue) = (half & 0x1f, half >> 5 & 0x3f, half >> 11 & 0x1f);
    let (red, blue) = (red << 3 | red >> 2, blue << 3 | blue >> 2);
    red | (green << 2 | green >> 4) << 8 | blue << 16
}
