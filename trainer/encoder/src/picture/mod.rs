//! How does a picture become a compact file?
//!
//! Block by block, plane by plane: every square of the quadtree is tried whole and cut,
//! every leaf with several predictors, its weights by a trellis at the decoder's own
//! costs. The program does not make such files yet: the format may change.

mod cost;
mod encode;
mod fit;
mod forward;
mod later;
mod leaf;
mod pixels;
mod tree;
mod trellis;
mod tune;

pub use encode::{Coded, PlanePair, Settings, encode, file};
pub use fit::Filters;
pub use pixels::Pixels;
pub use tune::Tune;
