//! How are sounds played on a device? (queue, loops, volume, any rate, even work)

mod feed;
mod ramp;
mod rate;
mod ring;

use super::{Gain, Sound, source::Source};
use crate::error::DecodeError;
use feed::Feed;
use nex_format::Loop;
use nex_kernels::mix;
use ramp::Ramp;
use rate::Converter;
use ring::Ring;

/// Plays sounds into audio buffers, one after the other, at the DAC's rate.
///
/// - **The work is even**: the block that comes is decoded in parts, while the one
///   before is played. How even, is in `COSTS.md`.
/// - **No gap** between the sounds of the queue, nor at a loop's end.
/// - **No click** where it stops, pauses, seeks, begins another sound or changes its
///   volume: it fades for 4 ms.
/// - **Any rate** of the sounds, up to three times the DAC's, with feature `resampler`;
///   without it the DAC's alone, for 464 bytes less. A sound of the DAC's own rate and
///   channels comes out in the bits that [`Playback`](crate::Playback) gives.
/// - Two players are **mixed**: one [`fill`](Self::fill)s a buffer, the other
///   [`mix`](Self::mix)es into it.
///
/// Sounds are lent to it, as long as it lives: it keeps no copy of those that wait.
///
/// It takes two pieces of memory: where blocks are decoded, [`Sound::memory_len`]
/// words, and where samples wait that were decoded ahead, [`Sound::ahead_len`] of
/// them; the most that one of the sounds takes. With less ahead it plays the same,
/// but in bursts of work.
///
/// ```
/// # fn play(prompt: &nex_runtime::Sound<'_>, buffer: &mut [i16]) -> Result<(), nex_runtime::DecodeError> {
/// use nex_runtime::{Gain, Player};
///
/// let (mut memory, mut ahead) = ([0; 2048], [0; 1024]);
/// let mut player = Player::<2>::new(prompt.info().rate_hz, 1, &mut memory, &mut ahead)?;
/// player.set_gain(Gain::from_db(-6.0));
/// player.play(prompt)?;
/// while player.fill(buffer) > 0 { /* one DMA half-buffer at a time */ }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Player<'a, 'm, const QUEUE: usize = 2> {
    feed: Feed<'a, 'm, QUEUE>,
    rate_hz: u32,
    converter: Converter,
    gain: Gain,
    ramp: Ramp,
    is_paused: bool,
    then: Then<'a>,
    /// Whether the resampler may hold frames that are still to be heard.
    tail: bool,
}

/// What happens when a fade has ended.
#[derive(Clone, Copy, Debug)]
enum Then<'a> {
    GoOn,
    Stop,
    Seek(u32),
    Begin { sound: &'a Sound<'a>, from: u32, repeated: Option<Loop> },
}

/// Frames that are mixed at once, of up to two channels.
const BLOCK: usize = 32;

impl<'a, 'm, const QUEUE: usize> Player<'a, 'm, QUEUE> {
    /// For a DAC of this rate and of 1 or 2 channels. What the memory holds does not
    /// matter.
    ///
    /// # Errors
    /// [`DecodeError::NoSuchOutput`] for other channels, and for 0 Hz;
    /// [`DecodeError::OutputTooSmall`] if `ahead` has no room for a frame.
    pub fn new(
        rate_hz: u32,
        channels: usize,
        memory: &'m mut [u32],
        ahead: &'m mut [i16],
    ) -> Result<Self, DecodeError> {
        if !(1..=2).contains(&channels) || rate_hz == 0 {
            return Err(DecodeError::NoSuchOutput);
        }
        if ahead.len() < channels {
            return Err(DecodeError::OutputTooSmall { needed: channels });
        }
        Ok(Self {
            feed: Feed::new(memory, Ring::new(ahead, channels == 2)),
            rate_hz,
            converter: Converter::new(),
            gain: Gain::UNITY,
            ramp: Ramp::new(Gain::UNITY, rate_hz),
            is_paused: false,
            then: Then::GoOn,
            tail: false,
        })
    }

    /// The memory that it works in, and that of the samples ahead.
    #[must_use]
    pub const fn memory(&self) -> (&[u32], &[i16]) {
        (self.feed.memory(), self.feed.ahead())
    }

    /// Samples of a frame.
    #[must_use]
    pub const fn channels(&self) -> usize {
        self.feed.channels()
    }

