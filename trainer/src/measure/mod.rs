//! How good is a file, and what does it cost? In numbers, in pictures, and
//! beside other codecs.

#[cfg(feature = "pictures")]
pub mod bench;
mod ima;
#[cfg(feature = "pictures")]
pub mod lossless;
#[cfg(feature = "pictures")]
pub mod picture;
#[cfg(feature = "pictures")]
pub mod plot;
#[cfg(feature = "pictures")]
pub mod shape;
pub mod sound;
pub mod targets;
