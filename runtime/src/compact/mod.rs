//! Compact sounds: experts that are sparse sums of windowed cosines.
//!
//! The shared encoder is a fixed bank of windowed cosines, the gate is coded
//! in the file (which block owns which samples), and every expert is one
//! sparse linear layer, its integer weights entropy-coded. Said plainly, it
//! is an adaptive-window MDCT codec, seen as a mixture of linear experts.

#[cfg(feature = "compact-drawn")]
pub(crate) mod drawn;
#[cfg(feature = "compact-drawn")]
mod mixed;
#[cfg(not(feature = "compact-drawn"))]
#[path = "unmixed.rs"]
mod mixed;
pub(crate) mod picture;
mod points;
#[cfg(feature = "compact-shape")]
pub(crate) mod shape;
mod source;
mod stream;
mod walk;
mod walker;

pub(crate) use source::Source;

use crate::info::{SoundInfo, WorstCase};
use nex_coding::{magnitude::MAX_DECISIONS, partition::Head};
use nex_format::{
    Kind, Profile, Signal,
    compact::{Sound, SoundHeader},
};
use nex_kernels::compact::{dct4_multiplies, unfold_multiplies, words};

/// What the file says of the sound.
pub(crate) const fn info(sound: &Sound<'_>) -> SoundInfo {
    let header = sound.header();
    SoundInfo {
        kind: Kind::new(Signal::Sound, Profile::Compact),
        rate_hz: header.rate_hz,
        channels: header.channels,
        frames: header.frames,
        peak: 1 << 15,
        file_bytes: sound.bytes().len(),
    }
}

/// What the longest block takes at most, or short ones in its place.
pub(crate) const fn worst_case(header: &SoundHeader) -> WorstCase {
    let (frames, channels) = (1u32 << header.max_log2, header.channels as u32);
    let transform = dct4_multiplies(header.max_log2) + unfold_multiplies(frames as usize);
    // Short blocks have a head each.
    let heads = (1 << (header.max_log2 - header.min_log2)) * Head::max_decisions(header);
    WorstCase {
        frames,
        decisions: frames * channels * MAX_DECISIONS + heads,
        multiplies: channels as u64 * (frames as u64 + transform as u64),
    }
}

/// Words of memory that playing takes: 1 3/4 for each sample of the longest
/// block and channel, so 3.5 KB for blocks of 512 in mono.
pub(crate) const fn stream_len(header: &SoundHeader) -> usize {
    words(header) + (1 << header.max_log2 >> 1) * header.channels as usize
}

/// Words of memory that single positions take: two and a quarter for each sample of the
/// longest block and channel.
pub(crate) const fn points_len(header: &SoundHeader) -> usize {
    words(header) + (1 << header.max_log2) * header.channels as usize
}
