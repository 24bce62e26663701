//! Why does a network not become a file?

use thiserror::Error;

/// A network that cannot be written.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum PackError {
    /// A weight is not finite, or the network is too large for the format.
    #[error("the trained network cannot be written as a file")]
    Format(#[from] nex_format::Error),
    /// The format has no such network.
    #[error("no .nex file can hold {0}")]
    Unsupported(&'static str),
}
