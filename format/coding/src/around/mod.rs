//! What is already known around a decision?
//!
//! What that is depends on the signal's dimension; a gate makes a class of it.

mod time;

pub use time::{ENERGIES, Earlier, Fixed, History, Neighbours, Path, RUN};
