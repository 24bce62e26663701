//! Which sections does a file have, and where?

use super::{error::value_of, reader::Reader};
use crate::{Error, MAX_SECTIONS, Part};

/// What a section holds. Ids of 128 and above are optional: a reader that
/// does not know one skips it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SectionId(pub u8);

impl SectionId {
    /// Neural: weights of the shared encoder.
    pub const ENCODER: Self = Self(1);
    /// Neural: weights of the manager: its encoder, then its head.
    pub const MANAGER: Self = Self(2);
    /// Neural: weights of the experts, one after the other.
    pub const EXPERTS: Self = Self(3);
    /// Neural: the decisions of a manager that was left out, as runs of frames.
    pub const RUNS: Self = Self(4);
    /// Entropy-coded twin of [`Self::ENCODER`].
    pub const PACKED_ENCODER: Self = Self(17);
    /// Entropy-coded twin of [`Self::MANAGER`].
    pub const PACKED_MANAGER: Self = Self(18);
    /// Entropy-coded twin of [`Self::EXPERTS`].
    pub const PACKED_EXPERTS: Self = Self(19);
    /// Optional, in a file of any kind: a comment in UTF-8, such as an
    /// attribution.
    pub const COMMENT: Self = Self(128);
    /// Optional, in a sound: which frames to play over and over, see [`Loop`].
    pub const LOOP: Self = Self(129);

    /// Whether a reader may skip it.
    #[must_use]
    pub const fn is_optional(self) -> bool {
        self.0 >= 128
    }

    /// A short name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ENCODER => "encoder",
            Self::MANAGER => "manager",
            Self::EXPERTS => "experts",
            Self::RUNS => "runs",
            Self::PACKED_ENCODER => "packed encoder",
            Self::PACKED_MANAGER => "packed manager",
            Self::PACKED_EXPERTS => "packed experts",
            Self::COMMENT => "comment",
            Self::LOOP => "loop",
            _ => "unknown",
        }
    }
}

/// Frames of a sound that are played over and over: after the one before `end`
/// comes `start`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Loop {
    /// The first frame of it.
    pub start: u32,
    /// The first frame after it; above `start`.
    pub end: u32,
}

impl Loop {
    /// All of a sound of so many frames.
    #[must_use]
    pub const fn whole(frames: u32) -> Self {
        Self { start: 0, end: frames }
    }

    /// Whether a sound of so many frames has all of these.
    #[must_use]
    pub const fn fits(self, frames: u32) -> bool {
        self.start < self.end && self.end <= frames
    }

    /// The data of its section.
    ///
    /// # Errors
    /// None are expected.
    #[cfg(feature = "write")]
    pub fn to_bytes(self) -> Result<alloc::vec::Vec<u8>, Error> {
        let mut bytes = alloc::vec::Vec::new();
        super::container::append(&mut bytes, &(self.start, self.end))?;
        Ok(bytes)
    }

    /// Reads the data of its section.
    const fn read(data: &[u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(data);
        match (reader.u32(Part::Loop), reader.u32(Part::Loop)) {
            (Ok(start), Ok(end)) if reader.rest().is_empty() => Ok(Self { start, end }),
            _ => Err(Error::BadHeader(Part::Loop)),
        }
    }
}

/// One section's place in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Section<'a> {
    /// What it holds.
    pub id: SectionId,
    /// Offset of its first byte from the start of the file.
    pub offset: usize,
    /// Its bytes.
    pub data: &'a [u8],
}

/// The sections of a file, in the order of their ids, unknown optional ones
/// included.
///
/// An iterator over those that are left; copying it is cheap.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Sections<'a> {
    /// Ids and lengths of those that are left.
    table: Reader<'a>,
    left: u8,
    /// Where the first of them begins in the file.
    offset: usize,
    data: &'a [u8],
}

