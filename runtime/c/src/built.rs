//! Which decoders were built in?
//!
//! A decoder that is left out costs no flash: no value of its proof exists, so
//! that the compiler drops all code that follows from having one.

use crate::status::NexError;

/// What the proofs are.
#[cfg(any(feature = "compact", feature = "neural"))]
pub(crate) struct Built;

/// Proof that the decoder of compact sounds is there.
#[cfg(feature = "compact")]
pub(crate) type Compact = Built;
/// Proof that cannot be had.
#[cfg(not(feature = "compact"))]
pub(crate) type Compact = core::convert::Infallible;

/// Proof that the decoder of neural sounds is there.
#[cfg(feature = "neural")]
pub(crate) type Neural = Built;
/// Proof that cannot be had.
#[cfg(not(feature = "neural"))]
pub(crate) type Neural = core::convert::Infallible;

pub(crate) const fn compact() -> Result<Compact, NexError> {
    #[cfg(feature = "compact")]
    return Ok(Built);
    #[cfg(not(feature = "compact"))]
    return Err(NexError::NotBuilt);
}

pub(crate) const fn neural() -> Result<Neural, NexError> {
    #[cfg(feature = "neural")]
    return Ok(Built);
    #[cfg(not(feature = "neural"))]
    return Err(NexError::NotBuilt);
}
