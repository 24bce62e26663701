//! The `.nex` file format: which bytes mean what, and are these bytes sound?
//!
//! This crate is the only place that knows the bytes. A file holds a sound, a
//! picture or a shape, in the neural or in the compact profile: [`Kind::of`]
//! says which. Parsing borrows a file wherever it lies (flash need not be
//! aligned), checks **everything** once, and hands out views whose methods
//! cannot fail. Writing needs feature `write` and an allocator. The bytes are
//! specified in `SPEC.md` beside this crate.
//!
//! | signal | neural (feature `neural`) | compact (feature `compact`) |
//! |---|---|---|
//! | sound | [`neural::File`] | [`compact::Sound`] |
//! | picture | [`neural::File`] | [`compact::Picture`] |
//! | shape | [`neural::File`] | kept free |
//!
//! ```
//! use nex_format::{Error, Kind};
//!
//! // A file of three bytes is no file.
//! assert_eq!(Kind::of(b"NEX"), Err(Error::Truncated));
//! assert_eq!(Kind::of(b"RIFF....WAVE"), Err(Error::BadMagic));
//! ```
#![no_std]
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
// Without a profile nothing reads on after the kind.
#![cfg_attr(not(all(feature = "compact-core", feature = "neural")), allow(dead_code))]

#[cfg(feature = "write")]
extern crate alloc;

mod check;
#[cfg(feature = "compact-core")]
pub mod compact;
mod file;
#[cfg(feature = "neural")]
pub mod neural;

pub use check::{assert_sound, check};
pub use file::{
    Error, Kind, Loop, Part, Profile, SampleChecksum, Section, SectionId, Sections, Signal,
    sections,
};
/// What the chunks of compact files mean: the package `nex-coding`.
#[cfg(feature = "compact-core")]
pub use nex_coding as coding;

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
/// Smallest and largest sample rate, in Hz.
pub const RATE_HZ: core::ops::RangeInclusive<u32> = 1..=768_000;
