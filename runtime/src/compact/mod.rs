//! Compact sounds: experts that are sparse sums of windowed cosines.
//!
//! The shared encoder is a fixed bank of windowed cosines, the gate is coded
//! in the file (which block owns which samples), and every expert is one
//! sparse linear layer, its integer weights entropy-coded. Said plainly, it
//! is an adaptive-window MDCT codec, seen as a mixture of linear experts.
//!
//! [`CompactDecoder`] decodes; [`Stream`] plays in sequence, [`Points`]
//! evaluates at any position. The other public items are what a decoder and
//! an encoder share: everything up to the integer weights is written once,
//! over the trait [`Coder`](nex_format::range::Coder).

mod block;
mod chunk;
mod context;
mod dct;
mod decoder;
mod dot;
mod fixed;
mod head;
mod model;
mod models;
mod points;
mod shape;
mod stream;
mod weights;
mod window;

pub use chunk::{Choice, Chunk};
pub use context::{Earlier, Fixed, History, Surroundings};
pub use dct::dct4;
pub use decoder::CompactDecoder;
pub use dot::Inputs;
pub use head::{Head, NOISES};
pub use model::{BINS, EXPERTS, INPUTS, Learned, Model, logistic};
pub use models::MODELS;
pub use points::{Expert, Points};
pub use shape::{BANDS, GAINS, Grid, POINTS, SHAPES, Shape};
pub use stream::Stream;
pub use weights::{Escapes, MAX_MAGNITUDE, Taught, next_state};
pub use window::unfold;
