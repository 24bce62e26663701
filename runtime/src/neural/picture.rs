//! Which pixels of a network lie at these positions?

use super::{
    Network,
    line::{Along, Line},
};
use crate::{Position, error::DecodeError};
use nex_format::{
    Error,
    neural::{Header, PictureHeader},
};
use nex_kernels::neural::{Range, Run};

/// A picture that can be evaluated anywhere, at any scale.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) struct Picture<'a> {
    pub network: Network<'a>,
    pub header: PictureHeader,
}

impl<'a> Picture<'a> {
    #[inline(never)] // its stack is to be free again while the signal is decoded
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Error> {
        let network = Network::parse(bytes)?;
        match network.header() {
            Header::Picture(header) => Ok(Self { network, header }),
            other => Err(Error::OtherKind(other.kind())),
        }
    }

    /// Samples per pixel. A file without any does not parse.
    fn channels(&self) -> usize {
        usize::from(self.header.channels).max(1)
    }

    /// Evaluates the network at height `y` and at `x`, `x + step`, ... into
    /// `out`, interleaved; returns how many pixels were written before the right
    /// edge, 0 below the picture.
    pub fn line(
        &self,
        start: (Position, Position),
        step: Position,
        out: &mut [u8],
        scratch: &mut [u32],
    ) -> Result<usize, DecodeError> {
        self.along(start, step, scratch).samples(self.channels(), out, |sample| sample as u8)
    }

    /// The experts that own the same positions.
    pub fn experts(
        &self,
        start: (Position, Position),
        step: Position,
        out: &mut [u8],
        scratch: &mut [u32],
    ) -> Result<usize, DecodeError> {
        self.along(start, step, scratch).experts(out)
    }

    /// The network at height `y` and at `x`, `x + step`, ... until the right edge.
    fn along<'s>(
        &'s self,
        (x, y): (Position, Position),
        step: Position,
        scratch: &'s mut [u32],
    ) -> Along<'s> {
        // Below the last row nothing is before the end.
        let PictureHeader { width, height, .. } = self.header;
        let end = if y.frame() < height.into() { width.into() } else { 0 };
        let points = [width.into(), height.into()];
        let line = Line { run: Run { start: x, step, across: Some(y), points }, end };
        Along { line, work: self.network.work(Range::IMAGE, scratch) }
    }
}
