//! Where do a compact sound's header and chunks lie?

use super::{BLOCK_LOG2, Chunks, MAX_CHUNK_OCTAVES, MAX_STEP, SoundHeader};
use crate::{
    Error, Kind, Part, Profile, RATE_HZ, Sections, Signal,
    file::{container::Container, error::value_of, reader::Reader},
};

/// What this module writes.
#[cfg(feature = "write")]
const KIND: Kind = Kind::new(Signal::Sound, Profile::Compact);

const fn read(reader: &mut Reader<'_>) -> Result<SoundHeader, Error> {
    let rate_hz = value_of!(reader.u32(Part::Rate));
    let frames = value_of!(reader.u32(Part::Frames));
    let blocks = value_of!(reader.byte());
    let layout = value_of!(reader.byte());
    let lead = if layout & 16 == 0 { 0 } else { value_of!(reader.byte()) };
    let step = value_of!(reader.u16(Part::Step));
    let shaping = value_of!(reader.byte());
    // Only a sound with envelopes or noise has a tilt.
    let tilt = if shaping == 0 { 0 } else { value_of!(reader.byte()) };
    let offsets = value_of!(reader.byte());
    let more = value_of!(reader.byte());
    let packed = u16::from_le_bytes([offsets, more]);
    let (min_log2, max_log2) = (blocks & 15, blocks >> 4);
    let header = SoundHeader {
        rate_hz,
        frames,
        channels: 1 + (layout >> 3 & 1),
        min_log2,
        max_log2,
        chunk_log2: max_log2 + (layout & 7),
        lead,
        models: layout >> 5,
        step,
        gamma: shaping & 15,
        fill: shaping >> 4,
        tilt,
        offsets: [signed(packed), signed(packed >> 5), signed(packed >> 10)],
    };
    value_of!(validate(&header));
    if layout & 16 != 0 && lead == 0 {
        return Err(Error::BadHeader(Part::Blocks));
    }
    if packed >> 15 != 0 {
        return Err(Error::BadHeader(Part::Step));
    }
    Ok(header)
}

const fn validate(header: &SoundHeader) -> Result<(), Error> {
    if header.rate_hz < *RATE_HZ.start() || header.rate_hz > *RATE_HZ.end() {
        return Err(Error::BadHeader(Part::Rate));
    }
    if header.frames == 0 {
        return Err(Error::BadHeader(Part::Frames));
    }
    if !matches!(header.channels, 1..=2) {
        return Err(Error::BadHeader(Part::Channels));
    }
    if header.channels == 2 && !header.is_stereo() {
        return Err(Error::LeftOut(Part::Channels));
    }
    if header.models != 0 {
        return Err(Error::UnknownKind(Part::Models, header.models));
    }
    if header.min_log2 < *BLOCK_LOG2.start()
        || header.max_log2 > *BLOCK_LOG2.end()
        || header.min_log2 > header.max_log2
        || header.chunk_log2 < header.max_log2
        || header.chunk_log2 - header.max_log2 > MAX_CHUNK_OCTAVES
        || header.lead >> (header.chunk_log2 - header.max_log2) != 0
        || (header.lead as u64) << header.max_log2 >= header.frames as u64
    {
        return Err(Error::BadHeader(Part::Blocks));
    }
    if header.step > MAX_STEP
        || header.gamma > 15
        || header.fill > 15
        || header.tilt > if header.is_shaped() { 15 } else { 0 }
        || !matches!(header.offsets, [-16..16, -16..16, -16..16])
    {
        return Err(Error::BadHeader(Part::Step));
    }
    Ok(())
}

/// The low five bits as a number from -16 to 15.
const fn signed(packed: u16) -> i8 {
    let low = (packed & 31) as i8;
    if low < 16 { low } else { low - 32 }
}

/// A parsed compact sound: header, sections and chunk table have been checked;
/// a chunk's bytes need no check, for every sequence of bytes decodes.
///
/// Borrows the bytes it was parsed from.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Sound<'a> {
    bytes: &'a [u8],
    header: SoundHeader,
    sections: Sections<'a>,
    chunks: Chunks<'a>,
}

impl<'a> Sound<'a> {
    /// Parses and checks a whole file. Cost: one pass for the checksum, one
    /// over the chunk table. Allocates nothing. Can be computed in a constant,
    /// so that the compiler refuses a damaged file.
    ///
    /// # Errors
    /// Every variant of [`Error`] but those of weights and packing; a file of
    /// another kind is [`Error::OtherKind`]. A file cut within its last chunk
    /// is [`Error::BadCrc`]: that chunk's length is not stored.
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
            Kind { signal: Signal::Sound, profile: Profile::Compact } => {}
            other => return Err(Error::OtherKind(other)),
        }
        let mut reader = Reader::new(container.body);
        let header = value_of!(read(&mut reader));
        let chunks = value_of!(Chunks::read(reader, header.chunks()));
        value_of!(container.sections.check(0, false));
        value_of!(container.sections.check_loop(header.frames));
        value_of!(chunks.check_models());
        Ok(Self { bytes, header, sections: container.sections, chunks })
    }

    /// The header.
    #[must_use]
    pub const fn header(&self) -> &SoundHeader {
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

    /// The bytes of every chunk, in order. To find chunk n takes n steps of
    /// a few instructions.
    #[must_use]
    pub const fn chunks(&self) -> Chunks<'a> {
        self.chunks
    }

    /// Which models its chunks take: that for 8 kHz (feature `compact-narrowband`),
    /// that for 16 kHz and more (`compact-wideband`). Looks at every chunk.
    #[must_use]
    pub const fn models(&self) -> [bool; 2] {
        self.chunks.models()
    }
}

/// Writes a compact sound and checks that it parses.
///
/// # Errors
/// What [`Sound::parse`] says of the bytes.
#[cfg(feature = "write")]
pub fn write<C: AsRef<[u8]>>(
    header: &SoundHeader,
    sections: &[(crate::SectionId, &[u8])],
    chunks: &[C],
) -> Result<alloc::vec::Vec<u8>, Error> {
    use crate::file::container::{append, seal};
    validate(header)?;
    if u32::try_from(chunks.len()) != Ok(header.chunks()) {
        return Err(Error::BadHeader(Part::Chunks));
    }
    let layout = (header.chunk_log2 - header.max_log2)
        | (header.channels - 1) << 3
        | u8::from(header.lead != 0) << 4
        | header.models << 5;
    let [a, b, c] = header.offsets.map(|o| u16::from(o as u8 & 31));
    let offsets = (a | b << 5 | c << 10).to_le_bytes();
    let shaping = header.gamma | header.fill << 4;
    let blocks = header.min_log2 | header.max_log2 << 4;
    let mut head = alloc::vec::Vec::new();
    append(&mut head, &(header.rate_hz, header.frames, blocks, layout))?;
    if header.lead != 0 {
        head.push(header.lead);
    }
    append(&mut head, &(header.step, shaping))?;
    if header.is_shaped() {
        head.push(header.tilt);
    }
    head.extend(offsets);
    super::chunks::append_table(&mut head, chunks)?;
    let mut body = alloc::vec::Vec::from([&head[..]]);
    body.extend(chunks.iter().map(AsRef::as_ref));
    let bytes = seal(KIND, sections, &body)?;
    Sound::parse(&bytes)?;
    Ok(bytes)
}
