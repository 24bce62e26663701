//! What do the commands do with shapes?

#[cfg(feature = "pictures")]
pub mod check;
#[cfg(feature = "pictures")]
pub mod decode;
#[cfg(feature = "neural")]
pub mod export;
pub mod info;
#[cfg(feature = "pictures")]
mod mesh;
#[cfg(feature = "pictures")]
pub mod plot;
