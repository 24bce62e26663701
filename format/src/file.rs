//! Is this a whole, undamaged file, and where are its sections?

use crate::{
    Error, MAX_SECTIONS, Mixture, Part, Signal, VERSION,
    header::Reader,
    model::{Plan, Weights},
};
use heapless::Vec;

/// By a table of 1 KB on a host; bit by bit where that is much of the memory, or
/// of a download.
#[cfg(not(any(target_os = "none", target_family = "wasm")))]
const CRC: crc::Crc<u32> = crc::Crc::<u32>::new(&crc::CRC_32_ISO_HDLC);
#[cfg(any(target_os = "none", target_family = "wasm"))]
const CRC: crc::Crc<u32, crc::NoTable> = crc::Crc::<u32, crc::NoTable>::new(&crc::CRC_32_ISO_HDLC);
pub(crate) const CRC_BYTES: usize = 4;

/// CRC-32/ISO-HDLC, the checksum of zlib and PNG.
pub(crate) const fn checksum(bytes: &[u8]) -> u32 {
    CRC.checksum(bytes)
}

/// A file without its magic, version and checksum.
pub(crate) struct Envelope<'a> {
    pub body: &'a [u8],
    intact: bool,
}

impl<'a> Envelope<'a> {
    /// Takes the magic, the version and the checksum off.
    pub const fn open(bytes: &'a [u8]) -> Result<Self, Error> {
        match bytes {
            [] | [b'N'] | [b'N', b'E'] | [b'N', b'E', b'X'] => return Err(Error::Truncated),
            [b'N', b'E', b'X', VERSION, ..] => {}
            [b'N', b'E', b'X', version, ..] => return Err(Error::UnsupportedVersion(*version)),
            _ => return Err(Error::BadMagic),
        }
        let Some((checked, stored)) = bytes.split_last_chunk::<CRC_BYTES>() else {
            return Err(Error::Truncated);
        };
        let [_, _, _, _, body @ ..] = checked else { return Err(Error::Truncated) };
        let intact = u32::from_le_bytes(*stored) == checksum(checked) || cfg!(fuzzing);
        Ok(Self { body, intact })
    }

    /// What parsing the body says of the file, if it failed with `failed`. Of
    /// a damaged one only the lengths count, to tell a cut file from a changed
    /// one.
    pub const fn verdict(&self, failed: Option<Error>) -> Result<(), Error> {
        match failed {
            Some(e @ (Error::Truncated | Error::TrailingBytes)) => Err(e),
            _ if !self.intact => Err(Error::BadCrc),
            Some(e) => Err(e),
            None => Ok(()),
        }
    }
}

/// What a section holds. Ids of 128 and above are optional: a reader that
/// does not know one skips it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SectionId(pub u8);

impl SectionId {
    /// Weights of the shared encoder.
    pub const ENCODER: Self = Self(1);
    /// Weights of the manager: its encoder, then its head.
    pub const MANAGER: Self = Self(2);
    /// Weights of the experts, one after the other.
    pub const EXPERTS: Self = Self(3);
    /// The decisions of a manager that was left out, as runs of frames.
    pub const RUNS: Self = Self(4);
    /// Entropy-coded twin of [`Self::ENCODER`].
    pub const PACKED_ENCODER: Self = Self(17);
    /// Entropy-coded twin of [`Self::MANAGER`].
    pub const PACKED_MANAGER: Self = Self(18);
    /// Entropy-coded twin of [`Self::EXPERTS`].
    pub const PACKED_EXPERTS: Self = Self(19);
    /// Optional: a comment in UTF-8, such as an attribution.
    pub const COMMENT: Self = Self(128);

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
            _ => "unknown",
        }
    }

    /// The plain section that it packs.
    pub(crate) const fn plain_twin(self) -> Option<Self> {
        match self {
            Self::PACKED_ENCODER => Some(Self::ENCODER),
            Self::PACKED_MANAGER => Some(Self::MANAGER),
            Self::PACKED_EXPERTS => Some(Self::EXPERTS),
            _ => None,
        }
    }

    /// The section that packs it.
    #[cfg(feature = "write")]
    pub(crate) const fn packed_twin(self) -> Option<Self> {
        match self {
            Self::ENCODER => Some(Self::PACKED_ENCODER),
            Self::MANAGER => Some(Self::PACKED_MANAGER),
            Self::EXPERTS => Some(Self::PACKED_EXPERTS),
            _ => None,
        }
    }
}

/// One section's place in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Section {
    /// What it holds.
    pub id: SectionId,
    /// Offset of its first byte from the start of the file.
    pub offset: usize,
    /// Its length.
    pub bytes: usize,
}

/// A parsed file: everything in it has been checked.
///
/// Borrows the bytes it was parsed from; about 1 KB of its own.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct File<'a> {
    bytes: &'a [u8],
    signal: Signal,
    mixture: Mixture<'a>,
    sections: Vec<Section, MAX_SECTIONS>,
}

