//! What goes into the next half of an audio buffer? (words cut out of clips)
//!
//! Shared by the boards' examples, which include this file as a module: it knows
//! neither executor nor hardware. The test `tests/tests/words.rs` runs it on the
//! host.

use core::ops::Range;
use nex_runtime::{
    DecodeError, Error, Gain,
    compact::{CompactDecoder, Stream},
};

/// Frames per second of every clip here.
pub const RATE_HZ: u32 = 8_000;

/// Frames of half an audio buffer: 32 ms, in which one half must be decoded.
pub const HALF: usize = 256;

/// Words of memory to decode any clip here; [`Clip::open`] checks it.
pub const MEMORY: usize = 1_322;

/// Frames that are decoded unheard for one half at most, on the way to a word.
const SKIP: u32 = 1_024;

/// Samples decoded at once, on the stack.
const PIECE: usize = 64;

/// Allison Smith, CC BY-SA 3.0; see `clips/ATTRIBUTION.md`.
static HELLO_WORLD: &[u8] = include_bytes!("clips/hello-world.nex");
/// Allison Smith, CC BY-SA 3.0; see `clips/ATTRIBUTION.md`.
static PLEASE_TRY_AGAIN: &[u8] = include_bytes!("clips/please-try-again.nex");

/// A stretch of a clip.
#[derive(Clone, Debug)]
pub struct Word {
    pub text: &'static str,
    file: &'static [u8],
    frames: Range<u32>,
}

/// What the button steps through.
pub static WORDS: [Word; 4] = [
    Word { text: "hello", file: HELLO_WORLD, frames: 0..5_100 },
    Word { text: "world", file: HELLO_WORLD, frames: 5_100..11_234 },
    Word { text: "please", file: PLEASE_TRY_AGAIN, frames: 0..3_300 },
    Word { text: "try again", file: PLEASE_TRY_AGAIN, frames: 3_300..9_962 },
];

/// A word whose clip was checked.
#[derive(Clone, Debug)]
pub struct Clip {
    decoder: CompactDecoder<'static>,
    frames: Range<u32>,
}

/// Why a word cannot be played.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The file is damaged, or not a compact sound.
    File(Error),
    /// The sound is not one of [`RATE_HZ`].
    Rate(u32),
    /// Decoding takes more than [`MEMORY`] words.
    Memory(usize),
}

impl Clip {
    /// Reads a clip once, all of it: do this before the audio runs.
    ///
    /// # Errors
    /// Says why it cannot be played.
    pub fn open(word: &Word) -> Result<Self, Refused> {
        let decoder = CompactDecoder::parse(word.file).map_err(Refused::File)?;
        match (decoder.header().rate_hz, decoder.stream_len()) {
            (RATE_HZ, 0..=MEMORY) => Ok(Self { decoder, frames: word.frames.clone() }),
            (RATE_HZ, needed) => Err(Refused::Memory(needed)),
            (rate, _) => Err(Refused::Rate(rate)),
        }
    }

    /// Plays the word from its beginning. Costs next to nothing: decoding comes
    /// with [`Speech::fill`].
    ///
    /// # Errors
    /// Never with [`MEMORY`] words, which [`open`](Self::open) found enough.
    pub fn speak<'m>(&self, memory: &'m mut [i32], gain: Gain) -> Result<Speech<'m>, DecodeError> {
        let stream = self.decoder.stream(memory)?;
        let stereo = self.decoder.header().channels == 2;
        Ok(Speech { stream, stereo, frames: self.frames.clone(), gain })
    }
}

/// A word being played, then silence without end.
#[derive(Debug)]
pub struct Speech<'m> {
    stream: Stream<'static, 'm>,
    stereo: bool,
    frames: Range<u32>,
    gain: Gain,
}

impl Speech<'_> {
    /// Fills the next half of an audio buffer with frames as the hardware takes
    /// them, which `frame` makes of a left and a right sample; a mono sound is on
    /// both sides. Returns how many frames are the word's; the rest is silence.
    ///
    /// A word may lie far behind the beginning of its chunk, and everything
    /// between has to be decoded. To keep the work for one half bounded, that
    /// happens in steps, with silence in the meantime.
    pub fn fill<F>(&mut self, half: &mut [F], frame: impl Fn(i16, i16) -> F) -> usize {
        let heard = if self.arrive() { self.decode(half, &frame) } else { 0 };
        for to in half.iter_mut().skip(heard) {
            *to = frame(0, 0);
        }
        heard
    }

    /// Goes on towards the word's beginning; says whether the next frames decoded
    /// are the word's.
    fn arrive(&mut self) -> bool {
        let (at, start) = (self.stream.position(), self.frames.start);
        if at < start {
            self.stream.seek(start.min(at.saturating_add(SKIP)));
            if self.stream.position() < start {
                // A seek is lazy: a frame must be asked for.
                self.stream.decode_block(&mut [0; 2]);
                return false;
            }
        }
        true
    }

    fn decode<F>(&mut self, half: &mut [F], frame: impl Fn(i16, i16) -> F) -> usize {
        let channels = if self.stereo { 2 } else { 1 };
        let mut heard = 0;
        for frames in half.chunks_mut(PIECE / 2) {
            let left = self.frames.end.saturating_sub(self.stream.position());
            let wanted = frames.len().min(left as usize) * channels;
            let mut piece = [0; PIECE];
            let samples = piece.get_mut(..wanted).unwrap_or_default();
            let decoded = self.stream.decode_block(samples);
            self.gain.apply(samples);
            for (to, from) in frames.iter_mut().zip(samples.chunks_exact(channels).take(decoded)) {
                if let [left, .., right] | [left @ right] = *from {
                    *to = frame(left, right);
                }
            }
            heard += decoded;
            if decoded * channels < wanted || wanted < frames.len() * channels {
                break;
            }
        }
        heard
    }
}
