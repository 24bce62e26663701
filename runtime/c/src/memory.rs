//! How does memory of a C program become memory of the decoder?
#![allow(unsafe_code)]

use crate::status::NexError;
use core::{
    ffi::c_void,
    mem::{MaybeUninit, align_of, size_of},
    slice,
};
use nex_runtime::Playback;

/// Sounds that may wait in a player.
pub const QUEUE: usize = 4;
/// Words of `opaque` in struct nex_decoder.
pub const DECODER_WORDS: usize = 264;
/// Words of `opaque` in struct nex_sound.
pub const SOUND_WORDS: usize = 152;
/// Words of `opaque` in struct nex_player.
pub const PLAYER_WORDS: usize = 448;
/// Words of `opaque` in struct nex_picture.
pub const PICTURE_WORDS: usize = 336;
/// Words of `opaque` in struct nex_shape.
pub const SHAPE_WORDS: usize = 152;

/// A sound while it is played. Its contents are the library's.
///
/// Zero it before the first nex_open() (a `static` one is zero), so that a
/// function called too early can tell. It may be opened again at any time, with
/// another file or memory; there is nothing to close. It must not be copied
/// while it is in use.
#[repr(C)]
pub struct Decoder {
    /// For the alignment.
    pub state: u64,
    /// The rest.
    pub opaque: [usize; DECODER_WORDS],
}

/// A sound that a player plays, checked. What is said of struct nex_decoder holds.
#[repr(C)]
pub struct Sound {
    /// For the alignment.
    pub state: u64,
    /// The rest.
    pub opaque: [usize; SOUND_WORDS],
}

/// What plays sounds into audio buffers. What is said of struct nex_decoder holds.
#[repr(C)]
pub struct Player {
    /// For the alignment.
    pub state: u64,
    /// The rest.
    pub opaque: [usize; PLAYER_WORDS],
}

/// A picture that is decoded. What is said of struct nex_decoder holds.
#[repr(C)]
pub struct Picture {
    /// For the alignment.
    pub state: u64,
    /// The rest.
    pub opaque: [usize; PICTURE_WORDS],
}

/// A shape that is evaluated. What is said of struct nex_decoder holds.
#[repr(C)]
pub struct Shape {
    /// For the alignment.
    pub state: u64,
    /// The rest.
    pub opaque: [usize; SHAPE_WORDS],
}

/// A shape and the memory that it is evaluated in: that of a compact one holds its cells.
#[cfg(feature = "shapes")]
pub(crate) struct Body<'a> {
    shape: nex_runtime::Shape<'a>,
    memory: &'a mut [u32],
}

#[cfg(feature = "shapes")]
impl<'a> Body<'a> {
    pub fn new((shape, memory): (nex_runtime::Shape<'a>, &'a mut [u32])) -> Result<Self, NexError> {
        shape.distances(memory)?;
        Ok(Self { shape, memory })
    }

    pub fn distances(&mut self) -> Result<nex_runtime::Distances<'_>, NexError> {
        Ok(self.shape.distances_again(self.memory)?)
    }

    /// Where the memory lies.
    pub fn memory(&self) -> *const [u32] {
        &raw const *self.memory
    }
}

/// What C holds without knowing it: something that is read from a file, or
/// nothing yet.
pub(crate) trait Opaque {
    /// What lies in there. Needs no drop.
    type Inner;
    /// The state when it does: no likely content of memory, another of each type.
    const OPEN: u64;
}

impl Opaque for Decoder {
    type Inner = Playback<'static, 'static>;
    const OPEN: u64 = 0x6e65_785f_6f70_656e;
}

#[cfg(feature = "player")]
impl Opaque for Sound {
    type Inner = nex_runtime::Sound<'static>;
    const OPEN: u64 = 0x6e65_785f_736f_756e;
}

#[cfg(feature = "player")]
impl Opaque for Player {
    type Inner = nex_runtime::Player<'static, 'static, QUEUE>;
    const OPEN: u64 = 0x6e65_785f_706c_6179;
}

