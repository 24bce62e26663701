//! What do the commands do with shapes?

#[cfg(feature = "pictures")]
pub mod check;
#[cfg(feature = "pictures")]
pub mod decode;
#[cfg(feature = "pictures")]
pub mod export;
#[cfg(feature = "neural")]
mod fit;
pub mod info;
#[cfg(feature = "pictures")]
mod mesh;
#[cfg(feature = "pictures")]
pub mod plot;