impl<'a> File<'a> {
    /// Parses and checks a whole file.
    ///
    /// Cost: one pass for the checksum, one over all float weights, all rows
    /// without a sine and all runs of baked routing. Allocates nothing.
    ///
    /// # Errors
    /// Every variant of [`Error`]. A file cut short is [`Error::Truncated`],
    /// one too long [`Error::TrailingBytes`], any other damage after the
    /// version byte [`Error::BadCrc`].
    ///
    /// # Panics
    /// Never.
    ///
    /// # Fuzzing
    /// Under `cfg(fuzzing)` the checksum is not compared, so that a fuzzer
    /// reaches the code behind it.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Error> {
        let envelope = Envelope::open(bytes)?;
        let parsed = Self::parse_body(bytes, envelope.body);
        envelope.verdict(parsed.as_ref().err().copied())?;
        parsed
    }

    // Its kilobytes of stack are to be free again while the sound plays.
    #[inline(never)]
    fn parse_body(bytes: &'a [u8], body: &'a [u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(body);
        let signal = reader.signal()?;
        let plan = Plan::read(&mut reader, &signal)?;
        let sections = read_sections(&mut reader, bytes.len().saturating_sub(CRC_BYTES))?;
        if sections.iter().any(|s| s.id.plain_twin().is_some()) {
            return Err(Error::Packed);
        }
        let find = |id| {
            let section = sections.iter().find(|s| s.id == id);
            section.and_then(|s| bytes.get(s.offset..s.offset.saturating_add(s.bytes)))
        };
        let runs = find(SectionId::RUNS);
        if find(SectionId::MANAGER).is_some() != plan.has_manager()
            || runs.is_some() != plan.is_baked()
        {
            return Err(Error::BadHeader(Part::Sections));
        }
        if let Some(comment) = find(SectionId::COMMENT) {
            core::str::from_utf8(comment).map_err(|_| Error::BadHeader(Part::Comment))?;
        }
        let missing = Error::BadHeader(Part::Sections);
        let mixture = plan.with_weights(&Weights {
            encoder: find(SectionId::ENCODER).ok_or(missing)?,
            manager: find(SectionId::MANAGER).unwrap_or(&[]),
            runs: (runs.unwrap_or(&[]), signal.points()),
            experts: find(SectionId::EXPERTS).ok_or(missing)?,
        })?;
        Ok(Self { bytes, signal, mixture, sections })
    }

    /// What the file stores.
    #[must_use]
    pub const fn signal(&self) -> Signal {
        self.signal
    }

    /// The network.
    #[must_use]
    pub const fn mixture(&self) -> &Mixture<'a> {
        &self.mixture
    }

    /// The whole file.
    #[must_use]
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// Where every section lies, unknown optional ones included.
    #[must_use]
    pub fn sections(&self) -> &[Section] {
        &self.sections
    }

    /// The comment, if there is one.
    #[must_use]
    pub fn comment(&self) -> Option<&'a str> {
        let section = self.sections.iter().find(|s| s.id == SectionId::COMMENT)?;
        let bytes = self.bytes.get(section.offset..section.offset.checked_add(section.bytes)?)?;
        core::str::from_utf8(bytes).ok()
    }
}

/// Reads the section table; the sections fill the body to its end.
pub(crate) fn read_sections(
    reader: &mut Reader<'_>,
    body_len: usize,
) -> Result<Vec<Section, MAX_SECTIONS>, Error> {
    let part = Part::Sections;
    let count = reader.byte(part)?;
    let mut sections = Vec::<Section, MAX_SECTIONS>::new();
    let mut total = 0usize;
    for _ in 0..count {
        let id = SectionId(reader.byte(part)?);
        let bytes = reader.owned::<u32>(part)? as usize;
        if sections.last().is_some_and(|last| last.id >= id) {
            return Err(Error::BadHeader(part));
        }
        let plain = (SectionId::ENCODER..=SectionId::RUNS).contains(&id);
        if !id.is_optional() && !plain && id.plain_twin().is_none() {
            return Err(Error::UnknownKind(part, id.0));
        }
        // Offsets are relative to the first section until the table is read.
        sections
            .push(Section { id, offset: total, bytes })
            .map_err(|_| Error::LimitExceeded(part))?;
        total = total.checked_add(bytes).ok_or(Error::LimitExceeded(part))?;
    }
    let available = reader.rest().len();
    if total > available {
        return Err(Error::Truncated);
    }
    if total < available {
        return Err(Error::TrailingBytes);
    }
    let first = body_len.saturating_sub(available);
    for section in &mut sections {
        section.offset = section.offset.saturating_add(first);
    }
    Ok(sections)
}
