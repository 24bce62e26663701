//! How does memory of a C program become memory of the decoder?
#![allow(unsafe_code)]

use crate::{sound::Sound, status::NexError};
use core::{
    marker::PhantomData,
    mem::{MaybeUninit, align_of, size_of},
    slice,
};

/// Words of `opaque` in struct nex_decoder.
pub const DECODER_WORDS: usize = 288;

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

/// What lies in a [`Decoder`].
struct Slot {
    state: u64,
    sound: MaybeUninit<Sound<'static>>,
}

const _: () = assert!(size_of::<Slot>() <= size_of::<Decoder>());
const _: () = assert!(align_of::<Slot>() <= align_of::<Decoder>());

/// The state of an open decoder: no likely content of memory.
const OPEN: u64 = 0x6e65_785f_6f70_656e;

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
impl Zero for u8 {}
impl Zero for i32 {}

/// Memory that is lent again and again.
pub(crate) struct Memory<'a> {
    words: *mut i32,
    len: usize,
    lifetime: PhantomData<&'a mut [i32]>,
}

impl<'a> Memory<'a> {
    /// Bytes that no whole word fits in are left alone.
    ///
    /// # Safety
    /// As [`values_mut`].
    pub unsafe fn new(words: *mut i32, bytes: usize) -> Result<Self, NexError> {
        let len = bytes / size_of::<i32>();
        // SAFETY: the caller's promise.
        unsafe { cleared(words, len) }?;
        Ok(Self { words, len, lifetime: PhantomData })
    }

    /// In words.
    pub const fn len(&self) -> usize {
        self.len
    }

    /// The memory.
    ///
    /// # Safety
    /// What has been lent before is not used any more.
    pub unsafe fn lend(&mut self) -> &'a mut [i32] {
        // SAFETY: checked and promised in `new`; no other loan is in use.
        unsafe { slice::from_raw_parts_mut(self.words, self.len) }
    }

    /// The memory, for good.
    pub fn into_unsigned(self) -> &'a mut [u32] {
        // SAFETY: checked and promised in `new`; nothing was lent, and `self`
        // is gone. Every pattern of bits is an `i32` and a `u32`.
        unsafe { slice::from_raw_parts_mut(self.words.cast(), self.len) }
    }
}

/// Puts a sound into a decoder, or leaves it closed.
///
/// # Safety
/// If the pointer is not NULL, a `Decoder` lies there, used by nobody else.
pub(crate) unsafe fn fill(
    decoder: *mut Decoder,
    open: impl FnOnce() -> Result<Sound<'static>, NexError>,
) -> Result<(), NexError> {
    check(decoder)?;
    let slot: *mut Slot = decoder.cast();
    // SAFETY: the pointer is neither NULL nor misaligned, and a `Slot` is no
    // larger than a `Decoder`. Nothing is read, and a sound needs no drop.
    unsafe {
        (&raw mut (*slot).state).write(0);
        (&raw mut (*slot).sound).write(MaybeUninit::new(open()?));
        (&raw mut (*slot).state).write(OPEN);
    }
    Ok(())
}

/// Where a sound lies in an open decoder.
///
/// # Safety
/// If the pointer is not NULL, a `Decoder` lies there that is zero or was
/// given to [`fill`].
unsafe fn place(decoder: *const Decoder) -> Result<*const Sound<'static>, NexError> {
    check(decoder)?;
    let slot: *const Slot = decoder.cast();
    // SAFETY: the pointer is neither NULL nor misaligned.
    unsafe {
        if (&raw const (*slot).state).read() != OPEN {
            return Err(NexError::NotOpen);
        }
        Ok((&raw const (*slot).sound).cast())
    }
}

/// The sound in an open decoder.
///
/// # Safety
/// As [`place`]; nobody else uses the decoder, nor what `fill` was given, for `'a`.
pub(crate) unsafe fn opened<'a>(decoder: *mut Decoder) -> Result<&'a mut Sound<'static>, NexError> {
    // SAFETY: the caller's promises; `fill` has written a sound there.
    unsafe { Ok(&mut *place(decoder)?.cast_mut()) }
}

/// The sound in an open decoder, to be looked at.
///
/// # Safety
/// As [`place`]; nobody changes the decoder for `'a`.
pub(crate) unsafe fn seen<'a>(decoder: *const Decoder) -> Result<&'a Sound<'static>, NexError> {
    // SAFETY: the caller's promises; `fill` has written a sound there.
    unsafe { Ok(&*place(decoder)?) }
}
