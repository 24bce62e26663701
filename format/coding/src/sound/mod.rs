//! What is the order of a compact sound's decisions?

mod chunk;
mod models;

pub use crate::header::{BLOCK_LOG2, MAX_CHUNK_OCTAVES, MAX_STEP, SoundHeader};
pub use chunk::{Choice, Chunk};
pub use models::{BUILT, MODELS, Model, is_built, takes_second};
