//! Why is this no sound, and what mends it?

use thiserror::Error;

/// Why a sound was refused. Every message continues the name of its file and
/// a colon: the reason, and what to do about it.
#[derive(Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum SoundError {
    /// Zero bytes.
    #[error("is empty (0 bytes); record or export it again")]
    Empty,
    /// Another format than WAV: what its first bytes look like.
    #[error("is not a WAV file ({0})")]
    NotWav(String),
    /// The data chunk is shorter than its header says.
    #[error(
        "is truncated: its header declares {declared} bytes of samples, {available} are there; \
         copy it again, or accept the loss with `sox --ignore-length IN OUT.wav`"
    )]
    Truncated {
        /// Bytes of samples declared.
        declared: u64,
        /// Bytes of samples in the file.
        available: u64,
    },
    /// The WAV structure is damaged: what is wrong.
    #[error("is a damaged WAV file ({0}); convert it again from its source")]
    Damaged(String),
    /// No samples at all.
    #[error("holds no samples; a sound needs at least one")]
    NoSamples,
    /// A sample is NaN or infinite.
    #[error(
        "frame {frame}, channel {channel} is {value}, not a number to fit; \
         repair it with `ffmpeg -i IN -c:a pcm_s16le OUT.wav`"
    )]
    NotFinite {
        /// Index of the first such frame, from 0.
        frame: usize,
        /// Index of the channel, from 0.
        channel: usize,
        /// The sample.
        value: f32,
    },
    /// A sample format that is not read, for example "12-bit integer" or "A-law".
    #[error("{0} samples are not supported; convert with `sox IN -b 16 -e signed-integer OUT.wav`")]
    UnsupportedEncoding(String),
    /// A header without channels.
    #[error("has no channels, so its header is damaged; export it again from its source")]
    NoChannels,
    /// More channels than a `.nex` file holds.
    #[error(
        "has {channels} channels, but 1 to {max} can be stored; \
         pick some with `sox IN OUT.wav remix 1 2`"
    )]
    Channels {
        /// Its channels.
        channels: usize,
        /// The limit.
        max: usize,
    },
    /// A sample rate in Hz that a `.nex` file cannot hold.
    #[error("its sample rate of {0} Hz is out of range (1 to 768000 Hz)")]
    Rate(u32),
}
