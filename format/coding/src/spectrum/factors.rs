//! How fine is the quantiser, and how loud the noise, at each frequency?

use super::envelope::{Codebook, Envelope, POINTS};
use crate::{header::SoundHeader, tables::power};

/// Step and noise of one block and channel, on 64 points.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ScaleFactors {
    /// In 1/32 octaves above 2^-8 units.
    exponents: [i16; POINTS],
    /// The envelope's level or the step, whichever is less, in 1/64 of a step.
    noise: [u8; POINTS],
}

/// The spectrum's level below which the step no longer follows it: 2^5
/// units, in 1/8 octaves.
const FLOOR: i16 = 40;

impl ScaleFactors {
    /// Of a block of `1 << log2` samples.
    #[must_use]
    pub fn new(header: &SoundHeader, codebook: &Codebook, envelope: Envelope, log2: u8) -> Self {
        // The transform makes blocks of even log2 louder by half an octave.
        let lift = if log2.is_multiple_of(2) { 16 } else { 0 };
        let step = header.step as i16;
        let mut factors = Self { exponents: [step - lift; POINTS], noise: [0; POINTS] };
        if !header.has_envelopes() {
            return factors;
        }
        let gamma = i16::from(header.gamma);
        let rows = factors.exponents.iter_mut().zip(&mut factors.noise);
        for (g, ((exponent, noise), loud)) in rows.zip(envelope.spectrum(codebook)).enumerate() {
            let tilt = (i16::from(header.tilt) * g as i16) >> 2;
            let step = step + ((gamma * loud.max(FLOOR)) >> 2) + tilt;
            // How far the spectrum lies above the step, in 1/32 octaves.
            let above = 4 * loud + 256 - step;
            *exponent = step - lift;
            *noise = if above < 0 { power(64, above).min(64) as u8 } else { 64 };
        }
        factors
    }

    fn point(k: usize, log2: u8) -> usize {
        (((2 * k + 1) << 5) >> log2).min(POINTS - 1)
    }

    /// log2 of how many weights in a row share a point.
    pub const fn run_log2(log2: u8) -> u8 {
        log2.saturating_sub(POINTS.ilog2() as u8)
    }

    /// Step and noise of the `i`-th weights that share a point, as
    /// [`Self::exponent`] and [`Self::noise`] give them.
    #[inline]
    pub fn run(&self, i: usize, log2: u8) -> (i32, u32) {
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

    /// The root mean square of noise at weight `k` that is as loud as the
    /// envelope, but no louder than the step, in 1/64 of the step.
    #[must_use]
    pub fn noise(&self, k: usize, log2: u8) -> u8 {
        self.noise.get(Self::point(k, log2)).copied().unwrap_or(0)
    }
}
