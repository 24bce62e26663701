//! How does a sound of one rate play on a device that runs at another?
//!
//! A filter that a table holds ([`table`]) is laid around the place of each
//! output frame. On the way up, the samples on either side of it meet two of
//! the table's rows, and the two results are blended; on the way down the
//! filter is stretched, and each of its coefficients lies between two of the
//! table's.

mod filter;
mod table;

use core::cell::Cell;
use filter::{Wide, divide, sharp};
use table::TAPS;

/// Frames of history: those the widest filter covers, and room to refill.
const HISTORY: usize = 96;

/// Samples that are pulled at once, at most.
const PULLED: usize = 32;

/// Plays frames of one rate at another.
///
/// Takes and gives samples of 16 bits, mono or interleaved stereo. Output frame
/// n is the signal at the input's frame n * from / to, exactly, however long
/// the sound is; before its beginning and after its end it is silent. Of L
/// frames it makes ceil(L * to / from). Equal rates copy.
///
/// Accuracy, for tones up to 0.85 of half the lower rate: within 0.15 dB, and
/// every image and alias 83 dB below the tone (tested); tones from there to
/// 1.15 of it fade and may alias. A constant stays what it is. What is louder
/// than full scale saturates.
///
/// Cost of a sample: up, 24 multiplies where it is a multiple of 1/72 frame
/// from an input frame, as from 8 to 48 kHz, and 49 elsewhere; 126 and 220
/// instructions of a Cortex-M4. Down, 48 multiplies and 920 instructions, times
/// from / to. No division but in [`new`](Self::new). 1752 bytes of table.
///
/// ```
/// # use nex_kernels::Resampler;
/// let mut sound = [1000; 80].as_slice();
/// let mut resampler = Resampler::new(8_000, 48_000, 1).ok_or("rates")?;
/// let mut out = [0; 500];
/// let frames = resampler.fill(&mut out, &mut |input| {
///     let frames = input.len().min(sound.len());
///     let (now, later) = sound.split_at(frames);
///     input[..frames].copy_from_slice(now);
///     sound = later;
///     frames
/// });
/// assert_eq!((frames, out[240]), (480, 1000));
/// # Ok::<_, &str>(())
/// ```
#[derive(Clone, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Resampler {
    filter: Filter,
    stereo: bool,
    /// Frames that the filter covers on either side.
    wing: usize,
    pace: Pace,
    place: Place,
    /// Where the first of the frames that the filter covers may not be yet, or
    /// ever: the sound ended before the middle.
    until: usize,
    /// How many frames the history holds.
    filled: usize,
    /// Where in the history the sound ended.
    end: Option<usize>,
    history: [[i16; HISTORY]; 2],
}

/// From one output frame to the next.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
struct Pace {
    frames: usize,
    /// And so many 2^-32 frames, rounded down,
    phase: u32,
    /// and so many 2^-32 frames / `to_hz`.
    rest: u32,
    to_hz: u32,
}

/// Where an output frame is.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
struct Place {
    /// The first of the frames that the filter covers, in the history.
    first: usize,
    /// How far it is past the middle of them, in 2^-32 frames,
    phase: u32,
    /// and in 2^-32 frames / `to_hz`.
    rest: u32,
}

impl Place {
    const START: Self = Self { first: 0, phase: 0, rest: 0 };

    #[inline]
    fn advance(&mut self, pace: &Pace) {
        // `rest + pace.rest` may exceed 32 bits; `pace.phase + 1` does not.
        let carry = self.rest >= pace.to_hz - pace.rest;
        let rest = self.rest.wrapping_add(pace.rest);
        self.rest = if carry { rest.wrapping_sub(pace.to_hz) } else { rest };
        let (phase, frame) = self.phase.overflowing_add(pace.phase + u32::from(carry));
        self.phase = phase;
        self.first += pace.frames + usize::from(frame);
    }
}

/// How a sample is made.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
enum Filter {
    /// The rates are equal.
    Copy,
    /// As in the table.
    Sharp,
    Wide(Wide),
}

impl Resampler {
    /// Between these rates, of so many channels.
    ///
    /// `None` if a rate is 0, if `from_hz` is more than three times `to_hz`, and
    /// for other than one or two channels.
    #[must_use]
    pub const fn new(from_hz: u32, to_hz: u32, channels: usize) -> Option<Self> {
        if !Self::converts(from_hz, to_hz) || channels == 0 || channels > 2 {
            return None;
        }
        let (from, to) = (from_hz as u64, to_hz as u64);
        let (filter, wing) = if from < to {
            (Filter::Sharp, TAPS)
        } else if from == to {
            (Filter::Copy, 1)
        } else {
            let wing = divide(TAPS as u64 * from + to - 1, to).0 as usize;
            (Filter::Wide(Wide::new(from, to)), wing)
        };
        let (step, rest) = divide(from << 32, to);
        let pace =
            Pace { frames: (step >> 32) as usize, phase: step as u32, rest: rest as u32, to_hz };
        Some(Self {
            filter,
            stereo: channels == 2,
            wing,
            pace,
            place: Place::START,
            until: 0,
            filled: wing - 1,
            end: None,
            history: [[0; HISTORY]; 2],
        })
    }

