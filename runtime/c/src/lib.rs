//! How does a C firmware decode a `.nex` file?
//!
//! The decoder behind one set of functions, declared in `include/nex.h`: sounds,
//! pictures and shapes, of either profile. There is no allocation and no global
//! state; every byte of memory is the caller's. `unsafe` lives in `api`,
//! `memory` and `pixels`, where pointers become references.
#![no_std]
// Some of what sounds use stays where nothing but pictures, or nothing at all, is built.
#![cfg_attr(not(feature = "sounds"), allow(dead_code, unused_macros))]
#![deny(unsafe_code)]
#![deny(missing_docs)]
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

// A static library of the host takes its panic handler from there.
#[cfg(not(any(target_os = "none", target_family = "wasm")))]
extern crate std;

mod api;
mod info;
mod memory;
#[cfg(feature = "pictures")]
mod pixels;
mod status;
#[cfg(feature = "texts")]
mod texts;

// They call the functions of sounds and texts.
#[cfg(all(test, feature = "sounds", feature = "texts"))]
#[path = "../tests/calls.rs"]
mod tests;

pub use api::*;
pub use info::{
    Area, Arithmetic, Expert, Info, Kind, Look, PictureInfo, Point, Profile, ShapeInfo, Signal,
};
pub use memory::{
    DECODER_WORDS, Decoder, PICTURE_WORDS, PLAYER_WORDS, Picture, Player, QUEUE, SHAPE_WORDS,
    SOUND_WORDS, Shape, Sound,
};
pub use status::{NexError, NexPart};

/// Demanded by the compiler. Nothing reaches it, so that the linker drops it;
/// `tests/device/elf_check` checks that.
#[cfg(any(target_os = "none", target_family = "wasm"))]
#[panic_handler]
fn never(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {
        core::hint::spin_loop();
    }
}
