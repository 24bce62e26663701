//! Which functions does C see?
//!
//! Every one of them checks its pointers for NULL and alignment, and returns
//! 0 or a count, or a negative number of enum nex_error.
#![allow(unsafe_code)]

use crate::{
    built,
    info::{Expert, Info},
    memory::{Decoder, Memory, check, cleared, fill, opened, seen, values, values_mut},
    sound::Sound,
    status::{NexError, error_text, part_text},
};
use core::{
    ffi::{c_char, c_void},
    mem::size_of,
};
use nex_runtime::Position;

/// 0, or the number of the error.
fn status(result: Result<(), NexError>) -> i32 {
    result.map_or_else(NexError::code, |()| NexError::None.code())
}

/// A count, or the number of the error.
fn count(result: Result<usize, NexError>) -> i32 {
    result.map_or_else(NexError::code, |n| i32::try_from(n).unwrap_or(i32::MAX))
}

/// Checks a whole file and says what it holds and what playing it takes.
///
/// Cost: one pass over the file. Stack on a Cortex-M: below 5 KB for a compact
/// file, 10 KB for a neural one.
///
/// Returns 0, or why the file cannot be played: any error from
/// NEX_ERROR_TRUNCATED to NEX_ERROR_PACKED, about which `info->part` and
/// `info->detail` say more; NEX_ERROR_NOT_BUILT; or NEX_ERROR_NULL, _MISALIGNED
/// or _TOO_LONG about the arguments.
///
/// # Safety
/// `bytes` is NULL or points to `bytes_len` bytes; `info` is NULL or points to
/// a struct nex_info.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_inspect(bytes: *const u8, bytes_len: usize, info: *mut Info) -> i32 {
    let inspect = || {
        check(info)?;
        // SAFETY: neither NULL nor misaligned; the caller's promise.
        let answer = |found| unsafe { info.write(found) };
        // SAFETY: the caller's promise.
        let bytes = unsafe { values(bytes, bytes_len) }.inspect_err(|_| answer(Info::default()))?;
        match Info::read(bytes) {
            Ok(found) => answer(found),
            Err((found, error)) => {
                answer(found);
                return Err(error);
            }
        }
        Ok(())
    };
    status(inspect())
}

/// Bytes of a struct nex_decoder, for those who cannot read this header.
#[unsafe(no_mangle)]
pub const extern "C" fn nex_decoder_bytes() -> usize {
    size_of::<Decoder>()
}

/// Opens a file of either profile at its beginning.
///
/// `bytes` (in flash, say; any alignment) must stay as they are while the
/// decoder is in use, and `memory` belongs to the decoder as long; it may hold
/// anything and is aligned to 4 bytes. How much is needed says nex_inspect().
///
/// Cost and stack: those of nex_inspect().
///
/// Returns 0, or an error, after which the decoder is not open: those of
/// nex_inspect(), and NEX_ERROR_MEMORY_TOO_SMALL.
///
/// # Safety
/// `decoder` is NULL or points to a struct nex_decoder; `bytes` is NULL or
/// points to `bytes_len` bytes, `memory` to `memory_bytes` bytes; what they
/// point to lives, and is used by nobody else (`bytes`: is not changed), as
/// long as the decoder is used.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_open(
    decoder: *mut Decoder,
    bytes: *const u8,
    bytes_len: usize,
    memory: *mut c_void,
    memory_bytes: usize,
) -> i32 {
    // SAFETY: the caller's promises.
    let open = || unsafe {
        let bytes = values(bytes, bytes_len)?;
        Sound::open(bytes, Memory::new(memory.cast(), memory_bytes)?)
    };
    // SAFETY: the caller's promise.
    status(unsafe { fill(decoder, open) })
}

/// Decodes the next frames.
///
/// Writes up to `frames` frames of 16-bit samples into `out`, interleaved, so
/// `frames` times the channels of them; after those that there are, `out` is
/// left as it is. The samples are the same whatever the numbers asked for, and
/// on every machine.
///
/// Cost: `macs_per_frame` and `sines_per_frame` a frame in a neural sound, more
/// memory less loading; in a compact one a whole block is decoded when its
/// first frame is asked for, and nothing in the frames between.
///
/// Returns how many frames were written: `frames`, fewer at the end of the
/// sound, then 0; or NEX_ERROR_NOT_OPEN, _NULL, _MISALIGNED, _TOO_LONG.
///
/// # Safety
/// `decoder` is NULL or points to a struct nex_decoder that is zero or was
/// given to nex_open(); `out` is NULL or has room for `frames` frames.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_decode(decoder: *mut Decoder, out: *mut i16, frames: u32) -> i32 {
    let decode = || {
        // SAFETY: the caller's promise.
        let sound = unsafe { opened(decoder) }?;
        let frames = usize::try_from(frames).unwrap_or(usize::MAX);
        let samples = frames.checked_mul(sound.channels()).ok_or(NexError::TooLong)?;
        // SAFETY: the caller's promise.
        sound.decode(unsafe { values_mut(out, samples) }?)
    };
    count(decode())
}

/// Goes on at frame `frame` of the sound; at or past its end nothing follows.
///
/// Cost: nothing in a neural sound; at most the decisions of two chunks in a
/// compact one, paid here and by the next nex_decode().
///
/// Returns 0 or an error.
///
/// # Safety
/// As nex_decode().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_seek(decoder: *mut Decoder, frame: u32) -> i32 {
    // SAFETY: the caller's promise.
    status(unsafe { opened(decoder) }.map(|sound| sound.seek(frame)))
}

