//! What is changed in a sound before it is stored: its length, level and ends?

use super::{
    Frames,
    parts::{Sound, blocks, clip},
};
use rayon::prelude::*;
use std::{f64::consts::PI, io, ops::Range};

/// Seconds that [`trimmed`] leaves on each side of what is loud enough.
const MARGIN: f64 = 0.01;

/// A level in dB as a factor.
fn factor(db: f64) -> f64 {
    10f64.powf(db / 20.0)
}

/// The largest magnitude of a sample; 0 for silence.
fn peak(sound: &dyn Frames) -> io::Result<f32> {
    let peaks = blocks(sound.frames()).map(|range| Ok(clip(sound, range)?.peak()));
    peaks.try_reduce(|| 0.0, |a, b| Ok(a.max(b)))
}

/// Without what is quieter at both ends than so many dB below the peak (a
/// negative number): the frames that are left, of silence none.
pub fn loud(sound: &dyn Frames, below_peak_db: f64) -> io::Result<Range<usize>> {
    let least = f64::from(peak(sound)?) * factor(below_peak_db);
    let is_loud = |sample: &f32| *sample != 0.0 && f64::from(sample.abs()) >= least;
    // The first and the last loud frame of each block.
    let ends = |block: Range<usize>| {
        let (start, clip) = (block.start, clip(sound, block)?);
        let first = clip.samples.iter().position(is_loud);
        let ends = first.zip(clip.samples.iter().rposition(is_loud));
        Ok(ends.map(|(a, b)| (start + a / clip.channels, start + b / clip.channels)))
    };
    type Ends = Option<(usize, usize)>;
    let wider = |a: Ends, b: Ends| match (a, b) {
        (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
        (a, b) => a.or(b),
    };
    let ends = blocks(sound.frames()).map(ends);
    let found = ends.try_reduce(|| None, |a, b| Ok::<_, io::Error>(wider(a, b)))?;
    let margin = (MARGIN * f64::from(sound.rate_hz())) as usize;
    Ok(match found {
        Some((first, last)) => {
            first.saturating_sub(margin)..(last + margin + 1).min(sound.frames())
        }
        None => 0..0,
    })
}

/// Every sample times a gain.
pub fn amplified(sound: Sound, gain_db: f64) -> Sound {
    let gain = factor(gain_db);
    Box::new(Changed { sound, gain: move |_| gain })
}

/// The largest magnitude is made so many dB of full scale; silence stays.
pub fn normalized(sound: Sound, peak_db: f64) -> io::Result<Sound> {
    let peak = f64::from(peak(&*sound)?);
    Ok(if peak > 0.0 { amplified(sound, peak_db - 20.0 * peak.log10()) } else { sound })
}

/// Rises from silence in so many seconds at the beginning, and falls to silence
/// at the end, along half a wave of a cosine.
pub fn faded(sound: Sound, in_seconds: f64, out_seconds: f64) -> Sound {
    let (frames, rate) = (sound.frames(), f64::from(sound.rate_hz()));
    let level = move |from_end: usize, seconds: f64| {
        let part = (from_end as f64 + 0.5) / (seconds * rate);
        if part < 1.0 { 0.5 - 0.5 * (PI * part).cos() } else { 1.0 }
    };
    let gain = move |i: usize| level(i, in_seconds) * level(frames - 1 - i, out_seconds);
    Box::new(Changed { sound, gain })
}

/// A sound with a gain for every frame.
struct Changed<G> {
    sound: Sound,
    gain: G,
}

impl<G: Fn(usize) -> f64 + Sync> Frames for Changed<G> {
    fn rate_hz(&self) -> u32 {
        self.sound.rate_hz()
    }

    fn channels(&self) -> usize {
        self.sound.channels()
    }

    fn frames(&self) -> usize {
        self.sound.frames()
    }

    fn read(&self, start: usize, out: &mut [f32]) -> io::Result<()> {
        self.sound.read(start, out)?;
        for (i, frame) in out.chunks_exact_mut(self.channels().max(1)).enumerate() {
            let gain = (self.gain)(start + i);
            frame.iter_mut().for_each(|sample| *sample = (f64::from(*sample) * gain) as f32);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audio::Clip;

    fn sound(samples: Vec<f32>) -> Sound {
        Box::new(Clip { rate_hz: 1_000, channels: 2, samples })
    }

    fn samples(sound: &dyn Frames) -> Vec<f32> {
        clip(sound, 0..sound.frames()).unwrap().samples
    }

    #[test]
    fn silence_is_cut_off_at_both_ends_but_for_a_margin() {
        // 100 frames of noise at -60 dB of the peak, 50 of sound, 200 of noise.
        let mut all = vec![0.0005; 200];
        all.extend([0.5, 0.0].repeat(50));
        all.extend(vec![0.0005; 400]);
        let left = |db| loud(&*sound(all.clone()), db).unwrap();
        assert_eq!(left(-50.0), 90..160);
        assert_eq!(left(-70.0), 0..350);
        assert!(loud(&*sound(vec![0.0; 8]), -50.0).unwrap().is_empty());
    }

    #[test]
    fn levels_are_in_decibels() {
        let quiet = amplified(sound(vec![0.25, -0.5]), -20.0);
        assert_eq!(samples(&*quiet), [0.025, -0.05]);
        assert_eq!(samples(&*normalized(quiet, 0.0).unwrap()), [0.5, -1.0]);
        let silence = normalized(sound(vec![0.0; 4]), -1.0).unwrap();
        assert_eq!(samples(&*silence), [0.0; 4]);
    }

    #[test]
    fn fades_begin_and_end_in_silence() {
        let faded_sound = samples(&*faded(sound(vec![1.0; 200]), 0.01, 0.02));
        let left: Vec<f32> = faded_sound.iter().step_by(2).copied().collect();
        assert!(left[0] < 0.01 && left[99] < 0.01, "{} {}", left[0], left[99]);
        assert!(left[10..80].iter().all(|&s| s == 1.0));
        assert!(left[..10].is_sorted() && left[80..].is_sorted_by(|a, b| a >= b));
        assert!((left[4] + left[5] - 1.0).abs() < 1e-6);
        assert_eq!(samples(&*faded(sound(vec![1.0; 8]), 0.0, 0.0)), [1.0; 8]);
    }
}
