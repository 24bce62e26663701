//! Where do a compact sound's header and chunks lie?
//!
//! A compact sound is a mixture of linear experts over windowed cosines: its
//! gate and weights are entropy-coded, chunk by chunk. This module knows the
//! header and the chunk table; what a chunk's decisions mean is the decoder's
//! business (`SPEC.md`, "Compact sounds").

use crate::{
    Error, Part, RATE_HZ, VERSION,
    cursor::{Cursor, value_of},
    file::Envelope,
};
use core::ops::RangeInclusive;

/// log2 of a block's length in samples.
pub const BLOCK_LOG2: RangeInclusive<u8> = 5..=11;
/// A chunk is at most `1 << this` times as long as the longest block.
pub const MAX_CHUNK_OCTAVES: u8 = 7;
/// Largest step: 2^17 samples' units, in 1/32 octaves above 2^-8.
pub const MAX_STEP: u16 = 800;

/// The header of a compact sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct CompactHeader {
    /// Sample rate in Hz, 1 to 768,000.
    pub rate_hz: u32,
    /// Time steps, 1 or more.
    pub frames: u32,
    /// 1 or 2.
    pub channels: u8,
    /// log2 of the shortest block, 5 to 11.
    pub min_log2: u8,
    /// log2 of the longest block, `min_log2` to 11.
    pub max_log2: u8,
    /// log2 of a chunk's length in frames, `max_log2` to `max_log2 + 7`.
    pub chunk_log2: u8,
    /// The set of models that the decisions were coded with; 0 in version 1.
    pub models: u8,
    /// The quantiser's step in 1/32 octaves above 2^-8 of a sample's unit, 0
    /// to 800.
    pub step: u16,
    /// How much of the spectrum's shape the step follows, in sixteenths.
    pub gamma: u8,
    /// Level of the noise in place of zeros, in eighths of the shape.
    pub fill: u8,
    /// By how much the step rises from the lowest to the highest frequency, in
    /// half octaves, 0 to 15. 0 without a shape.
    pub tilt: u8,
    /// What is added to the magnitudes 1, 2 and above, in 1/64 of a step,
    /// -16 to 15.
    pub offsets: [i8; 3],
}

impl CompactHeader {
    /// Whether blocks carry the shape of their spectrum.
    #[must_use]
    pub const fn is_shaped(&self) -> bool {
        self.gamma != 0 || self.fill != 0
    }

    /// Frames of a chunk (the last one may have fewer).
    #[must_use]
    pub const fn chunk_frames(&self) -> u32 {
        1 << self.chunk_log2
    }

    /// Number of chunks, 1 or more.
    #[must_use]
    pub const fn chunks(&self) -> u32 {
        self.frames.div_ceil(self.chunk_frames())
    }

    const fn read(cursor: &mut Cursor<'_>) -> Result<(Self, bool), Error> {
        let rate_hz = value_of!(cursor.u32(Part::Rate));
        let frames = value_of!(cursor.u32(Part::Frames));
        let blocks = value_of!(cursor.byte());
        let layout = value_of!(cursor.byte());
        let step = value_of!(cursor.u16(Part::Step));
        let shaping = value_of!(cursor.byte());
        // Only a sound with shapes has a tilt.
        let tilt = if shaping == 0 { 0 } else { value_of!(cursor.byte()) };
        let offsets = value_of!(cursor.byte());
        let more = value_of!(cursor.byte());
        let packed = u16::from_le_bytes([offsets, more]);
        let (min_log2, max_log2) = (blocks & 15, blocks >> 4);
        let header = Self {
            rate_hz,
            frames,
            channels: 1 + (layout >> 3 & 1),
            min_log2,
            max_log2,
            chunk_log2: max_log2 + (layout & 7),
            models: layout >> 5,
            step,
            gamma: shaping & 15,
            fill: shaping >> 4,
            tilt,
            offsets: [signed(packed), signed(packed >> 5), signed(packed >> 10)],
        };
        value_of!(header.validate());
        if packed >> 15 != 0 {
            return Err(Error::BadHeader(Part::Step));
        }
        Ok((header, layout & 16 != 0))
    }

