//! Files of the neural profile: which network is stored, and is it sound?

#[cfg(feature = "write")]
mod bake;
#[cfg_attr(not(feature = "networks"), allow(dead_code))] // no file is read that has one
mod grid;
mod half;
mod header;
mod mixture;
mod pack;
mod runs;
mod tensor;
#[cfg(feature = "write")]
pub mod write;

#[cfg(feature = "write")]
pub use bake::bake;
pub use grid::{Grid, Level};
pub use header::{
    Activation, Arithmetic, Header, PictureHeader, ShapeHeader, SoundHeader, WeightType,
};
pub use mixture::{Experts, Manager, Mixture, Mlp, Tensors};
#[cfg(feature = "write")]
pub use pack::pack;
pub use pack::{unpack, unpacked_len};
pub use runs::{MAX_CHUNK_RUNS, Run, RunCursor, Runs};
pub use tensor::Tensor;

use crate::{
    Error, Part, SectionId, Sections,
    file::{container::Container, error::value_of, reader::Reader},
};
use mixture::{Plan, Weights};

/// Whether files with further networks are read.
const NETWORKS: bool = cfg!(feature = "networks");

/// Ids of plain sections: 1 up to this.
const LAST_SECTION: u8 = SectionId::RUNS.0;

/// A weight section, and its entropy-coded twin.
const TWINS: [(SectionId, SectionId); 3] = [
    (SectionId::ENCODER, SectionId::PACKED_ENCODER),
    (SectionId::MANAGER, SectionId::PACKED_MANAGER),
    (SectionId::EXPERTS, SectionId::PACKED_EXPERTS),
];

/// The plain section that a packed one stands for.
fn plain_twin(id: SectionId) -> Option<SectionId> {
    TWINS.iter().find(|(_, packed)| *packed == id).map(|(plain, _)| *plain)
}

/// A parsed file: everything in it has been checked.
///
/// Borrows the bytes it was parsed from; about 1 KB of its own.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct File<'a> {
    bytes: &'a [u8],
    header: Header,
    mixture: Mixture<'a>,
    sections: Sections<'a>,
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
        match Container::open(bytes) {
            Ok(container) => Self::parse_checked(bytes, &container),
            Err(e) => Err(e),
        }
    }

    // Its kilobytes of stack are to be free again while the sound plays; what it
    // returns is large, and never moved.
    #[inline(never)]
    fn parse_checked(bytes: &'a [u8], container: &Container<'a>) -> Result<Self, Error> {
        let mut parsed = Self::parse_body(bytes, container);
        if let Err(e) = container.verdict(parsed.as_ref().map(|_| ()).map_err(|e| *e)) {
            parsed = Err(e);
        }
        parsed
    }

    fn parse_body(bytes: &'a [u8], container: &Container<'a>) -> Result<Self, Error> {
        let (header, plan) = read_header(container)?;
        let sections = container.sections;
        if sections.into_iter().any(|s| plain_twin(s.id).is_some()) {
            return Err(Error::Packed);
        }
        let runs = sections.get(SectionId::RUNS);
        if sections.get(SectionId::MANAGER).is_some() != plan.has_manager()
            || runs.is_some() != plan.is_baked()
        {
            return Err(Error::BadHeader(Part::Sections));
        }
        let missing = Error::BadHeader(Part::Sections);
        let mixture = plan.with_weights(&Weights {
            encoder: sections.get(SectionId::ENCODER).ok_or(missing)?,
            manager: sections.get(SectionId::MANAGER).unwrap_or(&[]),
            runs: (runs.unwrap_or(&[]), header.points()),
            experts: sections.get(SectionId::EXPERTS).ok_or(missing)?,
        })?;
        Ok(Self { bytes, header, mixture, sections })
    }

    /// What the file stores.
    #[must_use]
    pub const fn header(&self) -> Header {
        self.header
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
    pub const fn sections(&self) -> Sections<'a> {
        self.sections
    }

    /// The comment, if there is one.
    #[must_use]
    pub const fn comment(&self) -> Option<&'a str> {
        self.sections.comment()
    }
}

/// What a constant can tell of a network, plain or packed: that its sections are
/// known, and those there that every network has.
pub(crate) const fn check_sections(sections: &Sections<'_>) -> Result<(), Error> {
    value_of!(sections.check(LAST_SECTION, true));
    let encoder = sections.get(SectionId::ENCODER).is_some()
        || sections.get(SectionId::PACKED_ENCODER).is_some();
    let experts = sections.get(SectionId::EXPERTS).is_some()
        || sections.get(SectionId::PACKED_EXPERTS).is_some();
    if encoder && experts { Ok(()) } else { Err(Error::BadHeader(Part::Sections)) }
}

/// The header, plain or packed, which is all of the body.
fn read_header(container: &Container<'_>) -> Result<(Header, Plan), Error> {
    let mut reader = Reader::new(container.body);
    let header = Header::read(&mut reader, container.kind)?;
    let plan = Plan::read(&mut reader, &header)?;
    if !reader.rest().is_empty() {
        return Err(Error::TrailingBytes);
    }
    container.sections.check(LAST_SECTION, true)?;
    if let Header::Sound(sound) = &header {
        container.sections.check_loop(sound.frames)?;
    }
    Ok((header, plan))
}
