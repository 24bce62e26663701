//! How far is a file from its sound?

use super::{math::log10, options::EncodeError, source::Source};
use nex_runtime::{DecodeError, Playback, Sound};
use rayon::prelude::*;
use std::ops::Range;

/// Frames that one thread decodes in a row: it begins with the chunk before.
const PART: usize = 1 << 18;

/// Frames that are compared at a time.
const BLOCK: usize = 1 << 12;

/// Energy of a sound and of its error, sample by sample.
#[derive(Clone, Copy, Default)]
pub(super) struct Distance {
    signal: u64,
    error: u64,
}

impl Distance {
    /// The ratio in dB.
    pub fn snr_db(self) -> f64 {
        match self.error {
            0 => f64::INFINITY,
            error => 10.0 * log10(self.signal as f64 / error as f64),
        }
    }

    /// The error of each of so many samples.
    pub fn mean_error(self, samples: usize) -> f64 {
        self.error as f64 / samples.max(1) as f64
    }

    /// Sums that overflow where 2^33 samples lie at full scale apart.
    const fn and(self, other: Self) -> Self {
        Self {
            signal: self.signal.saturating_add(other.signal),
            error: self.error.saturating_add(other.error),
        }
    }
}

/// Decodes a file with the runtime and compares, by parts on all cores.
pub(super) fn distance(source: &Source<'_>, bytes: &[u8]) -> Result<Distance, EncodeError> {
    let sound = Sound::open(bytes)?;
    let memory = || vec![0; sound.memory_len()];
    let starts = (0..source.frames).into_par_iter().step_by(PART);
    let sums = starts.map_init(memory, |memory, start| {
        let playback = &mut sound.clone().play(memory)?;
        compare(source, playback, start..(start + PART).min(source.frames))
    });
    sums.try_reduce(Distance::default, |a, b| Ok(a.and(b)))
}

/// The mean square errors of some frames.
pub(super) fn mean_errors<const N: usize>(
    source: &Source<'_>,
    bytes: &[u8],
    ranges: [Range<usize>; N],
) -> Result<[f64; N], EncodeError> {
    let sound = Sound::open(bytes)?;
    let mut memory = vec![0; sound.memory_len()];
    let mut playback = sound.play(&mut memory)?;
    let mut errors = [0.0; N];
    for (to, range) in errors.iter_mut().zip(ranges) {
        let samples = range.len() * source.sound.channels();
        *to = compare(source, &mut playback, range)?.mean_error(samples);
    }
    Ok(errors)
}

fn compare(
    source: &Source<'_>,
    playback: &mut Playback<'_, '_>,
    range: Range<usize>,
) -> Result<Distance, EncodeError> {
    let mut sums = Distance::default();
    let end = range.end;
    for start in range.step_by(BLOCK) {
        let [original, decoded] = piece(source, playback, start..(start + BLOCK).min(end))?;
        for (a, b) in original.iter().zip(&decoded) {
            let (signal, error) = (square(a.unsigned_abs()), square(a.abs_diff(*b)));
            sums = sums.and(Distance { signal, error });
        }
    }
    Ok(sums)
}

/// Pieces of the sound, and the same as decoded.
pub(super) fn pieces<const N: usize>(
    source: &Source<'_>,
    bytes: &[u8],
    ranges: [Range<usize>; N],
) -> Result<[[Vec<i16>; 2]; N], EncodeError> {
    let sound = Sound::open(bytes)?;
    let mut memory = vec![0; sound.memory_len()];
    let mut playback = sound.play(&mut memory)?;
    let mut pieces = ranges.each_ref().map(|_| Default::default());
    for (to, range) in pieces.iter_mut().zip(ranges) {
        *to = piece(source, &mut playback, range)?;
    }
    Ok(pieces)
}

fn piece(
    source: &Source<'_>,
    playback: &mut Playback<'_, '_>,
    range: Range<usize>,
) -> Result<[Vec<i16>; 2], EncodeError> {
    if playback.position() as usize != range.start {
        playback.seek(range.start as u32);
    }
    let original = source.sound.read_i16(range)?;
    let mut decoded = vec![0; original.len()];
    if playback.decode_block(&mut decoded) * source.sound.channels() < original.len() {
        return Err(DecodeError::OutOfRange.into());
    }
    Ok([original, decoded])
}

const fn square(magnitude: u16) -> u64 {
    (magnitude as u64).pow(2)
}
