//! Plays `.nex` files back: `no_std`, no allocation, the same bits everywhere.
//!
//! For every coordinate the decoder evaluates the shared encoder, the
//! manager, and the **one** expert the manager picks; a file with baked routing
//! has the manager's decisions stored instead. Memory is the caller's:
//! [`Decoder::scratch_len`] says how many words one call needs.
//!
//! ```
//! # fn play(flash: &[u8]) -> Result<(), nex_runtime::Error> {
//! use nex_runtime::Decoder;
//!
//! let decoder = Decoder::parse(flash)?; // checks everything, once
//! let mut scratch = [0u32; 256];
//! let mut block = [0i16; 128];
//! let mut frame = 0;
//! while let Ok(frames @ 1..) = decoder.decode_block(frame, &mut block, &mut scratch) {
//!     // hand `block[..frames * channels]` to the DAC
//!     frame += frames as u32;
//! }
//! # Ok(())
//! # }
//! # assert_eq!(play(b"RIFF"), Err(nex_runtime::Error::BadMagic));
//! ```
//!
//! A packed file, made for storage and download, decodes after [`unpack`] has
//! written the plain file into memory; [`unpacked_len`] says how much.
//!
//! # Bits
//! Files of the integer profile need no floating-point unit; they decode to
//! the same bits on every machine. So do files of the float profile: one
//! fixed order of additions, no fused multiply-add, no platform `sin`.
//! Decoding block by block, whole or at random gives the same bits.
#![no_std]
#![deny(unsafe_code)] // allowed in `kernel::arm`, `kernel::x86` and `compact::dot` alone
#![deny(missing_docs)]
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

/// The assembler's word for a processor with the DSP instructions:
/// `thumbv8m.main` does not know that it is one, the feature `arm-dsp` says so.
#[cfg(all(nex_arm_dsp, feature = "arm-dsp"))]
macro_rules! processor {
    () => {
        ".cpu cortex-m33"
    };
}
#[cfg(all(nex_arm_dsp, not(feature = "arm-dsp")))]
macro_rules! processor {
    () => {
        ""
    };
}

pub mod compact;
mod decoder;
#[cfg(feature = "embedded-graphics")]
mod drawable;
mod float;
mod gain;
#[cfg(feature = "models")]
mod hash;
mod image;
mod include;
mod info;
mod integer;
mod kernel;
mod math;
mod player;
mod position;
mod shape;
mod tile;
mod view;

pub use decoder::{DecodeError, Decoder};
#[cfg(feature = "embedded-graphics")]
pub use drawable::Drawable;
pub use gain::Gain;
pub use image::ImageDecoder;
pub use include::Aligned;
pub use info::{ImageInfo, Info, ShapeInfo};
pub use kernel::Kernel;
#[cfg(feature = "models")]
pub use math::{finer, relu, soft_plus};
pub use math::{sine_q15, sine_turns};
pub use nex_format::{
    Activation, Arithmetic, Audio, Error, File, Image, Part, SampleChecksum, Shape, Signal,
    assert_sound, check, unpack, unpacked_len,
};
pub use player::Player;
pub use position::Position;
pub use shape::ShapeDecoder;
pub use tile::MAX_TILE;
pub use view::View;
