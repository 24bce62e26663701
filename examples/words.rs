//! What goes into the next half of an audio buffer? (words cut out of a clip)
//!
//! Shared by the boards' examples, which include this file as a module: it knows
//! neither executor nor hardware. The test `tests/tests/words.rs` runs it on the
//! host.

use core::ops::Range;
use nex_runtime::{Error, Gain, Playback, Sound};

/// Frames per second of the clip.
pub const RATE_HZ: u32 = 8_000;

/// Frames of half an audio buffer: 32 ms, in which one half must be decoded.
pub const HALF: usize = 256;

/// Words of memory to decode the clip; [`Speech::open`] checks it.
pub const MEMORY: usize = 1_024;

/// Frames that are decoded unheard in place of one half, on the way to a word.
const SKIP: u32 = 512;

/// Samples decoded at once, on the stack.
const PIECE: usize = 64;

/// Two prompts by Allison Smith, CC BY-SA 3.0; see `clips/ATTRIBUTION.md`.
///
/// They are one clip, and longer than 1.5 s: what is shorter is a single chunk,
/// and then a seek decodes from the beginning.
pub static PROMPTS: &[u8] = include_bytes!("clips/prompts.nex");

/// A stretch of the clip.
#[derive(Clone, Debug)]
pub struct Word {
    pub text: &'static str,
    pub frames: Range<u32>,
}

/// What the button steps through.
pub static WORDS: [Word; 5] = [
    Word { text: "hello", frames: 0..5_100 },
    Word { text: "world", frames: 5_100..11_234 },
    Word { text: "please", frames: 11_234..14_534 },
    Word { text: "try", frames: 14_534..16_674 },
    Word { text: "again", frames: 16_674..21_196 },
];

/// Why nothing can be played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The file is damaged, or not a compact sound.
    File(Error),
    /// The sound is not one of [`RATE_HZ`] and one channel, but of these.
    Kind { rate_hz: u32, channels: u8 },
    /// Decoding takes so many words of memory.
    Memory { needed: usize },
}

/// The word being played, then silence without end.
#[derive(Debug)]
pub struct Speech<'m> {
    playback: Playback<'static, 'm>,
    /// A chunk's frames, and the most that it overlaps with its neighbour.
    chunk: (u32, u32),
    frames: Range<u32>,
    gain: Gain,
}

impl<'m> Speech<'m> {
    /// Reads the clip once, all of it: do this before the audio runs. It is silent
    /// until [`say`](Self::say).
    ///
    /// # Errors
    /// Says why it cannot be played.
    pub fn open(memory: &'m mut [u32], gain: Gain) -> Result<Self, Refused> {
        let sound = Sound::open_compact(PROMPTS).map_err(Refused::File)?;
        let (rate_hz, channels) = (sound.info().rate_hz, sound.info().channels);
        if (rate_hz, channels) != (RATE_HZ, 1) {
            return Err(Refused::Kind { rate_hz, channels });
        }
        let needed = sound.memory_len();
        let chunk = (sound.chunk_frames(), sound.worst_case().frames / 2);
        let playback = sound.play(memory).map_err(|_| Refused::Memory { needed })?;
        Ok(Self { playback, chunk, frames: 0..0, gain })
    }

    /// Plays a word from its beginning, in place of what played. Costs next to
    /// nothing: decoding comes with [`fill`](Self::fill).
    pub fn say(&mut self, word: &Word) {
        self.frames = word.frames.clone();
        // Its chunk, behind what overlaps with the chunk before, so that none of
        // that is decoded.
        let (chunk, overlap) = self.chunk;
        let before = word.frames.start.saturating_sub(overlap);
        let from = match before - before.checked_rem(chunk).unwrap_or(0) {
            0 => 0,
            start => start + overlap,
        };
        if !(from..=word.frames.start).contains(&self.playback.position()) {
            self.playback.seek(from);
        }
    }

    /// Fills the next half of an audio buffer with frames as the hardware takes
    /// them, which `frame` makes of a sample. Returns how many frames are the
    /// word's; the rest is silence.
    ///
    /// A word may lie far behind the beginning of its chunk, and everything
    /// between has to be decoded. To keep the work for one half bounded, that
    /// happens in steps, with silence in the meantime.
    pub fn fill<F>(&mut self, half: &mut [F], frame: impl Fn(i16) -> F) -> usize {
        let heard = if self.arrive() { self.decode(half, &frame) } else { 0 };
        for to in half.iter_mut().skip(heard) {
            *to = frame(0);
        }
        heard
    }

    /// Goes on towards the word's beginning; says whether it was there already.
    fn arrive(&mut self) -> bool {
        let (at, start) = (self.playback.position(), self.frames.start);
        if at >= start {
            return true;
        }
        // A seek is lazy: the frame before the next one must be asked for.
        self.playback.seek(at.saturating_add(SKIP).min(start) - 1);
        self.playback.decode_block(&mut [0]);
        false
    }

    fn decode<F>(&mut self, half: &mut [F], frame: impl Fn(i16) -> F) -> usize {
        let mut heard = 0;
        for frames in half.chunks_mut(PIECE) {
            let left = self.frames.end.saturating_sub(self.playback.position());
            let mut piece = [0; PIECE];
            let wanted = frames.len().min(left as usize);
            let samples = piece.get_mut(..wanted).unwrap_or_default();
            let decoded = self.playback.decode_block(samples);
            self.gain.apply(samples);
            for (to, &sample) in frames.iter_mut().zip(samples.iter().take(decoded)) {
                *to = frame(sample);
            }
            heard += decoded;
            if decoded < frames.len() {
                break;
            }
        }
        heard
    }
}
