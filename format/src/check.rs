//! Is a file that is built into a program sound? (the compiler asks)

use crate::{
    Error, Kind, Profile, Signal,
    file::{container::Container, error::value_of},
};

/// Checks a file as far as a constant can: a compact file wholly, as its parser
/// does; of a network the magic, the version, the checksum over all bytes, the
/// kind and the table of sections: that there are weights, and nothing unknown that
/// must be understood. A packed file passes.
///
/// Cost: one pass for the checksum. The compiler takes some 7 seconds for
/// each MB.
///
/// # Errors
/// As the parser of the kind; [`Error::NotBuilt`] if the feature of its profile is off.
///
/// # Panics
/// Never.
///
/// # Examples
/// ```
/// use nex_format::{Error, check};
///
/// const DAMAGED: Result<(), Error> = check(b"NEX\x01\x10\0\0\0\0\0\0\0\0crc?");
/// assert_eq!(DAMAGED, Err(Error::BadCrc));
/// ```
pub const fn check(bytes: &[u8]) -> Result<(), Error> {
    let container = value_of!(Container::open(bytes));
    container.verdict(match container.kind {
        Kind { signal: Signal::Sound, profile: Profile::Compact } => compact_sound(bytes),
        Kind { signal: Signal::Picture, profile: Profile::Compact } => compact_picture(bytes),
        Kind { signal: Signal::Shape, profile: Profile::Compact } => compact_shape(bytes),
        Kind { profile: Profile::Neural, .. } => network(&container),
    })
}

#[cfg(feature = "neural")]
const fn network(container: &Container<'_>) -> Result<(), Error> {
    crate::neural::check_sections(&container.sections)
}

#[cfg(not(feature = "neural"))]
const fn network(_: &Container<'_>) -> Result<(), Error> {
    Err(Error::NotBuilt(Profile::Neural))
}

#[cfg(feature = "compact-core")]
const fn compact_sound(bytes: &[u8]) -> Result<(), Error> {
    match crate::compact::Sound::parse(bytes) {
        Ok(_) => Ok(()),
        Err(e) => Err(e),
    }
}

#[cfg(feature = "compact-core")]
const fn compact_picture(bytes: &[u8]) -> Result<(), Error> {
    match crate::compact::Picture::parse(bytes) {
        Ok(_) => Ok(()),
        Err(e) => Err(e),
    }
}

#[cfg(feature = "compact-core")]
const fn compact_shape(bytes: &[u8]) -> Result<(), Error> {
    match crate::compact::Shape::parse(bytes) {
        Ok(_) => Ok(()),
        Err(e) => Err(e),
    }
}

#[cfg(not(feature = "compact-core"))]
const fn compact_shape(_: &[u8]) -> Result<(), Error> {
    Err(Error::NotBuilt(Profile::Compact))
}

#[cfg(not(feature = "compact-core"))]
const fn compact_picture(_: &[u8]) -> Result<(), Error> {
    Err(Error::NotBuilt(Profile::Compact))
}

#[cfg(not(feature = "compact-core"))]
const fn compact_sound(_: &[u8]) -> Result<(), Error> {
    Err(Error::NotBuilt(Profile::Compact))
}

/// Stops the compiler, saying what is wrong, if [`check`] refuses the bytes.
/// For constants alone:
///
/// ```
/// static BEEP: &[u8] = b"NEX\x01\x10\xc0\x3e\xe2W\x95\x05\xa0\x06\0\x01\x7c\x9b\xef\x60h\x13\xb5\t\xa5";
/// # #[cfg(feature = "compact")]
/// const _: () = nex_format::assert_sound(BEEP);
/// ```
///
/// ```compile_fail,E0080
/// static BEEP: &[u8] = b"NEX\x01\x10\xc0\x3e\xe2W\x95\x05\xa0\x06\0\x01\x7c\x9b\xef\x60i\x13\xb5\t\xa5";
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
