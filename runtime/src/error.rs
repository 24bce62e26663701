//! What did a caller get wrong?

use core::fmt;

/// What a caller got wrong; the file itself has been checked before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum DecodeError {
    /// The memory for decoding is smaller than it has to be.
    ScratchTooSmall {
        /// Words needed at least.
        needed: usize,
    },
    /// The output cannot hold what was asked for.
    OutputTooSmall {
        /// Samples needed at least.
        needed: usize,
    },
    /// The position lies at or past the end.
    OutOfRange,
    /// This machine cannot run that inner loop.
    NoSuchKernel,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ScratchTooSmall { needed } => write!(f, "scratch of {needed} words needed"),
            Self::OutputTooSmall { needed } => write!(f, "output of {needed} samples needed"),
            Self::OutOfRange => f.write_str("the position lies past the end"),
            Self::NoSuchKernel => f.write_str("this machine cannot run that kernel"),
        }
    }
}

impl core::error::Error for DecodeError {}

#[cfg(feature = "neural")]
impl DecodeError {
    /// No `From`: what users see is not to depend on a type of the inner loops.
    pub(crate) const fn of_scratch(error: nex_kernels::neural::TooSmall) -> Self {
        Self::ScratchTooSmall { needed: error.needed }
    }
}
