//! By how much is a decoded sound late, and what is it without that?

use rustfft::{Fft, FftDirection, algorithm::Radix4, num_complex::Complex};
use std::f64::consts::TAU;

/// Delays up to this are found.
const MAX_DELAY_SECONDS: f64 = 0.2;
/// Steps of the search between two samples; golden sections follow.
const COARSE_STEPS: i32 = 20;
const GOLDEN_SECTIONS: usize = 24;

/// A decoded sound moved onto its original.
#[derive(Clone, Debug, PartialEq)]
pub struct Aligned {
    /// `[frames, channels]`, as long as the original; zeros where the decoded
    /// sound does not reach.
    pub samples: Vec<f64>,
    /// Frames by which the decoded sound was late, not whole ones.
    pub delay: f64,
}

/// Moves `decoded` in time so that it correlates best with `original`.
///
/// Both are `[frames, channels]`; all channels move together, and nothing is
/// scaled. The delay is sought within 200 ms, to a hundredth of a sample or
/// better, as the maximum of the band-limited cross-correlation, which is the
/// delay of least square error.
#[must_use]
pub fn align(original: &[f64], decoded: &[f64], channels: usize, rate_hz: u32) -> Aligned {
    let channels = channels.max(1);
    let frames = original.len() / channels;
    let reach = (MAX_DELAY_SECONDS * f64::from(rate_hz)) as usize;
    // Room for every shift: circular correlation must not wrap around.
    let len = (frames + decoded.len() / channels + 2 * reach + 2).next_power_of_two();
    let (forward, inverse) =
        (Radix4::new(len, FftDirection::Forward), Radix4::new(len, FftDirection::Inverse));
    let spectrum = |samples: &[f64], channel: usize| {
        let mut buffer = vec![Complex::default(); len];
        let places = buffer.iter_mut().zip(samples.iter().skip(channel).step_by(channels));
        places.for_each(|(place, &sample)| place.re = sample);
        forward.process(&mut buffer);
        buffer
    };
    let mut cross = vec![Complex::default(); len];
    let mut spectra = Vec::with_capacity(channels);
    for channel in 0..channels {
        let ours = spectrum(original, channel);
        let theirs = spectrum(decoded, channel);
        for (sum, (x, y)) in cross.iter_mut().zip(ours.iter().zip(&theirs)) {
            *sum += y * x.conj();
        }
        spectra.push(theirs);
    }
    let mut correlation = cross.clone();
    inverse.process(&mut correlation);
    let delay = refine(&cross, whole_delay(&correlation, reach));

    let mut samples = vec![0.0; frames * channels];
    for (channel, mut buffer) in spectra.into_iter().enumerate() {
        advance(&mut buffer, delay);
        inverse.process(&mut buffer);
        let places = samples.iter_mut().skip(channel).step_by(channels);
        places.zip(&buffer).for_each(|(place, value)| *place = value.re / len as f64);
    }
    Aligned { samples, delay }
}

/// The whole number of frames with the largest correlation; the smallest
/// such shift, so that silence does not move.
fn whole_delay(correlation: &[Complex<f64>], reach: usize) -> i64 {
    let at = |delay: i64| {
        let index = delay.rem_euclid(correlation.len() as i64);
        correlation[index as usize].re
    };
    let mut best = 0;
    for delay in (1..=reach as i64).flat_map(|d| [d, -d]) {
        if at(delay) > at(best) {
            best = delay;
        }
    }
    best
}

/// The delay within a sample of `whole` with the largest correlation.
fn refine(cross: &[Complex<f64>], whole: i64) -> f64 {
    let value = |delay: f64| correlation_at(cross, delay);
    let step = 1.0 / f64::from(COARSE_STEPS);
    let (mut best, mut most) = (whole as f64, value(whole as f64));
    for i in 1..COARSE_STEPS {
        for delay in [i, -i].map(|i| whole as f64 + f64::from(i) * step) {
            let value = value(delay);
            if value > most {
                (best, most) = (delay, value);
            }
        }
    }
    let golden = (5f64.sqrt() - 1.0) / 2.0;
    let (mut low, mut high) = (best - step, best + step);
    for _ in 0..GOLDEN_SECTIONS {
        let part = golden * (high - low);
        if value(high - part) < value(low + part) { low = high - part } else { high = low + part }
    }
    (low + high) / 2.0
}

