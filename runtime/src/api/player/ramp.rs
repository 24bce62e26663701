//! How does a volume change without a click?

use crate::Gain;

/// A volume that moves to where it is asked to be, along a line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ramp {
    /// In 2^-31.
    now: u32,
    to: u32,
    /// How far in a frame.
    step: u32,
}

/// Ways from silence to unity in a second: each takes 4 ms.
const FADE_PER_SECOND: u32 = 256;

impl Ramp {
    /// At a volume, for frames of this rate.
    pub const fn new(gain: Gain, rate_hz: u32) -> Self {
        let frames = rate_hz / FADE_PER_SECOND;
        let step = (1 << 31) / (if frames == 0 { 1 } else { frames });
        let now = (gain.q15() as u32) << 16;
        Self { now, to: now, step }
    }

    /// Moves to a volume from the next frame on.
    pub const fn move_to(&mut self, gain: Gain) {
        self.to = (gain.q15() as u32) << 16;
    }

    /// Is silent at once, and rises from there.
    pub const fn fall(&mut self) {
        self.now = 0;
    }

    /// Is at once where it was to move to.
    pub const fn arrive(&mut self) {
        self.now = self.to;
    }

    pub const fn is_there(&self) -> bool {
        self.now == self.to
    }

    /// Whether nothing is heard.
    pub const fn is_silent(&self) -> bool {
        self.now == 0 && self.to == 0
    }

    /// Scales frames in place.
    pub fn apply(&mut self, samples: &mut [i16], channels: usize) {
        let mut rest = samples;
        while !self.is_there() && rest.len() >= channels {
            let Some((frame, after)) = core::mem::take(&mut rest).split_at_mut_checked(channels)
            else {
                return;
            };
            self.gain().apply(frame);
            self.advance();
            rest = after;
        }
        self.gain().apply(rest);
    }

    const fn advance(&mut self) {
        let (distance, up) = (self.to.abs_diff(self.now), self.to > self.now);
        let step = if distance < self.step { distance } else { self.step };
        self.now = if up { self.now + step } else { self.now - step };
    }

    const fn gain(&self) -> Gain {
        Gain::from_q15((self.now >> 16) as u16)
    }
}
