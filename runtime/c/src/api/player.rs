//! How does C play sounds, as products need it?

use super::{count, samples, status};
use crate::{
    memory::{Player, Sound, apart, cleared, fill, opened, opened_mut, values, values_mut, words},
    status::NexError,
};
use core::{ffi::c_void, mem::size_of};
use nex_runtime::{Gain, Loop};

/// Checks a whole sound's file, for a player to play.
///
/// `bytes` (in flash, say; any alignment) must stay as they are while the sound is
/// in use. Cost, stack and errors: those of nex_inspect().
///
/// # Safety
/// `sound` is NULL or points to a struct nex_sound that no player uses; `bytes` is
/// NULL or points to `bytes_len` bytes that live, unchanged, as long as the sound is
/// used.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_sound_open(
    sound: *mut Sound,
    bytes: *const u8,
    bytes_len: usize,
) -> i32 {
    let read = || {
        // SAFETY: the caller's promise.
        Ok(nex_runtime::Sound::open(unsafe { values(bytes, bytes_len) }?)?)
    };
    // SAFETY: the caller's promise.
    status(unsafe { fill(sound, read, Ok) })
}

/// Bytes of a struct nex_player, for those who cannot read this header.
#[unsafe(no_mangle)]
pub const extern "C" fn nex_player_bytes() -> usize {
    size_of::<Player>()
}

/// Makes a player for a DAC of this rate and of 1 or 2 channels, with nothing to
/// play.
///
/// `memory` is where sounds are decoded: the most of `memory_bytes` of struct
/// nex_info that one of them takes, aligned to 4 bytes. In `ahead` wait samples that
/// were decoded ahead: the most of `worst_frames` of them, times the DAC's channels.
/// With less, if at least a frame, it plays the same, but in bursts of work. Both
/// belong to the player and may hold anything.
///
/// The work of a block is spread over the buffers before it; it fades for 4 ms where
/// it stops, pauses, seeks, begins another sound or changes its volume; between the
/// sounds of its queue and at a loop's end is no gap; sounds of other rates are
/// resampled, images and aliases 80 dB below, unless the library was built without
/// feature `resampler`.
///
/// Returns 0, or NEX_ERROR_NO_SUCH_OUTPUT, _MEMORY_TOO_SMALL, _NULL, _MISALIGNED,
/// _TOO_LONG.
///
/// # Safety
/// `player` is NULL or points to a struct nex_player; `memory` is NULL or points to
/// `memory_bytes` bytes, `ahead` to `ahead_samples` samples, which live, and are used
/// by nobody else, as long as the player is used.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_player_open(
    player: *mut Player,
    rate_hz: u32,
    channels: u32,
    memory: *mut c_void,
    memory_bytes: usize,
    ahead: *mut i16,
    ahead_samples: usize,
) -> i32 {
    let read = || {
        // SAFETY: the caller's promises.
        unsafe { Ok((words(memory, memory_bytes)?, cleared(ahead, ahead_samples)?)) }
    };
    let channels = usize::try_from(channels).unwrap_or(usize::MAX);
    let make = |(memory, ahead)| Ok(nex_runtime::Player::new(rate_hz, channels, memory, ahead)?);
    // SAFETY: the caller's promise.
    status(unsafe { fill(player, read, make) })
}

/// Plays a sound now, instead of what is played or waits. It is heard when its first
/// blocks are decoded, for which the time of about two is taken.
///
/// Returns 0, or NEX_ERROR_MEMORY_TOO_SMALL, _NO_SUCH_OUTPUT, _NOT_OPEN, _NULL,
/// _MISALIGNED, _OVERWRITTEN.
///
/// # Safety
/// `player` is NULL or points to a struct nex_player that is zero or was given to
/// nex_player_open(); `sound` is NULL or points to a struct nex_sound that is zero or
/// was given to nex_sound_open(), and stays as it is as long as the player may play it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_player_play(player: *mut Player, sound: *const Sound) -> i32 {
    // SAFETY: the caller's promises.
    let play = || unsafe { Ok(opened_mut(player)?.play(opened(sound)?)?) };
    status(play())
}

/// Plays a sound after those that are played and wait, of which there may be NEX_QUEUE,
/// without a gap; at once if there are none.
///
/// Returns as nex_player_play(), and NEX_ERROR_QUEUE_FULL.
///
/// # Safety
/// As nex_player_play().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_player_queue(player: *mut Player, sound: *const Sound) -> i32 {
    // SAFETY: the caller's promises.
    let queue = || unsafe { Ok(opened_mut(player)?.queue(opened(sound)?)?) };
    status(queue())
}

