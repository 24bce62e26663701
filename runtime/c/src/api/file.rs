//! What can be asked of any file?

use super::{count, status};
use crate::{
    info::Kind,
    memory::{check, values},
    status::{NexError, VERSION},
};

/// The version of the library that is linked, as NEX_VERSION is the one of this
/// header.
#[unsafe(no_mangle)]
pub const extern "C" fn nex_version() -> u32 {
    VERSION
}

/// Says what a file holds: a sound, a picture or a shape; and in which profile.
///
/// Only its first five bytes are looked at: opening it tells whether it is whole.
///
/// Returns 0 or an error: NEX_ERROR_TRUNCATED, _BAD_MAGIC, _UNSUPPORTED_VERSION,
/// _UNKNOWN_KIND, _NULL, _MISALIGNED or _TOO_LONG, after which `kind` is left as
/// it is.
///
/// # Safety
/// `bytes` is NULL or points to `bytes_len` bytes; `kind` is NULL or points to a
/// struct nex_kind.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_kind(bytes: *const u8, bytes_len: usize, kind: *mut Kind) -> i32 {
    let find = || {
        check(kind)?;
        // SAFETY: the caller's promise.
        let found = nex_runtime::Kind::of(unsafe { values(bytes, bytes_len) }?)?;
        // SAFETY: neither NULL nor misaligned; the caller's promise.
        unsafe { kind.write(found.into()) };
        Ok(())
    };
    status(find())
}

/// Bytes that nex_unpack() writes: of a packed file the plain file's length,
/// of a plain file its own; or an error. Only neural files are ever packed: a
/// library without their decoder says NEX_ERROR_NOT_BUILT.
///
/// # Safety
/// `bytes` is NULL or points to `bytes_len` bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn nex_unpacked_bytes(bytes: *const u8, bytes_len: usize) -> i32 {
    // SAFETY: the caller's promise.
    count(unsafe { values(bytes, bytes_len) }.and_then(unpacked_len))
}

/// Makes a plain file of a packed one (which is for storage and download);
/// a plain file is copied. Compact files are never packed.
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
    let unpacked =
        || unsafe { unpack(values(bytes, bytes_len)?, crate::memory::cleared(out, out_bytes)?) };
    count(unpacked())
}

#[cfg(feature = "neural")]
fn unpacked_len(bytes: &[u8]) -> Result<usize, NexError> {
    Ok(nex_runtime::unpacked_len(bytes)?)
}

#[cfg(feature = "neural")]
fn unpack(bytes: &[u8], out: &mut [u8]) -> Result<usize, NexError> {
    Ok(nex_runtime::unpack(bytes, out)?)
}

#[cfg(not(feature = "neural"))]
const fn unpacked_len(_: &[u8]) -> Result<usize, NexError> {
    Err(NexError::NotBuilt)
}

#[cfg(not(feature = "neural"))]
const fn unpack(_: &[u8], _: &mut [u8]) -> Result<usize, NexError> {
    Err(NexError::NotBuilt)
}
