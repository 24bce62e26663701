//! Which samples come next, and which lie where?

use super::{Sound, source::Source};
use crate::{Position, error::DecodeError, info::Expert};
use nex_format::Loop;

/// A sound as it is played: keeps its place, so that the next frames cost only
/// what is new in them. Made by [`Sound::play`].
///
/// Of its own about 1.2 KB; the decoded blocks are in the caller's memory.
#[derive(Debug)]
pub struct Playback<'a, 'm> {
    source: Source<'a>,
    memory: &'m mut [u32],
}

impl<'a, 'm> Playback<'a, 'm> {
    pub(super) fn new(sound: Sound<'a>, memory: &'m mut [u32]) -> Result<Self, DecodeError> {
        Source::fits(&sound, memory)?;
        Ok(Self { source: Source::new(sound), memory })
    }

    /// The sound that is played.
    #[must_use]
    pub fn sound(&self) -> Sound<'a> {
        self.source.sound()
    }

    /// The memory that it works in.
    #[must_use]
    pub const fn memory(&self) -> &[u32] {
        self.memory
    }

    /// Samples of a frame.
    #[must_use]
    pub const fn channels(&self) -> usize {
        self.source.channels()
    }

    /// Frames of the whole sound.
    #[must_use]
    pub const fn frames(&self) -> u32 {
        self.source.frames()
    }

    /// The frame that [`decode_block`](Self::decode_block) gives next.
    #[must_use]
    pub const fn position(&self) -> u32 {
        self.source.position()
    }

    /// Continues at `frame`; at or past the end nothing follows.
    ///
    /// Cost: nothing in a neural sound. In a compact one at most the decisions
    /// of one chunk, and of the one before it if the frame lies where the two
    /// overlap; none if the frame has been decoded already or lies a little
    /// ahead.
    ///
    /// # Panics
    /// Never.
    pub fn seek(&mut self, frame: u32) {
        self.source.seek(frame);
    }

    /// Decodes the next frames into `out`, interleaved; returns how many:
    /// as many as fit, fewer at the end, then 0. Samples after them are
    /// untouched.
    ///
    /// The samples are the same whatever the sizes asked for and wherever
    /// the sound was played before.
    ///
    /// # Panics
    /// Never.
    pub fn decode_block(&mut self, out: &mut [i16]) -> usize {
        self.source.decode_block(out, self.memory)
    }

    /// Decodes the next frames of a sound that is played over and over: after the
    /// frame before `points.end` comes `points.start`, without a gap. From the end
    /// of the loop on it goes on at its beginning, wherever that was.
    ///
    /// Fills all of `out` that holds whole frames; returns how many. Of points that
    /// the sound does not have it decodes as [`decode_block`](Self::decode_block).
    ///
    /// The samples are those of the frames wherever else they are decoded. A jump
    /// costs what a [`seek`](Self::seek) costs, at most the decisions of one chunk
    /// and of the one before: nothing is decoded ahead, and it takes no memory of
    /// its own.
    ///
    /// # Panics
    /// Never.
    ///
    /// # Examples
    /// ```
    /// # fn play(sound: nex_runtime::Sound<'_>, buffer: &mut [i16]) -> Option<()> {
    /// use nex_runtime::Loop;
    ///
    /// let points = sound.repeated().unwrap_or(Loop::whole(sound.info().frames));
    /// let mut memory = [0; 2048];
    /// let mut playback = sound.play(&mut memory).ok()?;
    /// loop {
    ///     playback.decode_looped(buffer, points); // one DMA half-buffer at a time
    /// #   break;
    /// }
    /// # Some(())
    /// # }
    /// ```
    pub fn decode_looped(&mut self, out: &mut [i16], points: Loop) -> usize {
        if !points.fits(self.frames()) {
            return self.decode_block(out);
        }
        let channels = self.channels().max(1);
        let mut left = out;
        let mut written = 0;
        while left.len() >= channels {
            if self.position() >= points.end {
                self.seek(points.start);
            }
            let until = points.end.saturating_sub(self.position()) as usize;
            let samples = until.saturating_mul(channels).min(left.len());
            let Some((now, later)) = core::mem::take(&mut left).split_at_mut_checked(samples)
            else {
                break;
            };
            let frames = self.decode_block(now);
            if frames == 0 {
                break;
            }
            written += frames;
            left = later;
        }
        written
    }

    /// Decodes the whole sound from frame 0 on; returns the number of frames.
    ///
    /// # Errors
    /// [`DecodeError::OutputTooSmall`].
    ///
    /// # Panics
    /// Never.
    pub fn decode_into(&mut self, out: &mut [i16]) -> Result<usize, DecodeError> {
        let frames = usize::try_from(self.frames()).unwrap_or(usize::MAX);
        let needed = frames.saturating_mul(self.channels());
        let out = out.get_mut(..needed).ok_or(DecodeError::OutputTooSmall { needed })?;
        self.seek(0);
        Ok(self.decode_block(out))
    }

    /// Multiplies spent by [`decode_block`](Self::decode_block) so far. In a
    /// compact sound, block by block: those of scaling, of
    /// transforms and overlaps.
    #[must_use]
    pub fn multiplies(&self) -> u64 {
        self.source.multiplies()
    }

    /// One sample of each channel at a position, between the frames too, into
    /// the front of `out`. [`decode_block`](Self::decode_block) goes on where it
    /// was.
    ///
    /// A neural sound is evaluated there: at a frame's own position the sample is
    /// that of `decode_block`. Of a compact one the owning expert's cosines are
    /// summed, of two experts where blocks overlap: one table cosine and one
    /// multiply for each weight that is not zero, and decoding where the position
    /// is not near the last. At the frames' own positions the values agree with
    /// `decode_block` to one unit, in tones and noise of full scale to five (tested; not
    /// where a forged file's numbers wrap). It uses the memory in another way than
    /// `decode_block`: to change from one to the other costs a seek.
    ///
    /// # Errors
    /// [`DecodeError::OutOfRange`] a whole frame or more past the last frame,
    /// [`DecodeError::OutputTooSmall`], [`DecodeError::ScratchTooSmall`] if the
    /// memory has fewer than [`Sound::points_len`] words.
    ///
    /// # Panics
    /// Never.
    pub fn sample_at(&mut self, at: Position, out: &mut [i16]) -> Result<(), DecodeError> {
        let needed = self.channels();
        let out = out.get_mut(..needed).ok_or(DecodeError::OutputTooSmall { needed })?;
        match &mut self.source {
            #[cfg(feature = "compact-core")]
            Source::Compact(source) => source.sample_at(at, out, self.memory),
            #[cfg(feature = "neural")]
            Source::Neural { sound, .. } => {
                match sound.resample(at, Position::FRAME, out, self.memory)? {
                    0 => Err(DecodeError::OutOfRange),
                    _ => Ok(()),
                }
            }
            Source::None(never, _) => match *never {},
        }
    }

    /// Evaluates the sound at `start`, `start + step`, ... into `out`,
    /// interleaved; returns how many frames were written before the end. A step
    /// of [`Position::FRAME`] plays as recorded; [`Position::step`] converts
    /// rates.
    ///
    /// Each frame as [`sample_at`](Self::sample_at) gives it: a sound is
    /// continuous, so no filter is involved, and speeding up by much aliases as
    /// skipping samples would.
    ///
    /// # Errors
    /// [`DecodeError::ScratchTooSmall`], as `sample_at`.
    ///
    /// # Panics
    /// Never.
    pub fn resample(
        &mut self,
        start: Position,
        step: Position,
        out: &mut [i16],
    ) -> Result<usize, DecodeError> {
        match &mut self.source {
            #[cfg(feature = "compact-core")]
            Source::Compact(source) => source.resample(start, step, out, self.memory),
            #[cfg(feature = "neural")]
            Source::Neural { sound, .. } => sound.resample(start, step, out, self.memory),
            Source::None(never, _) => match *never {},
        }
    }

    /// The expert that owns a position: where two blend, the nearer one. With
    /// baked routing that of the frame at or before the position.
    ///
    /// # Errors
    /// As [`sample_at`](Self::sample_at).
    ///
    /// # Panics
    /// Never.
    pub fn expert_at(&mut self, at: Position) -> Result<Expert, DecodeError> {
        match &mut self.source {
            #[cfg(feature = "compact-core")]
            Source::Compact(source) => source.expert_at(at, self.memory),
            #[cfg(feature = "neural")]
            Source::Neural { sound, .. } => {
                let mut expert = [0];
                match (sound.experts(at, Position::FRAME, &mut expert, self.memory)?, expert) {
                    (0, _) => Err(DecodeError::OutOfRange),
                    (_, [index]) => Ok(Expert::Network { index }),
                }
            }
            Source::None(never, _) => match *never {},
        }
    }

    /// The networks that own the frames from `start` on; returns how many were
    /// written before the end, none of a compact sound. With baked routing
    /// nothing is evaluated.
    ///
    /// # Errors
    /// [`DecodeError::ScratchTooSmall`].
    #[cfg(feature = "neural")]
    pub fn experts_block(&mut self, start: u32, out: &mut [u8]) -> Result<usize, DecodeError> {
        match &mut self.source {
            Source::Neural { sound, .. } => {
                sound.experts(Position::from_frame(start), Position::FRAME, out, self.memory)
            }
            #[allow(unreachable_patterns)]
            _ => Ok(0),
        }
    }
}
