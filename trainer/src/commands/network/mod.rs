//! What do the commands do with networks, whatever they store?

#[cfg(feature = "neural")]
mod config;
pub mod facts;
#[cfg(feature = "neural")]
pub mod fit;
