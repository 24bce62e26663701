//! How is a file made smaller for storage, and plain again for decoding?
//!
//! A packed file has entropy-coded twins in place of some weight sections
//! (`SPEC.md`, "Packed files"). It is for storage and download: a decoder
//! needs the plain file, which [`unpack`] writes into the caller's memory.

mod model;
mod syntax;
#[cfg(feature = "write")]
mod write;

#[cfg(feature = "write")]
pub use write::pack;

use super::{File, mixture::Plan, plain_twin, read_header};
use crate::{
    Error, MAGIC, MAX_SECTIONS, Part, Section, SectionId,
    file::{
        checksum::checksum,
        container::{CRC_BYTES, Container},
    },
};
use heapless::Vec;
use nex_coding::range::Decoder;
use syntax::Models;

/// Plain bytes per packed byte at most: keeps what a small file can ask for
/// in proportion to its length.
const MAX_RATIO: usize = 256;
/// Bytes of a `u32` varint at most.
const VARINT_BYTES: usize = 5;
/// Magic, version and kind.
const HEAD_BYTES: usize = MAGIC.len() + 2;

/// Bytes that [`unpack`] writes: the plain file's length; of a plain file its
/// own.
///
/// At most 256 times `bytes.len()`. Cost: that of [`File::parse`] at most.
///
/// # Errors
/// What [`File::parse`] says of the bytes, [`Error::Packed`] excepted;
/// [`Error::BadHeader`] and [`Error::LimitExceeded`] of [`Part::Sections`].
///
/// # Panics
/// Never.
pub fn unpacked_len(bytes: &[u8]) -> Result<usize, Error> {
    if is_plain(bytes)? { Ok(bytes.len()) } else { Outline::read(bytes)?.plain_len() }
}

/// Writes the plain file into the start of `out` and returns its length; a
/// plain file is copied.
///
/// The file written has been parsed, so that [`File::parse`] accepts it.
/// After an error `out` holds anything. Cost: 9 to 31 coded decisions per
/// weight and the parsing; about 6 KB of stack. Allocates nothing.
///
/// # Errors
/// As [`unpacked_len`], and [`Error::BufferTooSmall`] if `out` is shorter
/// than that; [`Error::BadWeights`] and [`Error::BadHeader`] of
/// [`Part::Sections`] if the packed sections hold no weights of a file.
///
/// # Panics
/// Never.
///
/// # Examples
/// ```
/// let mut out = [0; 64];
/// assert_eq!(nex_format::neural::unpack(b"NEX", &mut out), Err(nex_format::Error::Truncated));
/// ```
pub fn unpack(bytes: &[u8], out: &mut [u8]) -> Result<usize, Error> {
    let plain = is_plain(bytes)?;
    let outline = if plain { None } else { Some(Outline::read(bytes)?) };
    let needed = outline.as_ref().map_or(Ok(bytes.len()), Outline::plain_len)?;
    let out = out.get_mut(..needed).ok_or(Error::BufferTooSmall { needed })?;
    let Some(outline) = outline else {
        out.copy_from_slice(bytes);
        return Ok(needed);
    };
    outline.write(out)?;
    File::parse(out)?;
    Ok(needed)
}

/// Whether it is plain or packed; an error if it is no file.
fn is_plain(bytes: &[u8]) -> Result<bool, Error> {
    match File::parse(bytes) {
        Ok(_) => Ok(true),
        Err(Error::Packed) => Ok(false),
        Err(e) => Err(e),
    }
}

/// A section of the plain file and where its bytes come from.
struct Source<'a> {
    /// Of the plain file.
    id: SectionId,
    /// Of the plain file.
    bytes: usize,
    /// In the packed file.
    stored: Section<'a>,
}

/// What a packed file says before its weights.
struct Outline<'a> {
    plan: Plan,
    /// Magic, version and kind.
    head: &'a [u8],
    /// The header.
    body: &'a [u8],
    /// Ordered as in the plain file.
    sources: Vec<Source<'a>, MAX_SECTIONS>,
}

