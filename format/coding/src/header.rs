//! What holds for a whole compact sound?

use core::ops::RangeInclusive;

/// log2 of a block's length in samples.
pub const BLOCK_LOG2: RangeInclusive<u8> = 5..=11;
/// A chunk is at most `1 << this` times as long as the longest block.
pub const MAX_CHUNK_OCTAVES: u8 = 7;
/// Largest step: 2^17 samples' units, in 1/32 octaves above 2^-8.
pub const MAX_STEP: u16 = 800;

/// The header of a compact sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SoundHeader {
    /// Sample rate in Hz, 1 to 768,000.
    pub rate_hz: u32,
    /// Time steps, 1 or more.
    pub frames: u32,
    /// 1 or 2.
    pub channels: u8,
    /// log2 of the shortest block, 5 to 11.
    pub min_log2: u8,
    /// log2 of the longest block, `min_log2` to 11.
    pub max_log2: u8,
    /// log2 of a chunk's length in frames, `max_log2` to `max_log2 + 7`.
    pub chunk_log2: u8,
    /// How many of the longest blocks the first chunk has, so that another one
    /// begins where one shall; 0: as many as any other.
    pub lead: u8,
    /// The set of models that the decisions were coded with; 0 in version 1.
    pub models: u8,
    /// The quantiser's step in 1/32 octaves above 2^-8 of a sample's unit, 0
    /// to 800.
    pub step: u16,
    /// How much of the spectral envelope the step follows, in sixteenths.
    pub gamma: u8,
    /// Level of the noise in place of zeros, in eighths of what blocks say.
    pub fill: u8,
    /// By how much the step rises from the lowest to the highest frequency, in
    /// half octaves, 0 to 15. 0 without envelopes and noise.
    pub tilt: u8,
    /// What is added to the magnitudes 1, 2 and above, in 1/64 of a step,
    /// -16 to 15.
    pub offsets: [i8; 3],
}

impl SoundHeader {
    /// Whether blocks carry the envelope of their spectrum, which the step follows.
    #[must_use]
    pub const fn has_envelopes(&self) -> bool {
        self.gamma != 0
    }

    /// Whether step or noise follow anything.
    #[must_use]
    pub const fn is_shaped(&self) -> bool {
        self.gamma != 0 || self.fill != 0
    }

    /// Whether blocks carry levels of noise.
    #[must_use]
    pub const fn has_noise(&self) -> bool {
        self.fill != 0
    }

    /// Frames of a chunk (the first and the last may have fewer).
    #[must_use]
    pub const fn chunk_frames(&self) -> u32 {
        1 << self.chunk_log2
    }

    /// Number of chunks, 1 or more.
    #[must_use]
    pub const fn chunks(&self) -> u32 {
        self.chunk_of(self.frames as u64 - 1) + 1
    }

    /// The chunk that a frame lies in, if the sound is so long.
    #[must_use]
    pub const fn chunk_of(&self, frame: u64) -> u32 {
        ((frame + self.unused()) >> self.chunk_log2) as u32
    }

    /// The first frame of a chunk, which is the end of the one before.
    #[must_use]
    pub const fn chunk_start(&self, index: u32) -> u64 {
        ((index as u64) << self.chunk_log2).saturating_sub(self.unused())
    }

    /// By how many frames the first chunk is shorter than others.
    const fn unused(&self) -> u64 {
        match self.lead {
            0 => 0,
            lead => (1 << self.chunk_log2) - ((lead as u64) << self.max_log2),
        }
    }

    /// Whether there are two channels. Never without feature `stereo`.
    #[must_use]
    pub const fn is_stereo(&self) -> bool {
        cfg!(feature = "stereo") && self.channels == 2
    }
}
