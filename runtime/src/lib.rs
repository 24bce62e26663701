//! Plays `.nex` files back: `no_std`, no allocation, the same bits everywhere.
//!
//! [`Sound`], [`Picture`] and [`Shape`] open a file, whatever its profile, and
//! evaluate for every coordinate only the gate and the **one** expert it picks.
//! Memory is the caller's: words (`u32`), and every type says how many.
//!
//! ```
//! # fn play(flash: &[u8]) -> Result<(), nex_runtime::Error> {
//! use nex_runtime::Sound;
//!
//! let sound = Sound::open(flash)?; // checks everything, once
//! let mut memory = [0u32; 2048]; // sound.memory_len() at least
//! let mut block = [0i16; 128];
//! if let Ok(mut playback) = sound.play(&mut memory) {
//!     while let frames @ 1.. = playback.decode_block(&mut block) {
//!         // hand `block[..frames * channels]` to the DAC
//!     }
//! }
//! # Ok(())
//! # }
//! # assert_eq!(play(b"RIFF"), Err(nex_runtime::Error::BadMagic));
//! ```
//!
//! # Features
//! Without features nothing is decoded: `compact` and `neural` bring the decoders
//! of the two profiles, `networks` further kinds of networks. A file whose decoder
//! was not built in is [`Error::NotBuilt`].
//!
//! Where flash is short, parts of `compact`: `compact-narrowband` for mono sounds with
//! the model for 8 kHz, `compact-wideband` with that for 16 kHz and more,
//! `compact-stereo` for those of two channels. A file that needs what was left out is
//! [`Error::LeftOut`].
//!
//! `resampler` lets a [`Player`] play sounds of other rates than the DAC's.
//!
//! A packed file, made for storage and download, decodes after [`unpack`] has
//! written the plain file into memory; [`unpacked_len`] says how much.
//!
//! # Bits
//! Compact files and networks in integers need no floating-point unit; they
//! decode to the same bits on every machine. So do networks in floats: one
//! fixed order of additions, no fused multiply-add, no platform `sin`.
//! Decoding block by block, whole or at random gives the same bits.
#![no_std]
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
// Where a profile is not built in, no value of its type exists, and what would be
// done with one is not used.
#![cfg_attr(
    not(all(feature = "compact-core", feature = "neural")),
    allow(dead_code, unused_imports, unused_variables, unreachable_code, clippy::never_loop)
)]

mod api;
#[cfg(feature = "compact-core")]
mod compact;
mod error;
mod info;
#[cfg(feature = "neural")]
mod neural;

#[cfg(feature = "embedded-graphics")]
pub use api::Drawable;
#[cfg(feature = "neural")]
pub use api::Field;
pub use api::{
    Aligned, Area, Distances, Gain, Limits, Look, Picture, Playback, Player, Rows, Shape, Sound,
    View, Window, Windows,
};
pub use error::DecodeError;
#[cfg(feature = "neural")]
pub use info::NetworkInfo;
pub use info::{Expert, PictureInfo, ShapeInfo, SoundInfo, WorstCase};
#[cfg(feature = "neural")]
pub use nex_format::neural::{Arithmetic, unpack, unpacked_len};
pub use nex_format::{
    Error, Kind, Loop, Part, Profile, SampleChecksum, Section, SectionId, Sections, Signal,
    assert_sound, check, sections,
};
pub use nex_kernels::Position;

#[cfg(feature = "neural")]
pub use nex_kernels::{Kernel, MAX_TILE, sine_q15, sine_turns};
#[cfg(feature = "networks")]
pub use nex_kernels::{finer, relu, soft_plus};
