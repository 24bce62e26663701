//! Which samples of a network lie at these positions?

use super::{
    Network,
    line::{Along, Line},
};
use crate::{Position, error::DecodeError};
use nex_format::{
    Error,
    neural::{Header, SoundHeader},
};
use nex_kernels::neural::{Range, Run};

/// A sound that can be evaluated anywhere.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) struct Sound<'a> {
    pub network: Network<'a>,
    pub header: SoundHeader,
}

impl<'a> Sound<'a> {
    #[inline(never)] // its stack is to be free again while the signal is decoded
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Error> {
        let network = Network::parse(bytes)?;
        match network.header() {
            Header::Sound(header) => Ok(Self { network, header }),
            other => Err(Error::OtherKind(other.kind())),
        }
    }

    /// Channels per frame. A file without any does not parse; that this is
    /// not 0 lets the compiler leave out what would happen then.
    fn channels(&self) -> usize {
        usize::from(self.header.channels).max(1)
    }

    /// Evaluates the network at `start`, `start + step`, ... into `out`,
    /// interleaved; returns how many frames were written before the end.
    pub fn resample(
        &self,
        start: Position,
        step: Position,
        out: &mut [i16],
        scratch: &mut [u32],
    ) -> Result<usize, DecodeError> {
        self.along(start, step, scratch).samples(self.channels(), out, |sample| sample)
    }

    /// The experts that own the same positions.
    pub fn experts(
        &self,
        start: Position,
        step: Position,
        out: &mut [u8],
        scratch: &mut [u32],
    ) -> Result<usize, DecodeError> {
        self.along(start, step, scratch).experts(out)
    }

    /// The network at `start`, `start + step`, ... until the end.
    fn along<'s>(&'s self, start: Position, step: Position, scratch: &'s mut [u32]) -> Along<'s> {
        let run = Run { start, step, across: None, points: [self.header.frames, 0] };
        let line = Line { run, end: self.header.frames };
        Along { line, work: self.network.work(Range::sound(self.header.peak), scratch) }
    }
}