impl<'a> Outline<'a> {
    /// Reads a file whose checksum and lengths are known to fit.
    fn read(bytes: &'a [u8]) -> Result<Self, Error> {
        let container = Container::open(bytes)?;
        let (_, plan) = read_header(&container)?;
        let mut sources = Vec::new();
        for stored in container.sections {
            let bytes = stored.data.len();
            let mut source = Source { id: stored.id, bytes, stored };
            if let Some(id) = plain_twin(stored.id) {
                let plain = plan.section_bytes(id).ok_or(Error::LimitExceeded(Part::Sections))?;
                if plain == 0 || plain / MAX_RATIO > bytes {
                    return Err(Error::BadHeader(Part::Sections));
                }
                source = Source { id, bytes: plain, stored };
            }
            sources.push(source).map_err(|_| Error::LimitExceeded(Part::Sections))?;
        }
        sources.sort_unstable_by_key(|s| s.id);
        // Both a section and its twin.
        if !sources.is_sorted_by(|a, b| a.id < b.id) {
            return Err(Error::BadHeader(Part::Sections));
        }
        let head = bytes.get(..HEAD_BYTES).unwrap_or(&[]);
        Ok(Self { plan, head, body: container.body, sources })
    }

    fn plain_len(&self) -> Result<usize, Error> {
        let limit = Error::LimitExceeded(Part::Sections);
        let mut len = HEAD_BYTES + 1 + self.body.len() + CRC_BYTES;
        for source in &self.sources {
            let (_, varint) = varint(u32::try_from(source.bytes).map_err(|_| limit)?);
            len = len.checked_add(1 + varint).ok_or(limit)?;
            len = len.checked_add(source.bytes).ok_or(limit)?;
        }
        Ok(len)
    }

    /// `out` has the plain file's length.
    fn write(&self, out: &mut [u8]) -> Result<(), Error> {
        let error = Error::BadHeader(Part::Sections);
        let checked_len = out.len().saturating_sub(CRC_BYTES);
        let (checked, crc) = out.split_at_mut_checked(checked_len).ok_or(error)?;
        let mut rest = &mut *checked;
        put(&mut rest, self.head)?;
        put(&mut rest, &[self.sources.len() as u8])?;
        for source in &self.sources {
            let (digits, len) = varint(source.bytes as u32);
            put(&mut rest, &[source.id.0])?;
            put(&mut rest, digits.get(..len).ok_or(error)?)?;
        }
        put(&mut rest, self.body)?;
        let mut models = Models::NEW;
        for Source { id, bytes: len, stored } in &self.sources {
            if stored.id == *id {
                put(&mut rest, stored.data)?;
            } else {
                let section = rest.split_off_mut(..*len).ok_or(error)?;
                self.decode(&mut models, *id, stored.data, section)?;
            }
        }
        crc.copy_from_slice(&checksum(checked).to_le_bytes());
        Ok(())
    }

    fn decode(
        &self,
        models: &mut Models,
        id: SectionId,
        data: &[u8],
        mut section: &mut [u8],
    ) -> Result<(), Error> {
        let error = Error::BadHeader(Part::Sections);
        let mut decoder = Decoder::new(data);
        for shape in self.plan.tensors(id) {
            let bytes = section.split_off_mut(..shape.total_bytes()).ok_or(error)?;
            models.tensor(&mut decoder, shape, bytes);
        }
        // Bytes that no weight needed.
        if decoder.bytes_read() < data.len() { Err(error) } else { Ok(()) }
    }
}

/// Copies to the front of `rest` and leaves what follows.
fn put(rest: &mut &mut [u8], bytes: &[u8]) -> Result<(), Error> {
    let to = rest.split_off_mut(..bytes.len()).ok_or(Error::BadHeader(Part::Sections))?;
    to.copy_from_slice(bytes);
    Ok(())
}

/// The digits of a varint and how many there are.
const fn varint(value: u32) -> ([u8; VARINT_BYTES], usize) {
    let mut digits = [0; VARINT_BYTES];
    let mut rest = value;
    let mut len = 0;
    let mut slots: &mut [u8] = &mut digits;
    while let [slot, after @ ..] = slots {
        slots = after;
        len += 1;
        let low = (rest & 0x7f) as u8;
        rest >>= 7;
        *slot = if rest == 0 { low } else { low | 0x80 };
        if rest == 0 {
            break;
        }
    }
    (digits, len)
}