    /// Plays a sound now, instead of what is played or waits.
    ///
    /// What is played fades first. A sound is heard when its first block is decoded,
    /// for which the time of about a block is taken.
    ///
    /// # Errors
    /// [`DecodeError::ScratchTooSmall`], [`DecodeError::NoSuchOutput`] if its rate is
    /// more than three times the DAC's, or without feature `resampler` another.
    ///
    /// # Panics
    /// Never; nor does any other method.
    pub fn play(&mut self, sound: &'a Sound<'a>) -> Result<(), DecodeError> {
        self.check(sound)?;
        self.is_paused = false;
        self.feed.hold();
        self.then = Then::Begin { sound, from: 0, repeated: None };
        self.act();
        Ok(())
    }

    /// Plays a sound after those that are played and wait, without a gap; at once if
    /// there are none.
    ///
    /// # Errors
    /// As [`play`](Self::play); [`DecodeError::QueueFull`] if `QUEUE` of them wait.
    pub fn queue(&mut self, sound: &'a Sound<'a>) -> Result<(), DecodeError> {
        self.check(sound)?;
        let is_first = matches!(self.then, Then::Stop)
            || self.is_over() && !matches!(self.then, Then::Begin { .. });
        if is_first {
            return self.play(sound);
        }
        if self.feed.queue(sound) { Ok(()) } else { Err(DecodeError::QueueFull) }
    }

    /// Plays some frames of the sound that was last begun over and over: after the last
    /// comes the first. Of none, or such as it does not have, plays to its end.
    ///
    /// What has been decoded ahead, up to a block, is still played as before. Another
    /// sound begins without a loop. A jump takes the work of the blocks from the
    /// nearest beginning of a chunk before it: one or two if the file was made for this
    /// loop ([`Sound::repeated`]), more otherwise, which come in the time of a block.
    pub fn set_loop(&mut self, points: Option<Loop>) {
        match &mut self.then {
            Then::Begin { repeated, .. } => *repeated = points,
            _ => self.feed.set_loop(points),
        }
    }

    /// Sets the volume: it is reached in 4 ms.
    pub const fn set_gain(&mut self, gain: Gain) {
        self.gain = gain;
        self.aim();
    }

    /// Fades, and keeps its place.
    pub const fn pause(&mut self) {
        self.is_paused = !self.is_over() || matches!(self.then, Then::Begin { .. });
        self.aim();
    }

    /// Plays on after [`pause`](Self::pause).
    pub const fn resume(&mut self) {
        self.is_paused = false;
        self.aim();
    }

    /// Fades, and forgets what was played and waited.
    pub fn stop(&mut self) {
        self.feed.hold();
        self.then = Then::Stop;
        self.act();
    }

    /// Fades, and plays on at a frame of the sound that was last begun: of
    /// [`sound`](Self::sound), not of the one before it that may still be heard.
    ///
    /// It is silent while what lies before that frame in its chunk is decoded, four
    /// times as fast as it plays: see [`Sound::chunk_frames`]. Calls take up to four
    /// times the work then.
    pub fn seek(&mut self, frame: u32) {
        match &mut self.then {
            Then::Begin { from, .. } => *from = frame,
            Then::Stop => {}
            Then::GoOn | Then::Seek(_) if self.feed.is_empty() => {}
            then => {
                *then = Then::Seek(frame);
                self.feed.hold_back();
                self.act();
            }
        }
    }

    /// The frame that is heard next, of the sound that is heard; `None` if there is
    /// none. At another rate the last dozen frames before it are still to be heard.
    #[must_use]
    pub fn position(&self) -> Option<u32> {
        self.feed.position()
    }

