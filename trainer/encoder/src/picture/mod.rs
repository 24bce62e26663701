//! How does a picture become a compact file?
//!
//! Block by block, plane by plane: every square of the quadtree is tried whole and cut,
//! every leaf with several predictors, its weights by a trellis at the decoder's own
//! costs. [`export`] looks for the step that meets a target. [`export_drawn`] keeps every pixel of a drawn one.

mod block;
mod choice;
mod drawn;
mod encode;
mod fit;
mod forward;
mod hidden;
mod later;
mod leaf;
mod mix;
mod options;
mod pixels;
mod search;
pub mod train;
mod train_drawn;
mod tree;
mod trellis;
mod tune;

pub use choice::{Chosen, Loss, Request, Why, Wishes, export_either};
pub use drawn::{DrawnOptions, encode_drawn, export_drawn};
pub use encode::{Coded, PlanePair, Settings, encode, file};
pub use fit::Filters;
pub use mix::Mix;
pub use options::{EncodeError, Encoded, Options, Target};
pub use pixels::{Idle, Pixels, clear_hidden, essential};
pub use search::{export, export_watched};
pub use tune::Tune;
