//! What is changed in a sound before it is stored: its length, level and ends?

use super::Clip;
use std::f64::consts::PI;

/// Seconds that [`trimmed`] leaves on each side of what is loud enough.
const MARGIN: f64 = 0.01;

/// A level in dB as a factor.
fn factor(db: f64) -> f64 {
    10f64.powf(db / 20.0)
}

/// Without what is quieter at both ends than so many dB below the peak (a
/// negative number). Of silence nothing is left.
pub fn trimmed(clip: &Clip, below_peak_db: f64) -> Clip {
    let least = f64::from(clip.peak()) * factor(below_peak_db);
    let is_loud = |sample: &f32| *sample != 0.0 && f64::from(sample.abs()) >= least;
    let first = clip.samples.iter().position(is_loud);
    let Some((first, last)) = first.zip(clip.samples.iter().rposition(is_loud)) else {
        return clip.slice(0..0);
    };
    let margin = (MARGIN * f64::from(clip.rate_hz)) as usize;
    let (first, last) = (first / clip.channels, last / clip.channels);
    clip.slice(first.saturating_sub(margin)..last.saturating_add(margin + 1))
}

/// Every sample times a gain.
pub fn amplify(clip: &mut Clip, gain_db: f64) {
    let gain = factor(gain_db);
    for sample in &mut clip.samples {
        *sample = (f64::from(*sample) * gain) as f32;
    }
}

/// The largest magnitude is made so many dB of full scale; silence stays.
pub fn normalize(clip: &mut Clip, peak_db: f64) {
    let peak = f64::from(clip.peak());
    if peak > 0.0 {
        amplify(clip, peak_db - 20.0 * peak.log10());
    }
}

/// Rises from silence in so many seconds at the beginning, and falls to silence
/// at the end, along half a wave of a cosine.
pub fn fade(clip: &mut Clip, in_seconds: f64, out_seconds: f64) {
    let (frames, rate) = (clip.frames(), f64::from(clip.rate_hz));
    let level = |from_end: usize, seconds: f64| {
        let part = (from_end as f64 + 0.5) / (seconds * rate);
        if part < 1.0 { 0.5 - 0.5 * (PI * part).cos() } else { 1.0 }
    };
    for (i, frame) in clip.samples.chunks_exact_mut(clip.channels.max(1)).enumerate() {
        let gain = level(i, in_seconds) * level(frames - 1 - i, out_seconds);
        if gain < 1.0 {
            frame.iter_mut().for_each(|sample| *sample = (f64::from(*sample) * gain) as f32);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clip(samples: Vec<f32>) -> Clip {
        Clip { rate_hz: 1_000, channels: 2, samples }
    }

    #[test]
    fn silence_is_cut_off_at_both_ends_but_for_a_margin() {
        // 100 frames of noise at -60 dB of the peak, 50 of sound, 200 of noise.
        let mut samples = vec![0.0005; 200];
        samples.extend([0.5, 0.0].repeat(50));
        samples.extend(vec![0.0005; 400]);
        let sound = clip(samples);
        assert_eq!(trimmed(&sound, -50.0), sound.slice(90..160));
        assert_eq!(trimmed(&sound, -70.0), sound);
        assert_eq!(trimmed(&clip(vec![0.0; 8]), -50.0).frames(), 0);
    }

    #[test]
    fn levels_are_in_decibels() {
        let mut sound = clip(vec![0.25, -0.5]);
        amplify(&mut sound, -20.0);
        assert_eq!(sound.samples, [0.025, -0.05]);
        normalize(&mut sound, 0.0);
        assert_eq!(sound.samples, [0.5, -1.0]);
        let mut silence = clip(vec![0.0; 4]);
        normalize(&mut silence, -1.0);
        assert_eq!(silence.samples, [0.0; 4]);
    }

    #[test]
    fn fades_begin_and_end_in_silence() {
        let mut sound = clip(vec![1.0; 200]);
        fade(&mut sound, 0.01, 0.02);
        let left: Vec<f32> = sound.samples.iter().step_by(2).copied().collect();
        assert!(left[0] < 0.01 && left[99] < 0.01, "{} {}", left[0], left[99]);
        assert!(left[10..80].iter().all(|&s| s == 1.0));
        assert!(left[..10].is_sorted() && left[80..].is_sorted_by(|a, b| a >= b));
        assert!((left[4] + left[5] - 1.0).abs() < 1e-6);
        let mut whole = clip(vec![1.0; 8]);
        fade(&mut whole, 0.0, 0.0);
        assert_eq!(whole.samples, [1.0; 8]);
    }
}
