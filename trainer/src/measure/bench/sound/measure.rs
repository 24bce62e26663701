//! How close are two sounds, moment by moment?

/// The length of a frame.
const FRAMES_PER_SECOND: u32 = 50;
/// Frames 30 dB below the mean power are pauses.
const ACTIVE_PART: f64 = 1e-3;
/// No frame counts for less or more, in dB.
const RANGE_DB: (f64, f64) = (-10.0, 35.0);

/// The segmental signal-to-noise ratio in dB: the mean over frames of 20 ms
/// of their ratios, each clamped to -10 to 35 dB.
///
/// Only active frames count, whose power is above a thousandth of the mean
/// frame's. All channels of a frame belong together. `None` without an active
/// whole frame: a sound of silence, or one shorter than 20 ms.
///
/// # Examples
/// ```
/// // One frame of 4 samples at 200 Hz: energies 100 and 1.
/// let snr = ne_train::measure::bench::sound::segmental_snr(&[5, 5, -5, 5], &[5, 5, -5, 4], 1, 200);
/// assert!((snr.unwrap() - 20.0).abs() < 1e-6);
/// ```
#[must_use]
pub fn segmental_snr(
    original: &[i16],
    decoded: &[i16],
    channels: usize,
    rate_hz: u32,
) -> Option<f64> {
    let len = (rate_hz / FRAMES_PER_SECOND).max(1) as usize * channels.max(1);
    let energies = |(original, decoded): (&[i16], &[i16])| {
        let square = |value: i32| f64::from(value) * f64::from(value);
        let signal: f64 = original.iter().map(|&o| square(o.into())).sum();
        let pairs = original.iter().zip(decoded);
        let noise: f64 = pairs.map(|(&o, &d)| square(i32::from(o) - i32::from(d))).sum();
        (signal, noise)
    };
    let frames = original.chunks_exact(len).zip(decoded.chunks_exact(len)).map(energies);
    let frames: Vec<(f64, f64)> = frames.collect();
    let mean = frames.iter().map(|(signal, _)| signal).sum::<f64>() / frames.len().max(1) as f64;
    let ratios: Vec<f64> = frames
        .iter()
        .filter(|(signal, _)| *signal > mean * ACTIVE_PART)
        // Exact frames divide by zero, which clamps to the most.
        .map(|(signal, noise)| (10.0 * (signal / noise).log10()).clamp(RANGE_DB.0, RANGE_DB.1))
        .collect();
    (!ratios.is_empty()).then(|| ratios.iter().sum::<f64>() / ratios.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_clamped_and_averaged() {
        // Frames of 2 samples: 20 dB, exact (35), hopeless (-10), a pause.
        let original = [10, 0, 10, 0, 10, 0, 0, 0];
        let decoded = [9, 0, 10, 0, 10, 1_000, 0, 5];
        let snr = segmental_snr(&original, &decoded, 1, 100).unwrap();
        assert!((snr - (20.0 + 35.0 - 10.0) / 3.0).abs() < 1e-9, "{snr}");
    }

    #[test]
    fn channels_share_their_frames() {
        // One frame of 2 frames of 2 channels: 200 against 2.
        let snr = segmental_snr(&[10, 0, 10, 0], &[9, 0, 10, 1], 2, 100).unwrap();
        assert!((snr - 20.0).abs() < 1e-9, "{snr}");
    }

    #[test]
    fn there_may_be_nothing_to_measure() {
        assert_eq!(segmental_snr(&[0; 400], &[0; 400], 1, 8_000), None);
        assert_eq!(segmental_snr(&[9; 159], &[9; 159], 1, 8_000), None);
        assert_eq!(segmental_snr(&[], &[], 1, 8_000), None);
    }
}
