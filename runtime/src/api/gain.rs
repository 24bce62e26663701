//! How loud?

use nex_kernels::mix;

/// A volume between silence and full level, as a Q15 factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Gain(u16);

impl Gain {
    /// Leaves samples as they are.
    pub const UNITY: Self = Self(32_768);

    /// Nothing is heard.
    pub const SILENCE: Self = Self(0);

    /// A volume in decibels; 0 and above is unity, -90 and below, and NaN, silence.
    ///
    /// Computed in a constant it takes no floating point on the device. Accuracy:
    /// within 0.01 dB down to -40 dB (tested against `f64`).
    ///
    /// ```
    /// # use nex_runtime::Gain;
    /// const HALF: Gain = Gain::from_db(-6.02);
    /// let mut block = [1000, -1000];
    /// HALF.apply(&mut block);
    /// assert!((499..=501).contains(&block[0]));
    /// ```
    #[must_use]
    pub const fn from_db(db: f32) -> Self {
        if db >= 0.0 {
            return Self::UNITY;
        }
        if db <= -90.0 || db.is_nan() {
            return Self::SILENCE;
        }
        // Octaves above the lowest: 2^(db / (20 log10(2))).
        let octaves = db * 0.166_096_4 + 15.0;
        let whole = octaves as u32;
        let part = octaves - whole as f32;
        // 2^part on [0, 1], to 3e-6 of it.
        let power =
            1.0 + part * (0.693_044 + part * (0.241_283 + part * (0.052_241 + part * 0.013_427)));
        Self((power * (1u32 << whole) as f32 + 0.5) as u16)
    }

    /// A factor in 2^-15: 0 is silence, 32,768 and above unity.
    #[must_use]
    pub const fn from_q15(factor: u16) -> Self {
        Self(if factor < Self::UNITY.0 { factor } else { Self::UNITY.0 })
    }

    /// The factor in 2^-15.
    #[must_use]
    pub const fn q15(self) -> u16 {
        self.0
    }

    /// Scales samples in place, rounding towards minus infinity.
    pub fn apply(self, samples: &mut [i16]) {
        if self == Self::UNITY {
            return;
        }
        mix::scale(samples, self.0);
    }
}
