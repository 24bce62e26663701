//! Where do a compact picture's header and tiles lie?

use super::{Chunks, Colour, PictureHeader};
use crate::{
    Error, Kind, Part, Profile, Sections, Signal,
    file::{container::Container, error::value_of, reader::Reader},
};
use nex_coding::picture::{
    Drawn, MAX_CHROMA, MAX_STEP, MAX_TILE,
    drawn::{MAX_MEMORY, MIN_MEMORY},
};

/// What this module writes.
const KIND: Kind = Kind::new(Signal::Picture, Profile::Compact);

/// Bits of the form above those of channels. One is kept free: of chroma with half as
/// many columns and rows.
const ORTHOGONAL: u8 = 1 << 2;
const FILTERED: u8 = 1 << 3;
const FIELDED: u8 = 1 << 4;
const MIXED: u8 = 1 << 6;
const DRAWN: u8 = 1 << 7;
/// Those of pictures without drawn blocks.
const LEAVES: u8 = 3 | ORTHOGONAL | FILTERED | FIELDED;
/// Whether drawn blocks are read: the feature `compact-drawn`.
pub const HAS_DRAWN: bool = cfg!(feature = "compact-drawn");
/// Of the byte that says what drawn blocks are like, beside the memory.
const DISPLAY: u8 = 1 << 4;

/// Bits of a form that have no meaning.
const fn unknown(form: u8) -> u8 {
    let known = match form & (DRAWN | MIXED) {
        DRAWN if HAS_DRAWN => 3 | DRAWN,
        BOTH if HAS_DRAWN => LEAVES | BOTH,
        _ => LEAVES,
    };
    form & !known
}

/// Blocks of both kinds.
const BOTH: u8 = DRAWN | MIXED;

const fn read(reader: &mut Reader<'_>) -> Result<PictureHeader, Error> {
    let width = value_of!(reader.u16(Part::Size));
    let height = value_of!(reader.u16(Part::Size));
    let form = value_of!(reader.byte());
    // Whoever does not know all of it does not know what follows.
    if unknown(form) != 0 {
        return Err(Error::UnknownKind(Part::Form, unknown(form)));
    }
    let tiles = value_of!(reader.byte());
    let channels = 1 + (form & 3);
    let mixed = form & MIXED != 0;
    let (mut drawn, mut step, mut chroma, mut spare) = (None, 0, 0, 0);
    if HAS_DRAWN && form & DRAWN != 0 {
        let byte = value_of!(reader.byte());
        let (memory, display) = (MIN_MEMORY + (byte & 15), byte & DISPLAY != 0);
        drawn = Some(Drawn { memory, display, mixed });
        spare = byte >> 5;
    }
    if !HAS_DRAWN || form & DRAWN == 0 || mixed {
        step = value_of!(reader.u16(Part::Step));
        // Only colours have chroma.
        chroma = if channels < 3 { 0 } else { value_of!(reader.byte()) };
    }
    let header = PictureHeader {
        width,
        height,
        channels,
        colour: if form & ORTHOGONAL == 0 { Colour::YCoCg } else { Colour::Orthogonal },
        tile: [tiles & 15, tiles >> 4],
        step: step & 511,
        chroma: [signed(chroma), signed(chroma >> 4)],
        falloff: (step >> 9) as u8 & 7,
        filtered: form & FILTERED != 0,
        fielded: form & FIELDED != 0,
        drawn,
    };
    value_of!(validate(&header));
    if step >> 12 != 0 {
        return Err(Error::BadHeader(Part::Step));
    }
    if spare != 0 {
        return Err(Error::BadHeader(Part::Form));
    }
    Ok(header)
}

