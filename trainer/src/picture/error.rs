//! Why can this picture not be read, and what mends it?

use std::path::PathBuf;
use thiserror::Error;

/// Why a picture was refused. Every message names the file, the reason and
/// what to do about it.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PictureError {
    /// The bytes are damaged or of a kind that is not read.
    #[error("{}: cannot be read as a picture; save it again as an 8-bit PNG file", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What the reader says.
        source: image::ImageError,
    },
    /// No rows, or rows without pixels.
    #[error("{}: is {width} x {height} pixels: there is nothing to store; a picture has at least one pixel", .path.display())]
    NoPixels {
        /// The file.
        path: PathBuf,
        /// Columns.
        width: u32,
        /// Rows.
        height: u32,
    },
    /// A side is longer than a file can say.
    #[error(
        "{}: is {width} x {height} pixels, above the limit of {limit} a side; make it smaller \
         with --max-side, or in a picture editor",
        .path.display()
    )]
    TooLong {
        /// The file.
        path: PathBuf,
        /// Columns.
        width: u32,
        /// Rows.
        height: u32,
        /// Pixels of one side at most.
        limit: u32,
    },
    /// More pixels than are read.
    #[error(
        "{}: is {width} x {height} pixels, above the limit of {most} in all; make it smaller in a \
         picture editor",
        .path.display()
    )]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// Columns.
        width: u32,
        /// Rows.
        height: u32,
        /// Pixels at most.
        most: u64,
    },
    /// So many pixels, or so much metadata, that the reader gives up before it
    /// says how many.
    #[error(
        "{}: has more pixels than the limit of {most}, or rows or metadata of more than {beside} \
         bytes; make it smaller in a picture editor",
        .path.display()
    )]
    Endless {
        /// The file.
        path: PathBuf,
        /// Pixels at most.
        most: u64,
        /// Bytes of a row and of metadata at most.
        beside: u64,
    },
    /// Samples of a kind that is not read.
    #[error("{}: its samples are {kind}, which is not read; save it as an 8-bit PNG file", .path.display())]
    Samples {
        /// The file.
        path: PathBuf,
        /// What they are.
        kind: String,
    },
    /// PNG, BMP or JPEG could not be written.
    #[error("the picture cannot be written")]
    Write(#[from] image::ImageError),
}