#[cfg(feature = "pictures")]
impl Opaque for Picture {
    type Inner = crate::pixels::Pixels<'static>;
    const OPEN: u64 = 0x6e65_785f_7069_6373;
}

#[cfg(feature = "shapes")]
impl Opaque for Shape {
    type Inner = Body<'static>;
    const OPEN: u64 = 0x6e65_785f_7368_6170;
}

/// What lies in an [`Opaque`]. Who writes past something before or behind it, writes
/// over what is there while it is open.
#[repr(C)]
struct Slot<T> {
    state: u64,
    inner: MaybeUninit<T>,
    end: u64,
}

/// The slot in an opaque value, if the pointer can be to one.
fn slot<O: Opaque>(outer: *const O) -> Result<*const Slot<O::Inner>, NexError> {
    const {
        assert!(size_of::<Slot<O::Inner>>() <= size_of::<O>());
        assert!(align_of::<Slot<O::Inner>>() <= align_of::<O>());
    }
    check(outer)?;
    Ok(outer.cast())
}

/// Checks what Rust demands of a pointer that is to become a reference.
pub(crate) fn check<T>(pointer: *const T) -> Result<(), NexError> {
    if pointer.is_null() {
        return Err(NexError::Null);
    }
    if pointer.is_aligned() { Ok(()) } else { Err(NexError::Misaligned) }
}

/// Checks a pointer to so many values.
fn check_all<T>(pointer: *const T, len: usize) -> Result<(), NexError> {
    check(pointer)?;
    match len.checked_mul(size_of::<T>()) {
        Some(bytes) if isize::try_from(bytes).is_ok() => Ok(()),
        _ => Err(NexError::TooLong),
    }
}

/// A value to read.
///
/// # Safety
/// If the pointer is not NULL, a value lies there, unchanged for `'a`.
#[cfg(any(feature = "pictures", feature = "shapes"))]
pub(crate) unsafe fn value<'a, T>(pointer: *const T) -> Result<&'a T, NexError> {
    check(pointer)?;
    // SAFETY: not NULL, aligned; the rest is the caller's promise.
    Ok(unsafe { &*pointer })
}

/// Values to read.
///
/// # Safety
/// If the pointer is not NULL, `len` values lie there, unchanged for `'a`.
pub(crate) unsafe fn values<'a, T>(pointer: *const T, len: usize) -> Result<&'a [T], NexError> {
    check_all(pointer, len)?;
    // SAFETY: not NULL, aligned, not too long; the rest is the caller's promise.
    Ok(unsafe { slice::from_raw_parts(pointer, len) })
}

/// Values to write.
///
/// # Safety
/// If the pointer is not NULL, `len` values lie there, used by nobody else
/// for `'a`.
pub(crate) unsafe fn values_mut<'a, T>(
    pointer: *mut T,
    len: usize,
) -> Result<&'a mut [T], NexError> {
    check_all(pointer, len)?;
    // SAFETY: not NULL, aligned, not too long; the rest is the caller's promise.
    Ok(unsafe { slice::from_raw_parts_mut(pointer, len) })
}

/// Checks that so many values to be written lie in none of the memory that a decoder
/// works in.
pub(crate) fn apart<T, U>(out: *const T, len: usize, memory: *const [U]) -> Result<(), NexError> {
    fn range<T>(at: *const T, len: usize) -> core::ops::Range<usize> {
        at.addr()..at.addr().saturating_add(len.saturating_mul(size_of::<T>()))
    }
    let (out, memory) = (range(out, len), range(memory.cast::<U>(), memory.len()));
    let is_apart = out.end <= memory.start || memory.end <= out.start;
    if is_apart || out.is_empty() { Ok(()) } else { Err(NexError::Overlaps) }
}

/// Memory for decoding, in words; bytes that no whole word fits in are left alone.
///
/// # Safety
/// If the pointer is not NULL, `bytes` bytes lie there, used by nobody else for
/// `'a`.
pub(crate) unsafe fn words<'a>(
    memory: *mut c_void,
    bytes: usize,
) -> Result<&'a mut [u32], NexError> {
    // SAFETY: the caller's promise.
    unsafe { cleared(memory.cast(), bytes / size_of::<u32>()) }
}

