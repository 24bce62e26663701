//! The `.nex` file format: which bytes mean what, and are these bytes sound?
//!
//! This crate is the only place that knows the bytes. [`File::parse`] borrows
//! a file wherever it lies (flash need not be aligned), checks **everything**
//! once, and hands out views whose methods cannot fail. Writing needs feature
//! `write` and an allocator. The bytes are specified in `SPEC.md` beside this
//! crate.
//!
//! ```
//! // A file of three bytes is no file.
//! assert_eq!(nex_format::File::parse(b"NEX").unwrap_err(), nex_format::Error::Truncated);
//! assert_eq!(nex_format::File::parse(b"RIFF....WAVE").unwrap_err(), nex_format::Error::BadMagic);
//! ```
#![no_std]
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[cfg(feature = "write")]
extern crate alloc;

#[cfg(feature = "write")]
mod bake;
mod checksum;
pub mod compact;
mod cursor;
mod embed;
mod error;
mod file;
#[cfg(feature = "models")]
mod grid;
mod header;
mod model;
mod pack;
pub mod range;
mod runs;
mod tensor;
mod text;
#[cfg(feature = "write")]
pub mod write;

#[cfg(feature = "write")]
pub use bake::bake;
pub use checksum::SampleChecksum;
pub use compact::{Compact, CompactHeader};
pub use embed::{assert_sound, check};
pub use error::{Error, Part};
pub use file::{File, Section, SectionId};
#[cfg(feature = "models")]
pub use grid::{Grid, Level};
pub use header::{Activation, Arithmetic, Audio, Image, Shape, Signal, WeightType};
pub use model::{Experts, Manager, Mixture, Mlp, Tensors};
#[cfg(feature = "write")]
pub use pack::pack;
pub use pack::{stored_sections, unpack, unpacked_len};
pub use runs::{Cursor, MAX_CHUNK_RUNS, Run, Runs};
pub use tensor::Tensor;

/// First three bytes of every file.
pub const MAGIC: [u8; 3] = *b"NEX";
/// The format version this crate reads and writes.
pub const VERSION: u8 = 1;
/// Coordinates per point at most.
pub const MAX_DIMS: usize = 3;
/// Channels at most.
pub const MAX_CHANNELS: usize = 8;
/// Channels of a picture at most.
pub const MAX_IMAGE_CHANNELS: usize = 4;
/// Experts at most; an expert's index fits in one byte.
pub const MAX_EXPERTS: usize = 256;
/// Units per layer at most.
pub const MAX_WIDTH: usize = 1024;
/// Sine layers of one block at most; a block may end in one linear layer more.
pub const MAX_SINE_LAYERS: usize = 15;
/// Layers of one block at most.
pub const MAX_LAYERS: usize = MAX_SINE_LAYERS + 1;
/// Sections of one file at most.
pub const MAX_SECTIONS: usize = 8;
/// Largest sum of the magnitudes of one integer linear row: keeps
/// `sum * 32767` inside an `i32`, so a dot product cannot overflow.
pub const MAX_LINEAR_ROW_SUM: u32 = 65_535;
/// Largest sum of the magnitudes (bias included) of one float row: keeps
/// every phase below 2^16 turns, where `f32` range reduction is exact.
pub const MAX_FLOAT_ROW_SUM: f32 = 65_536.0;
/// The same for a row that reads the position, whose coordinates may reach 3.
pub const MAX_POSITION_ROW_SUM: f32 = 16_384.0;
/// Levels of a hash grid at most.
pub const MAX_LEVELS: usize = 32;
/// Features of one level of a hash grid at most.
pub const MAX_LEVEL_FEATURES: usize = 8;
/// Entries of one level of a hash grid at most, as a power of two.
pub const MAX_TABLE_LOG2: u8 = 24;
/// Whether files with further networks are read.
const MODELS: bool = cfg!(feature = "models");
/// Smallest and largest sample rate, in Hz.
pub const RATE_HZ: core::ops::RangeInclusive<u32> = 1..=768_000;
