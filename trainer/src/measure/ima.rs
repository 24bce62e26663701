//! What would the classical cheap codec make of this sound?

use super::sound::{Comparison, Metrics};
use crate::audio::Frames;
use rayon::prelude::*;
use std::io;

/// Step sizes of IMA ADPCM: the standard's table.
const STEPS: [i32; 89] = [
    7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 21, 23, 25, 28, 31, 34, 37, 41, 45, 50, 55, 60, 66,
    73, 80, 88, 97, 107, 118, 130, 143, 157, 173, 190, 209, 230, 253, 279, 307, 337, 371, 408, 449,
    494, 544, 598, 658, 724, 796, 876, 963, 1060, 1166, 1282, 1411, 1552, 1707, 1878, 2066, 2272,
    2499, 2749, 3024, 3327, 3660, 4026, 4428, 4871, 5358, 5894, 6484, 7132, 7845, 8630, 9493,
    10442, 11487, 12635, 13899, 15289, 16818, 18500, 20350, 22385, 24623, 27086, 29794, 32767,
];
/// How a code's magnitude moves the step.
const INDEX_MOVES: [isize; 8] = [-1, -1, -1, -1, 2, 4, 6, 8];
/// Bytes of the header of a WAV file with IMA ADPCM.
const HEADER_BYTES: u64 = 60;

/// Bytes of a block of one channel: 256, times the rate in units of 11,025 Hz.
const fn block_bytes(rate_hz: u32) -> u64 {
    match rate_hz / 11_025 {
        0 => 256,
        n => 256 * n as u64,
    }
}

/// Frames of a block: one in its 4 header bytes, then two to the byte.
const fn block_frames(rate_hz: u32) -> u64 {
    1 + 2 * (block_bytes(rate_hz) - 4)
}

/// The size of an IMA ADPCM WAV file of this length: 4 bits per sample in
/// blocks, of which the last is padded. The same as what `sox` writes.
#[must_use]
pub const fn ima_adpcm_bytes(frames: u64, channels: u64, rate_hz: u32) -> u64 {
    HEADER_BYTES + frames.div_ceil(block_frames(rate_hz)) * block_bytes(rate_hz) * channels
}

/// How close [`ima_adpcm_round_trip`] comes to a sound, which is read part by
/// part, on all cores; `watch` is told how many
/// frames more are done.
///
/// # Errors
/// Of reading.
pub fn ima_adpcm_metrics(
    sound: &dyn Frames,
    watch: &(dyn Fn(usize) + Sync),
) -> io::Result<Metrics> {
    let (rate_hz, channels, frames) = (sound.rate_hz(), sound.channels(), sound.frames());
    let part = PART_BLOCKS * block_frames(rate_hz) as usize;
    let parts = (0..frames).into_par_iter().step_by(part);
    let all = parts.map(|start| {
        let original = sound.read_i16(start..(start + part).min(frames))?;
        let mut comparison = Comparison::default();
        let coded = ima_adpcm_round_trip(&original, channels, rate_hz);
        comparison.add(&original, &coded).map_err(io::Error::other)?;
        watch(original.len() / channels.max(1));
        Ok(comparison)
    });
    let all = all.try_reduce(Comparison::default, |a, b| Ok::<_, io::Error>(a.merge(b)))?;
    Ok(all.metrics())
}

/// Blocks that one thread codes at a time.
const PART_BLOCKS: usize = 16;

/// The samples, `[frames, channels]`, after IMA ADPCM coding and decoding.
///
/// Every block starts with the step that serves it best, as good encoders
/// find it; the codes are the nearest ones, sample by sample.
#[must_use]
pub fn ima_adpcm_round_trip(samples: &[i16], channels: usize, rate_hz: u32) -> Vec<i16> {
    let mut out = samples.to_vec();
    for block in out.chunks_mut(block_frames(rate_hz) as usize * channels.max(1)) {
        for c in 0..channels {
            let original: Vec<i16> = block.iter().skip(c).step_by(channels).copied().collect();
            let mut best = (u64::MAX, Vec::new());
            for index in 0..STEPS.len() {
                best = code_block(&original, index, best.0).unwrap_or(best);
            }
            let places = block.iter_mut().skip(c).step_by(channels);
            places.zip(best.1).for_each(|(place, sample)| *place = sample);
        }
    }
    out
}

/// One channel's block, coded from step `index` on: its square error, and its
/// samples, if the error is less than `limit`.
fn code_block(original: &[i16], mut index: usize, limit: u64) -> Option<(u64, Vec<i16>)> {
    // The header holds the first sample as it is.
    let mut predicted = original.first().copied().map_or(0, i32::from);
    let mut error = 0;
    let mut coded = Vec::with_capacity(original.len());
    for (i, &sample) in original.iter().enumerate() {
        if i > 0 {
            code(sample.into(), &mut predicted, &mut index);
        }
        error += u64::from(predicted.abs_diff(sample.into())).pow(2);
        if error >= limit {
            return None;
        }
        coded.push(predicted as i16);
    }
    Some((error, coded))
}

/// Codes one sample: moves the prediction, as the decoder will, and the step.
fn code(sample: i32, predicted: &mut i32, index: &mut usize) {
    let step = STEPS[*index];
    let mut rest = (sample - *predicted).abs();
    let (mut magnitude, mut change) = (0, step >> 3);
    for bit in [2, 1, 0] {
        let part = step >> (2 - bit);
        if rest >= part {
            rest -= part;
            change += part;
            magnitude |= 1 << bit;
        }
    }
    let change = if sample < *predicted { -change } else { change };
    *predicted = (*predicted + change).clamp(i16::MIN.into(), i16::MAX.into());
    *index = index.saturating_add_signed(INDEX_MOVES[magnitude]).min(STEPS.len() - 1);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_those_of_sox() {
        assert_eq!(ima_adpcm_bytes(11_234, 1, 8_000), 5_948);
        assert_eq!(ima_adpcm_bytes(12_800, 2, 16_000), 13_372);
    }

    #[test]
    fn a_tone_comes_back_at_the_codecs_quality() {
        let tone = |i: usize| (12_000.0 * (i as f64 * 0.2).sin()) as i16;
        let stereo: Vec<i16> = (0..4_000).flat_map(|i| [tone(i), 0]).collect();
        let back = ima_adpcm_round_trip(&stereo, 2, 8_000);
        let snr = crate::measure::sound::compare(&stereo, &back).unwrap().snr_db;
        assert!((24.0..40.0).contains(&snr), "{snr}");
        // Silence beside the tone stays within the smallest step.
        assert!(back.iter().skip(1).step_by(2).all(|s| s.abs() <= 7));
    }
}
