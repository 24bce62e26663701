//! Why can a fit not run?

use crate::{
    engine::EngineError, measure::sound::LengthMismatch, model::ArchError, quant::PackError,
};
use nex_runtime::DecodeError;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// A fit that cannot start or go on.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FitError {
    /// The network's shape is impossible.
    #[error("this network cannot be built")]
    Arch(#[from] ArchError),
    /// The engine cannot be started.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// There is nothing to fit, or too much.
    #[error("{points} frames or pixels of {channels} channels cannot be fitted by this network")]
    Target {
        /// Frames or pixels.
        points: usize,
        /// Channels.
        channels: usize,
    },
    /// The backend was not compiled in.
    #[error("this program was built without {backend}; build it with --features {backend}")]
    Backend {
        /// The cargo feature.
        backend: &'static str,
    },
    /// The trained weights do not fit into a file.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// A file of ours does not decode; never expected.
    #[error("the file of the trained network does not decode")]
    Decode(#[from] DecodeError),
    /// It decodes to more or fewer samples than it was made of; never expected.
    #[error("the file of the trained network is of another length")]
    Length(#[from] LengthMismatch),
    /// Training gave values that are not finite.
    #[error("training diverged at step {step}; try a lower --learning-rate")]
    Diverged {
        /// The step.
        step: u64,
    },
    /// The run folder holds a run already.
    #[error("{} holds a run already; go on with --resume, or choose another folder", path.display())]
    RunExists {
        /// The folder.
        path: PathBuf,
    },
    /// The run folder belongs to a fit with other constants.
    #[error("the run in {} has other constants; repeat its flags, or choose another folder", path.display())]
    OtherRun {
        /// The folder.
        path: PathBuf,
    },
    /// The run folder belongs to a fit of another sound or picture.
    #[error("the run in {} is of another {what}; give that {what}, or choose another folder", path.display())]
    OtherTarget {
        /// Sound or picture.
        what: &'static str,
        /// The folder.
        path: PathBuf,
    },
    /// The checkpoint cannot be read.
    #[error("{} is damaged or of another version; delete it to start again", path.display())]
    BadCheckpoint {
        /// The file.
        path: PathBuf,
    },
    /// The run folder cannot be used.
    #[error("cannot use {}", path.display())]
    Folder {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

impl From<nex_format::Error> for FitError {
    fn from(error: nex_format::Error) -> Self {
        Self::Pack(error.into())
    }
}

impl FitError {
    pub(super) fn folder(
        path: &Path,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self::Folder { path: path.to_path_buf(), source: source.into() }
    }
}