/// Memory to work in: 0 everywhere, for Rust may not read what nobody has
/// written, as `malloc` gives it.
///
/// # Safety
/// As [`values_mut`].
pub(crate) unsafe fn cleared<'a, T: Zero>(
    pointer: *mut T,
    len: usize,
) -> Result<&'a mut [T], NexError> {
    check_all(pointer, len)?;
    // SAFETY: not NULL, aligned, not too long; zeros are a `T`; the rest is the
    // caller's promise.
    unsafe {
        pointer.write_bytes(0, len);
        Ok(slice::from_raw_parts_mut(pointer, len))
    }
}

/// A number that is 0 if all its bytes are.
pub(crate) trait Zero {}
#[cfg(feature = "player")]
impl Zero for i16 {}
impl Zero for u8 {}
impl Zero for u32 {}

/// Takes what `read` says of a file and what `make` makes of it into an opaque
/// value, or leaves that closed. Both are large, and have the stack one after the
/// other.
///
/// # Safety
/// If the pointer is not NULL, an `O` lies there, used by nobody else.
pub(crate) unsafe fn fill<O: Opaque, F>(
    outer: *mut O,
    read: impl FnOnce() -> Result<F, NexError>,
    make: impl FnOnce(F) -> Result<O::Inner, NexError>,
) -> Result<(), NexError> {
    let slot = slot(outer)?.cast_mut();
    // SAFETY: the pointer is neither NULL nor misaligned, and a slot is no
    // larger than what lies there.
    unsafe { (&raw mut (*slot).state).write(0) };
    let file = read()?;
    // SAFETY: likewise.
    unsafe { put::<O, F>(slot, file, make) }
}

/// The second half of [`fill`].
///
/// # Safety
/// A slot may be written there.
#[inline(never)]
unsafe fn put<O: Opaque, F>(
    slot: *mut Slot<O::Inner>,
    file: F,
    make: impl FnOnce(F) -> Result<O::Inner, NexError>,
) -> Result<(), NexError> {
    let inner = make(file)?;
    // SAFETY: the caller's promise. Nothing is read, and nothing needs a drop.
    unsafe {
        (&raw mut (*slot).inner).write(MaybeUninit::new(inner));
        (&raw mut (*slot).end).write(!O::OPEN);
        (&raw mut (*slot).state).write(O::OPEN);
    }
    Ok(())
}

/// The slot in an opaque value that is open.
///
/// # Safety
/// If the pointer is not NULL, an `O` lies there that is zero or was given to
/// [`fill`].
unsafe fn open<O: Opaque>(outer: *const O) -> Result<*const Slot<O::Inner>, NexError> {
    let slot = slot(outer)?;
    // SAFETY: the pointer is neither NULL nor misaligned; the caller's promise.
    if unsafe { (&raw const (*slot).state).read() } != O::OPEN {
        return Err(NexError::NotOpen);
    }
    // SAFETY: likewise, and what is open has been written whole.
    match unsafe { (&raw const (*slot).end).read() } == !O::OPEN {
        true => Ok(slot),
        false => Err(NexError::Overwritten),
    }
}

/// What lies in an opaque value, to be looked at.
///
/// # Safety
/// As [`open`]; nobody changes it, nor what `fill` was given, for `'a`.
#[cfg(any(feature = "sounds", feature = "player"))]
pub(crate) unsafe fn opened<'a, O: Opaque>(outer: *const O) -> Result<&'a O::Inner, NexError> {
    // SAFETY: the caller's promise; `fill` has written what an open slot holds.
    unsafe { Ok((*open(outer)?).inner.assume_init_ref()) }
}

/// What lies in an opaque value, to be used.
///
/// # Safety
/// As [`open`]; nobody else uses it, nor what `fill` was given, for `'a`.
pub(crate) unsafe fn opened_mut<'a, O: Opaque>(
    outer: *mut O,
) -> Result<&'a mut O::Inner, NexError> {
    // SAFETY: the caller's promise; `fill` has written what an open slot holds.
    unsafe { Ok((*open(outer)?.cast_mut()).inner.assume_init_mut()) }
}