    pub(crate) const fn validate(&self) -> Result<(), Error> {
        if self.rate_hz < *RATE_HZ.start() || self.rate_hz > *RATE_HZ.end() {
            return Err(Error::BadHeader(Part::Rate));
        }
        if self.frames == 0 {
            return Err(Error::BadHeader(Part::Frames));
        }
        if !matches!(self.channels, 1..=2) {
            return Err(Error::BadHeader(Part::Channels));
        }
        if self.models != 0 {
            return Err(Error::UnknownKind(Part::Models, self.models));
        }
        if self.min_log2 < *BLOCK_LOG2.start()
            || self.max_log2 > *BLOCK_LOG2.end()
            || self.min_log2 > self.max_log2
            || self.chunk_log2 < self.max_log2
            || self.chunk_log2 - self.max_log2 > MAX_CHUNK_OCTAVES
        {
            return Err(Error::BadHeader(Part::Blocks));
        }
        if self.step > MAX_STEP
            || self.gamma > 15
            || self.fill > 15
            || self.tilt > if self.is_shaped() { 15 } else { 0 }
            || !matches!(self.offsets, [-16..16, -16..16, -16..16])
        {
            return Err(Error::BadHeader(Part::Step));
        }
        Ok(())
    }
}

/// The low five bits as a number from -16 to 15.
const fn signed(packed: u16) -> i8 {
    let low = (packed & 31) as i8;
    if low < 16 { low } else { low - 32 }
}

/// A parsed compact sound: header, comment and chunk table have been checked;
/// a chunk's bytes need no check, for every sequence of bytes decodes.
///
/// Borrows the bytes it was parsed from.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Compact<'a> {
    bytes: &'a [u8],
    header: CompactHeader,
    comment: Option<&'a str>,
    chunks: Chunks<'a>,
}

impl<'a> Compact<'a> {
    /// The signal kind's byte.
    pub const KIND: u8 = 3;

    /// Whether these bytes begin as a compact sound does.
    #[must_use]
    pub const fn is_compact(bytes: &[u8]) -> bool {
        matches!(bytes, [b'N', b'E', b'X', VERSION, Self::KIND, ..])
    }

    /// Parses and checks a whole file. Cost: one pass for the checksum, one
    /// over the chunk table. Allocates nothing. Can be computed in a constant,
    /// so that the compiler refuses a damaged file.
    ///
    /// # Errors
    /// As [`File::parse`](crate::File::parse), but a file cut within its last
    /// chunk is [`Error::BadCrc`]: that chunk's length is not stored. A file
    /// of another kind is [`Error::UnknownKind`].
    ///
    /// # Panics
    /// Never.
    ///
    /// # Fuzzing
    /// Under `cfg(fuzzing)` the checksum is not compared.
    pub const fn parse(bytes: &'a [u8]) -> Result<Self, Error> {
        let envelope = value_of!(Envelope::open(bytes));
        let parsed = Self::parse_body(bytes, envelope.body);
        let failed = match &parsed {
            Ok(_) => None,
            Err(e) => Some(*e),
        };
        value_of!(envelope.verdict(failed));
        parsed
    }

