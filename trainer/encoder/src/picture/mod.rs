//! How does a picture become a compact file?
//!
//! Block by block, plane by plane: every square of the quadtree is tried whole and cut,
//! every leaf with several predictors, its weights by a trellis at the decoder's own
//! costs. The program does not make such files yet: the format may change.

mod cost;
mod encode;
mod forward;
mod leaf;
mod pixels;
mod tree;
mod trellis;

pub use encode::{Coded, Settings, encode, file};
pub use pixels::Pixels;
