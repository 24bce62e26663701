//! How fine is the quantiser, and how loud the noise, at each frequency?

use super::{fixed::power, model::Model};
use nex_format::CompactHeader;

/// Bands of a shape, equal steps of `ln(1 + 8.03 f)`, f the part of the band
/// up to half the sampling rate: about as the ear divides it.
pub const BANDS: usize = 16;
/// Shapes of a model.
pub const SHAPES: usize = 32;
/// Gains, of 3 dB each.
pub const GAINS: u8 = 40;
/// Points on which a shape is evaluated.
pub const POINTS: usize = 64;

/// Which spectrum a block has, roughly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Shape {
    /// The model's shape of the lower eight bands, below [`SHAPES`].
    pub low: u8,
    /// The model's shape of the upper eight bands, below [`SHAPES`].
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

impl Shape {
    /// The level of a weight at each point, in 1/8 octaves above one unit.
    #[must_use]
    pub fn spectrum(self, model: &Model) -> [i16; POINTS] {
        let half = |index: u8| model.shapes.get(usize::from(index)).unwrap_or(&[0; BANDS]);
        let halves =
            half(self.low).iter().take(BANDS / 2).chain(half(self.high).iter().skip(BANDS / 2));
        let mut bands = [0; BANDS + 1];
        for (band, &level) in bands.iter_mut().zip(halves) {
            *band = i16::from(level);
        }
        let [.., last, beyond] = &mut bands;
        *beyond = *last;
        let gain = 4 * i16::from(self.gain);
        PLACES.map(|place| {
            let (i, part) = (usize::from(place >> 4), i16::from(place & 15));
            let between = match bands.get(i..i + 2) {
                Some(&[from, to]) => 16 * from + (to - from) * part,
                _ => 0,
            };
            (between >> 4) + gain
        })
    }
}

/// Step, level and noise of one block and channel, on 64 points.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Grid {
    /// In 1/32 octaves above 2^-8 units.
    exponents: [i16; POINTS],
    levels: [u8; POINTS],
    /// The shape's level or the step, whichever is less, in 1/64 of a step.
    noise: [u8; POINTS],
}

/// The spectrum's level below which the step no longer follows it: 2^5
/// units, in 1/8 octaves.
const FLOOR: i16 = 40;

impl Grid {
    /// Of a block of `1 << log2` samples.
    #[must_use]
    pub fn new(header: &CompactHeader, model: &Model, shape: Shape, log2: u8) -> Self {
        // The transform makes blocks of even log2 louder by half an octave.
        let lift = if log2.is_multiple_of(2) { 16 } else { 0 };
        let step = header.step as i16;
        let mut grid =
            Self { exponents: [step - lift; POINTS], levels: [0; POINTS], noise: [0; POINTS] };
        if !header.is_shaped() {
            return grid;
        }
        let gamma = i16::from(header.gamma);
        let rows = grid.exponents.iter_mut().zip(&mut grid.levels).zip(&mut grid.noise);
        for (g, (((exponent, level), noise), loud)) in rows.zip(shape.spectrum(model)).enumerate() {
            let tilt = (i16::from(header.tilt) * g as i16) >> 2;
            let step = step + ((gamma * loud.max(FLOOR)) >> 2) + tilt;
            // How far the spectrum lies above the step, in 1/32 octaves.
            let above = 4 * loud + 256 - step;
            *exponent = step - lift;
            *level = ((above >> 2) + 64).clamp(0, 127) as u8;
            *noise = if above < 0 { power(64, above).min(64) as u8 } else { 64 };
        }
        grid
    }

    fn point(k: usize, log2: u8) -> usize {
        (((2 * k + 1) << 5) >> log2).min(POINTS - 1)
    }

    /// log2 of how many weights in a row share a point.
    pub(super) const fn run_log2(log2: u8) -> u8 {
        log2.saturating_sub(POINTS.ilog2() as u8)
    }

    /// Step and noise of the `i`-th weights that share a point, as
    /// [`Self::exponent`] and [`Self::noise`] give them.
    #[inline]
    pub(super) fn run(&self, i: usize, log2: u8) -> (i32, u32) {
        let point = if log2 < POINTS.ilog2() as u8 { 2 * i + 1 } else { i };
        match (self.exponents.get(point), self.noise.get(point)) {
            (Some(&exponent), Some(&noise)) => (exponent.into(), noise.into()),
            _ => (0, 0),
        }
    }

    /// The step at weight `k`, in 1/32 octaves above 2^-8 units.
    #[must_use]
    pub fn exponent(&self, k: usize, log2: u8) -> i32 {
        self.exponents.get(Self::point(k, log2)).copied().unwrap_or(0).into()
    }

    /// How loud weight `k` is expected to be, in 1/8 octaves above the step,
    /// plus 64; 0 in a file without shapes.
    #[must_use]
    pub fn level(&self, k: usize, log2: u8) -> u8 {
        self.levels.get(Self::point(k, log2)).copied().unwrap_or(0)
    }

    /// The root mean square of noise at weight `k` that is as loud as the
    /// shape, but no louder than the step, in 1/64 of the step.
    #[must_use]
    pub fn noise(&self, k: usize, log2: u8) -> u8 {
        self.noise.get(Self::point(k, log2)).copied().unwrap_or(0)
    }
}
