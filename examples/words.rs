//! What goes into the next half of an audio buffer? (words cut out of a clip)
//!
//! Shared by examples, which include this file as a module: it knows
//! neither executor nor hardware. The test `tests/tests/words.rs` runs it on the
//! host.

use core::ops::Range;
use nex_runtime::{DecodeError, Gain, Playback, Sound, include_nex};

/// Frames of half an audio buffer: 32 ms, in which one half must be decoded.
pub const HALF: usize = 256;

/// Frames that are decoded unheard in place of one half, on the way to a word.
const SKIP: u32 = 512;

/// Samples decoded at once, on the stack.
const PIECE: usize = 64;

/// Two prompts by Allison Smith, CC BY-SA 3.0; see `clips/ATTRIBUTION.md`.
///
/// They are one clip, and longer than 1.5 s: what is shorter is a single chunk,
/// and then a seek decodes from the beginning.
pub static PROMPTS: &[u8] = include_nex!("clips/prompts.nex");

/// The clip, read by the compiler, which refuses a damaged one: the device does
/// not parse.
pub const CLIP: Sound<'static> = match Sound::open_compact(PROMPTS) {
    Ok(sound) => sound,
    Err(_) => unreachable!(),
};

/// Frames per second of the clip.
pub const RATE_HZ: u32 = CLIP.info().rate_hz;

/// Words of memory to decode it.
pub const MEMORY: usize = CLIP.memory_len();

/// Frames of a chunk, at whose beginning decoding begins.
const CHUNK: u32 = CLIP.chunk_frames();

// Below, a sample is a frame.
const _: () = assert!(CLIP.channels() == 1);

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

/// The word being played, then silence without end.
#[derive(Debug)]
pub struct Speech<'m> {
    playback: Playback<'static, 'm>,
    /// Frames at most that a chunk overlaps with its neighbour.
    overlap: u32,
    frames: Range<u32>,
    gain: Gain,
}

impl<'m> Speech<'m> {
    /// Silent until [`say`](Self::say).
    ///
    /// # Errors
    /// [`DecodeError::ScratchTooSmall`] below [`MEMORY`] words.
    pub fn open(memory: &'m mut [u32], gain: Gain) -> Result<Self, DecodeError> {
        let overlap = CLIP.worst_case().frames / 2;
        Ok(Self { playback: CLIP.play(memory)?, overlap, frames: 0..0, gain })
    }

    /// Plays a word from its beginning, in place of what played. Costs next to
    /// nothing: decoding comes with [`fill`](Self::fill).
    pub fn say(&mut self, word: &Word) {
        self.frames = word.frames.clone();
        // Its chunk, behind what overlaps with the chunk before, so that none of
        // that is decoded.
        let from = match word.frames.start.saturating_sub(self.overlap) / CHUNK * CHUNK {
            0 => 0,
            start => start + self.overlap,
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
