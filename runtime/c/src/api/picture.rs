//! How does C show a picture?

use super::{count, inspect, samples, status};
use crate::{
    info::{Expert, PictureInfo},
    memory::{Picture, Pixels, check, fill, opened_mut, values, values_mut, words},
};
use core::{ffi::c_void, mem::size_of};
use nex_runtime::Position;

/// Checks a whole picture's file and says what it holds and what decoding it
/// takes. Cost, stack and errors are those of nex_inspect().
///
/// # Safety
/// `bytes` is NULL or points to `bytes_len` bytes; `info` is NULL or points to
/// a struct nex_picture_info.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_picture_inspect(
    bytes: *const u8,
    bytes_len: usize,
    info: *mut PictureInfo,
) -> i32 {
    // SAFETY: the caller's promises.
    status(unsafe { inspect(bytes, bytes_len, info, PictureInfo::read) })
}

/// Bytes of a struct nex_picture, for those who cannot read this header.
#[unsafe(no_mangle)]
pub const extern "C" fn nex_picture_bytes() -> usize {
    size_of::<Picture>()
}

/// Opens a picture. `bytes` and `memory` as of nex_open(); how much memory is
/// needed says nex_picture_inspect().
///
/// Returns 0, or an error, after which the picture is not open: those of
/// nex_picture_inspect(), and NEX_ERROR_MEMORY_TOO_SMALL.
///
/// # Safety
/// `picture` is NULL or points to a struct nex_picture; `bytes` is NULL or
/// points to `bytes_len` bytes, `memory` to `memory_bytes` bytes; what they
/// point to lives, and is used by nobody else (`bytes`: is not changed), as
/// long as the picture is used.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_picture_open(
    picture: *mut Picture,
    bytes: *const u8,
    bytes_len: usize,
    memory: *mut c_void,
    memory_bytes: usize,
) -> i32 {
    let read = || {
        // SAFETY: the caller's promises.
        let (bytes, memory) = unsafe { (values(bytes, bytes_len)?, words(memory, memory_bytes)?) };
        Ok((nex_runtime::Picture::open(bytes)?, memory))
    };
    // SAFETY: the caller's promise.
    status(unsafe { fill(picture, read, Pixels::new) })
}

/// Decodes a row from its left end: up to `pixels` pixels into `out`, 8-bit
/// samples, interleaved, so `pixels` times the channels of them. After those that
/// there are, `out` is left as it is.
///
/// Cost: `macs_per_pixel` and `sines_per_pixel` a pixel; more memory less
/// loading. Nothing is kept between calls: rows may be asked for in any order.
///
/// Returns how many pixels were written: `pixels`, or the picture's width if that
/// is less; 0 below the last row; or NEX_ERROR_NOT_OPEN, _NULL, _MISALIGNED,
/// _TOO_LONG.
///
/// # Safety
/// `picture` is NULL or points to a struct nex_picture that is zero or was given
/// to nex_picture_open(); `out` is NULL or has room for `pixels` pixels.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_picture_row(
    picture: *mut Picture,
    y: u32,
    out: *mut u8,
    pixels: u32,
) -> i32 {
    let start = (Position::centre(0), Position::centre(y));
    // SAFETY: the caller's promises.
    unsafe { line(picture, start, Position::FRAME, out, pixels) }
}

/// Evaluates the picture along a line from left to right: any part of it at any
/// scale.
///
/// Positions are measured in pixels from the left and the upper edge, each as a
/// whole number and a fraction in 2^-32: pixel 0 has its centre at
/// (0, 0x80000000). The line begins at x and y; the next pixel lies `step` and
/// `step_fraction` further on. A step of 1 shows pixels as they are, one of half
/// of it twice as large. No filter is applied, so that a step of more than 1
/// aliases.
///
/// Returns how many pixels were written before the right edge, 0 below the
/// picture; or an error. `out` and cost as of nex_picture_row().
///
/// # Safety
/// As nex_picture_row().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_picture_line(
    picture: *mut Picture,
    x: u32,
    x_fraction: u32,
    y: u32,
    y_fraction: u32,
    step: u32,
    step_fraction: u32,
    out: *mut u8,
    pixels: u32,
) -> i32 {
    let start = (Position::new(x, x_fraction), Position::new(y, y_fraction));
    // SAFETY: the caller's promises.
    unsafe { line(picture, start, Position::new(step, step_fraction), out, pixels) }
}

/// # Safety
/// As [`nex_picture_row`].
unsafe fn line(
    picture: *mut Picture,
    start: (Position, Position),
    step: Position,
    out: *mut u8,
    pixels: u32,
) -> i32 {
    let decode = || {
        // SAFETY: the caller's promise.
        let Pixels { picture, memory } = unsafe { opened_mut(picture) }?;
        let channels = picture.info().channels.into();
        // SAFETY: the caller's promise.
        let out = unsafe { values_mut(out, samples(pixels, channels)?) }?;
        Ok(picture.decode_line(start, step, out, memory)?)
    };
    count(decode())
}

/// Says which expert owns a point; positions as of nex_picture_line().
///
/// Returns 0 or an error: NEX_ERROR_OUT_OF_RANGE beside the picture.
///
/// # Safety
/// As nex_picture_row(); `expert` is NULL or points to a struct nex_expert.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_picture_expert_at(
    picture: *mut Picture,
    x: u32,
    x_fraction: u32,
    y: u32,
    y_fraction: u32,
    expert: *mut Expert,
) -> i32 {
    let find = || {
        check(expert)?;
        // SAFETY: the caller's promise.
        let Pixels { picture, memory } = unsafe { opened_mut(picture) }?;
        let at = (Position::new(x, x_fraction), Position::new(y, y_fraction));
        let index = picture.expert_at(at, memory)?;
        // SAFETY: neither NULL nor misaligned; the caller's promise.
        unsafe { expert.write(Expert::network(index)) };
        Ok(())
    };
    status(find())
}
