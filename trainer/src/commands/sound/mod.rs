//! What do the commands do with sounds?

pub mod check;
mod compact_facts;
pub mod decode;
pub mod export;
mod features;
#[cfg(feature = "neural")]
mod fit;
pub mod info;
mod looped;
#[cfg(feature = "pictures")]
pub mod plot;
mod prepare;
mod read;
mod result;
mod target;

pub use features::{Feature, models};
