//! Which part of a sound, which mix of it? (each read through to the whole)

use super::{Clip, Frames};
use rayon::prelude::*;
use std::{io, ops::Range};

/// A sound that nobody else reads.
pub type Sound = Box<dyn Frames + Send>;

/// Frames that are looked at together.
pub(super) const BLOCK: usize = 1 << 14;

/// Some frames of a sound.
pub struct Part {
    whole: Sound,
    range: Range<usize>,
}

impl Part {
    /// The frames of a range; out of range is cut off.
    #[must_use]
    pub fn new(whole: Sound, range: Range<usize>) -> Self {
        let end = range.end.min(whole.frames());
        Self { range: range.start.min(end)..end, whole }
    }
}

impl Frames for Part {
    fn rate_hz(&self) -> u32 {
        self.whole.rate_hz()
    }

    fn channels(&self) -> usize {
        self.whole.channels()
    }

    fn frames(&self) -> usize {
        self.range.len()
    }

    fn read(&self, start: usize, out: &mut [f32]) -> io::Result<()> {
        self.whole.read(self.range.start + start, out)
    }
}

/// All channels of a sound in one, as in [`Clip::mono_mix`].
pub struct Mono(pub Sound);

impl Frames for Mono {
    fn rate_hz(&self) -> u32 {
        self.0.rate_hz()
    }

    fn channels(&self) -> usize {
        1
    }

    fn frames(&self) -> usize {
        self.0.frames()
    }

    fn read(&self, start: usize, out: &mut [f32]) -> io::Result<()> {
        out.copy_from_slice(&clip(&*self.0, start..start + out.len())?.mono_mix().samples);
        Ok(())
    }
}

/// Frames of a sound in memory.
pub fn clip(sound: &dyn Frames, range: Range<usize>) -> io::Result<Clip> {
    let (rate_hz, channels) = (sound.rate_hz(), sound.channels());
    let mut samples = vec![0.0; range.len() * channels];
    sound.read(range.start, &mut samples)?;
    Ok(Clip { rate_hz, channels, samples })
}

/// The blocks of a sound, for all cores.
pub(super) fn blocks(frames: usize) -> impl IndexedParallelIterator<Item = Range<usize>> {
    let starts = (0..frames).into_par_iter().step_by(BLOCK);
    starts.map(move |start| start..(start + BLOCK).min(frames))
}

/// How many samples lie beyond full scale.
pub fn beyond_full_scale(sound: &dyn Frames) -> io::Result<usize> {
    let beyond = |range| {
        let clip = clip(sound, range)?;
        Ok(clip.samples.iter().filter(|s| s.abs() > 1.0).count())
    };
    blocks(sound.frames()).map(beyond).try_reduce(|| 0, |a, b| Ok(a + b))
}
