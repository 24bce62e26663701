//! Which entropy models are in every decoder? (set 0)
//!
//! Two, by the sampling rate: starts from sounds of all kinds, codebooks from
//! speech. What a chunk teaches counts for more than where it begins: one set of
//! starts for both would take .3 % more bytes.

use crate::{classes::Starts, spectrum::Codebook};

#[cfg(any(feature = "narrowband", not(feature = "wideband")))]
mod speech;
#[cfg(feature = "wideband")]
mod wideband;
// No file is opened that needs a model which was left out: any may have its place.
#[cfg(not(feature = "wideband"))]
use speech as wideband;
#[cfg(all(feature = "wideband", not(feature = "narrowband")))]
use wideband as speech;

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

/// Which of the [`MODELS`] were built in (features `narrowband` and `wideband`).
pub const BUILT: [bool; 2] = [cfg!(feature = "narrowband"), cfg!(feature = "wideband")];

/// Whether the model of a chunk was built in.
#[must_use]
pub const fn is_built(chunk: &[u8]) -> bool {
    let [narrowband, wideband] = BUILT;
    if takes_second(chunk) { wideband } else { narrowband }
}

/// A chunk's first decision, of probability one half: whether it takes the second of
/// the [`MODELS`], that for 16 kHz and more.
#[must_use]
pub const fn takes_second(mut chunk: &[u8]) -> bool {
    let mut first = 0;
    let mut bytes = 4;
    while bytes > 0 {
        first <<= 8;
        if let Some((&byte, rest)) = chunk.split_first() {
            first |= byte as u32;
            chunk = rest;
        }
        bytes -= 1;
    }
    first < (u32::MAX >> 16) << 15
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::range::{Coder, Decoder};

    #[test]
    fn the_first_decision_says_which_model() {
        for chunk in [&[][..], &[0x7f], &[0x7f, 0xff, 0x7f], &[0x7f, 0xff, 0x80], &[0x80, 0, 0, 9]]
        {
            let model = Decoder::new(chunk).raw(1, 0);
            assert_eq!(takes_second(chunk), model == 1, "{chunk:x?}");
        }
    }
}
