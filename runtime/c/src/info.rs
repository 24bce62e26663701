//! What does a C program learn of a file before it plays it?

use crate::{
    built,
    status::{NexError, NexPart, explain},
};
use nex_format::Compact;
use nex_runtime::{Arithmetic, Error, MAX_TILE, compact::CompactDecoder};

/// How a sound is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum Profile {
    /// A neural network in integers: needs no floating-point unit.
    Integer = 0,
    /// A neural network in 32-bit floats.
    Float = 1,
    /// Sparse sums of windowed cosines, entropy-coded, in integers.
    Compact = 2,
}

/// Facts about a file. After an error all are 0 but `part` and `detail`.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Info {
    /// One of enum nex_profile.
    pub profile: u32,
    /// Sample rate in Hz, 1 to 768,000.
    pub rate_hz: u32,
    /// Channels, 1 to 8; samples are interleaved.
    pub channels: u32,
    /// Frames (time steps), 1 or more.
    pub frames: u32,
    /// Bytes of memory that nex_open() needs at least: enough to play.
    pub memory_bytes: u32,
    /// Bytes of memory for nex_sample_at() and nex_expert_at() too; not less
    /// than `memory_bytes`.
    pub points_memory_bytes: u32,
    /// More bytes of memory than this change nothing; between `memory_bytes`
    /// and this much a neural sound decodes faster, for each weight is loaded
    /// once for several frames.
    pub best_memory_bytes: u32,
    /// Number of experts of a neural sound; 0 of a compact one, whose every
    /// block is an expert.
    pub experts: u32,
    /// Multiply-accumulates per frame of a neural sound; 0 of a compact one,
    /// where they depend on the content.
    pub macs_per_frame: u32,
    /// Sines per frame of a neural sound; 0 of a compact one.
    pub sines_per_frame: u32,
    /// What an error is about: one of enum nex_part.
    pub part: u32,
    /// More about an error, see enum nex_error; otherwise 0.
    pub detail: u32,
}

/// The expert that owns a position.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Expert {
    /// Which expert of a neural sound, from 0 on; 0 of a compact sound.
    pub index: u32,
    /// The first frame of a compact sound's block; 0 of a neural sound, whose
    /// experts own any frames that the gate gives them.
    pub first_frame: u32,
    /// Frames of a compact sound's block; 0 of a neural sound.
    pub frames: u32,
    /// Weights of the block that are not zero, in a compact sound; 0 of a
    /// neural sound.
    pub nonzero: u32,
}

impl Info {
    /// Facts, or what to tell of a file that is refused.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, (Self, NexError)> {
        let missing = |error| (Self::default(), error);
        if Compact::is_compact(bytes) {
            built::compact().map_err(missing)?;
            let decoder = CompactDecoder::parse(bytes).map_err(Self::of_error)?;
            Ok(Self::of_compact(&decoder))
        } else {
            built::neural().map_err(missing)?;
            let decoder = nex_runtime::Decoder::parse(bytes).map_err(Self::of_error)?;
            Ok(Self::of_neural(&decoder))
        }
    }

    fn of_error(error: Error) -> (Self, NexError) {
        let (error, part, detail) = explain(error);
        (Self { part: part as u32, detail, ..Self::default() }, error)
    }

    fn of_compact(decoder: &CompactDecoder<'_>) -> Self {
        let header = decoder.header();
        let points = decoder.points_len().max(decoder.stream_len());
        Self {
            profile: Profile::Compact as u32,
            rate_hz: header.rate_hz,
            channels: header.channels.into(),
            frames: header.frames,
            memory_bytes: word_bytes(decoder.stream_len()),
            points_memory_bytes: word_bytes(points),
            best_memory_bytes: word_bytes(points),
            part: NexPart::None as u32,
            ..Self::default()
        }
    }

    fn of_neural(decoder: &nex_runtime::Decoder<'_>) -> Self {
        let info = decoder.info();
        let profile = match info.arithmetic {
            Arithmetic::Integer => Profile::Integer,
            Arithmetic::Float => Profile::Float,
        };
        Self {
            profile: profile as u32,
            rate_hz: info.rate_hz,
            channels: info.channels.into(),
            frames: info.frames,
            memory_bytes: word_bytes(info.min_scratch_len),
            points_memory_bytes: word_bytes(info.min_scratch_len),
            best_memory_bytes: word_bytes(decoder.scratch_len(MAX_TILE)),
            experts: info.experts.into(),
            macs_per_frame: info.macs_per_frame,
            sines_per_frame: info.sines_per_frame,
            part: NexPart::None as u32,
            detail: 0,
        }
    }
}

fn word_bytes(words: usize) -> u32 {
    u32::try_from(words).map_or(u32::MAX, |words| words.saturating_mul(4))
}
