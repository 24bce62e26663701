//! Why can a table not be reproduced?

use crate::{
    audio::{AudioError, ResampleError},
    fit::FitError,
    quant::PackError,
    shape::ShapeError,
};
use nex_runtime::DecodeError;
use std::path::PathBuf;
use thiserror::Error;

/// A run of a table that cannot start or go on.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PaperError {
    /// A picture cannot be read.
    #[error("cannot read the picture {}", path.display())]
    Picture {
        /// The file.
        path: PathBuf,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A network that cannot become a file.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// A file of ours does not decode.
    #[error("the file does not decode")]
    Decode(#[from] DecodeError),
    /// The format refuses a network.
    #[error("the network does not become a file")]
    Format(#[source] nex_format::Error),
    /// A shape's file is not to be had.
    #[error("cannot read the shape {}", path.display())]
    Shape {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A mesh is damaged.
    #[error(transparent)]
    Mesh(#[from] ShapeError),
    /// Pictures that are fitted together differ in size.
    #[error("{} has another size than the pictures before it; give --size", path.display())]
    Sizes {
        /// The first that differs.
        path: PathBuf,
    },
    /// A sound cannot be read.
    #[error(transparent)]
    Audio(#[from] AudioError),
    /// A sound has no such rate.
    #[error("cannot resample the sound {}", path.display())]
    Resample {
        /// The file.
        path: PathBuf,
        /// Why.
        source: ResampleError,
    },
    /// Segments cannot be read.
    #[error("cannot read the segments {}", path.display())]
    Segments {
        /// The file.
        path: PathBuf,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// More segments than experts.
    #[error("{row} has {experts} experts, but there are {segments} segments")]
    TooManySegments {
        /// The row.
        row: String,
        /// Its experts.
        experts: usize,
        /// The segments.
        segments: usize,
    },
    /// A file of the table is not there.
    #[error("{} has no {file}, neither in itself nor in {part}/", folder.display())]
    Missing {
        /// The folder with the data.
        folder: PathBuf,
        /// The folder in it for such files.
        part: &'static str,
        /// The file.
        file: String,
    },
    /// The table has no such row.
    #[error("there is no row {name}; there are: {rows}")]
    Row {
        /// What was asked for.
        name: String,
        /// What there is.
        rows: String,
    },
    /// There is nothing to fit.
    #[error("there is no signal to fit")]
    NoSignals,
    /// The device is not available.
    #[error(transparent)]
    Device(#[from] FitError),
    /// Loss is not a number any more.
    #[error("training {row} diverged before step {step}; try a lower --rate")]
    Diverged {
        /// The row.
        row: String,
        /// The step at which it was seen.
        step: u64,
    },
    /// The results cannot be read or written.
    #[error("cannot use {}", path.display())]
    Results {
        /// The file.
        path: PathBuf,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}
