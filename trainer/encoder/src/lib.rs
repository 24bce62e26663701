//! How does a sound become a compact file?
//!
//! [`plan`] cuts it into blocks (the gate), the trellis finds the integer
//! weights of each block's expert at the least cost by the decoder's own
//! entropy model, [`encode`] looks for the quantiser that meets a target.
//! [`wav`] reads the sound. Nothing here needs a file system, so that a
//! browser can encode too.
#![deny(missing_docs)]

mod additive;
mod block;
mod bracket;
mod chunk;
mod clip;
mod cost;
mod distance;
mod encode;
mod ends;
mod error;
mod frames;
mod levels;
mod loudness;
mod math;
pub mod mdct;
mod noise;
mod options;
mod partition;
pub mod picture;
pub mod plan;
mod progress;
mod quantiser;
mod seam;
mod search;
pub mod shape;
mod smaller;
mod source;
pub mod train;
mod trellis;
pub mod wav;

pub use clip::Clip;
pub use error::SoundError;
pub use frames::Frames;
pub use nex_format::Loop;
pub use options::{Effort, EncodeError, Encoded, Models, Options, Request, Smaller, Target, Tune};
pub use progress::Watcher;
pub use quantiser::Quantiser;
pub use search::{encode, encode_watched};
pub use source::Layout;
