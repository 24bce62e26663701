//! How fine is the quantiser, and how loud the noise, at each frequency?

use super::envelope::{Codebook, Envelope, POINTS, Spectrum};
use crate::{header::SoundHeader, tables::power};

/// Step and noise of one block and channel, on 64 points.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ScaleFactors {
    /// In 1/32 octaves above 2^-8 units, at the lowest point; per point, in
    /// quarters of that.
    step: i32,
    tilt: i32,
    /// In sixteenths; with the spectrum that the step follows.
    gamma: i32,
    spectrum: Option<Spectrum>,
    /// The transform makes blocks of even log2 louder by half an octave.
    lift: i32,
}

/// The spectrum's level below which the step no longer follows it: 2^5
/// units, in 1/8 octaves.
const FLOOR: i32 = 40;

impl ScaleFactors {
    /// Of a block of `1 << log2` samples.
    #[must_use]
    pub fn new(header: &SoundHeader, codebook: &Codebook, envelope: Envelope, log2: u8) -> Self {
        Self {
            step: header.step.into(),
            tilt: header.tilt.into(),
            gamma: header.gamma.into(),
            spectrum: header.has_envelopes().then(|| envelope.spectrum(codebook)),
            lift: if log2.is_multiple_of(2) { 16 } else { 0 },
        }
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
        let step = self.step + ((self.tilt * point as i32) >> 2);
        let Some(spectrum) = &self.spectrum else { return (step - self.lift, 64) };
        let loud = spectrum.at(point);
        let step = step + ((self.gamma * loud.max(FLOOR)) >> 2);
        // How far the spectrum lies above the step, in 1/32 octaves.
        let above = 4 * loud + 256 - step;
        (step - self.lift, if above < 0 { power(above) } else { 64 })
    }
}
