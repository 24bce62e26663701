//! What is known of a sound before any step is chosen?

use super::{
    ends,
    levels::{Analyser, Levels},
    math::{atan2, log2, sin_cos},
    mdct::Mdct,
    seam::{END, Ends},
};
use crate::Frames;
use nex_coding::sound::{Chunk, SoundHeader};
use rayon::prelude::*;
use std::{io, ops::Range};

/// Lengths of blocks and chunks, all log2 of samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The shortest block.
    pub min_log2: u8,
    /// The longest block.
    pub max_log2: u8,
    /// A chunk.
    pub chunk_log2: u8,
    /// See [`SoundHeader::lead`].
    pub lead: u8,
}

impl Layout {
    /// What suits a sound: blocks from 32 samples up to `max_log2`, chunks of
    /// one to two seconds, for what they teach is lost at their ends; one chunk for
    /// a sound of up to three.
    #[must_use]
    pub fn new(rate_hz: u32, frames: usize, max_log2: u8) -> Self {
        let usual = log2(f64::from(rate_hz) * 2.08).floor().clamp(9.0, 18.0) as u8;
        let most = max_log2 + nex_coding::sound::MAX_CHUNK_OCTAVES;
        let one = frames.next_power_of_two().ilog2() as u8;
        let chunk_log2 = if frames <= 3 << usual { one } else { usual };
        // No block need be longer than the sound.
        let max_log2 = max_log2.min(one.max(5));
        Self { min_log2: 5, max_log2, chunk_log2: chunk_log2.clamp(max_log2, most), lead: 0 }
    }

    /// The same blocks in chunks of another length, as far as the format lets
    /// it be; no longer than a sound of so many frames needs.
    #[must_use]
    pub fn with_chunks(self, frames: usize, chunk_log2: u8) -> Self {
        let one = frames.next_power_of_two().ilog2() as u8;
        let most = self.max_log2 + nex_coding::sound::MAX_CHUNK_OCTAVES;
        Self { chunk_log2: chunk_log2.min(one).clamp(self.max_log2, most), ..self }
    }

    /// The same with a chunk that begins shortly before a frame, by half the longest
    /// overlap at least: a jump to the frame then decodes two blocks.
    #[must_use]
    pub const fn restarting(self, frame: usize) -> Self {
        let blocks = frame.saturating_sub(1 << self.max_log2 >> 1) >> self.max_log2;
        let lead = blocks & ((1 << (self.chunk_log2 - self.max_log2)) - 1);
        Self { lead: lead as u8, ..self }
    }

    /// The first frame of a chunk.
    pub(super) const fn chunk_start(&self, index: usize) -> usize {
        self.header().chunk_start(index as u32) as usize
    }

    /// The chunk that a frame lies in.
    pub(super) const fn chunk_of(&self, frame: usize) -> usize {
        self.header().chunk_of(frame as u64) as usize
    }

    /// A header of these lengths alone.
    const fn header(&self) -> SoundHeader {
        SoundHeader {
            rate_hz: 0,
            frames: 0,
            channels: 0,
            min_log2: self.min_log2,
            max_log2: self.max_log2,
            chunk_log2: self.chunk_log2,
            lead: self.lead,
            models: 0,
            step: 0,
            gamma: 0,
            fill: 0,
            tilt: 0,
            offsets: [0; 3],
        }
    }
}

/// A sound, cut into chunks whose channels are decorrelated. Its samples stay
/// where they are: parts of it are read when they are needed.
pub(super) struct Source<'a> {
    pub sound: &'a dyn Frames,
    pub rate_hz: u32,
    pub frames: usize,
    pub layout: Layout,
    pub ends: Ends,
    /// By chunk.
    angles: Vec<u8>,
    /// By channel: what is taken to come after the sound, up to whole longest
    /// blocks.
    after: Vec<Vec<f64>>,
    analyser: Analyser,
    mdct: Mdct,
}

/// A part of a sound: a whole number of the longest blocks, and half of one on
/// each side, except where the sound begins and ends.
pub(super) struct Part {
    /// The samples that it consists of, as counted in the sound.
    pub range: Range<usize>,
    /// The first sample that is known.
    pub from: usize,
    /// By channel; goes on behind the sound up to whole longest blocks.
    pub signals: Vec<Vec<f64>>,
}

impl<'a> Source<'a> {
    /// Of a sound of one or two channels; reads it once if there are two.
    /// A `looped` one goes on with its beginning.
    pub fn new(sound: &'a dyn Frames, layout: Layout, looped: bool) -> io::Result<Self> {
        let mut source = Self {
            sound,
            rate_hz: sound.rate_hz(),
            frames: sound.frames(),
            layout,
            ends: Ends::default(),
            angles: Vec::new(),
            after: Vec::new(),
            analyser: Analyser::new(layout.min_log2),
            mdct: Mdct::of(layout.min_log2..=layout.max_log2),
        };
        source.analyser = Analyser::new(Chunk::envelope_log2(&source.header()));
        let angles = (0..source.chunks()).into_par_iter().map(|i| {
            if sound.channels() < 2 {
                return Ok(0);
            }
            Ok(match &source.read(source.chunk(i))?[..] {
                [a, b] => angle(a, b),
                _ => 0,
            })
        });
        source.angles = angles.collect::<io::Result<_>>()?;
        let (frames, after) = (source.frames, source.len() - source.frames);
        source.after = if looped {
            let begin = source.read(0..after.min(frames))?;
            let again = |signal: Vec<f64>| signal.into_iter().cycle().take(after).collect();
            begin.into_iter().map(again).collect()
        } else {
            let known = source.read(frames.saturating_sub(ends::KNOWN)..frames)?;
            known.iter().map(|signal| ends::continued(signal, after)).collect()
        };
        Ok(source)
    }