    /// Whether there is one between these rates.
    #[must_use]
    pub const fn converts(from_hz: u32, to_hz: u32) -> bool {
        from_hz != 0 && to_hz != 0 && from_hz as u64 <= 3 * to_hz as u64
    }

    /// Fills `out`, interleaved, and returns how many frames it wrote: fewer
    /// than it holds only at the end of the sound, and none after it. The rest of
    /// `out` stays as it is.
    ///
    /// `pull` writes the sound's next frames to the buffer it is given,
    /// interleaved too, and returns how many frames, at most those the buffer
    /// holds; 0 ends the sound, and it is not called again.
    pub fn fill(&mut self, out: &mut [i16], pull: &mut dyn FnMut(&mut [i16]) -> usize) -> usize {
        let frames = out.len() / self.channels();
        let mut written = 0;
        while written < frames {
            while self.place.first >= self.until {
                if !self.refill(pull) {
                    return written;
                }
            }
            let out = out.get_mut(written * self.channels()..frames * self.channels());
            written += self.run(out.unwrap_or_default());
        }
        written
    }

    const fn channels(&self) -> usize {
        if self.stereo { 2 } else { 1 }
    }

    /// Fills as much as the history has the frames for.
    fn run(&mut self, out: &mut [i16]) -> usize {
        let (mut frames, mut place) = (0, self.place);
        for (channel, history) in self.history.iter().enumerate().take(self.channels()) {
            let out = out.get_mut(channel..).unwrap_or_default();
            (frames, place) = match self.filter {
                Filter::Copy => self
                    .each(history, out, |covered, _| covered.first().copied().map_or(0, i32::from)),
                Filter::Sharp => self.each(history, out, |covered, phase| {
                    covered.first_chunk().map_or(0, |covered| sharp(covered, phase))
                }),
                Filter::Wide(wide) => self.each(history, out, |covered, phase| {
                    let (before, after) = covered.split_at_checked(self.wing).unwrap_or_default();
                    wide.apply(before, after.get(..self.wing).unwrap_or_default(), phase)
                }),
            };
        }
        self.place = place;
        frames
    }

    /// Makes the samples of one channel.
    #[inline]
    fn each(
        &self,
        history: &[i16; HISTORY],
        out: &mut [i16],
        make: impl Fn(&[i16], u32) -> i32,
    ) -> (usize, Place) {
        let (mut frames, mut place) = (0, self.place);
        while place.first < self.until
            && let Some(sample) = out.get_mut(frames * self.channels())
            && let Some(covered) = history.get(place.first..)
        {
            let value = make(covered, place.phase);
            *sample = value.clamp(i16::MIN.into(), i16::MAX.into()) as i16;
            place.advance(&self.pace);
            frames += 1;
        }
        (frames, place)
    }

    /// Appends at least one frame to the history; false after the sound's end.
    #[inline(never)]
    fn refill(&mut self, pull: &mut dyn FnMut(&mut [i16]) -> usize) -> bool {
        let first = core::mem::take(&mut self.place.first);
        for history in &mut self.history {
            let kept = Cell::from_mut(history.get_mut(..self.filled).unwrap_or_default());
            let kept = kept.as_slice_of_cells();
            for (to, from) in kept.iter().zip(kept.get(first..).unwrap_or_default()) {
                to.set(from.get());
            }
        }
        self.filled = self.filled.saturating_sub(first);
        self.end = self.end.map(|end| end.saturating_sub(first));
        if self.end.is_some_and(|end| end < self.wing) {
            self.until = 0;
            return false;
        }

        let channels = self.channels();
        let room = (HISTORY - self.filled).min(PULLED / channels);
        let mut pulled = [0; PULLED];
        let mut frames = room;
        if self.end.is_none() {
            frames = pulled.get_mut(..room * channels).map_or(0, pull).min(room);
            if frames == 0 {
                self.end = Some(self.filled);
                (pulled, frames) = ([0; PULLED], room);
            }
        }
        for (channel, history) in self.history.iter_mut().enumerate().take(channels) {
            let samples = pulled.iter().skip(channel).step_by(channels).take(frames);
            for (to, sample) in history.iter_mut().skip(self.filled).zip(samples) {
                *to = *sample;
            }
        }
        self.filled += frames;
        self.until = (self.filled + 1).saturating_sub(2 * self.wing);
        if let Some(end) = self.end {
            self.until = self.until.min((end + 1).saturating_sub(self.wing));
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(clippy::panic)]
    fn places_are_exact() {
        for (from, to) in [(44_100, 48_000), (3, u32::MAX), (u32::MAX, u32::MAX - 1), (7, 3)] {
            let Some(resampler) = Resampler::new(from, to, 1) else { panic!("{from} {to}") };
            let (mut place, pace) = (Place::START, resampler.pace);
            for n in 0..100_000u128 {
                let frames = ((n * u128::from(from)) << 32) / u128::from(to);
                let rest = ((n * u128::from(from)) << 32) % u128::from(to);
                assert_eq!(frames, (place.first as u128) << 32 | u128::from(place.phase));
                assert_eq!(rest, u128::from(place.rest));
                place.advance(&pace);
            }
        }
    }
}
