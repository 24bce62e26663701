//! Which of the runtime's decoders answers, and where does it go on?

use crate::{built, info::Expert, memory::Memory, status::NexError, view::View};
use nex_format::Compact;
use nex_runtime::{Decoder, Position, compact::CompactDecoder};

/// A file of either profile while it is played.
#[allow(clippy::large_enum_variant)] // one lives at a time, in the caller's memory
pub(crate) enum Sound<'a> {
    Neural { decoder: Decoder<'a>, scratch: &'a mut [u32], next: u32, _built: built::Neural },
    Compact { view: View<'a>, _built: built::Compact },
}

impl<'a> Sound<'a> {
    /// Parses the file and takes hold of the memory.
    pub fn open(bytes: &'a [u8], memory: Memory<'a>) -> Result<Self, NexError> {
        if Compact::is_compact(bytes) {
            let _built = built::compact()?;
            let view = View::new(CompactDecoder::parse(bytes)?, memory)?;
            return Ok(Self::Compact { view, _built });
        }
        let _built = built::neural()?;
        let decoder = Decoder::parse(bytes)?;
        let scratch = memory.into_unsigned();
        if scratch.len() < decoder.scratch_len(1) {
            return Err(NexError::MemoryTooSmall);
        }
        Ok(Self::Neural { decoder, scratch, next: 0, _built })
    }

    pub fn channels(&self) -> usize {
        match self {
            Self::Neural { decoder, .. } => decoder.info().channels.into(),
            Self::Compact { view, .. } => view.decoder().header().channels.into(),
        }
    }

    /// Decodes the next frames, interleaved; returns how many.
    pub fn decode(&mut self, out: &mut [i16]) -> Result<usize, NexError> {
        match self {
            Self::Neural { decoder, scratch, next, .. } => {
                let frames = decoder.decode_block(*next, out, scratch)?;
                *next = next.saturating_add(frames as u32);
                Ok(frames)
            }
            Self::Compact { view, .. } => Ok(view.playing()?.decode_block(out)),
        }
    }

    pub fn seek(&mut self, frame: u32) {
        match self {
            Self::Neural { next, .. } => *next = frame,
            Self::Compact { view, .. } => view.seek(frame),
        }
    }

    pub fn position(&self) -> u32 {
        match self {
            Self::Neural { next, .. } => *next,
            Self::Compact { view, .. } => view.position(),
        }
    }

    pub fn sample_at(&mut self, at: Position, out: &mut [i16]) -> Result<(), NexError> {
        Ok(match self {
            Self::Neural { decoder, scratch, .. } => decoder.sample_at(at, out, scratch),
            Self::Compact { view, .. } => view.points()?.sample_at(at, out),
        }?)
    }

    pub fn expert_at(&mut self, at: Position) -> Result<Expert, NexError> {
        match self {
            Self::Neural { decoder, scratch, .. } => {
                let index = decoder.expert_at(at, scratch)?;
                Ok(Expert { index: index.into(), ..Expert::default() })
            }
            Self::Compact { view, .. } => {
                let expert = view.points()?.expert_at(at)?;
                Ok(Expert {
                    index: 0,
                    first_frame: expert.start,
                    frames: 1u32.checked_shl(expert.log2.into()).unwrap_or(0),
                    nonzero: expert.nonzero.into(),
                })
            }
        }
    }
}
