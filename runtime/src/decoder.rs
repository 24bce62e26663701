//! Which samples lie at these positions?

use crate::{
    Info, Kernel, Position,
    float::Float,
    integer::Integer,
    tile::{self, Buffers, Cloud, MAX_TILE, Outputs, Points, Profile, Range, Tile},
};
use core::fmt;
use nex_format::{Arithmetic, Audio, Cursor, Error, File, MAX_CHANNELS, Mixture, Part, Signal};

/// What a caller got wrong; the file itself has been checked before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum DecodeError {
    /// The scratch is smaller than [`Decoder::scratch_len`]`(1)` words.
    ScratchTooSmall {
        /// Words needed at least.
        needed: usize,
    },
    /// The output cannot hold what was asked for.
    OutputTooSmall {
        /// Samples needed at least.
        needed: usize,
    },
    /// The position lies at or past the end.
    OutOfRange,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ScratchTooSmall { needed } => write!(f, "scratch of {needed} words needed"),
            Self::OutputTooSmall { needed } => write!(f, "output of {needed} samples needed"),
            Self::OutOfRange => f.write_str("the position lies past the end"),
        }
    }
}

impl core::error::Error for DecodeError {}

/// A sound that can be evaluated anywhere.
///
/// Borrows the file; about 1 KB of its own.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Decoder<'a> {
    file: File<'a>,
    audio: Audio,
    kernel: Kernel,
}

impl<'a> Decoder<'a> {
    /// Parses and checks a whole file; see [`File::parse`].
    ///
    /// # Errors
    /// Says what is wrong with the bytes; [`Error::UnknownKind`] of
    /// [`Part::Signal`] if they hold a picture or a shape.
    ///
    /// # Panics
    /// Never; nor does any method after it.
    #[inline(never)] // its stack is to be free again while the sound plays
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Error> {
        let file = File::parse(bytes)?;
        match file.signal() {
            Signal::Audio(audio) => Ok(Self { file, audio, kernel: Kernel::best() }),
            other => Err(Error::UnknownKind(Part::Signal, other.kind())),
        }
    }

    /// Uses another inner loop (for tests and measurements). One that this
    /// machine cannot run is ignored.
    #[must_use]
    pub fn with_kernel(mut self, kernel: Kernel) -> Self {
        if kernel.is_available() {
            self.kernel = kernel;
        }
        self
    }

    /// The parsed file.
    #[must_use]
    pub const fn file(&self) -> &File<'a> {
        &self.file
    }

    /// What decoding costs.
    #[must_use]
    pub fn info(&self) -> Info {
        Info::new(&self.file, &self.audio, self.scratch_len(1))
    }

    /// Words of scratch to evaluate `columns` coordinates at once: 1 for the
    /// least memory, up to [`MAX_TILE`] for the most speed.
    #[must_use]
    pub fn scratch_len(&self, columns: usize) -> usize {
        scratch_len(self.file.mixture(), columns)
    }

    /// Channels per frame. A file without any does not parse; that this is
    /// not 0 lets the compiler leave out what would happen then.
    fn channels(&self) -> usize {
        usize::from(self.audio.channels).max(1)
    }

    /// Decodes whole frames from frame `start` on into `out`, interleaved.
    ///
    /// Returns how many frames were written: as many as fit, fewer at the
    /// end, 0 past it. Samples after them are untouched. `scratch` may hold
    /// anything; what it holds does not change the result.
    ///
    /// With baked routing a call first reads the runs of its chunk up to
    /// `start`, [`nex_format::MAX_CHUNK_RUNS`] at most: a block costs less
    /// than its frames one by one.
    ///
    /// # Errors
    /// [`DecodeError::ScratchTooSmall`].
    ///
    /// # Panics
    /// Never.
    pub fn decode_block(
        &self,
        start: u32,
        out: &mut [i16],
        scratch: &mut [u32],
    ) -> Result<usize, DecodeError> {
        self.decode_resampled(Position::from_frame(start), Position::FRAME, out, scratch)
    }

    /// Decodes the whole clip; returns the number of frames.
    ///
    /// # Errors
    /// [`DecodeError::OutputTooSmall`], [`DecodeError::ScratchTooSmall`].
    pub fn decode_into(&self, out: &mut [i16], scratch: &mut [u32]) -> Result<usize, DecodeError> {
        let frames = usize::try_from(self.audio.frames).unwrap_or(usize::MAX);
        let needed = frames.saturating_mul(self.channels());
        let out = out.get_mut(..needed).ok_or(DecodeError::OutputTooSmall { needed })?;
        self.decode_block(0, out, scratch)
    }

    /// Evaluates the clip at `start`, `start + step`, ... into `out`,
    /// interleaved; returns how many frames were written before the end.
    ///
    /// A step of [`Position::FRAME`] plays as recorded; [`Position::step`]
    /// converts rates. The network is continuous, so no resampling filter is
    /// involved: speeding up by much aliases as skipping samples would.
    ///
    /// # Errors
    /// [`DecodeError::ScratchTooSmall`].
    pub fn decode_resampled(
        &self,
        start: Position,
        step: Position,
        out: &mut [i16],
        scratch: &mut [u32],
    ) -> Result<usize, DecodeError> {
        self.along(start, step, scratch).samples(self.channels(), out, |sample| sample)
    }

    /// Evaluates one frame, between the recorded ones too: `channels`
    /// samples into `out`.
    ///
    /// # Errors
    /// [`DecodeError::OutOfRange`] at or past frame `frames`,
    /// [`DecodeError::OutputTooSmall`], [`DecodeError::ScratchTooSmall`].
    pub fn sample_at(
        &self,
        at: Position,
        out: &mut [i16],
        scratch: &mut [u32],
    ) -> Result<(), DecodeError> {
        let needed = self.channels();
        let out = out.get_mut(..needed).ok_or(DecodeError::OutputTooSmall { needed })?;
        match self.decode_resampled(at, Position::FRAME, out, scratch)? {
            0 => Err(DecodeError::OutOfRange),
            _ => Ok(()),
        }
    }

    /// The expert that owns a position. With baked routing it is looked up:
    /// the one of the frame at or before the position.
    ///
    /// # Errors
    /// [`DecodeError::OutOfRange`], [`DecodeError::ScratchTooSmall`].
    pub fn expert_at(&self, at: Position, scratch: &mut [u32]) -> Result<u8, DecodeError> {
        let mut expert = [0];
        match self.along(at, Position::FRAME, scratch).experts(&mut expert)? {
            0 => Err(DecodeError::OutOfRange),
            _ => Ok(expert.first().copied().unwrap_or(0)),
        }
    }

    /// The experts that own the frames from `start` on; returns how many
    /// were written before the end. With baked routing nothing is evaluated.
    ///
    /// # Errors
    /// [`DecodeError::ScratchTooSmall`].
    pub fn experts_block(
        &self,
        start: u32,
        out: &mut [u8],
        scratch: &mut [u32],
    ) -> Result<usize, DecodeError> {
        self.along(Position::from_frame(start), Position::FRAME, scratch).experts(out)
    }

    /// The network at `start`, `start + step`, ... until the end.
    fn along<'s>(&'s self, start: Position, step: Position, scratch: &'s mut [u32]) -> Along<'s> {
        let line = Line {
            start,
            step,
            across: None,
            end: self.audio.frames,
            #[cfg(feature = "models")]
            points: [self.audio.frames, 0],
        };
        let range = Range::sound(self.audio.peak);
        Along { line, work: Work::new(self.kernel, self.file.mixture(), range, scratch) }
    }
}

