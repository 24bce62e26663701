//! Which spectrum does a block have, roughly?

/// Bands of an envelope, equal steps of `ln(1 + 8.03 f)`, f the part of the band
/// up to half the sampling rate: about as the ear divides it.
pub const BANDS: usize = 16;
/// Envelopes of a codebook.
pub const ENVELOPES: usize = 32;
/// Gains, of 3 dB each.
pub const GAINS: u8 = 40;
/// Points on which an envelope is evaluated.
pub const POINTS: usize = 64;

/// The spectra that blocks may have, less their gain: `[envelope][band]`, in
/// 1/8 octaves about the mean.
pub type Codebook = [[i8; BANDS]; ENVELOPES];

/// Which spectrum a block has, roughly: the spectral envelope.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Envelope {
    /// The codebook's entry for the lower eight bands, below [`ENVELOPES`].
    pub low: u8,
    /// The codebook's entry for the upper eight bands, below [`ENVELOPES`].
    pub high: u8,
    /// Its mean level in half octaves (3 dB) above one sample's unit, below [`GAINS`].
    pub gain: u8,
}

/// Where each point lies between the bands' middles, in 1/16 of a band.
#[rustfmt::skip]
static PLACES: [u8; POINTS] = [
    0, 12, 23, 34, 44, 53, 61, 69, 76, 83, 89, 96, 101, 107, 112, 117,
    122, 127, 131, 135, 140, 144, 148, 151, 155, 159, 162, 165, 168, 172, 175, 178,
    181, 183, 186, 189, 192, 194, 197, 199, 201, 204, 206, 209, 211, 213, 215, 217,
    219, 221, 224, 225, 227, 229, 231, 233, 235, 237, 238, 240, 240, 240, 240, 240,
];

impl Envelope {
    /// The levels that it stands for.
    #[must_use]
    pub fn spectrum(self, codebook: &Codebook) -> Spectrum {
        let half = |index: u8| codebook.get(usize::from(index)).unwrap_or(&[0; BANDS]);
        let halves =
            half(self.low).iter().take(BANDS / 2).chain(half(self.high).iter().skip(BANDS / 2));
        let mut bands = [0; BANDS + 1];
        for (band, &level) in bands.iter_mut().zip(halves) {
            *band = level;
        }
        let [.., last, beyond] = &mut bands;
        *beyond = *last;
        Spectrum { bands, gain: self.gain }
    }
}

/// The levels of a block's weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Spectrum {
    /// Without the gain; the last again.
    bands: [i8; BANDS + 1],
    gain: u8,
}

impl Spectrum {
    /// The level of a weight at a point below [`POINTS`], in 1/8 octaves above one
    /// unit.
    #[must_use]
    #[inline]
    pub fn at(&self, point: usize) -> i32 {
        let place = PLACES.get(point).copied().unwrap_or(0);
        let (i, part) = (usize::from(place >> 4), i32::from(place & 15));
        let between = match self.bands.get(i..i + 2) {
            Some(&[from, to]) => 16 * i32::from(from) + (i32::from(to) - i32::from(from)) * part,
            _ => 0,
        };
        (between >> 4) + 4 * i32::from(self.gain)
    }
}
