//! How do these files compare with other codecs?
//!
//! Every input goes through every codec at every operating point: encoded by
//! the real tool, decoded by the real tool, measured against the original. Ours
//! are made by running this program. [`sound::run`], [`picture::run`], of what is drawn
//! [`lossless::run`], and [`shape::run`] are the whole of it.

mod error;
mod files;
pub mod lossless;
mod machine;
pub mod picture;
mod rate;
pub mod shape;
pub mod sound;
mod tools;
mod work;

pub use error::BenchError;
pub use files::{Input, find, names};
pub use machine::Machine;
pub use rate::{Best, Difference, Envelope, difference, outline};
pub(super) use tools::cwebp_lossless;
pub use tools::{Tool, Tools};
pub use work::Progress;
pub(crate) use work::chain;
