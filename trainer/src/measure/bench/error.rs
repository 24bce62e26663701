//! Why can nothing be compared, and what mends it?

use super::Tool;
use crate::{
    audio::{AudioError, ResampleError},
    compact::{picture::EncodeError, shape},
    io::OutputError,
    picture::PictureError,
    shape::ShapeError,
};
use std::{io, path::PathBuf};
use thiserror::Error;

/// Why a benchmark or one of its measurements stopped.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum BenchError {
    /// Programs that the chosen codecs need are not installed.
    #[error(
        "{} not there (of package {}); run: apt-get install {}, or leave {} out with --codecs",
        names(.0),
        packages(.0, ", "),
        packages(.0, " "),
        if .0.len() == 1 { "its codec" } else { "their codecs" }
    )]
    MissingTools(Vec<Tool>),
    /// mozjpeg's encoder is not installed, which is no Debian package.
    #[error(
        "mozjpeg is not there, and no package of Debian has it; build it (github.com/mozilla/mozjpeg) \
         and put its cjpeg into PATH by the name mozjpeg, or leave mozjpeg out of --codecs"
    )]
    MissingMozJpeg,
    /// oxipng is not installed, which is no Debian package.
    #[error(
        "oxipng is not there, and Debian 12 has no package of it; run: cargo install oxipng, or \
         leave oxipng out of --codecs"
    )]
    MissingOxipng,
    /// What makes meshes of fewer triangles for Draco is not installed.
    #[error(
        "mesh-simplify is not there, which gives Draco its meshes; run: pip install -r \
         tests/peers/encoders/requirements.txt, and put tests/peers/encoders into PATH, or leave \
         draco out of --codecs"
    )]
    MissingSimplify,
    /// A file that is ours does not hold what it should: a fault of this program.
    #[error("{}: does not come back as it was; report this", .0.display())]
    NotExact(PathBuf),
    /// A picture cannot be stored.
    #[error("{}: cannot be stored", .path.display())]
    Encode {
        /// The picture.
        path: PathBuf,
        /// Why.
        source: EncodeError,
    },
    /// A shape cannot be stored.
    #[error("{}: cannot be stored", .path.display())]
    EncodeShape {
        /// The mesh.
        path: PathBuf,
        /// Why.
        source: shape::EncodeError,
    },
    /// A mesh that encloses nothing.
    #[error(
        "{}: nothing is inside: its triangles enclose nothing; close the mesh, or give it a \
         thickness, in a 3D program",
        .0.display()
    )]
    NothingInside(PathBuf),
    /// AVIF's encoder is too old for a tuning.
    #[error(
        "avifenc has no tune=iq, for which it takes libaom 3.12 or newer; it says \"{0}\"; \
         leave avif-iq out of --codecs"
    )]
    NoTuneIq(String),
    /// sox is there, and the part of it that codes GSM or AMR is not.
    #[error(
        "sox was built or installed without the format {0}; run: apt-get install libsox-fmt-base"
    )]
    MissingFormat(&'static str),
    /// A program failed.
    #[error("`{command}` failed ({status}): {message}")]
    Tool {
        /// The command line.
        command: String,
        /// How it ended.
        status: String,
        /// What it said last.
        message: String,
    },
    /// A program could not be started.
    #[error("`{command}` cannot be started; check that it may be executed")]
    Start {
        /// The command line.
        command: String,
        /// What the system says.
        source: io::Error,
    },
    /// A file of the work folder cannot be read or written.
    #[error("{}: cannot be read or written; check the disk", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Not an Ogg file as opusenc writes it.
    #[error("{}: is no Ogg file: {reason}; another version of opusenc may help", .path.display())]
    Ogg {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: &'static str,
    },
    /// A codec without delay gives another length back.
    #[error(
        "{}: {decoded} frames come back of {original}; the decoder is at fault, report this",
        .path.display()
    )]
    Length {
        /// The decoded file.
        path: PathBuf,
        /// Frames that went in.
        original: usize,
        /// Frames that came back.
        decoded: usize,
    },
    /// The decoded file has other channels.
    #[error(
        "{}: {decoded} channels come back of {original}; try --mono",
        .path.display()
    )]
    Channels {
        /// The decoded file.
        path: PathBuf,
        /// Channels that went in.
        original: usize,
        /// Channels that came back.
        decoded: usize,
    },
    /// A decoder gives another size back.
    #[error(
        "{}: {} x {} pixels come back of {} x {}; the decoder is at fault, report this",
        .path.display(), .decoded.0, .decoded.1, .original.0, .original.1
    )]
    Size {
        /// The decoded file.
        path: PathBuf,
        /// Columns and rows that went in.
        original: (u16, u16),
        /// Columns and rows that came back.
        decoded: (u16, u16),
    },
    /// A folder with nothing to measure.
    #[error(
        "{}: holds no .wav file, no picture and no mesh; name a folder that does, or the files",
        .0.display()
    )]
    NothingIn(PathBuf),
    /// Sounds, pictures and shapes have no codec in common.
    #[error(
        "{} is a {} and {} is a {}, which are not compared with each other; name only one kind",
        .one.0.display(), .one.1, .other.0.display(), .other.1
    )]
    Mixed {
        /// The first of a kind, and the kind.
        one: (PathBuf, &'static str),
        /// That of another.
        other: (PathBuf, &'static str),
    },
    /// The folder to keep files in is in use.
    #[error("{}: is not empty; give a new folder, or overwrite with --force", .0.display())]
    KeepExists(PathBuf),
    /// A sound cannot be read or written.
    #[error(transparent)]
    Audio(#[from] AudioError),
    /// A picture cannot be read or written.
    #[error(transparent)]
    Picture(#[from] PictureError),
    /// A mesh cannot be read.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// A file cannot be written.
    #[error(transparent)]
    Output(#[from] OutputError),
    /// The rate cannot be changed.
    #[error(transparent)]
    Resample(#[from] ResampleError),
}

fn names(tools: &[Tool]) -> String {
    let names: Vec<&str> = tools.iter().map(|t| t.command()).collect();
    format!("{} {}", names.join(", "), if names.len() == 1 { "is" } else { "are" })
}

fn packages(tools: &[Tool], between: &str) -> String {
    let mut packages: Vec<&str> = tools.iter().flat_map(|t| t.packages()).copied().collect();
    packages.sort_unstable();
    packages.dedup();
    packages.join(between)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_tools_name_their_packages_and_the_command() {
        let one = BenchError::MissingTools(vec![Tool::Flac]).to_string();
        assert_eq!(
            one,
            "flac is not there (of package flac); run: apt-get install flac, \
             or leave its codec out with --codecs"
        );
        let three =
            BenchError::MissingTools(vec![Tool::Sox, Tool::OpusEnc, Tool::OpusDec]).to_string();
        assert!(three.contains("sox, opusenc, opusdec are not there"), "{three}");
        assert!(three.contains("apt-get install libsox-fmt-base opus-tools sox"), "{three}");
    }
}
