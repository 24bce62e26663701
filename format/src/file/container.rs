//! Is this a whole, undamaged file, and which part of it is what?

use super::{
    checksum::checksum,
    error::value_of,
    kind::{Kind, after_magic},
    sections::Sections,
};
use crate::Error;

pub(crate) const CRC_BYTES: usize = 4;

/// What every file has, whatever its kind.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) struct Container<'a> {
    pub kind: Kind,
    /// Header and payload, which the kind gives their meaning.
    pub body: &'a [u8],
    pub sections: Sections<'a>,
    intact: bool,
}

impl<'a> Container<'a> {
    /// Takes a file apart. Of a damaged one the parts may be wrong:
    /// [`Self::verdict`] says so.
    pub const fn open(bytes: &'a [u8]) -> Result<Self, Error> {
        let mut reader = value_of!(after_magic(bytes));
        let Some((checked, stored)) = bytes.split_last_chunk::<CRC_BYTES>() else {
            return Err(Error::Truncated);
        };
        let intact = u32::from_le_bytes(*stored) == checksum(checked) || cfg!(fuzzing);
        let before = bytes.len() - reader.rest().len();
        match checked.split_at_checked(before) {
            Some((_, rest)) => reader.continue_with(rest),
            None => return Err(Error::Truncated),
        }
        let parts = match reader.byte() {
            Ok(byte) => match Kind::from_byte(byte) {
                Ok((kind, has_sections)) => {
                    match Sections::split(reader, before + 1, has_sections) {
                        Ok((body, sections)) => Ok(Self { kind, body, sections, intact }),
                        Err(e) => Err(e),
                    }
                }
                Err(e) => Err(e),
            },
            Err(e) => Err(e),
        };
        match parts {
            Ok(container) => Ok(container),
            Err(e) => Err(blame(intact, e)),
        }
    }

    /// What was found in its body, if the file is not damaged.
    pub const fn judged<T: Copy>(&self, found: Result<T, Error>) -> Result<T, Error> {
        match found {
            Ok(value) => match self.verdict(Ok(())) {
                Ok(()) => Ok(value),
                Err(e) => Err(e),
            },
            Err(e) => Err(blame(self.intact, e)),
        }
    }

    /// What is to be said of the file, if that is what was found in its body.
    pub const fn verdict(&self, found: Result<(), Error>) -> Result<(), Error> {
        match found {
            Err(e) => Err(blame(self.intact, e)),
            Ok(()) if !self.intact => Err(Error::BadCrc),
            Ok(()) => Ok(()),
        }
    }
}

/// Of a damaged file only the lengths count, to tell a cut file from a changed
/// one.
const fn blame(intact: bool, error: Error) -> Error {
    match error {
        Error::Truncated | Error::TrailingBytes => error,
        _ if !intact => Error::BadCrc,
        _ => error,
    }
}

/// Puts a file together. Sections are put in the order of their ids.
///
/// # Errors
/// [`Error::LimitExceeded`] if there are too many sections or one is too long.
#[cfg(feature = "write")]
pub(crate) fn seal(
    kind: Kind,
    sections: &[(crate::SectionId, &[u8])],
    body: &[&[u8]],
) -> Result<alloc::vec::Vec<u8>, Error> {
    use crate::{MAGIC, MAX_SECTIONS, Part, VERSION};
    let limit = Error::LimitExceeded(Part::Sections);
    if sections.len() > MAX_SECTIONS {
        return Err(limit);
    }
    let mut sorted = alloc::vec::Vec::from(sections);
    sorted.sort_by_key(|(id, _)| *id);
    let mut bytes = alloc::vec::Vec::from(MAGIC);
    bytes.extend([VERSION, kind.byte(!sections.is_empty())]);
    if !sections.is_empty() {
        bytes.push(sections.len() as u8);
    }
    for (id, data) in &sorted {
        append(&mut bytes, &(id.0, u32::try_from(data.len()).map_err(|_| limit)?))?;
    }
    body.iter().for_each(|part| bytes.extend_from_slice(part));
    sorted.iter().for_each(|(_, data)| bytes.extend_from_slice(data));
    let crc = checksum(&bytes);
    bytes.extend_from_slice(&crc.to_le_bytes());
    Ok(bytes)
}

/// Appends values in postcard's encoding.
#[cfg(feature = "write")]
pub(crate) fn append<T: serde::Serialize>(
    bytes: &mut alloc::vec::Vec<u8>,
    value: &T,
) -> Result<(), Error> {
    let encoded = postcard::to_allocvec(value);
    bytes.extend(encoded.map_err(|_| Error::BadHeader(crate::Part::Sections))?);
    Ok(())
}