/// The frame that nex_decode() gives next, or an error.
///
/// # Safety
/// As nex_decode().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_position(decoder: *const Decoder) -> i64 {
    // SAFETY: the caller's promise.
    match unsafe { seen(decoder) } {
        Ok(sound) => sound.position().into(),
        Err(error) => error.code().into(),
    }
}

/// Multiply-accumulates that nex_decode() has taken since nex_open(); 0 if the
/// decoder is not open.
///
/// # Safety
/// As nex_decode().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_multiplies(decoder: *const Decoder) -> u64 {
    // SAFETY: the caller's promise.
    unsafe { seen(decoder) }.map_or(0, |sound| sound.multiplies())
}

/// Evaluates the sound at one position, between the frames too.
///
/// The position is `frame` and `fraction` in 2^-32 frames. Writes one sample
/// of each channel into `out`. nex_decode() goes on where it was.
///
/// In a compact sound this takes `points_memory_bytes`, and uses the memory in
/// another way than nex_decode(): to change from one to the other costs a
/// seek, and nearby positions cost no decoding. At a frame's own position the
/// sample differs from nex_decode()'s by 1 at most, in a neural sound by
/// nothing.
///
/// Returns 0 or an error: NEX_ERROR_OUT_OF_RANGE past the end.
///
/// # Safety
/// As nex_decode(), with `out` for one frame.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_sample_at(
    decoder: *mut Decoder,
    frame: u32,
    fraction: u32,
    out: *mut i16,
) -> i32 {
    let evaluate = || {
        // SAFETY: the caller's promise.
        let sound = unsafe { opened(decoder) }?;
        // SAFETY: the caller's promise.
        let out = unsafe { values_mut(out, sound.channels()) }?;
        sound.sample_at(Position::new(frame, fraction), out)
    };
    status(evaluate())
}

/// Evaluates the sound at equally spaced positions: plays at any rate.
///
/// The first position is `frame` and `fraction` in 2^-32 frames, as of
/// nex_sample_at(), whose memory and cost this shares; the next one lies
/// `step_frames` and `step_fraction` further on: the sound's rate by that of
/// the output. A compact sound's cosines, and a neural sound's network, are
/// evaluated there; no filter is applied, so that a step of more than a frame
/// aliases what lies above half the output's rate. nex_decode() goes on where
/// it was.
///
/// Returns how many frames were written: `frames`, or fewer at the end of the
/// sound; or an error.
///
/// # Safety
/// As nex_decode().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_resample(
    decoder: *mut Decoder,
    frame: u32,
    fraction: u32,
    step_frames: u32,
    step_fraction: u32,
    out: *mut i16,
    frames: u32,
) -> i32 {
    let resample = || {
        // SAFETY: the caller's promise.
        let sound = unsafe { opened(decoder) }?;
        let frames = usize::try_from(frames).unwrap_or(usize::MAX);
        let samples = frames.checked_mul(sound.channels()).ok_or(NexError::TooLong)?;
        let step = Position::new(step_frames, step_fraction);
        // SAFETY: the caller's promise.
        let out = unsafe { values_mut(out, samples) }?;
        sound.resample((Position::new(frame, fraction), step), out)
    };
    count(resample())
}

/// Says which expert owns a position. Memory, cost and errors are those of
/// nex_sample_at().
///
/// # Safety
/// As nex_decode(); `expert` is NULL or points to a struct nex_expert.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_expert_at(
    decoder: *mut Decoder,
    frame: u32,
    fraction: u32,
    expert: *mut Expert,
) -> i32 {
    let find = || {
        check(expert)?;
        // SAFETY: the caller's promise.
        let sound = unsafe { opened(decoder) }?;
        let found = sound.expert_at(Position::new(frame, fraction))?;
        // SAFETY: neither NULL nor misaligned; the caller's promise.
        unsafe { expert.write(found) };
        Ok(())
    };
    status(find())
}

/// Bytes that nex_unpack() writes: of a packed file the plain file's length,
/// of a plain file its own; or an error. Only neural sounds are ever packed: a
/// library without their decoder says NEX_ERROR_NOT_BUILT.
///
/// # Safety
/// `bytes` is NULL or points to `bytes_len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_unpacked_bytes(bytes: *const u8, bytes_len: usize) -> i32 {
    let measure = || {
        // SAFETY: the caller's promise.
        let bytes = unsafe { values(bytes, bytes_len) }?;
        let _built = built::neural()?;
        Ok(nex_format::unpacked_len(bytes)?)
    };
    count(measure())
}

/// Makes a plain file of a packed one (which is for storage and download);
/// a plain file is copied. Compact sounds are never packed.
///
/// Cost: one pass over the file. Returns the plain file's length, or an error, after
/// which `out` holds anything.
///
/// # Safety
/// `bytes` is NULL or points to `bytes_len` bytes, `out` to `out_bytes` bytes
/// that do not overlap them.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_unpack(
    bytes: *const u8,
    bytes_len: usize,
    out: *mut u8,
    out_bytes: usize,
) -> i32 {
    // SAFETY: the caller's promises.
    let unpack = || unsafe {
        let (bytes, out) = (values(bytes, bytes_len)?, cleared(out, out_bytes)?);
        let _built = built::neural()?;
        Ok(nex_format::unpack(bytes, out)?)
    };
    count(unpack())
}

/// A sentence in English about a negative result; never NULL.
#[unsafe(no_mangle)]
pub extern "C" fn nex_error_text(error: i32) -> *const c_char {
    error_text(error).as_ptr()
}

/// The name in English of a part of a file, see enum nex_part; never NULL.
#[unsafe(no_mangle)]
pub extern "C" fn nex_part_text(part: u32) -> *const c_char {
    part_text(part).as_ptr()
}
