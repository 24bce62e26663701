//! How does a sound fill an audio buffer, at any rate and volume?

use super::{Gain, Playback, Sound};
use crate::{Position, error::DecodeError};

/// A sound that fills audio buffers, at any rate and volume.
///
/// ```
/// # fn play(sound: nex_runtime::Sound<'_>, buffer: &mut [i16]) -> Option<()> {
/// use nex_runtime::{Gain, Player, Position};
///
/// let mut memory = [0; 2048]; // sound.points_len() words, for another rate
/// let mut player = Player::new(sound, &mut memory).ok()?;
/// player.set_gain(Gain::from_db(-6.0));
/// player.set_step(Position::step(8_000, 48_000)); // 8 kHz sound, 48 kHz DAC
/// while player.fill(buffer) > 0 { /* one DMA half-buffer at a time */ }
/// # Some(())
/// # }
/// ```
#[derive(Debug)]
pub struct Player<'a, 'm> {
    playback: Playback<'a, 'm>,
    channels: usize,
    at: Option<Position>,
    step: Position,
    gain: Gain,
}

impl<'a, 'm> Player<'a, 'm> {
    /// At the beginning of the sound, at its own rate, at unity gain.
    ///
    /// # Errors
    /// [`DecodeError::ScratchTooSmall`] below [`Sound::points_len`] words.
    pub fn new(sound: Sound<'a>, memory: &'m mut [u32]) -> Result<Self, DecodeError> {
        let needed = sound.points_len();
        if memory.len() < needed {
            return Err(DecodeError::ScratchTooSmall { needed });
        }
        let channels = sound.channels();
        let playback = sound.play(memory)?;
        let at = Some(Position::default());
        Ok(Self { playback, channels, at, step: Position::FRAME, gain: Gain::UNITY })
    }

    /// What is played.
    #[must_use]
    pub const fn playback(&self) -> &Playback<'a, 'm> {
        &self.playback
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

    /// Sets how far one output frame advances in the sound; with a step of 0 it
    /// never ends.
    pub const fn set_step(&mut self, step: Position) {
        self.step = step;
    }

    /// Sets the volume.
    pub const fn set_gain(&mut self, gain: Gain) {
        self.gain = gain;
    }

    /// Decodes the next frames, interleaved; fills the rest of `out` with
    /// silence. Returns the number of frames decoded, 0 at the end, and if `out` has
    /// no room for a frame.
    ///
    /// # Panics
    /// Never.
    pub fn fill(&mut self, out: &mut [i16]) -> usize {
        let frames = match self.at {
            Some(at) if self.step == Position::FRAME && at.fraction() == 0 => {
                if self.playback.position() != at.frame() {
                    self.playback.seek(at.frame());
                }
                self.playback.decode_block(out)
            }
            // The memory suffices: `new` has looked.
            Some(at) => self.playback.resample(at, self.step, out).unwrap_or(0),
            None => 0,
        };
        self.at = self.at.and_then(|at| at.advance(self.step, frames));
        let samples = frames * self.channels;
        let (played, rest) = out.split_at_mut_checked(samples).unwrap_or_default();
        self.gain.apply(played);
        rest.fill(0);
        frames
    }
}
