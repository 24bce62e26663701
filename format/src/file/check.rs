//! Is a file that is built into a program sound? (the compiler asks)

use super::{container::Container, error::value_of};
use crate::Error;

/// Checks a file as far as a constant can: a compact file wholly, as its parser
/// does; of a network the magic, the version, the checksum over all bytes, the
/// kind and the table of sections. A packed file passes.
///
/// Cost: one pass for the checksum. The compiler takes some 7 seconds for
/// each MB.
///
/// # Errors
/// As the parser of the kind.
///
/// # Panics
/// Never.
///
/// # Examples
/// ```
/// const DAMAGED: Result<(), nex_format::Error> = nex_format::check(b"NEX\x01\x10\0\0\0\0\0");
/// assert_eq!(DAMAGED, Err(nex_format::Error::BadCrc));
/// ```
pub const fn check(bytes: &[u8]) -> Result<(), Error> {
    let container = value_of!(Container::open(bytes));
    #[cfg(feature = "compact")]
    if let crate::Kind { signal: crate::Signal::Sound, profile: crate::Profile::Compact } =
        container.kind
    {
        return match crate::compact::Sound::parse(bytes) {
            Ok(_) => Ok(()),
            Err(e) => Err(e),
        };
    }
    container.verdict(container.sections.check_comment())
}

/// Stops the compiler, saying what is wrong, if [`check`] refuses the bytes.
/// For constants alone:
///
/// ```
/// static BEEP: &[u8] = b"NEX\x01\x03\xc0\x3e\xe2W\x95\x05\xa0\x06\0\x01\x7c\x9b\xef\x60h\x7f\x3f\xe6j";
/// const _: () = nex_format::assert_sound(BEEP);
/// ```
///
/// ```compile_fail,E0080
/// static BEEP: &[u8] = b"NEX\x01\x03\xc0\x3e\xe2W\x95\x05\xa0\x06\0\x01\x7c\x9b\xef\x60i\x7f\x3f\xe6j";
/// const _: () = nex_format::assert_sound(BEEP);
/// ```
///
/// # Panics
/// If the bytes are refused; in a constant that is an error of the compiler.
#[allow(clippy::panic)] // how a constant says what is wrong
pub const fn assert_sound(bytes: &[u8]) {
    if let Err(e) = check(bytes) {
        panic!("{}", e.text().as_str());
    }
}
