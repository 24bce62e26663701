//! What has every file, whatever its kind?

pub(crate) mod checksum;
pub(crate) mod container;
pub(crate) mod error;
mod kind;
pub(crate) mod reader;
pub(crate) mod sections;
mod text;

pub use checksum::SampleChecksum;
pub use error::{Error, Part};
pub use kind::{Kind, Profile, Signal};
pub use sections::{Loop, Section, SectionId, Sections};

use container::Container;
use error::value_of;

/// The sections of a file of any kind, plain or packed, in the order of their
/// ids. Of the header nothing is looked at.
///
/// # Errors
/// [`Error::Truncated`], [`Error::BadMagic`], [`Error::UnsupportedVersion`],
/// [`Error::BadCrc`], [`Error::UnknownKind`], and what there is to say of
/// [`Part::Sections`] and [`Part::Comment`].
///
/// # Panics
/// Never.
pub const fn sections(bytes: &[u8]) -> Result<Sections<'_>, Error> {
    let container = value_of!(Container::open(bytes));
    value_of!(container.verdict(container.sections.check_comment()));
    Ok(container.sections)
}
