//! What goes into the next half of an audio buffer? (a prompt over a background)
//!
//! Two players, each with memory of its own, that the compiler has sized by the clips:
//! one repeats a background, the other says what is queued. Shared by the examples,
//! which include this file as a module: it knows neither executor nor hardware. The
//! test `tests/tests/voices.rs` runs it on the host.

use nex_runtime::{DecodeError, Gain, Player, Sound, include_nex};

/// Frames per second of the DAC. The clips have 8 and 16 kHz.
pub const RATE_HZ: u32 = 16_000;

/// Frames of half an audio buffer: 16 ms, in which the other half must be filled.
pub const HALF: usize = 256;

/// A clip, read by the compiler, which refuses a damaged one: the device does not
/// parse.
const fn clip(file: &'static [u8]) -> Sound<'static> {
    match Sound::open_compact(file) {
        Ok(sound) => sound,
        Err(_) => unreachable!(),
    }
}

/// What is said, by Allison Smith, CC BY-SA 3.0, and what rings before it; see
/// `clips/ATTRIBUTION.md`.
pub static HELLO: Sound<'static> = clip(include_nex!("clips/hello-world.nex"));
pub static BELL: Sound<'static> = clip(include_nex!("clips/bell.nex"));

/// What is played over and over, between the points that its file names.
static BACKGROUND: Sound<'static> = clip(include_nex!("clips/complete.nex"));

/// Words of memory to decode a prompt, of any of them, and samples decoded ahead.
const PROMPT_LEN: usize = max(HELLO.memory_len(), BELL.memory_len());
const PROMPT_AHEAD: usize = max(HELLO.ahead_len(1), BELL.ahead_len(1));

/// How loud the background is by itself, and how loud below a prompt.
const ALONE: Gain = Gain::from_db(-12.0);
const BELOW: Gain = Gain::from_db(-24.0);

const fn max(a: usize, b: usize) -> usize {
    if a > b { a } else { b }
}

/// Memory of both players.
#[derive(Debug)]
pub struct Memory {
    prompt: [u32; PROMPT_LEN],
    prompt_ahead: [i16; PROMPT_AHEAD],
    background: [u32; BACKGROUND.memory_len()],
    background_ahead: [i16; BACKGROUND.ahead_len(1)],
}

impl Memory {
    pub const NEW: Self = Self {
        prompt: [0; PROMPT_LEN],
        prompt_ahead: [0; PROMPT_AHEAD],
        background: [0; BACKGROUND.memory_len()],
        background_ahead: [0; BACKGROUND.ahead_len(1)],
    };
}

/// A prompt over a background.
#[derive(Debug)]
pub struct Voices<'m> {
    prompt: Player<'static, 'm, 2>,
    background: Player<'static, 'm, 1>,
}

impl<'m> Voices<'m> {
    /// Plays the background.
    ///
    /// # Errors
    /// None, for memory is as large as the clips ask for.
    pub fn new(memory: &'m mut Memory) -> Result<Self, DecodeError> {
        let Memory { prompt, prompt_ahead, background, background_ahead } = memory;
        let prompt = Player::new(RATE_HZ, 1, prompt, prompt_ahead)?;
        let mut background = Player::new(RATE_HZ, 1, background, background_ahead)?;
        background.set_gain(ALONE);
        background.play(&BACKGROUND)?;
        background.set_loop(BACKGROUND.repeated());
        Ok(Self { prompt, background })
    }

    /// Says some words, up to three, instead of those being said, which fade. Costs next
    /// to nothing: decoding comes with [`fill`](Self::fill).
    ///
    /// # Errors
    /// [`DecodeError::QueueFull`] for more words.
    pub fn say(&mut self, words: &[&'static Sound<'static>]) -> Result<(), DecodeError> {
        let Some((first, more)) = words.split_first() else { return Ok(()) };
        self.prompt.play(first)?;
        more.iter().try_for_each(|word| self.prompt.queue(word))
    }

    /// Says nothing more: fades, the background goes on.
    pub fn hush(&mut self) {
        self.prompt.stop();
    }

    /// Whether something is said.
    pub fn speaks(&self) -> bool {
        self.prompt.is_playing()
    }

    /// Fades all, to go on there later.
    pub fn pause(&mut self) {
        self.prompt.pause();
        self.background.pause();
    }

    /// Goes on after a pause.
    pub fn resume(&mut self) {
        self.prompt.resume();
        self.background.resume();
    }

    /// Fills the next half of an audio buffer.
    pub fn fill(&mut self, half: &mut [i16]) {
        self.background.set_gain(if self.speaks() { BELOW } else { ALONE });
        self.background.fill(half);
        self.prompt.mix(half);
    }
}
