//! Which functions does C see?
//!
//! Every one of them checks its pointers for NULL and alignment, and returns
//! 0 or a count, or a negative number of enum nex_error.
#![allow(unsafe_code)]

mod file;
#[cfg(feature = "pictures")]
mod picture;
#[cfg(feature = "player")]
mod player;
#[cfg(feature = "shapes")]
mod shape;
#[cfg(feature = "sounds")]
mod sound;
#[cfg(feature = "texts")]
mod text;

pub use file::*;
#[cfg(feature = "pictures")]
pub use picture::*;
#[cfg(feature = "player")]
pub use player::*;
#[cfg(feature = "shapes")]
pub use shape::*;
#[cfg(feature = "sounds")]
pub use sound::*;
#[cfg(feature = "texts")]
pub use text::*;

use crate::{
    memory::{check, values},
    status::NexError,
};

/// 0, or the number of the error.
fn status(result: Result<(), NexError>) -> i32 {
    result.map_or_else(NexError::code, |()| NexError::None.code())
}

/// A count, or the number of the error.
fn count(result: Result<usize, NexError>) -> i32 {
    result.map_or_else(NexError::code, |n| i32::try_from(n).unwrap_or(i32::MAX))
}

/// So many points of so many samples each.
fn samples(points: u32, channels: usize) -> Result<usize, NexError> {
    let points = usize::try_from(points).unwrap_or(usize::MAX);
    points.checked_mul(channels).ok_or(NexError::TooLong)
}

/// Writes what `read` finds in a file, or what to tell of a file that is refused.
///
/// # Safety
/// `bytes` is NULL or points to `bytes_len` bytes; `info` is NULL or points to
/// an `I`.
unsafe fn inspect<I: Default>(
    bytes: *const u8,
    bytes_len: usize,
    info: *mut I,
    read: impl FnOnce(&[u8]) -> Result<I, (I, NexError)>,
) -> Result<(), NexError> {
    check(info)?;
    // SAFETY: the caller's promise.
    let found = match unsafe { values(bytes, bytes_len) } {
        Ok(bytes) => read(bytes),
        Err(error) => Err((I::default(), error)),
    };
    let (found, result) = match found {
        Ok(found) => (found, Ok(())),
        Err((found, error)) => (found, Err(error)),
    };
    // SAFETY: neither NULL nor misaligned; the caller's promise.
    unsafe { info.write(found) };
    result
}