const fn validate(header: &PictureHeader) -> Result<(), Error> {
    if header.width == 0 || header.height == 0 {
        return Err(Error::BadHeader(Part::Size));
    }
    if !matches!(header.channels, 1..=4) {
        return Err(Error::BadHeader(Part::Channels));
    }
    let colours = header.channels >= 3;
    if header.step > MAX_STEP || header.falloff > 7 {
        return Err(Error::BadHeader(Part::Step));
    }
    let [co, cg] = header.chroma;
    if co < -MAX_CHROMA || co >= MAX_CHROMA || cg < -MAX_CHROMA || cg >= MAX_CHROMA {
        return Err(Error::BadHeader(Part::Step));
    }
    if !colours && (co != 0 || cg != 0 || matches!(header.colour, Colour::Orthogonal)) {
        return Err(Error::BadHeader(Part::Channels));
    }
    if header.tile[0] > MAX_TILE || header.tile[1] > MAX_TILE {
        return Err(Error::BadHeader(Part::Blocks));
    }
    if let Some(Drawn { memory, display, .. }) = header.drawn {
        if memory < MIN_MEMORY || memory > MAX_MEMORY {
            return Err(Error::BadHeader(Part::Form));
        }
        if display && !colours {
            return Err(Error::BadHeader(Part::Channels));
        }
    }
    Ok(())
}

/// The low four bits as a number from -8 to 7.
const fn signed(packed: u8) -> i8 {
    let low = (packed & 15) as i8;
    if low < 8 { low } else { low - 16 }
}

/// A parsed compact picture: header, sections and the table of tiles have been
/// checked; a tile's bytes need no check, for every sequence of bytes decodes.
///
/// Borrows the bytes it was parsed from.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Picture<'a> {
    bytes: &'a [u8],
    header: PictureHeader,
    sections: Sections<'a>,
    tiles: Chunks<'a>,
}

impl<'a> Picture<'a> {
    /// Parses and checks a whole file. Cost: one pass for the checksum, one
    /// over the table of tiles. Allocates nothing. Can be computed in a constant,
    /// so that the compiler refuses a damaged file.
    ///
    /// # Errors
    /// Every variant of [`Error`] but those of weights and packing; a file of
    /// another kind is [`Error::OtherKind`].
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
        let tiles = value_of!(Chunks::read(reader, header.tiles()));
        value_of!(container.sections.check(0, false));
        Ok(Self { bytes, header, sections: container.sections, tiles })
    }

    /// The header.
    #[must_use]
    pub const fn header(&self) -> &PictureHeader {
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

    /// The bytes of every tile, row by row.
    #[must_use]
    pub const fn tiles(&self) -> Chunks<'a> {
        self.tiles
    }
}

/// Writes a compact picture and checks that it parses.
///
/// # Errors
/// What [`Picture::parse`] says of the bytes.
#[cfg(feature = "write")]
pub fn write<C: AsRef<[u8]>>(
    header: &PictureHeader,
    sections: &[(crate::SectionId, &[u8])],
    tiles: &[C],
) -> Result<alloc::vec::Vec<u8>, Error> {
    use crate::file::container::{append, seal};
    validate(header)?;
    if u32::try_from(tiles.len()) != Ok(header.tiles()) {
        return Err(Error::BadHeader(Part::Chunks));
    }
    let bit = |is: bool, bit: u8| if is { bit } else { 0 };
    let form = (header.channels - 1)
        | bit(header.colour == Colour::Orthogonal, ORTHOGONAL)
        | bit(header.filtered, FILTERED)
        | bit(header.fielded, FIELDED)
        | bit(header.drawn.is_some(), DRAWN)
        | bit(header.drawn.is_some_and(|drawn| drawn.mixed), MIXED);
    let [columns, rows] = header.tile;
    let mut head = alloc::vec::Vec::new();
    append(&mut head, &(header.width, header.height, form, columns | rows << 4))?;
    if let Some(Drawn { memory, display, .. }) = header.drawn {
        head.push((memory - MIN_MEMORY) | bit(display, DISPLAY));
    }
    if header.has_leaves() {
        append(&mut head, &(header.step | u16::from(header.falloff) << 9))?;
        if header.channels >= 3 {
            let [co, cg] = header.chroma.map(|c| c as u8 & 15);
            head.push(co | cg << 4);
        }
    }
    super::chunks::append_table(&mut head, tiles)?;
    let mut body = alloc::vec::Vec::from([&head[..]]);
    body.extend(tiles.iter().map(AsRef::as_ref));
    let bytes = seal(KIND, sections, &body)?;
    Picture::parse(&bytes)?;
    Ok(bytes)
}
