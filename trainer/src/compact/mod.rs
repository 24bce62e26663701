//! How does a sound become a compact file?
//!
//! [`plan`] cuts it into blocks (the gate), the trellis finds the integer
//! weights of each block's expert at the least cost by the decoder's own
//! entropy model, [`search`] looks for the quantiser that meets a target.

mod chunk;
mod cost;
mod costs;
mod encode;
mod envelope;
pub mod mdct;
mod options;
pub mod plan;
mod proxy;
mod search;
mod source;
pub mod train;
mod trellis;

pub use encode::Quantiser;
pub use options::{Effort, EncodeError, Encoded, Options, Target, Tune};
pub use search::encode;
pub use source::Layout;
