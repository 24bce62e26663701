//! How far is a file from its sound?

use super::{options::EncodeError, source::Source};
use nex_runtime::{DecodeError, Sound};
use rayon::prelude::*;

/// Frames that one thread decodes in a row: it begins with the chunk before.
const PART: usize = 1 << 18;

/// Frames that are compared at a time.
const BLOCK: usize = 1 << 12;

/// Decodes a file with the runtime and compares, by parts on all cores.
pub(super) fn snr_db(source: &Source<'_>, bytes: &[u8]) -> Result<f64, EncodeError> {
    let sound = Sound::open(bytes)?;
    let memory = || vec![0; sound.memory_len()];
    let starts = (0..source.frames).into_par_iter().step_by(PART);
    let sums = starts.map_init(memory, |memory, start| {
        let mut playback = sound.clone().play(memory)?;
        playback.seek(start as u32);
        let mut sums = (0, 0);
        let end = (start + PART).min(source.frames);
        for start in (start..end).step_by(BLOCK) {
            let original = source.sound.read_i16(start..(start + BLOCK).min(end))?;
            let mut decoded = vec![0; original.len()];
            if playback.decode_block(&mut decoded) * source.sound.channels() < original.len() {
                return Err(DecodeError::OutOfRange.into());
            }
            for (a, b) in original.iter().zip(&decoded) {
                sums = add(sums, (square(a.unsigned_abs()), square(a.abs_diff(*b))));
            }
        }
        Ok::<_, EncodeError>(sums)
    });
    let (signal, error) = sums.try_reduce(|| (0, 0), |a, b| Ok(add(a, b)))?;
    Ok(if error == 0 { f64::INFINITY } else { 10.0 * (signal as f64 / error as f64).log10() })
}

const fn square(magnitude: u16) -> u64 {
    (magnitude as u64).pow(2)
}

/// Sums that overflow where 2^33 samples lie at full scale apart.
const fn add(a: (u64, u64), b: (u64, u64)) -> (u64, u64) {
    (a.0.saturating_add(b.0), a.1.saturating_add(b.1))
}
