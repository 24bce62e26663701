//! Which entropy models are in every decoder? (set 0)
//!
//! Two, by the sampling rate: starts from sounds of all kinds, codebooks from
//! speech. What a chunk teaches counts for more than where it begins: one set of
//! starts for both would take .3 % more bytes.

use crate::{classes::Starts, spectrum::Codebook};

mod speech;
mod wideband;

/// What is in every decoder: where classes start, and the spectra that
/// blocks may have.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Model {
    /// How likely decisions are at the start of a chunk, by class.
    pub starts: Starts,
    /// Spectral envelopes.
    pub codebook: Codebook,
}

/// The models of set 0, by a chunk's choice: of speech at a sampling rate of
/// 8 kHz, and at 16 kHz.
pub static MODELS: [&Model; 2] = [&speech::MODEL, &wideband::MODEL];
