//! What does a `.nex` file sound like? (the runtime, on all cores)

use super::{Clip, Frames, ResampleError, resample::each_block, resampled_frames};
use nex_format::compact::BLOCK_LOG2;
use nex_runtime::{DecodeError, Expert, MAX_TILE, Playback, Position, Sound};
use rayon::prelude::*;
use std::{io, ops::Range};
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

/// Frames of a compact sound that one thread decodes at a time, about: it
/// begins with the chunk before.
const IN_CHUNKS: usize = 1 << 19;
/// Parts that are in memory together at most: 32 MB in stereo.
const MOST_PARTS: usize = 16;
/// Frames that one thread decodes at a time at least.
const FRAMES: usize = 16 * MAX_TILE;

/// A part as recorded, `[frames, channels]`.
///
/// The same bits wherever decoding starts, so all cores work.
///
/// # Errors
/// [`DecodeError::OutOfRange`] if the part goes beyond the sound.
pub fn decode(sound: &Sound<'_>, frames: Range<u32>) -> Result<Vec<i16>, DecodeError> {
    divided(sound, frames.len(), sound.channels(), from(frames.start))
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
    let mut all = Vec::new();
    stream(sound, frames, rate_hz, |samples| {
        all.extend_from_slice(samples);
        Ok::<_, ResampledError>(())
    })?;
    Ok(all)
}

/// [`decode_at`], some megabytes at a time, in order.
///
/// # Errors
/// [`ResampledError`] by variant, and those of `take`.
pub fn stream<E: From<ResampledError>>(
    sound: &Sound<'_>,
    frames: Range<u32>,
    rate_hz: u32,
    mut take: impl FnMut(&[i16]) -> Result<(), E>,
) -> Result<(), E> {
    let (own_hz, channels) = (sound.info().rate_hz, sound.channels());
    let failed = |error: DecodeError| ResampledError::from(error);
    if rate_hz == own_hz {
        return in_order(sound, frames.len(), channels, failed, from(frames.start), take);
    }
    if sound.network().is_none() {
        let decoded = Decoded { sound, frames };
        return each_block(&decoded, rate_hz, |samples| {
            let clip = Clip { rate_hz, channels, samples: samples.to_vec() };
            take(&clip.to_i16()).map_err(Other::Theirs)
        })
        .map_err(|error| match error {
            Other::Theirs(error) => error,
            Other::Ours(error) => ResampledError::from(error).into(),
        });
    }
    let count = resampled_frames(frames.len(), own_hz, rate_hz);
    let (start, step) = (Position::from_frame(frames.start), Position::step(own_hz, rate_hz));
    let play = |playback: &mut Playback<'_, '_>, at, out: &mut [i16]| {
        let start = start.advance(step, at).ok_or(DecodeError::OutOfRange)?;
        playback.resample(start, step, out)
    };
    in_order(sound, count, channels, failed, play, take)
}

/// Plays from a frame on.
fn from(
    start: u32,
) -> impl Fn(&mut Playback<'_, '_>, usize, &mut [i16]) -> Result<usize, DecodeError> + Sync {
    move |playback, at, out| {
        playback.seek(start.saturating_add(at as u32));
        Ok(playback.decode_block(out))
    }
}

/// Whose error ends a stream?
enum Other<E> {
    Ours(ResampleError),
    Theirs(E),
}

impl<E> From<ResampleError> for Other<E> {
    fn from(error: ResampleError) -> Self {
        Self::Ours(error)
    }
}

/// A part of a sound, decoded where it is read.
struct Decoded<'a> {
    sound: &'a Sound<'a>,
    frames: Range<u32>,
}

impl Frames for Decoded<'_> {
    fn rate_hz(&self) -> u32 {
        self.sound.info().rate_hz
    }

    fn channels(&self) -> usize {
        self.sound.channels()
    }

    fn frames(&self) -> usize {
        self.frames.len()
    }

    fn read(&self, start: usize, out: &mut [f32]) -> io::Result<()> {
        let start = self.frames.start + start as u32;
        let end = start + (out.len() / self.channels()) as u32;
        let samples = decode(self.sound, start..end).map_err(io::Error::other)?;
        out.iter_mut().zip(samples).for_each(|(to, s)| *to = f32::from(s) / 32_768.0);
        Ok(())
    }
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

