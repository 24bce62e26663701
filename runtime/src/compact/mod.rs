//! The compact profile's arithmetic: experts that are sparse sums of windowed
//! cosines, their weights entropy-coded by a tiny network.
//!
//! Groundwork: the entropy network, the weights' syntax, the inverse
//! transform and the windows, all in integers. No file uses it yet, and
//! [`Decoder`](crate::Decoder) refuses the kinds that are kept for it.

mod dct;
mod fixed;
pub mod network;
pub mod weights;
mod window;

pub use dct::{MAX_LOG2, dct4};
pub use window::unfold;
