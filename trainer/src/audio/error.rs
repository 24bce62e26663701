//! Why can this sound not be read or written, and what mends it?

use nex_encoder::SoundError;
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
    #[error("{}: is a directory; name a file in it, or take all of them with --batch", .0.display())]
    Directory(PathBuf),
    /// Reading failed.
    #[error("{}: cannot be read", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file holds no sound that can be stored.
    #[error("{}: {fault}", .path.display())]
    Sound {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        fault: SoundError,
    },
    /// A `.nex` file where a sound was expected.
    #[error("{}: is a .nex file already; `ne-train decode` turns it back", .0.display())]
    Nex(PathBuf),
    /// A picture where a sound was expected.
    #[error("{}: is a picture, not a sound; name a sound file", .0.display())]
    Picture(PathBuf),
    /// A picture in a format that is not read.
    #[error(
        "{}: is a picture in the format {format}, which is not read; save it as PNG, for example \
         by `magick IN OUT.png`",
        .path.display()
    )]
    UnreadPicture {
        /// The file.
        path: PathBuf,
        /// Its format's name.
        format: &'static str,
    },
    /// A mesh in a format that is not read.
    #[error(
        "{}: is a mesh in the format {format}, which is not read; export it from a 3D program as \
         OBJ, PLY or STL",
        .path.display()
    )]
    UnreadMesh {
        /// The file.
        path: PathBuf,
        /// Its format's name.
        format: &'static str,
    },
    /// Another format than WAV, and this build reads no other.
    #[error(
        "{}: is not a WAV file ({found}), and this program was built without the feature \
         `symphonia`, which reads FLAC, MP3, Ogg, AIFF and AAC; convert it with `ffmpeg -i IN \
         OUT.wav`, or run: cargo run --release -- export IN OUT",
        .path.display()
    )]
    NotWav {
        /// The file.
        path: PathBuf,
        /// What its first bytes look like.
        found: String,
    },
    /// Samples without a header, and nothing says what they are.
    #[error(
        "{}: has no header that says what its samples are; say it: --raw s16le --rate 16000 \
         --channels 1",
        .0.display()
    )]
    Raw(PathBuf),
    /// Neither WAV nor a format that Symphonia decodes.
    #[error(
        "{}: cannot be decoded ({found}); convert a sound with `ffmpeg -i IN OUT.wav`, a picture \
         with `magick IN OUT.png`",
        .path.display()
    )]
    Unknown {
        /// The file.
        path: PathBuf,
        /// What its first bytes look like.
        found: String,
        /// What the decoder says.
        source: Box<dyn std::error::Error + Send + Sync>,
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
    Output(#[from] crate::io::OutputError),
}
