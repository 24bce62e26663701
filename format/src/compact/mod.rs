//! Files of the compact profile: where do header and chunks lie?
//!
//! Gate and weights are entropy-coded, chunk by chunk; any bytes decode. What
//! a chunk's decisions mean says the package `nex-coding`, which is all in
//! [`coding`](crate::coding).

mod chunks;
mod picture;
mod shape;
mod sound;

pub use chunks::Chunks;
pub use nex_coding::picture::{Colour, Drawn, PictureHeader};
pub use nex_coding::shape::ShapeHeader;
pub use nex_coding::sound::{BLOCK_LOG2, MAX_CHUNK_OCTAVES, MAX_STEP, SoundHeader};
#[cfg(feature = "write")]
pub use picture::write as write_picture;
pub use picture::{HAS_DRAWN, Picture};
pub use shape::Shape;
#[cfg(feature = "write")]
pub use shape::write as write_shape;
pub use sound::Sound;
#[cfg(feature = "write")]
pub use sound::write;