    /// Number of chunks.
    pub fn chunks(&self) -> usize {
        self.layout.chunk_of(self.frames.saturating_sub(1)) + 1
    }

    /// The samples of a chunk, up to whole longest blocks.
    pub fn chunk(&self, index: usize) -> Range<usize> {
        self.layout.chunk_start(index)..self.layout.chunk_start(index + 1).min(self.len())
    }

    /// See [`Choice::angle`](nex_coding::sound::Choice::angle).
    pub fn angle(&self, chunk: usize) -> u8 {
        self.angles.get(chunk).copied().unwrap_or(0)
    }

    /// The transform with all tables that the sound's blocks need.
    pub fn mdct(&self) -> Mdct {
        self.mdct.clone()
    }

    /// Samples of a channel, continued to whole longest blocks.
    pub const fn len(&self) -> usize {
        self.frames.next_multiple_of(1 << self.layout.max_log2)
    }

    /// The part of so many samples, and what lies around it.
    pub fn part(&self, range: Range<usize>) -> io::Result<Part> {
        let around = 1usize << self.layout.max_log2 >> 1;
        let from = range.start.saturating_sub(around);
        let signals = self.read(from..(range.end + around).min(self.len()))?;
        Ok(Part { range, from, signals })
    }

    /// Samples of a range, by channel, in units of 16 bits.
    fn read(&self, range: Range<usize>) -> io::Result<Vec<Vec<f64>>> {
        let samples = self.sound.read_i16(range.start..range.end.min(self.frames))?;
        let channels = self.sound.channels();
        let signal = |c: usize| {
            let mut signal = Vec::with_capacity(range.len());
            signal.extend(samples.iter().skip(c).step_by(channels).map(|&s| f64::from(s)));
            signal.extend(
                self.after
                    .get(c)
                    .into_iter()
                    .flatten()
                    .skip(range.start.saturating_sub(self.frames)),
            );
            signal.resize(range.len(), 0.0);
            signal
        };
        Ok((0..channels).map(signal).collect())
    }

    /// Turns a part's channels, chunk by chunk: the first then holds the most
    /// energy.
    pub fn turn(&self, part: &mut Part) {
        let Part { from, signals, .. } = part;
        if let [a, b] = &mut signals[..] {
            let end = *from + a.len();
            let mut start = *from;
            while start < end {
                let chunk = self.layout.chunk_of(start);
                let next = self.layout.chunk_start(chunk + 1).min(end);
                let range = start - *from..next - *from;
                turn(&mut a[range.clone()], &mut b[range], self.angle(chunk));
                start = next;
            }
        }
    }

    /// The levels of a part's signal.
    pub fn levels(&self, part: &Part, channel: usize) -> Levels {
        let mut levels = self.analyser.levels(&part.signals[channel], part.from, &part.range);
        if let Some(level) = self.ends.level {
            levels.fill(level);
        }
        let Ends { finer: [begin, end], spared, .. } = self.ends;
        levels.lower(0..END, begin, spared);
        levels.lower(self.frames.saturating_sub(END)..self.frames, end, spared);
        levels
    }

    /// By band of the levels: its width and its middle, as parts of the spectrum.
    pub fn bands(&self) -> Vec<(f64, f64)> {
        self.analyser.bands()
    }

    /// A header without a quantiser.
    pub fn header(&self) -> SoundHeader {
        SoundHeader {
            rate_hz: self.rate_hz,
            frames: self.frames as u32,
            channels: self.sound.channels() as u8,
            ..self.layout.header()
        }
    }
}

/// The angle, in 1/32 turns, that gathers the most energy in the first channel.
fn angle(a: &[f64], b: &[f64]) -> u8 {
    let (mut aa, mut bb, mut ab) = (0.0, 0.0, 0.0);
    for (x, y) in a.iter().zip(b) {
        aa += x * x;
        bb += y * y;
        ab += x * y;
    }
    let turns = atan2(2.0 * ab, aa - bb) / 2.0 / std::f64::consts::TAU;
    (turns * 32.0).round().rem_euclid(16.0) as u8
}

/// Turns two channels by an angle: what the decoder turns back.
pub(super) fn turn(a: &mut [f64], b: &mut [f64], angle: u8) {
    let (sin, cos) = sin_cos(f64::from(angle) / 32.0 * std::f64::consts::TAU);
    for (a, b) in a.iter_mut().zip(b) {
        (*a, *b) = (cos * *a + sin * *b, cos * *b - sin * *a);
    }
}