/// The correlation at a delay between the samples, times a constant.
fn correlation_at(cross: &[Complex<f64>], delay: f64) -> f64 {
    let half = cross.len() / 2;
    // Both halves of the spectrum of a real signal are alike. A product per
    // bin is much cheaper than a sine, and exact to 1e-10 over any length here.
    let turn = Complex::from_polar(1.0, TAU * delay / cross.len() as f64);
    let mut phase = Complex::new(1.0, 0.0);
    let mut sum = 0.0;
    for value in &cross[..half] {
        sum += value.re * phase.re - value.im * phase.im;
        phase *= turn;
    }
    2.0 * sum - cross.first().map_or(0.0, |v| v.re) + cross[half].re * phase.re
}

/// Moves a signal to the front by `delay` frames, in its spectrum.
fn advance(spectrum: &mut [Complex<f64>], delay: f64) {
    let (len, half) = (spectrum.len(), spectrum.len() / 2);
    for i in 1..half {
        let phase = Complex::from_polar(1.0, TAU * delay * i as f64 / len as f64);
        spectrum[i] *= phase;
        spectrum[len - i] *= phase.conj();
    }
    // The highest frequency has no phase of its own: it must stay real.
    spectrum[half] *= (TAU * delay / 2.0).cos();
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE_HZ: u32 = 8_000;

    /// A band-limited sound at any time, silent at its ends.
    fn sound(t: f64, channel: usize) -> f64 {
        let window = (-((t - 1_500.0) / 400.0).powi(2)).exp();
        let tones = (0..7).map(|k| {
            let k = f64::from(k);
            (t * (0.09 + 0.31 * k) + k * k + channel as f64).sin() / (1.0 + k)
        });
        window * 9_000.0 * tones.sum::<f64>()
    }

    fn sampled(frames: usize, channels: usize, delay: f64) -> Vec<f64> {
        let frame = |n| (0..channels).map(move |c| sound(n as f64 - delay, c));
        (0..frames).flat_map(frame).collect()
    }

    #[test]
    fn fractional_delays_are_undone() {
        for channels in [1, 2] {
            let original = sampled(3_000, channels, 0.0);
            // Early ones only so far that nothing of the sound is cut off.
            for delay in [0.0, 0.37, -0.5, 17.25, 1_105.81, -250.03, 1_599.5] {
                // Longer, as codecs pad.
                let decoded = sampled(4_800, channels, delay);
                let aligned = align(&original, &decoded, channels, RATE_HZ);
                assert!((aligned.delay - delay).abs() < 1e-3, "{delay}: {}", aligned.delay);
                assert_eq!(aligned.samples.len(), original.len());
                let worst = original.iter().zip(&aligned.samples).map(|(a, b)| (a - b).abs());
                let worst = worst.fold(0.0, f64::max);
                assert!(worst < 2.0, "{delay}: off by {worst}");
            }
        }
    }

    #[test]
    fn levels_are_kept() {
        let original = sampled(3_000, 1, 0.0);
        let half: Vec<f64> = sampled(3_000, 1, 5.0).iter().map(|s| s / 2.0).collect();
        let aligned = align(&original, &half, 1, RATE_HZ);
        let energy = |samples: &[f64]| samples.iter().map(|s| s * s).sum::<f64>();
        let ratio = energy(&aligned.samples) / energy(&original);
        assert!((ratio - 0.25).abs() < 1e-6, "{ratio}");
    }

    #[test]
    fn silence_and_single_samples_stay_where_they_are() {
        let aligned = align(&[1.0, -2.0, 3.0], &[0.0; 9], 1, RATE_HZ);
        assert_eq!(aligned.samples, [0.0; 3]);
        let aligned = align(&[5.0], &[5.0], 1, RATE_HZ);
        assert!((aligned.samples[0] - 5.0).abs() < 1e-6 && aligned.delay.abs() < 1e-3);
        let aligned = align(&[5.0], &[], 1, RATE_HZ);
        assert_eq!(aligned.samples, [0.0]);
    }
}
