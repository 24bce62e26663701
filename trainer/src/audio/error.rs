//! Why can this sound not be read or written, and what mends it?

use std::path::PathBuf;
use thiserror::Error;

/// Why a sound was refused. Every message names the file, the reason and
/// what to do about it.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum AudioError {
    /// No such file.
    #[error("{}: no such file; check the path", .0.display())]
    NotFound(PathBuf),
    /// A directory where a file was expected.
    #[error("{}: is a directory; name a sound file in it", .0.display())]
    Directory(PathBuf),
    /// Reading failed.
    #[error("{}: cannot be read", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Zero bytes.
    #[error("{}: is empty (0 bytes); record or export it again", .0.display())]
    Empty(PathBuf),
    /// A `.nex` file where a sound was expected.
    #[error("{}: is a .nex file already; `ne-train decode` makes a WAV file of it", .0.display())]
    Nex(PathBuf),
    /// A picture where a sound was expected.
    #[error("{}: is a picture, not a sound; name a sound file", .0.display())]
    Picture(PathBuf),
    /// Another format than WAV, and this build reads no other.
    #[error(
        "{}: is not a WAV file ({found}); convert it with `ffmpeg -i IN OUT.wav` or \
         `sox IN OUT.wav`, or build with `--features symphonia` to read \
         MP3, Ogg, FLAC, AAC and more",
        .path.display()
    )]
    NotWav {
        /// The file.
        path: PathBuf,
        /// What its first bytes look like.
        found: String,
    },
    /// Neither WAV nor a format that Symphonia decodes.
    #[error("{}: cannot be decoded ({found}); convert it with `ffmpeg -i IN OUT.wav`", .path.display())]
    Unknown {
        /// The file.
        path: PathBuf,
        /// What its first bytes look like.
        found: String,
        /// What the decoder says.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The data chunk is shorter than its header says.
    #[error(
        "{}: is truncated: its header declares {declared} bytes of samples, {available} are there; \
         copy it again, or accept the loss with `sox --ignore-length IN OUT.wav`",
        .path.display()
    )]
    Truncated {
        /// The file.
        path: PathBuf,
        /// Bytes of samples declared.
        declared: u64,
        /// Bytes of samples in the file.
        available: u64,
    },
    /// The WAV structure is damaged.
    #[error("{}: is a damaged WAV file ({reason}); convert it again from its source", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// No samples at all.
    #[error("{}: holds no samples; a sound needs at least one", .0.display())]
    NoSamples(PathBuf),
    /// A sample is NaN or infinite.
    #[error(
        "{}: frame {frame}, channel {channel} is {value}, not a number to fit; \
         repair it with `ffmpeg -i IN -c:a pcm_s16le OUT.wav`",
        .path.display()
    )]
    NotFinite {
        /// The file.
        path: PathBuf,
        /// Index of the first such frame, from 0.
        frame: usize,
        /// Index of the channel, from 0.
        channel: usize,
        /// The sample.
        value: f32,
    },
    /// A sample format that is not read.
    #[error(
        "{}: {encoding} samples are not supported; convert with `sox IN -b 16 -e signed-integer OUT.wav`",
        .path.display()
    )]
    UnsupportedEncoding {
        /// The file.
        path: PathBuf,
        /// For example "12-bit integer" or "A-law".
        encoding: String,
    },
    /// Zero channels, or more than a `.nex` file holds.
    #[error(
        "{}: has {channels} channels, but 1 to {max} can be stored; \
         pick some with `sox IN OUT.wav remix 1 2`",
        .path.display()
    )]
    Channels {
        /// The file.
        path: PathBuf,
        /// Its channels.
        channels: usize,
        /// The limit.
        max: usize,
    },
    /// A sample rate that a `.nex` file cannot hold.
    #[error("{}: its sample rate of {rate_hz} Hz is out of range (1 to 768000 Hz)", .path.display())]
    Rate {
        /// The file.
        path: PathBuf,
        /// Its rate.
        rate_hz: u32,
    },
    /// More samples than a WAV file's 32-bit lengths can say.
    #[error("{}: {bytes} bytes of samples do not fit a WAV file (4 GiB at most); write it in parts", .path.display())]
    TooLong {
        /// The file.
        path: PathBuf,
        /// Bytes of samples.
        bytes: u64,
    },
    /// The file could not be put in its place.
    #[error(transparent)]
    Output(#[from] super::OutputError),
}
