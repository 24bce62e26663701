//! Stores a sound, a picture or a shape as a mixture of experts, in a `.nex`
//! file: what the program `ne-train` does, for Rust.
//!
//! * [`audio`], [`picture`], [`shape`]: signals in and out
//! * [`compact`]: the encoder of compact sounds, the crate `nex-encoder`
//! * [`fit`]: a network fitted to a signal, on the CPU or a device of burn
//! * [`model`], [`quant`], [`bake`]: the network, its numbers in a file, and a
//!   manager's decisions in its place
//! * [`measure`]: how good a file is and what it costs, beside other codecs too
//! * [`paper`]: the tables of the Neural Experts paper
//!
//! ```
//! use ne_train::{audio, compact, measure};
//!
//! let sound = audio::Clip::from_i16(8_000, 1, &[0, 900, 1600, 900].repeat(500));
//! let file = compact::encode(&sound, &compact::Options::default())?.bytes;
//! let decoded = audio::decode_all(&nex_runtime::Sound::open(&file)?)?;
//! let metrics = measure::sound::compare(&sound.to_i16(), &decoded)?;
//! assert!(file.len() < 400 && metrics.snr_db > 15.0, "{} {metrics:?}", file.len());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod audio;
pub mod bake;
mod commands;
mod emit;
// For the tests, which hold it against PyTorch and burn.
#[cfg(feature = "neural")]
#[doc(hidden)]
pub mod engine;
#[cfg(feature = "neural")]
pub mod fit;
mod io;
pub mod measure;
#[cfg(feature = "neural")]
pub mod model;
#[cfg(feature = "neural")]
pub mod paper;
#[cfg(feature = "pictures")]
pub mod picture;
#[cfg(feature = "neural")]
pub mod quant;
#[cfg(feature = "pictures")]
pub mod shape;

pub use commands::run as program;
pub use nex_encoder as compact;
