//! What is known of a block's spectrum before its weights?

mod envelope;
mod factors;

pub use envelope::{BANDS, Codebook, ENVELOPES, Envelope, GAINS, POINTS, Spectrum};
pub use factors::ScaleFactors;
