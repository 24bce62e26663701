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
    /// A player has 1 or 2 channels and a rate, and plays sounds of up to three times
    /// its rate; without feature `resampler`, of its rate.
    NoSuchOutput,
    /// As many sounds wait as have room.
    QueueFull,
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ScratchTooSmall { needed } => write!(f, "scratch of {needed} words needed"),
            Self::OutputTooSmall { needed } => write!(f, "output of {needed} samples needed"),
            Self::OutOfRange => f.write_str("the position lies past the end"),
            Self::NoSuchOutput => f.write_str("no player has that rate or those channels"),
            Self::QueueFull => f.write_str("the queue is full"),
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
