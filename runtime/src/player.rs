//! How does a clip stream into an audio buffer, with its memory in one place?

use crate::{DecodeError, Decoder, Gain, Position};
use heapless::Vec;

/// A decoder that remembers where it is and owns its scratch.
///
/// `SCRATCH` words; at least [`Decoder::scratch_len`]`(1)`, more is faster.
///
/// ```
/// # fn play(decoder: nex_runtime::Decoder<'_>, buffer: &mut [i16]) -> Option<()> {
/// use nex_runtime::{Gain, Player, Position};
///
/// let mut player = Player::<512>::new(decoder).ok()?;
/// player.set_gain(Gain::from_db(-6.0));
/// player.set_step(Position::step(8_000, 48_000)); // 8 kHz clip, 48 kHz DAC
/// while player.fill(buffer) > 0 { /* one DMA half-buffer at a time */ }
/// # Some(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Player<'a, const SCRATCH: usize> {
    decoder: Decoder<'a>,
    scratch: Vec<u32, SCRATCH>,
    at: Option<Position>,
    step: Position,
    gain: Gain,
}

impl<'a, const SCRATCH: usize> Player<'a, SCRATCH> {
    /// At the beginning of the clip, at its own rate, at unity gain.
    ///
    /// # Errors
    /// [`DecodeError::ScratchTooSmall`] if `SCRATCH` does not suffice.
    pub fn new(decoder: Decoder<'a>) -> Result<Self, DecodeError> {
        let needed = decoder.scratch_len(1);
        if needed > SCRATCH {
            return Err(DecodeError::ScratchTooSmall { needed });
        }
        let at = Some(Position::default());
        // Filled where it will stay: nothing is copied when the player moves
        // to its place.
        let scratch = Vec::new();
        Ok(Self { decoder, scratch, at, step: Position::FRAME, gain: Gain::UNITY })
    }

    /// The decoder.
    #[must_use]
    pub const fn decoder(&self) -> &Decoder<'a> {
        &self.decoder
    }

    /// Continues at `position`.
    pub const fn seek(&mut self, position: Position) {
        self.at = Some(position);
    }

    /// Where the next frame comes from; `None` once past the last position.
    #[must_use]
    pub const fn position(&self) -> Option<Position> {
        self.at
    }

    /// Sets how far one output frame advances in the clip.
    pub const fn set_step(&mut self, step: Position) {
        self.step = step;
    }

    /// Sets the volume.
    pub const fn set_gain(&mut self, gain: Gain) {
        self.gain = gain;
    }

    /// Decodes the next frames, interleaved; fills the rest of `out` with
    /// silence. Returns the number of frames decoded, 0 at the end.
    pub fn fill(&mut self, out: &mut [i16]) -> usize {
        if self.scratch.is_empty() {
            let most = self.decoder.scratch_len(crate::MAX_TILE);
            let _ = self.scratch.resize(most.min(SCRATCH), 0); // that fits
        }
        let frames = match self.at {
            Some(at) => self.decoder.decode_resampled(at, self.step, out, &mut self.scratch),
            None => Ok(0),
        };
        let frames = frames.unwrap_or(0); // the scratch was checked in `new`
        self.at = self.at.and_then(|at| at.advance(self.step, frames));
        let samples = frames * usize::from(self.decoder.info().channels);
        let (played, rest) = out.split_at_mut_checked(samples).unwrap_or_default();
        self.gain.apply(played);
        rest.fill(0);
        frames
    }
}
