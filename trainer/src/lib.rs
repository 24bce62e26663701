//! Fits a mixture of neural experts to a sound or a picture and writes it as a
//! `.nex` file.
//!
//! * [`io`]: files in and out
//! * [`audio`]: sound files in and out
//! * [`picture`]: pictures in and out, and how close two are
//! * [`shape`]: meshes in and out, distances, and how close two are
//! * [`model`]: the network, its parameters, its start
//! * [`engine`]: the fused CPU kernels for its loss and gradients
//! * [`compact`]: the encoder of compact sounds, the crate `nex-encoder`
//! * [`quant`]: parameters to the numbers of a file
//! * [`bake`]: a manager's decisions in the place of the manager
//! * [`fit`]: the training step, on the CPU or a device of burn; a fit and its
//!   run folder
//! * [`bench`]: the same sounds through other codecs
//! * [`report`], [`plot`]: how good a file is, in numbers and as a picture
//! * [`paper`]: the tables of the Neural Experts paper
//! * [`emit`]: a file as source code for a firmware
//! * [`targets`]: what decoding takes of a microcontroller
//! * [`cli`]: the program `ne-train`

pub mod audio;
pub mod bake;
#[cfg(feature = "pictures")]
pub mod bench;
pub mod cli;
#[cfg(feature = "pictures")]
mod colour;
pub mod emit;
#[cfg(feature = "neural")]
pub mod engine;
#[cfg(feature = "neural")]
pub mod fit;
pub mod io;
#[cfg(feature = "neural")]
pub mod model;
#[cfg(feature = "neural")]
pub mod paper;
#[cfg(feature = "pictures")]
pub mod picture;
#[cfg(feature = "pictures")]
pub mod plot;
#[cfg(feature = "neural")]
pub mod quant;
pub mod report;
#[cfg(feature = "pictures")]
pub mod shape;
pub mod targets;

pub use nex_encoder as compact;