impl<'a> Sections<'a> {
    /// Takes the table, which begins at `offset` in the file if there is one,
    /// off the front of what is between the kind and the checksum; returns
    /// the body too.
    pub(crate) const fn split(
        reader: Reader<'a>,
        offset: usize,
        is_there: bool,
    ) -> Result<(&'a [u8], Self), Error> {
        let part = Part::Sections;
        let mut reader = reader;
        if !is_there {
            let none = Self { table: Reader::new(&[]), left: 0, offset: 0, data: &[] };
            return Ok((reader.rest(), none));
        }
        let from = reader.rest().len();
        let count = value_of!(reader.byte());
        if count == 0 {
            return Err(Error::BadHeader(part));
        }
        if count as usize > MAX_SECTIONS {
            return Err(Error::LimitExceeded(part));
        }
        let table = reader;
        let (mut total, mut left, mut last) = (0usize, count, 0);
        while left > 0 {
            let id = value_of!(reader.byte());
            if id <= last && left < count {
                return Err(Error::BadHeader(part));
            }
            // A sum that no `usize` holds is above what is there, too.
            total = total.saturating_add(value_of!(reader.u32(part)) as usize);
            (left, last) = (left - 1, id);
        }
        let rest = reader.rest();
        let Some(body_len) = rest.len().checked_sub(total) else { return Err(Error::Truncated) };
        let Some((body, data)) = rest.split_at_checked(body_len) else {
            return Err(Error::Truncated);
        };
        let offset = offset + (from - rest.len()) + body_len;
        Ok((body, Self { table, left: count, offset, data }))
    }

    /// Takes the next one off the front: what [`Iterator::next`] does, in a
    /// constant too.
    pub(crate) const fn next_section(&mut self) -> Option<Section<'a>> {
        let Some(left) = self.left.checked_sub(1) else { return None };
        let (Ok(id), Ok(len)) = (self.table.byte(), self.table.u32(Part::Sections)) else {
            return None;
        };
        let Some((data, rest)) = self.data.split_at_checked(len as usize) else { return None };
        let section = Section { id: SectionId(id), offset: self.offset, data };
        (self.left, self.data) = (left, rest);
        self.offset += len as usize;
        Some(section)
    }

    /// The bytes of one of them.
    #[must_use]
    pub const fn get(&self, id: SectionId) -> Option<&'a [u8]> {
        let mut rest = *self;
        while let Some(section) = rest.next_section() {
            if section.id.0 == id.0 {
                return Some(section.data);
            }
        }
        None
    }

    /// The comment, if there is one.
    #[must_use]
    pub const fn comment(&self) -> Option<&'a str> {
        match self.get(SectionId::COMMENT) {
            Some(comment) => match core::str::from_utf8(comment) {
                Ok(comment) => Some(comment),
                Err(_) => None,
            },
            None => None,
        }
    }

    /// The frames to play over and over, if the file of a sound says so.
    #[must_use]
    pub const fn repeated(&self) -> Option<Loop> {
        match self.get(SectionId::LOOP) {
            Some(data) => match Loop::read(data) {
                Ok(points) => Some(points),
                Err(_) => None,
            },
            None => None,
        }
    }

    /// Refuses a loop that is malformed or not in a sound of so many frames.
    pub(crate) const fn check_loop(&self, frames: u32) -> Result<(), Error> {
        match self.get(SectionId::LOOP) {
            Some(data) => match Loop::read(data) {
                Ok(points) if points.fits(frames) => Ok(()),
                _ => Err(Error::BadHeader(Part::Loop)),
            },
            None => Ok(()),
        }
    }

    /// Refuses a comment that is no text. Comes after what can be cut: in a
    /// file cut short the sections lie elsewhere.
    pub(crate) const fn check_comment(&self) -> Result<(), Error> {
        match self.get(SectionId::COMMENT) {
            Some(comment) if core::str::from_utf8(comment).is_err() => {
                Err(Error::BadHeader(Part::Comment))
            }
            _ => Ok(()),
        }
    }

    /// Refuses sections that must be understood, but for ids up to `known`
    /// and, if `packed`, their packed twins; and a comment that is no text.
    pub(crate) const fn check(&self, known: u8, packed: bool) -> Result<(), Error> {
        let mut rest = *self;
        while let Some(Section { id, .. }) = rest.next_section() {
            let plain = id.0 >= 1 && id.0 <= known;
            let twin = packed && id.0 >= 17 && id.0 <= 19;
            if !id.is_optional() && !plain && !twin {
                return Err(Error::UnknownKind(Part::Sections, id.0));
            }
        }
        self.check_comment()
    }
}

impl<'a> Iterator for Sections<'a> {
    type Item = Section<'a>;

    fn next(&mut self) -> Option<Section<'a>> {
        self.next_section()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left.into(), Some(self.left.into()))
    }
}

impl ExactSizeIterator for Sections<'_> {}
