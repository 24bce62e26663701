//! What can be asked of the encoder, and what comes of it?

use crate::quantiser::Quantiser;
use nex_format::Loop;
use thiserror::Error;

/// What a file must be like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// As good as fits the limit.
    Size,
    /// At least this signal-to-noise ratio, in dB, as few bytes as possible.
    Snr(f64),
    /// From 0 (rough) to 100 (fine); 50 is good for most speech.
    Quality(f64),
}

/// How long to search.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Effort {
    /// A quick plan and few steps
    Fast,
    /// The best plan, all steps
    #[default]
    Normal,
    /// Tries other block lengths and trade-offs too, at ten times the cost
    Best,
}

/// What "good" means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tune {
    /// Noise follows the spectrum, so that it is less audible
    Perceptual,
    /// The least error of the waveform
    Snr,
}

/// Which of the decoder's two models chunks may be coded with.
///
/// A decoder that has one of them alone (features `compact-narrowband` and
/// `compact-wideband` of nex-runtime) refuses a file that needs the other. Each serves
/// every rate: in the mean of 20 sounds of speech or 37 of an interface, that alone takes
/// at most 0.4 % more bytes than both at equal SNR, at most 1.5 % at equal shaping.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Models {
    /// The cheaper one, chunk by chunk
    #[default]
    Any,
    /// That for 8 kHz alone
    Narrowband,
    /// That for 16 kHz and more alone
    Wideband,
}

/// How a sound is to be encoded.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// What the file must be like.
    pub target: Target,
    /// Bytes of the whole file that are never exceeded.
    pub limit: Option<usize>,
    /// What "good" means.
    pub tune: Tune,
    /// How long to search.
    pub effort: Effort,
    /// log2 of the longest block, 5 to 11; decides the decoder's memory.
    /// `None`: by the sound.
    pub max_log2: Option<u8>,
    /// log2 of a chunk's frames, at least that of the longest block and at most
    /// 7 more; decides how far a jump decodes in vain. `None`: by the sound.
    pub chunk_log2: Option<u8>,
    /// For a device: the longest block is half as long as it would be by the sound,
    /// and the decoder's memory half as large. `max_log2` goes before it.
    pub half_memory: bool,
    /// Which models chunks may be coded with.
    pub models: Models,
    /// A comment for the file.
    pub comment: Option<String>,
    /// Frames that are played over and over, for the file. If they are all of the
    /// sound, its ends are made to meet.
    pub repeated: Option<Loop>,
    /// Fixed shaping instead of the searched one, for tests.
    pub gamma: Option<u8>,
    /// Fixed noise instead of the searched one.
    pub fill: Option<u8>,
    /// Fixed tilt.
    pub tilt: Option<u8>,
    /// Fixed trade-off.
    pub lambda: Option<f32>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            target: Target::Quality(50.0),
            limit: None,
            tune: Tune::Perceptual,
            effort: Effort::Normal,
            max_log2: None,
            chunk_log2: None,
            half_memory: false,
            models: Models::Any,
            comment: None,
            repeated: None,
            gamma: None,
            fill: None,
            tilt: None,
            lambda: None,
        }
    }
}

impl Options {
    /// Whether a sound of so many frames begins anew where it ends.
    pub(crate) fn is_looped(&self, frames: usize) -> bool {
        self.repeated.is_some_and(|l| l.start == 0 && l.end as usize == frames)
    }
}

/// What is asked for, each part only if it is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Request {
    /// At most so many bytes, the whole file.
    pub bytes: Option<usize>,
    /// At most so many kilobits (1000) per second, the whole file.
    pub kbps: Option<f64>,
    /// At least this signal-to-noise ratio in dB; goes before `quality`.
    pub snr_db: Option<f64>,
    /// From 0 (rough) to 100 (fine).
    pub quality: Option<f64>,
}

impl Request {
    /// The options that serve it, for a sound of so many seconds; of no part
    /// the quality of 50.
    #[must_use]
    pub fn options(&self, seconds: f64) -> Options {
        let rate = self.kbps.map(|kbps| (kbps * 125.0 * seconds) as usize);
        let limit = [self.bytes, rate].into_iter().flatten().min();
        let target = match (self.snr_db, self.quality) {
            (Some(db), _) => Target::Snr(db),
            (None, Some(quality)) => Target::Quality(quality),
            (None, None) if limit.is_some() => Target::Size,
            (None, None) => Target::Quality(50.0),
        };
        let tune = if self.snr_db.is_some() { Tune::Snr } else { Tune::Perceptual };
        Options { target, limit, tune, ..Options::default() }
    }
}

/// A file, and how it was made.
#[derive(Clone, Debug)]
pub struct Encoded {
    /// The whole file.
    pub bytes: Vec<u8>,
    /// What was chosen.
    pub quantiser: Quantiser,
    /// By chunk.
    pub models: Vec<u8>,
    /// Ideal bits of all decisions.
    pub ideal_bits: f64,
    /// Signal-to-noise ratio, decoded by the runtime.
    pub snr_db: f64,
}

/// A file that would be smaller with other options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Smaller {
    /// Of the file that spends none on the noise's shape: [`Tune::Snr`].
    pub bytes: usize,
    /// log2 of its longest block.
    pub max_log2: Option<u8>,
}

/// Why there is no file.
#[derive(Debug, Error)]
pub enum EncodeError {
    /// More than two channels.
    #[error("a compact sound has 1 or 2 channels, this one has {0}")]
    Channels(usize),
    /// No samples.
    #[error("the sound is empty")]
    Empty,
    /// More frames than a file can say.
    #[error("the sound is too long: a file holds less than 2^32 frames, this one has {0}")]
    TooLong(usize),
    /// Blocks and chunks do not go together.
    #[error(
        "chunks of {chunk} frames do not go with blocks of up to {block}: a chunk holds 1 to 128 of the longest blocks"
    )]
    Chunk {
        /// Frames of a chunk.
        chunk: u32,
        /// Samples of the longest block.
        block: u32,
    },
    /// Nothing that small.
    #[error(
        "no file of at most {limit} bytes holds this sound; the smallest has {}",
        .smaller.map_or(*.smallest, |smaller| smaller.bytes)
    )]
    DoesNotFit {
        /// What was asked for.
        limit: usize,
        /// The smallest with these options.
        smallest: usize,
        /// What others would give.
        smaller: Option<Smaller>,
    },
    /// The samples cannot be read any more.
    #[error("the sound cannot be read to its end")]
    Read(#[from] std::io::Error),
    /// The format refused it.
    #[error("the file cannot be written")]
    Format(#[from] nex_format::Error),
    /// The decoder could not play what was written.
    #[error("the file that was written cannot be decoded")]
    Decode(#[from] nex_runtime::DecodeError),
}