    const fn parse_body(bytes: &'a [u8], body: &'a [u8]) -> Result<Self, Error> {
        let mut cursor = Cursor::new(body);
        match value_of!(cursor.byte()) {
            Self::KIND => {}
            kind => return Err(Error::UnknownKind(Part::Signal, kind)),
        }
        let (header, has_comment) = value_of!(CompactHeader::read(&mut cursor));
        let comment = if has_comment { Some(value_of!(cursor.text(Part::Comment))) } else { None };
        let table = cursor.rest();
        let mut total = 0usize;
        let mut sized = header.chunks() - 1;
        while sized > 0 {
            let len = value_of!(cursor.u32(Part::Chunks)) as usize;
            let Some(sum) = total.checked_add(len) else { return Err(Error::Truncated) };
            total = sum;
            sized -= 1;
        }
        let data = cursor.rest();
        if total > data.len() {
            return Err(Error::Truncated);
        }
        let table = match table.split_at_checked(table.len() - data.len()) {
            Some((table, _)) => table,
            None => &[],
        };
        Ok(Self { bytes, header, comment, chunks: Chunks { table, data, left: header.chunks() } })
    }

    /// The header.
    #[must_use]
    pub const fn header(&self) -> &CompactHeader {
        &self.header
    }

    /// The whole file.
    #[must_use]
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// The comment, if there is one.
    #[must_use]
    pub const fn comment(&self) -> Option<&'a str> {
        self.comment
    }

    /// The bytes of every chunk, in order. To find chunk n takes n steps of
    /// a few instructions.
    #[must_use]
    pub const fn chunks(&self) -> Chunks<'a> {
        self.chunks
    }
}

/// The bytes of the chunks from one of them on.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Chunks<'a> {
    /// Lengths of all chunks that are left but the last.
    table: &'a [u8],
    data: &'a [u8],
    left: u32,
}

impl<'a> Iterator for Chunks<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        self.left = self.left.checked_sub(1)?;
        let len = if self.left == 0 {
            self.data.len()
        } else {
            let mut cursor = Cursor::new(self.table);
            let len = cursor.u32(Part::Chunks).map_or(0, |len| len as usize);
            self.table = cursor.rest();
            len
        };
        let (chunk, rest) = self.data.split_at_checked(len).unwrap_or_default();
        self.data = rest;
        Some(chunk)
    }
}

/// Writes a compact sound and checks that it parses.
///
/// # Errors
/// What [`Compact::parse`] says of the bytes.
#[cfg(feature = "write")]
pub fn write<C: AsRef<[u8]>>(
    header: &CompactHeader,
    comment: Option<&str>,
    chunks: &[C],
) -> Result<alloc::vec::Vec<u8>, Error> {
    use crate::{file::checksum, write::append};
    header.validate()?;
    if u32::try_from(chunks.len()) != Ok(header.chunks()) {
        return Err(Error::BadHeader(Part::Chunks));
    }
    let mut bytes = alloc::vec::Vec::from(crate::MAGIC);
    bytes.extend([crate::VERSION, Compact::KIND]);
    let layout = (header.chunk_log2 - header.max_log2)
        | (header.channels - 1) << 3
        | u8::from(comment.is_some()) << 4
        | header.models << 5;
    let [a, b, c] = header.offsets.map(|o| u16::from(o as u8 & 31));
    let [offsets, more] = (a | b << 5 | c << 10).to_le_bytes();
    let shaping = header.gamma | header.fill << 4;
    let blocks = header.min_log2 | header.max_log2 << 4;
    append(&mut bytes, &(header.rate_hz, header.frames, blocks, layout))?;
    append(&mut bytes, &(header.step, shaping))?;
    if header.is_shaped() {
        bytes.push(header.tilt);
    }
    bytes.extend([offsets, more]);
    if let Some(comment) = comment {
        append(&mut bytes, &comment)?;
    }
    let (_, sized) = chunks.split_last().ok_or(Error::BadHeader(Part::Chunks))?;
    for chunk in sized {
        let len = u32::try_from(chunk.as_ref().len());
        append(&mut bytes, &len.map_err(|_| Error::LimitExceeded(Part::Chunks))?)?;
    }
    for chunk in chunks {
        bytes.extend_from_slice(chunk.as_ref());
    }
    let crc = checksum(&bytes);
    bytes.extend_from_slice(&crc.to_le_bytes());
    Compact::parse(&bytes)?;
    Ok(bytes)
}
