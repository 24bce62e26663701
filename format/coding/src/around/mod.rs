//! What is already known around a decision?
//!
//! What that is depends on the signal's dimension; the predictor sees numbers
//! only.

mod time;

pub use time::{Earlier, Fixed, History, Neighbours, Path};