/// Plays the frames from `start` to `end` - 1 of the sound that was last begun over
/// and over; with `end` 0, or frames that it does not have, it plays to its end.
///
/// # Safety
/// As nex_player_fill().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_player_loop(player: *mut Player, start: u32, end: u32) -> i32 {
    // SAFETY: the caller's promise.
    status(unsafe { opened_mut(player) }.map(|player| player.set_loop(Some(Loop { start, end }))))
}

/// Sets the volume, in 1/32768: 0 is silence, 32768 unity.
///
/// # Safety
/// As nex_player_fill().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_player_gain(player: *mut Player, gain: u16) -> i32 {
    // SAFETY: the caller's promise.
    status(unsafe { opened_mut(player) }.map(|player| player.set_gain(Gain::from_q15(gain))))
}

/// Fades, and keeps its place.
///
/// # Safety
/// As nex_player_fill().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_player_pause(player: *mut Player) -> i32 {
    // SAFETY: the caller's promise.
    status(unsafe { opened_mut(player) }.map(|player| player.pause()))
}

/// Plays on after nex_player_pause().
///
/// # Safety
/// As nex_player_fill().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_player_resume(player: *mut Player) -> i32 {
    // SAFETY: the caller's promise.
    status(unsafe { opened_mut(player) }.map(|player| player.resume()))
}

/// Fades, and forgets what was played and waited.
///
/// # Safety
/// As nex_player_fill().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_player_stop(player: *mut Player) -> i32 {
    // SAFETY: the caller's promise.
    status(unsafe { opened_mut(player) }.map(|player| player.stop()))
}

/// Fades, and plays on at a frame of the sound that was last begun.
///
/// # Safety
/// As nex_player_fill().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_player_seek(player: *mut Player, frame: u32) -> i32 {
    // SAFETY: the caller's promise.
    status(unsafe { opened_mut(player) }.map(|player| player.seek(frame)))
}

/// The frame that is heard next, -1 if nothing is to be heard any more, or another
/// negative number: an error less 1.
///
/// # Safety
/// As nex_player_fill().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_player_position(player: *const Player) -> i64 {
    // SAFETY: the caller's promise.
    match unsafe { opened(player) } {
        Ok(player) => player.position().map_or(-1, i64::from),
        Err(error) => i64::from(error.code()) - 1,
    }
}

/// How many sounds have been played to their ends since nex_player_open(), modulo
/// 2^32: who wants to hear of an end looks after each buffer whether it has grown.
/// 0 if the player is not open.
///
/// # Safety
/// As nex_player_fill().
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_player_ended(player: *const Player) -> u32 {
    // SAFETY: the caller's promise.
    unsafe { opened(player) }.map_or(0, |player| player.ended())
}

/// Fills `out` with the next `frames` frames, interleaved, and with silence what lies
/// behind the end.
///
/// Returns how many frames lie before the end, then and while it pauses 0; or
/// NEX_ERROR_NOT_OPEN, _NULL, _MISALIGNED, _TOO_LONG, _OVERLAPS, _OVERWRITTEN.
///
/// # Safety
/// `player` is NULL or points to a struct nex_player that is zero or was given to
/// nex_player_open(); `out` is NULL or has room for `frames` frames.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_player_fill(player: *mut Player, out: *mut i16, frames: u32) -> i32 {
    // SAFETY: the caller's promise.
    count(unsafe { with_room(player, out, frames) }.map(|(player, out)| player.fill(out)))
}

/// Adds the next frames to what `out` holds; sums are limited to what a sample can be.
/// Returns as nex_player_fill().
///
/// # Safety
/// As nex_player_fill(), and `out` holds samples.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_player_mix(player: *mut Player, out: *mut i16, frames: u32) -> i32 {
    // SAFETY: the caller's promise.
    count(unsafe { with_room(player, out, frames) }.map(|(player, out)| player.mix(out)))
}

type Opened<'a> = &'a mut <Player as crate::memory::Opaque>::Inner;

/// A player and room for its frames.
///
/// # Safety
/// As [`nex_player_fill`].
unsafe fn with_room<'a>(
    player: *mut Player,
    out: *mut i16,
    frames: u32,
) -> Result<(Opened<'a>, &'a mut [i16]), NexError> {
    // SAFETY: the caller's promise.
    let player = unsafe { opened_mut(player) }?;
    let len = samples(frames, player.channels())?;
    let (memory, ahead) = player.memory();
    apart(out, len, memory)?;
    apart(out, len, ahead)?;
    // SAFETY: the caller's promise.
    Ok((player, unsafe { values_mut(out, len) }?))
}
