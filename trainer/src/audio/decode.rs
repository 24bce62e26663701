//! What does a `.nex` file sound like? (the runtime, on all cores)

use super::{Clip, ResampleError, resample, resampled_frames};
use nex_format::compact::BLOCK_LOG2;
use nex_runtime::{DecodeError, Expert, MAX_TILE, Playback, Position, Sound};
use rayon::prelude::*;
use std::ops::Range;
use thiserror::Error;

/// Why a sound has no samples at another rate.
#[derive(Debug, Error)]
pub enum ResampledError {
    /// The part goes beyond the sound.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// No filter for these rates.
    #[error(transparent)]
    Resample(#[from] ResampleError),
}

/// Chunks of a sound that one thread decodes at a time.
const CHUNKS: usize = 64;
/// Frames that one thread decodes at a time at least.
const FRAMES: usize = 16 * MAX_TILE;

/// A part as recorded, `[frames, channels]`.
///
/// The same bits wherever decoding starts, so all cores work.
///
/// # Errors
/// [`DecodeError::OutOfRange`] if the part goes beyond the sound.
pub fn decode(sound: &Sound<'_>, frames: Range<u32>) -> Result<Vec<i16>, DecodeError> {
    divided(sound, frames.len(), sound.channels(), |playback, at, out| {
        playback.seek(frames.start.saturating_add(at as u32));
        Ok(playback.decode_block(out))
    })
}

/// The whole sound as recorded.
///
/// # Errors
/// None are expected: the memory suffices.
pub fn decode_all(sound: &Sound<'_>) -> Result<Vec<i16>, DecodeError> {
    decode(sound, 0..sound.info().frames)
}

/// A part at another rate: a network is evaluated between the samples, a
/// compact sound is band-limited and resampled by a filter.
///
/// # Errors
/// [`ResampledError`] by variant.
pub fn decode_at(
    sound: &Sound<'_>,
    frames: Range<u32>,
    rate_hz: u32,
) -> Result<Vec<i16>, ResampledError> {
    let own_hz = sound.info().rate_hz;
    if sound.network().is_none() {
        let mut clip = Clip::from_i16(own_hz, sound.channels(), &decode(sound, frames)?);
        if rate_hz != own_hz {
            clip = resample(&clip, rate_hz)?;
        }
        return Ok(clip.to_i16());
    }
    let count = resampled_frames(frames.len(), own_hz, rate_hz);
    let (start, step) = (Position::from_frame(frames.start), Position::step(own_hz, rate_hz));
    Ok(divided(sound, count, sound.channels(), |playback, at, out| {
        let start = start.advance(step, at).ok_or(DecodeError::OutOfRange)?;
        playback.resample(start, step, out)
    })?)
}

/// The expert that decides each frame, and how many there are: of a compact
/// sound, whose every block is an expert, the octaves that the block is longer
/// than the shortest there can be.
///
/// # Errors
/// None are expected: the memory suffices.
pub fn experts(sound: &Sound<'_>) -> Result<(Vec<u8>, usize), DecodeError> {
    let frames = sound.info().frames;
    match sound.network() {
        Some(network) if network.experts == 1 => Ok((vec![0; frames as usize], 1)),
        Some(network) => {
            let experts = divided(sound, frames as usize, 1, |playback, at, out| {
                playback.experts_block(at as u32, out)
            })?;
            Ok((experts, network.experts.into()))
        }
        None => {
            let longest = octave(sound.worst_case().frames);
            Ok((octaves(sound)?, usize::from(longest) + 1))
        }
    }
}

/// Multiply-accumulates per time step, and the bytes of working memory that
/// decoding is given at least. Those of a compact sound are counted while it is decoded:
/// the mean of so many frames from its beginning.
///
/// # Errors
/// None are expected: the memory suffices.
pub fn cost(sound: &Sound<'_>, frames: u32) -> Result<(u32, usize), DecodeError> {
    if let Some(network) = sound.network() {
        return Ok((network.macs, 4 * sound.memory_len()));
    }
    let mut memory = vec![0; sound.memory_len()];
    let bytes = 4 * memory.len();
    let mut playback = sound.clone().play(&mut memory)?;
    let mut block = vec![0; FRAMES * sound.channels()];
    while playback.position() < frames && playback.decode_block(&mut block) > 0 {}
    let macs = playback.multiplies().div_ceil(playback.position().max(1).into());
    Ok((u32::try_from(macs).unwrap_or(u32::MAX), bytes))
}

/// `width` values for each of so many frames, a part of them at a time: `play`
/// is given the part's first frame and says how many it has filled.
fn divided<T: Copy + Default + Send>(
    sound: &Sound<'_>,
    frames: usize,
    width: usize,
    play: impl Fn(&mut Playback<'_, '_>, usize, &mut [T]) -> Result<usize, DecodeError> + Sync,
) -> Result<Vec<T>, DecodeError> {
    let part = FRAMES.max(CHUNKS * sound.chunk_frames() as usize);
    let memory = || vec![0; sound.best_len()];
    let mut values = vec![T::default(); frames * width];
    let parts = values.par_chunks_mut(part * width).enumerate();
    parts.try_for_each_init(memory, |memory, (i, out)| {
        let filled = play(&mut sound.clone().play(memory)?, i * part, out)?;
        if filled * width == out.len() { Ok(()) } else { Err(DecodeError::OutOfRange) }
    })?;
    Ok(values)
}

/// The octave of the block that owns each frame.
fn octaves(sound: &Sound<'_>) -> Result<Vec<u8>, DecodeError> {
    let count = sound.info().frames as usize;
    let mut memory = vec![0; sound.points_len()];
    let mut playback = sound.clone().play(&mut memory)?;
    let mut octaves = Vec::with_capacity(count);
    while octaves.len() < count {
        let at = Position::from_frame(octaves.len() as u32);
        let Expert::Block { start, frames, .. } = playback.expert_at(at)? else {
            return Err(DecodeError::OutOfRange);
        };
        let end = (start as usize + frames as usize).min(count);
        octaves.resize(end, octave(frames));
    }
    Ok(octaves)
}

/// Octaves that a block is longer than the shortest there can be.
fn octave(block: u32) -> u8 {
    block.ilog2().saturating_sub((*BLOCK_LOG2.start()).into()) as u8
}
