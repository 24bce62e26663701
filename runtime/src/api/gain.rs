//! How loud?

/// A volume between silence and full level, as a Q15 factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Gain(u16);

impl Gain {
    /// Leaves samples as they are.
    pub const UNITY: Self = Self(32_768);

    /// A volume in decibels; 0 and above is unity, -90 and below, and NaN, silence.
    ///
    /// Accuracy: within 0.1 dB down to -40 dB (tested against `f64`):
    /// `micromath`'s power is good enough for a volume, and for nothing else
    /// in this crate.
    ///
    /// ```
    /// # use nex_runtime::Gain;
    /// let mut block = [1000, -1000];
    /// Gain::from_db(-6.02).apply(&mut block);
    /// assert!((495..=505).contains(&block[0]));
    /// ```
    #[must_use]
    pub fn from_db(db: f32) -> Self {
        if db >= 0.0 {
            return Self::UNITY;
        }
        if db <= -90.0 || db.is_nan() {
            return Self(0);
        }
        let factor = micromath::F32(2.0).powf(micromath::F32(db * 0.166_096_4));
        Self((factor.0 * 32_768.0) as u16)
    }

    /// Scales samples in place, rounding towards minus infinity.
    pub fn apply(self, samples: &mut [i16]) {
        if self == Self::UNITY {
            return;
        }
        for sample in samples {
            *sample = ((i32::from(*sample) * i32::from(self.0)) >> 15) as i16;
        }
    }
}