/// How many frames each expert of [`experts`] decides.
///
/// # Errors
/// None are expected: the memory suffices.
pub fn expert_counts(sound: &Sound<'_>) -> Result<Vec<u64>, DecodeError> {
    let frames = sound.info().frames;
    let Some(network) = sound.network() else {
        let mut counts = vec![0; usize::from(octave(sound.worst_case().frames)) + 1];
        each_octave(sound, |octave, frames| {
            if let Some(count) = counts.get_mut(usize::from(octave)) {
                *count += frames as u64;
            }
        })?;
        return Ok(counts);
    };
    let mut counts = vec![0; network.experts.into()];
    if let [count] = &mut counts[..] {
        *count = frames.into();
        return Ok(counts);
    }
    let play = |playback: &mut Playback<'_, '_>, at, out: &mut [u8]| {
        playback.experts_block(at as u32, out)
    };
    in_order(
        sound,
        frames as usize,
        1,
        |error| error,
        play,
        |experts| {
            for &expert in experts {
                if let Some(count) = counts.get_mut(usize::from(expert)) {
                    *count += 1;
                }
            }
            Ok::<_, DecodeError>(())
        },
    )?;
    Ok(counts)
}

/// Multiply-accumulates per time step, and the bytes of working memory that
/// decoding is given at least. Those of a compact sound are counted while it is
/// decoded: the mean of so many frames from its beginning.
///
/// # Errors
/// None are expected: the memory suffices.
pub fn cost(sound: &Sound<'_>, frames: u32) -> Result<(u32, usize), DecodeError> {
    cost_watched(sound, frames, |_| {})
}

/// [`cost`], and a watcher is told how many frames have been decoded.
pub(crate) fn cost_watched(
    sound: &Sound<'_>,
    frames: u32,
    mut watch: impl FnMut(u32),
) -> Result<(u32, usize), DecodeError> {
    if let Some(network) = sound.network() {
        return Ok((network.macs, 4 * sound.memory_len()));
    }
    let mut memory = vec![0; sound.memory_len()];
    let bytes = 4 * memory.len();
    let mut playback = sound.clone().play(&mut memory)?;
    let mut block = vec![0; FRAMES * sound.channels()];
    while playback.position() < frames && playback.decode_block(&mut block) > 0 {
        watch(playback.position());
    }
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
    let mut all = Vec::with_capacity(frames * width);
    in_order(
        sound,
        frames,
        width,
        |error| error,
        play,
        |values| {
            all.extend_from_slice(values);
            Ok(())
        },
    )?;
    Ok(all)
}

/// The values of [`divided`], handed over in order, a few parts together.
fn in_order<T: Copy + Default + Send, E, F: From<E>>(
    sound: &Sound<'_>,
    frames: usize,
    width: usize,
    failed: impl Fn(DecodeError) -> E,
    play: impl Fn(&mut Playback<'_, '_>, usize, &mut [T]) -> Result<usize, DecodeError> + Sync,
    mut take: impl FnMut(&[T]) -> Result<(), F>,
) -> Result<(), F> {
    let chunk = sound.chunk_frames() as usize;
    let part = FRAMES.max(chunk * (IN_CHUNKS / chunk.max(1)).clamp(4, 64));
    let batch = part * (2 * rayon::current_num_threads()).min(MOST_PARTS);
    let memory = || vec![0; sound.best_len()];
    let mut values = vec![T::default(); batch.min(frames) * width];
    for first in (0..frames).step_by(batch) {
        let values = &mut values[..batch.min(frames - first) * width];
        let parts = values.par_chunks_mut(part * width).enumerate();
        let done = parts.try_for_each_init(memory, |memory, (i, out)| {
            let filled = play(&mut sound.clone().play(memory)?, first + i * part, out)?;
            if filled * width == out.len() { Ok(()) } else { Err(DecodeError::OutOfRange) }
        });
        done.map_err(&failed)?;
        take(values)?;
    }
    Ok(())
}

/// The octave of the block that owns each frame.
fn octaves(sound: &Sound<'_>) -> Result<Vec<u8>, DecodeError> {
    let mut octaves = Vec::with_capacity(sound.info().frames as usize);
    each_octave(sound, |octave, frames| octaves.resize(octaves.len() + frames, octave))?;
    Ok(octaves)
}

/// The octaves of all blocks, and how many frames each owns.
fn each_octave(sound: &Sound<'_>, mut take: impl FnMut(u8, usize)) -> Result<(), DecodeError> {
    let count = sound.info().frames;
    let mut memory = vec![0; sound.points_len()];
    let mut playback = sound.clone().play(&mut memory)?;
    let mut at = 0;
    while at < count {
        let Expert::Block { start, frames, .. } = playback.expert_at(Position::from_frame(at))?
        else {
            return Err(DecodeError::OutOfRange);
        };
        let end = start.saturating_add(frames).min(count);
        take(octave(frames), end.saturating_sub(at) as usize);
        at = end.max(at + 1);
    }
    Ok(())
}

/// Octaves that a block is longer than the shortest there can be.
fn octave(block: u32) -> u8 {
    block.ilog2().saturating_sub((*BLOCK_LOG2.start()).into()) as u8
}
