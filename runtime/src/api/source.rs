//! How does a sound of either profile give its frames in sequence?

use super::Sound;
use super::sound::Of;
#[cfg(feature = "compact-core")]
use crate::compact;
use crate::{Position, error::DecodeError};

/// A sound that is decoded, and where in it. What the memory holds belongs to it; every
/// call is given the same, of [`Sound::memory_len`] words at least.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant)] // there is no box to put it in
pub(super) enum Source<'a> {
    #[cfg(feature = "compact-core")]
    Compact(compact::Source<'a>),
    #[cfg(feature = "neural")]
    Neural { sound: crate::neural::Sound<'a>, next: u32, decoded: u64 },
    #[allow(dead_code)]
    None(core::convert::Infallible, core::marker::PhantomData<&'a u8>),
}

impl<'a> Source<'a> {
    /// At the beginning of the sound.
    #[inline(always)]
    pub fn new(sound: Sound<'a>) -> Self {
        match sound.of {
            #[cfg(feature = "compact-core")]
            Of::Compact(sound) => Self::Compact(compact::Source::new(&sound)),
            #[cfg(feature = "neural")]
            Of::Neural(sound) => Self::Neural { sound, next: 0, decoded: 0 },
            Of::None(never, _) => match never {},
        }
    }

    /// At the beginning of another sound: in its place if that is of the same
    /// profile, for this is large.
    pub fn belong_to(&mut self, sound: &Sound<'a>) {
        match (self, &sound.of) {
            #[cfg(feature = "compact-core")]
            (Self::Compact(source), Of::Compact(sound)) => source.belong_to(sound),
            #[allow(unreachable_patterns)]
            (this, of) => *this = Self::new(Sound { of: of.clone() }),
        }
    }

    pub fn sound(&self) -> Sound<'a> {
        match self {
            #[cfg(feature = "compact-core")]
            Self::Compact(source) => Sound { of: Of::Compact(*source.sound()) },
            #[cfg(feature = "neural")]
            Self::Neural { sound, .. } => Sound { of: Of::Neural(sound.clone()) },
            Self::None(never, _) => match *never {},
        }
    }

    pub const fn rate_hz(&self) -> u32 {
        match self {
            #[cfg(feature = "compact-core")]
            Self::Compact(source) => source.sound().header().rate_hz,
            #[cfg(feature = "neural")]
            Self::Neural { sound, .. } => sound.header.rate_hz,
            Self::None(never, _) => match *never {},
        }
    }

    /// Samples of a frame.
    pub const fn channels(&self) -> usize {
        match self {
            #[cfg(feature = "compact-core")]
            Self::Compact(source) => source.sound().header().channels as usize,
            #[cfg(feature = "neural")]
            Self::Neural { sound, .. } => sound.header.channels as usize,
            Self::None(never, _) => match *never {},
        }
    }

    /// Frames of the whole sound.
    pub const fn frames(&self) -> u32 {
        match self {
            #[cfg(feature = "compact-core")]
            Self::Compact(source) => source.sound().header().frames,
            #[cfg(feature = "neural")]
            Self::Neural { sound, .. } => sound.header.frames,
            Self::None(never, _) => match *never {},
        }
    }

    /// Frames of the longest block; 1 of a sound that has none.
    pub const fn block_len(&self) -> usize {
        match self {
            #[cfg(feature = "compact-core")]
            Self::Compact(source) => 1 << source.sound().header().max_log2,
            #[cfg(feature = "neural")]
            Self::Neural { .. } => 1,
            Self::None(never, _) => match *never {},
        }
    }

    /// The frame that comes next.
    pub const fn position(&self) -> u32 {
        match self {
            #[cfg(feature = "compact-core")]
            Self::Compact(source) => source.position(),
            #[cfg(feature = "neural")]
            Self::Neural { next, .. } => *next,
            Self::None(never, _) => match *never {},
        }
    }

    pub fn seek(&mut self, frame: u32) {
        match self {
            #[cfg(feature = "compact-core")]
            Self::Compact(source) => source.seek(frame),
            #[cfg(feature = "neural")]
            Self::Neural { next, .. } => *next = frame,
            Self::None(never, _) => match *never {},
        }
    }

    /// Decodes the next frames, as many as fit, fewer at the end; returns how many.
    pub fn decode_block(&mut self, out: &mut [i16], memory: &mut [u32]) -> usize {
        match self {
            #[cfg(feature = "compact-core")]
            Self::Compact(source) => source.decode_block(out, memory),
            #[cfg(feature = "neural")]
            Self::Neural { sound, next, decoded } => {
                let start = Position::from_frame(*next);
                // The memory suffices: who made this has looked.
                let frames = sound.resample(start, Position::FRAME, out, memory).unwrap_or(0);
                *next = next.saturating_add(frames as u32);
                *decoded += frames as u64;
                frames
            }
            Self::None(never, _) => match *never {},
        }
    }

    /// Multiplies spent so far.
    pub fn multiplies(&self) -> u64 {
        match self {
            #[cfg(feature = "compact-core")]
            Self::Compact(source) => source.multiplies(),
            #[cfg(feature = "neural")]
            Self::Neural { sound, decoded, .. } => {
                decoded.saturating_mul(sound.network.info().macs.into())
            }
            Self::None(never, _) => match *never {},
        }
    }

    /// Frames that [`decode_block`](Self::decode_block) gives at once, without work
    /// for a whole block; `None` of a sound that has no blocks.
    pub fn ready(&self) -> Option<usize> {
        match self {
            #[cfg(feature = "compact-core")]
            Self::Compact(source) => Some(source.ready()),
            #[cfg(feature = "neural")]
            Self::Neural { .. } => None,
            Self::None(never, _) => match *never {},
        }
    }

    /// Does work for the next block until it is ready, or as much as `left` units
    /// and a part more; says whether there is such a block.
    pub fn work(&mut self, memory: &mut [u32], left: &mut i32) -> bool {
        match self {
            #[cfg(feature = "compact-core")]
            Self::Compact(source) => source.work(memory, left),
            #[cfg(feature = "neural")]
            Self::Neural { .. } => false,
            Self::None(never, _) => match *never {},
        }
    }

    /// What is to be worked until the next frame is ready: of how many frames, and
    /// units for each.
    pub fn pending(&self) -> (u32, u32) {
        match self {
            #[cfg(feature = "compact-core")]
            Self::Compact(source) => source.pending(),
            #[cfg(feature = "neural")]
            Self::Neural { .. } => (0, 0),
            Self::None(never, _) => match *never {},
        }
    }

    /// Looks whether memory suffices.
    pub fn fits(sound: &Sound<'_>, memory: &[u32]) -> Result<(), DecodeError> {
        let needed = sound.memory_len();
        if memory.len() < needed {
            return Err(DecodeError::ScratchTooSmall { needed });
        }
        Ok(())
    }
}
