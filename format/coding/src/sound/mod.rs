//! What is the order of a compact sound's decisions?

mod chunk;
mod header;
mod models;

pub use chunk::{Choice, Chunk};
pub use header::{BLOCK_LOG2, MAX_CHUNK_OCTAVES, MAX_STEP, SoundHeader};
pub use models::{MODELS, Model};
