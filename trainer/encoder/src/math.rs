//! Which functions decide what is written, on every machine alike?
//!
//! Those of the standard library are the platform's: their last bits differ
//! between systems, and a plan, or a sound's file, would differ with them.

pub(crate) use libm::{atan2, cos, exp, exp2, expm1, log as ln, log1p, log2, log10, sin};

/// Sine and cosine.
pub(crate) fn sin_cos(x: f64) -> (f64, f64) {
    (sin(x), cos(x))
}