    /// The sound that is decoded: that which is heard, or follows it.
    #[must_use]
    pub fn sound(&self) -> Option<Sound<'a>> {
        self.feed.sound()
    }

    /// How many sounds have been played to their ends, modulo 2^32.
    #[must_use]
    pub const fn ended(&self) -> u32 {
        self.feed.ended()
    }

    /// Whether something is to be heard: not if all has ended, was stopped or pauses.
    #[must_use]
    pub const fn is_playing(&self) -> bool {
        let is_over = self.is_over() && !matches!(self.then, Then::Begin { .. });
        !(is_over || self.is_paused && self.is_silent())
    }

    /// Fills `out` with the next frames, interleaved, and what is left of it with
    /// silence. Returns the frames that lie before the end: 0 after it, when paused,
    /// and if `out` has no room for a frame.
    ///
    /// Work: that of so many frames, and of one part of a block more; up to twice that
    /// where long blocks follow short ones, and more at a loop's end, see
    /// [`set_loop`](Self::set_loop).
    pub fn fill(&mut self, out: &mut [i16]) -> usize {
        let frames = self.render(out);
        out.get_mut(frames * self.feed.channels()..).unwrap_or_default().fill(0);
        frames
    }

    /// Adds the next frames to what `out` holds; sums are limited to what a sample can
    /// be. Returns as [`fill`](Self::fill).
    pub fn mix(&mut self, out: &mut [i16]) -> usize {
        let channels = self.feed.channels();
        let mut block = [0; 2 * BLOCK];
        let mut frames = 0;
        for out in out.chunks_mut(BLOCK * channels) {
            let block = block.get_mut(..out.len()).unwrap_or_default();
            let now = self.render(block);
            mix::add(block.get(..now * channels).unwrap_or_default(), out);
            frames += now;
            if now == 0 {
                break;
            }
        }
        frames
    }

    /// The next frames at the volume of their time; returns how many.
    fn render(&mut self, out: &mut [i16]) -> usize {
        let channels = self.feed.channels();
        let all = self.feed.frames_in(out.len());
        let mut done = 0;
        while done < all {
            if self.is_silent() && !self.go_on() {
                break;
            }
            let out = out.get_mut(done * channels..all * channels).unwrap_or_default();
            if self.feed.is_waiting(all - done) {
                out.fill(0);
                return all;
            }
            // A fade ends at a block's end at the latest.
            let most = if self.ramp.is_there() { out.len() } else { out.len().min(BLOCK) };
            let out = out.get_mut(..most).unwrap_or_default();
            let frames = self.convert(out);
            self.tail = frames > 0 && self.converter.keeps();
            if frames == 0 && !self.cross() {
                // It has ended, before a fade did.
                self.ramp.arrive();
                if !self.is_over() {
                    break;
                }
            }
            self.ramp.apply(out.get_mut(..frames * channels).unwrap_or_default(), channels);
            done += frames;
        }
        done
    }

    /// The next frames at the DAC's rate.
    fn convert(&mut self, out: &mut [i16]) -> usize {
        let feed = &mut self.feed;
        if let Some(frames) = self.converter.fill(out, &mut |frames| feed.pull(frames)) {
            return frames;
        }
        let mut done = 0;
        let channels = feed.channels();
        while let Some(rest) = out.get_mut(done * channels..).filter(|r| !r.is_empty()) {
            match feed.pull(rest) {
                0 => break,
                frames => done += frames,
            }
        }
        done
    }

    /// Goes on to a sound of another rate.
    #[inline(never)] // its stack is to be free again while blocks are decoded
    fn cross(&mut self) -> bool {
        let crosses = self.feed.is_at_border();
        if crosses {
            self.feed.cross();
            self.adapt();
        }
        crosses
    }

    /// Does what is to be done when nothing is heard any more, if nothing is; or
    /// fades.
    #[inline(never)] // as `cross`
    fn act(&mut self) {
        if self.is_silent() {
            match core::mem::replace(&mut self.then, Then::GoOn) {
                Then::GoOn => {}
                Then::Stop => {
                    self.feed.clear();
                    self.is_paused = false;
                }
                Then::Seek(frame) => self.feed.seek(frame),
                Then::Begin { sound, from, repeated } => {
                    self.feed.begin(sound);
                    self.feed.set_loop(repeated);
                    if from > 0 {
                        self.feed.seek(from);
                    }
                }
            }
            self.tail = false;
            self.adapt();
        }
        self.aim();
    }

    /// Goes on when nothing is heard; says whether something is to be.
    fn go_on(&mut self) -> bool {
        if !matches!(self.then, Then::GoOn) {
            self.act();
        }
        if self.is_over() {
            self.is_paused = false;
        }
        !(self.is_over() || self.is_paused)
    }

    /// Whether nothing is heard, so that what is to come may come at once.
    const fn is_silent(&self) -> bool {
        self.is_over() || self.feed.is_starting() || self.ramp.is_silent()
    }

    /// Whether all has been heard.
    const fn is_over(&self) -> bool {
        self.feed.is_empty() && !self.tail
    }

    /// Moves the volume to where it is to be: at once if nothing is heard, but for
    /// what begins within a sound, which rises from silence.
    const fn aim(&mut self) {
        let fades = self.is_paused || !matches!(self.then, Then::GoOn);
        let to = if fades { Gain::SILENCE } else { self.gain };
        self.ramp.move_to(to);
        if self.is_over() || self.feed.is_starting() && (fades || !self.feed.is_within()) {
            self.ramp.arrive();
        } else if self.feed.is_starting() {
            self.ramp.fall();
        }
    }

    /// Converts from the rate of the sound that is heard.
    fn adapt(&mut self) {
        self.converter.adapt(self.feed.rate_hz(), self.rate_hz, self.feed.channels());
    }

    fn check(&self, sound: &Sound<'_>) -> Result<(), DecodeError> {
        Source::fits(sound, self.feed.memory())?;
        if !Converter::converts(sound.info().rate_hz, self.rate_hz) {
            return Err(DecodeError::NoSuchOutput);
        }
        Ok(())
    }
}
