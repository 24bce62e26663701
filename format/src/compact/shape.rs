//! Where do a compact shape's header and data lie?

use super::ShapeHeader;
use crate::{
    Error, Kind, Part, Profile, Sections, Signal,
    file::{container::Container, error::value_of, reader::Reader},
};
use nex_coding::shape::{MAX_STEP, VOXELS};

/// What this module writes.
const KIND: Kind = Kind::new(Signal::Shape, Profile::Compact);
/// Cells that are cut, and coefficients: no index of a tree is larger.
const MOST: u32 = 1 << 24;

const fn read(reader: &mut Reader<'_>) -> Result<ShapeHeader, Error> {
    let voxels = value_of!(reader.u16(Part::Size));
    let origin = [value_of!(reader.f32()), value_of!(reader.f32()), value_of!(reader.f32())];
    let side = value_of!(reader.f32());
    let form = value_of!(reader.byte());
    // Kept free: chunks that are decoded each by itself, and other experts.
    if form != 0 {
        return Err(Error::UnknownKind(Part::Form, form));
    }
    let step = value_of!(reader.u16(Part::Step));
    let splits = value_of!(reader.u32(Part::Blocks));
    let weights = value_of!(reader.u32(Part::ExpertWeights));
    let header = ShapeHeader { voxels, origin, side, step, splits, weights };
    value_of!(validate(&header));
    Ok(header)
}

const fn validate(header: &ShapeHeader) -> Result<(), Error> {
    if header.voxels < *VOXELS.start() || header.voxels > *VOXELS.end() {
        return Err(Error::BadHeader(Part::Size));
    }
    let [x, y, z] = header.origin;
    let finite = x.is_finite() && y.is_finite() && z.is_finite() && header.side.is_finite();
    if !finite || header.side <= 0.0 {
        return Err(Error::BadHeader(Part::Cube));
    }
    if header.step > MAX_STEP {
        return Err(Error::BadHeader(Part::Step));
    }
    if header.splits > MOST {
        return Err(Error::LimitExceeded(Part::Blocks));
    }
    if header.weights > MOST {
        return Err(Error::LimitExceeded(Part::ExpertWeights));
    }
    Ok(())
}

/// A parsed compact shape: header and sections have been checked; the data need no check,
/// for every sequence of bytes decodes.
///
/// Borrows the bytes it was parsed from.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Shape<'a> {
    bytes: &'a [u8],
    header: ShapeHeader,
    sections: Sections<'a>,
    data: &'a [u8],
}

impl<'a> Shape<'a> {
    /// Parses and checks a whole file. Cost: one pass for the checksum. Allocates nothing.
    /// Can be computed in a constant, so that the compiler refuses a damaged file.
    ///
    /// # Errors
    /// Every variant of [`Error`] but those of packing; a file of another kind is
    /// [`Error::OtherKind`].
    ///
    /// # Panics
    /// Never.
    ///
    /// # Fuzzing
    /// Under `cfg(fuzzing)` the checksum is not compared.
    pub const fn parse(bytes: &'a [u8]) -> Result<Self, Error> {
        let container = value_of!(Container::open(bytes));
        container.judged(Self::parse_body(bytes, &container))
    }

    const fn parse_body(bytes: &'a [u8], container: &Container<'a>) -> Result<Self, Error> {
        match container.kind {
            KIND => {}
            other => return Err(Error::OtherKind(other)),
        }
        let mut reader = Reader::new(container.body);
        let header = value_of!(read(&mut reader));
        value_of!(container.sections.check(0, false));
        Ok(Self { bytes, header, sections: container.sections, data: reader.rest() })
    }

    /// The header.
    #[must_use]
    pub const fn header(&self) -> &ShapeHeader {
        &self.header
    }

    /// The whole file.
    #[must_use]
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The optional sections.
    #[must_use]
    pub const fn sections(&self) -> Sections<'a> {
        self.sections
    }

    /// The coded tree and its polynomials.
    #[must_use]
    pub const fn data(&self) -> &'a [u8] {
        self.data
    }
}

/// Writes a compact shape and checks that it parses.
///
/// # Errors
/// What [`Shape::parse`] says of the bytes.
#[cfg(feature = "write")]
pub fn write(
    header: &ShapeHeader,
    sections: &[(crate::SectionId, &[u8])],
    data: &[u8],
) -> Result<alloc::vec::Vec<u8>, Error> {
    use crate::file::container::{append, seal};
    validate(header)?;
    let mut head = alloc::vec::Vec::new();
    let ShapeHeader { voxels, origin, side, step, splits, weights } = *header;
    append(&mut head, &(voxels, origin, side, 0u8, step, splits, weights))?;
    let bytes = seal(KIND, sections, &[&head, data])?;
    Shape::parse(&bytes)?;
    Ok(bytes)
}
