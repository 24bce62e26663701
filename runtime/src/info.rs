//! What does decoding this file cost?

use nex_format::{Arithmetic, Audio, File, Mixture};

/// Facts about a file that a firmware engineer budgets with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Info {
    /// Sample rate in Hz.
    pub rate_hz: u32,
    /// Channels, 1 to 8; samples are interleaved.
    pub channels: u8,
    /// Time steps.
    pub frames: u32,
    /// Largest magnitude of a sample, 1 to 32,768.
    pub peak: u16,
    /// The profile: integer or float.
    pub arithmetic: Arithmetic,
    /// Number of experts.
    pub experts: u16,
    /// Multiply-accumulates per frame: encoder, manager and one expert.
    pub macs_per_frame: u32,
    /// Of these, spent on choosing the expert; 0 with baked routing.
    pub manager_macs_per_frame: u32,
    /// Sines per frame.
    pub sines_per_frame: u32,
    /// Bytes of the whole file.
    pub file_bytes: usize,
    /// Words (`u32`) of scratch that one coordinate at a time needs; more
    /// scratch lets the decoder load each weight once for several.
    pub min_scratch_len: usize,
}

impl Info {
    pub(crate) fn new(file: &File<'_>, audio: &Audio, min_scratch_len: usize) -> Self {
        let Mixture { arithmetic, manager, encoder, experts, .. } = file.mixture();
        let expert = experts.get(0);
        let mut macs = encoder.macs() + expert.macs();
        let mut sines = encoder.sines() + expert.sines();
        let mut manager_macs = 0;
        if let Some(manager) = manager {
            manager_macs = manager.encoder.macs() + manager.head.macs();
            macs += manager_macs;
            sines += manager.encoder.sines() + manager.head.sines();
        }
        Self {
            rate_hz: audio.rate_hz,
            channels: audio.channels,
            frames: audio.frames,
            peak: audio.peak,
            arithmetic: *arithmetic,
            experts: experts.count() as u16,
            macs_per_frame: macs,
            manager_macs_per_frame: manager_macs,
            sines_per_frame: sines,
            file_bytes: file.bytes().len(),
            min_scratch_len,
        }
    }
}
