//! How does C play a sound?

use super::{count, inspect, samples, status};
use crate::{
    info::{Expert, Info},
    memory::{Decoder, apart, check, fill, opened, opened_mut, values, values_mut, words},
    status::NexError,
};
use core::{ffi::c_void, mem::size_of};
use nex_runtime::{Loop, Playback, Position, Sound};

/// Room for samples, beside the memory of what decodes them.
///
/// # Safety
/// As [`values_mut`].
unsafe fn room<'a>(
    playback: &Playback<'_, '_>,
    out: *mut i16,
    len: usize,
) -> Result<&'a mut [i16], NexError> {
    apart(out, len, playback.memory())?;
    // SAFETY: the caller's promise.
    unsafe { values_mut(out, len) }
}

/// Checks a whole sound's file and says what it holds and what playing it takes.
///
/// Cost: one pass over the file. Stack on a Cortex-M: below 3 KB for a compact
/// file, 8 KB for a neural one.
///
/// Returns 0, or why the file cannot be played: any error from
/// NEX_ERROR_TRUNCATED to NEX_ERROR_PACKED, _NOT_BUILT or _OTHER_KIND, about
/// which `info->part` and `info->detail` say more; or NEX_ERROR_NULL,
/// _MISALIGNED or _TOO_LONG about the arguments.
///
/// # Safety
/// `bytes` is NULL or points to `bytes_len` bytes; `info` is NULL or points to
/// a struct nex_info.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_inspect(bytes: *const u8, bytes_len: usize, info: *mut Info) -> i32 {
    // SAFETY: the caller's promises.
    status(unsafe { inspect(bytes, bytes_len, info, Info::read) })
}

/// Bytes of a struct nex_decoder, for those who cannot read this header.
#[unsafe(no_mangle)]
pub const extern "C" fn nex_decoder_bytes() -> usize {
    size_of::<Decoder>()
}

/// Opens a sound of either profile at its beginning.
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
    let read = || {
        // SAFETY: the caller's promises.
        let (bytes, memory) = unsafe { (values(bytes, bytes_len)?, words(memory, memory_bytes)?) };
        Ok((Sound::open(bytes)?, memory))
    };
    // SAFETY: the caller's promise.
    status(unsafe { fill(decoder, read, |(sound, memory)| Ok(sound.play(memory)?)) })
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
/// sound, then 0; or NEX_ERROR_NOT_OPEN, _NULL, _MISALIGNED, _TOO_LONG, _OVERLAPS,
/// _OVERWRITTEN.
///
/// # Safety
/// `decoder` is NULL or points to a struct nex_decoder that is zero or was
/// given to nex_open(); `out` is NULL or has room for `frames` frames.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_decode(decoder: *mut Decoder, out: *mut i16, frames: u32) -> i32 {
    let decode = || {
        // SAFETY: the caller's promise.
        let playback = unsafe { opened_mut(decoder) }?;
        // SAFETY: the caller's promise.
        let out = unsafe { room(playback, out, samples(frames, playback.channels())?) }?;
        Ok(playback.decode_block(out))
    };
    count(decode())
}

/// Decodes the next frames of a sound that is played over and over.
///
/// After the frame before `end` comes `start`, without a gap; from the end of the
/// loop on it goes on at `start`. Which frames they are the file may say, see
/// `loop_start` and `loop_end` of struct nex_info; 0 and `frames` are all of the
/// sound. All else is as in nex_decode(): the samples are the same, and a jump costs
/// what nex_seek() costs.
///
/// Returns how many frames were written, which is `frames`; or the errors of
/// nex_decode(), and NEX_ERROR_OUT_OF_RANGE if `start` is not below `end`, or `end`
/// above the sound's frames.
///
/// # Safety
/// As nex_decode().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_decode_looped(
    decoder: *mut Decoder,
    out: *mut i16,
    frames: u32,
    start: u32,
    end: u32,
) -> i32 {
    let decode = || {
        // SAFETY: the caller's promise.
        let playback = unsafe { opened_mut(decoder) }?;
        // SAFETY: the caller's promise.
        let out = unsafe { room(playback, out, samples(frames, playback.channels())?) }?;
        let points = Loop { start, end };
        if !points.fits(playback.frames()) {
            return Err(NexError::OutOfRange);
        }
        Ok(playback.decode_looped(out, points))
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
    status(unsafe { opened_mut(decoder) }.map(|playback| playback.seek(frame)))
}

/// The frame that nex_decode() gives next, or an error.
///
/// # Safety
/// As nex_decode().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_position(decoder: *const Decoder) -> i64 {
    // SAFETY: the caller's promise.
    match unsafe { opened(decoder) } {
        Ok(playback) => playback.position().into(),
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
    unsafe { opened(decoder) }.map_or(0, |playback| playback.multiplies())
}

/// Evaluates the sound at one position, between the frames too.
///
/// The position is `frame` and `fraction` in 2^-32 frames. Writes one sample
/// of each channel into `out`. nex_decode() goes on where it was.
///
/// In a compact sound this takes `points_memory_bytes`, and uses the memory in
/// another way than nex_decode(): to change from one to the other costs a
/// seek, and nearby positions cost no decoding. At a frame's own position the
/// sample differs from nex_decode()'s by 1 at most, unless the numbers of a forged
/// file wrap; in a neural sound by nothing.
///
/// Returns 0 or an error: NEX_ERROR_OUT_OF_RANGE past the end, _MEMORY_TOO_SMALL
/// below `points_memory_bytes`.
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
        let playback = unsafe { opened_mut(decoder) }?;
        // SAFETY: the caller's promise.
        let out = unsafe { room(playback, out, playback.channels()) }?;
        Ok(playback.sample_at(Position::new(frame, fraction), out)?)
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
        let playback = unsafe { opened_mut(decoder) }?;
        // SAFETY: the caller's promise.
        let out = unsafe { room(playback, out, samples(frames, playback.channels())?) }?;
        let (start, step) =
            (Position::new(frame, fraction), Position::new(step_frames, step_fraction));
        Ok(playback.resample(start, step, out)?)
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
        let playback = unsafe { opened_mut(decoder) }?;
        let found = playback.expert_at(Position::new(frame, fraction))?;
        // SAFETY: neither NULL nor misaligned; the caller's promise.
        unsafe { expert.write(found.into()) };
        Ok(())
    };
    status(find())
}
