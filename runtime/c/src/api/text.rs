//! What do the numbers of errors and parts mean, in words?

use crate::texts::{error_text, part_text};
use core::ffi::c_char;

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
