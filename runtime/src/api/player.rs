//! How does a sound fill an audio buffer, at any rate and volume?

use super::{Gain, Playback, Sound};
use crate::{Position, error::DecodeError};
use nex_format::Loop;

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
    repeated: Option<Loop>,
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
        let (step, gain) = (Position::FRAME, Gain::UNITY);
        Ok(Self { playback, channels, at, step, gain, repeated: None })
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

    /// Plays some frames over and over: after the last of them comes the first. Of
    /// none, or such as the sound does not have, plays to its end.
    pub fn set_loop(&mut self, points: Option<Loop>) {
        self.repeated = points.filter(|points| points.fits(self.playback.frames()));
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
        let mut frames = self.fill_once(out);
        while self.repeated.is_some() {
            let rest = out.get_mut(frames * self.channels..).unwrap_or_default();
            match self.fill_once(rest) {
                0 => break,
                more => frames += more,
            }
        }
        let samples = frames * self.channels;
        let (played, rest) = out.split_at_mut_checked(samples).unwrap_or_default();
        self.gain.apply(played);
        rest.fill(0);
        frames
    }

    /// Decodes up to the end of the sound, or of the loop.
    fn fill_once(&mut self, out: &mut [i16]) -> usize {
        if let (Some(points), Some(at)) = (self.repeated, self.at) {
            self.at = Some(again(at, points));
        }
        let Some(at) = self.at else { return 0 };
        let most = self.repeated.map_or(usize::MAX, |points| steps(at, self.step, points.end));
        let most = most.saturating_mul(self.channels).min(out.len());
        let out = out.get_mut(..most).unwrap_or_default();
        let frames = if self.step == Position::FRAME && at.fraction() == 0 {
            if self.playback.position() != at.frame() {
                self.playback.seek(at.frame());
            }
            self.playback.decode_block(out)
        } else {
            // The memory suffices: `new` has looked.
            self.playback.resample(at, self.step, out).unwrap_or(0)
        };
        self.at = at.advance(self.step, frames);
        frames
    }
}

/// A position, or, at or past a loop's end, as far behind the loop's beginning.
fn again(at: Position, points: Loop) -> Position {
    match at.frame().checked_sub(points.end) {
        None => at,
        Some(past) => {
            let len = points.end.saturating_sub(points.start).max(1);
            Position::new(points.start.saturating_add(past % len), at.fraction())
        }
    }
}

/// Steps from a position that lie before frame `end`; of no length as many as
/// there can be.
fn steps(at: Position, step: Position, end: u32) -> usize {
    let units =
        |position: Position| (u64::from(position.frame()) << 32) | u64::from(position.fraction());
    let left = (u64::from(end) << 32).saturating_sub(units(at));
    let steps = if units(step) == 0 { u64::MAX } else { left.div_ceil(units(step)) };
    usize::try_from(steps).unwrap_or(usize::MAX)
}
