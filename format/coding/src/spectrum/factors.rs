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
const FLOOR: i32 = 40;

impl ScaleFactors {
    /// Of a block of `1 << log2` samples.
    #[must_use]
    pub fn new(header: &SoundHeader, codebook: &Codebook, envelope: Envelope, log2: u8) -> Self {
        // The transform makes blocks of even log2 louder by half an octave.
        let lift = if log2.is_multiple_of(2) { 16 } else { 0 };
        let (base, tilt) = (i32::from(header.step), i32::from(header.tilt));
        let gamma = i32::from(header.gamma);
        let mut factors = Self { exponents: [0; POINTS], noise: [64; POINTS] };
        let spectrum = header.has_envelopes().then(|| envelope.spectrum(codebook));
        let rows = factors.exponents.iter_mut().zip(&mut factors.noise);
        for (g, (exponent, noise)) in (0..).zip(rows) {
            let mut step = base + ((tilt * g) >> 2);
            if let Some(spectrum) = &spectrum {
                let loud = spectrum.at(g as usize);
                step += (gamma * loud.max(FLOOR)) >> 2;
                // How far the spectrum lies above the step, in 1/32 octaves.
                let above = 4 * loud + 256 - step;
                if above < 0 {
                    *noise = power(above);
                }
            }
            *exponent = (step - lift) as i16;
        }
        factors
    }

    /// log2 of how many weights in a row share a point.
    pub const fn run_log2(log2: u8) -> u8 {
        log2.saturating_sub(POINTS.ilog2() as u8)
    }

    /// The point that the `i`-th weights in a row share.
    #[must_use]
    #[inline]
    pub const fn point(i: usize, log2: u8) -> usize {
        if log2 < POINTS.ilog2() as u8 { 2 * i + 1 } else { i }
    }

    /// At a point: the step in 1/32 octaves above 2^-8 units, and the root mean
    /// square of noise that is as loud as the envelope, but no louder than the step,
    /// in 1/64 of the step.
    #[must_use]
    #[inline]
    pub fn at(&self, point: usize) -> (i32, u32) {
        match (self.exponents.get(point), self.noise.get(point)) {
            (Some(&exponent), Some(&noise)) => (exponent.into(), noise.into()),
            _ => (0, 0),
        }
    }
}
