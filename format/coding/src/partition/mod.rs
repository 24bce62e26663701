//! Which expert owns which part of the signal? (the gate, as coded syntax)
//!
//! A partition is dyadic; how it is coded depends on the signal's dimension.

mod time;

pub(crate) use time::Partition;
pub use time::{EVEN, Head, NOISE_BANDS, NOISES, noise_band};
