//! How does a shape become a compact file?
//!
//! Block by block: every cell that the surface comes near is tried whole and cut in eight,
//! whole with a polynomial of each degree, whose weights are found at the decoder's own
//! costs. [`export`] looks for the step that meets a target.

mod code;
mod fit;
mod options;
mod search;
mod sides;
pub mod train;
mod tree;
mod volume;

pub use options::{EncodeError, Encoded, Options, Request, Target};
pub use search::{export, export_watched};
pub use volume::Volume;
