//! How close is the decoded sound to the original, and what did it cost?

pub use super::ima::{ima_adpcm_bytes, ima_adpcm_metrics, ima_adpcm_round_trip};

use serde::Serialize;
use thiserror::Error;

/// Full scale of a 16-bit sample: the peak of [`Metrics::psnr_db`].
pub const FULL_SCALE: f64 = 32_768.0;

/// Distances between two sounds.
///
/// In JSON an infinite value is `null`; `mse` tells which infinity it is: 0
/// means that the sounds are identical (+infinity dB), anything else that the
/// original is silent and the decoded sound is not (`snr_db` of -infinity).
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Metrics {
    /// Signal-to-noise ratio in dB: energy of the original over energy of the
    /// difference, both summed over all samples of all channels. +infinity
    /// for identical sounds, two silent ones too.
    pub snr_db: f64,
    /// Peak signal-to-noise ratio in dB with 16-bit full scale, 32,768, as
    /// the peak: 90.3 dB at a mean square error of one step.
    pub psnr_db: f64,
    /// Mean square error as the paper counts it: both sounds divided by the
    /// original's largest magnitude (by 1 for a silent original).
    pub mse: f64,
}

/// The two sounds cannot be compared.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("{original} samples cannot be compared with {decoded}")]
pub struct LengthMismatch {
    /// Samples of the original.
    pub original: usize,
    /// Samples of the other.
    pub decoded: usize,
}

/// Compares two sounds, 16-bit, interleaved alike.
///
/// # Errors
/// [`LengthMismatch`] if their lengths differ.
///
/// # Examples
/// ```
/// let metrics = ne_train::measure::sound::compare(&[1000, -1000], &[1010, -990])?;
/// assert!((metrics.snr_db - 40.0).abs() < 1e-9);
/// # Ok::<(), ne_train::measure::sound::LengthMismatch>(())
/// ```
pub fn compare(original: &[i16], decoded: &[i16]) -> Result<Metrics, LengthMismatch> {
    let mut comparison = Comparison::default();
    comparison.add(original, decoded)?;
    Ok(comparison.metrics())
}

/// Two sounds that are compared part by part; in which order does not matter.
#[derive(Clone, Copy, Debug, Default)]
pub struct Comparison {
    signal: u128,
    noise: u128,
    peak: u16,
    count: u64,
}

impl Comparison {
    /// Takes in a part of each.
    ///
    /// # Errors
    /// [`LengthMismatch`] if their lengths differ.
    pub fn add(&mut self, original: &[i16], decoded: &[i16]) -> Result<(), LengthMismatch> {
        if original.len() != decoded.len() {
            return Err(LengthMismatch { original: original.len(), decoded: decoded.len() });
        }
        // 2^32 squares fit 64 bits.
        for (original, decoded) in original.chunks(1 << 16).zip(decoded.chunks(1 << 16)) {
            let (mut signal, mut noise) = (0, 0);
            for (&o, &d) in original.iter().zip(decoded) {
                signal += u64::from(o.unsigned_abs()).pow(2);
                noise += u64::from(o.abs_diff(d)).pow(2);
                self.peak = self.peak.max(o.unsigned_abs());
            }
            self.signal += u128::from(signal);
            self.noise += u128::from(noise);
        }
        self.count += original.len() as u64;
        Ok(())
    }

    /// Both parts in one.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        Self {
            signal: self.signal + other.signal,
            noise: self.noise + other.noise,
            peak: self.peak.max(other.peak),
            count: self.count + other.count,
        }
    }

    /// What the parts come to.
    #[must_use]
    pub fn metrics(&self) -> Metrics {
        let noise = self.noise as f64;
        let decibel = |power: f64| {
            if self.noise == 0 { f64::INFINITY } else { 10.0 * (power / noise).log10() }
        };
        let count = self.count.max(1) as f64;
        Metrics {
            snr_db: decibel(self.signal as f64),
            psnr_db: decibel(FULL_SCALE.powi(2) * count),
            mse: noise / count / f64::from(self.peak.max(1)).powi(2),
        }
    }
}

/// What `ne-train check --json` prints.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Size of the `.nex` file.
    pub bytes: usize,
    /// Size of the original as 16-bit WAV, whatever format it came in.
    pub original_bytes: u64,
    /// `original_bytes / bytes`.
    pub ratio: f64,
    /// See [`Metrics`].
    #[serde(flatten)]
    pub metrics: Metrics,
    /// Multiply-accumulates per time step (all channels come out of one
    /// evaluation).
    pub macs_per_sample: u32,
    /// The least working memory that the decoder is given; more makes a network faster.
    pub scratch_bytes: usize,
    /// The part of all time steps that each expert decides; sums to 1.
    pub expert_share: Vec<f64>,
}

/// How often each of `count` experts occurs in `experts`, as parts of 1.
#[cfg(feature = "pictures")]
#[must_use]
pub fn shares(experts: &[u8], count: usize) -> Vec<f64> {
    let mut counts = vec![0u64; count];
    for &expert in experts {
        if let Some(n) = counts.get_mut(usize::from(expert)) {
            *n += 1;
        }
    }
    parts(&counts)
}

/// Counts as parts of 1.
#[must_use]
pub fn parts(counts: &[u64]) -> Vec<f64> {
    let total = counts.iter().sum::<u64>().max(1) as f64;
    counts.iter().map(|&n| n as f64 / total).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_match_a_calculation_by_hand() {
        // Signal 9 + 16 = 25, noise 1: 10 log10 25.
        let m = compare(&[3, -4], &[3, -3]).unwrap();
        assert!((m.snr_db - 13.979_400_086_720_377).abs() < 1e-12, "{m:?}");
        // Mean square error 1/2: 10 log10(2^30 * 2).
        assert!((m.psnr_db - 93.319_298_655_834_17).abs() < 1e-9, "{m:?}");
        // 1/2 over the square of the peak.
        assert!((m.mse - 0.5 / 16.0).abs() < 1e-15, "{m:?}");
    }

    #[test]
    fn extremes_neither_overflow_nor_divide_by_zero() {
        let m = compare(&[i16::MIN; 4], &[i16::MAX; 4]).unwrap();
        assert!((m.mse - (65_535f64 / 32_768.0).powi(2)).abs() < 1e-12, "{m:?}");
        assert!(m.snr_db < -6.0);
        assert_eq!(compare(&[], &[]).unwrap().mse, 0.0);
        assert_eq!(compare(&[1], &[]), Err(LengthMismatch { original: 1, decoded: 0 }));
    }

    #[test]
    fn identity_and_silence_are_told_apart_in_json() {
        let json = |a: &[i16], b: &[i16]| serde_json::to_string(&compare(a, b).unwrap()).unwrap();
        assert_eq!(json(&[5, 6], &[5, 6]), r#"{"snr_db":null,"psnr_db":null,"mse":0.0}"#);
        assert_eq!(json(&[0, 0], &[0, 0]), r#"{"snr_db":null,"psnr_db":null,"mse":0.0}"#);
        let noisy = compare(&[0, 0], &[2, 0]).unwrap();
        assert_eq!(noisy.snr_db, f64::NEG_INFINITY);
        assert_eq!(noisy.mse, 2.0);
    }

    #[test]
    fn shares_sum_to_one() {
        assert_eq!(parts(&[1, 0, 3]), [0.25, 0.0, 0.75]);
        assert_eq!(parts(&[0, 0]), [0.0, 0.0]);
    }
}
