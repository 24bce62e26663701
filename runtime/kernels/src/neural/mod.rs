//! How is a mixture of networks evaluated, a tile of points at a time?

mod evaluate;
mod float;
#[cfg(feature = "networks")]
mod hash;
mod integer;
mod profile;
mod work;

pub use crate::layout::{Outputs, Range};
pub use crate::points::{Cloud, Points, Run, Tile};
pub use work::{TooSmall, Work, scratch_len};
