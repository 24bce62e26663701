//! How far are these points from the surface that a network describes?

use super::Network;
use crate::{Position, error::DecodeError};
use nex_format::{
    Error, MAX_CHANNELS,
    neural::{Header, ShapeHeader},
};
use nex_kernels::{
    MAX_TILE,
    neural::{Range, Work},
};

/// A shape whose signed distance can be evaluated anywhere in its cube.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) struct Shape<'a> {
    pub network: Network<'a>,
    pub header: ShapeHeader,
}

impl<'a> Shape<'a> {
    #[inline(never)] // its stack is to be free again while the signal is decoded
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Error> {
        let network = Network::parse(bytes)?;
        match network.header() {
            Header::Shape(header) => Ok(Self { network, header }),
            other => Err(Error::OtherKind(other.kind())),
        }
    }

    /// The signed distances of points in the cube, each to its place in `out`,
    /// which is as long.
    pub fn distances(
        &self,
        points: &[[Position; 3]],
        out: &mut [i16],
        scratch: &mut [u32],
    ) -> Result<(), DecodeError> {
        let mut samples = [[0; MAX_TILE]; MAX_CHANNELS];
        let done = self.work(scratch).clouds((points, self.header.cells), |cloud, done, work| {
            let used = cloud.points.len();
            work.samples(cloud, used, &mut samples);
            let distances = samples.first().into_iter().flatten();
            for (out, &distance) in out.iter_mut().skip(done).zip(distances).take(used) {
                *out = distance;
            }
        });
        done.map_err(DecodeError::of_scratch)
    }

    /// The experts that own the same points.
    pub fn experts(
        &self,
        points: &[[Position; 3]],
        out: &mut [u8],
        scratch: &mut [u32],
    ) -> Result<(), DecodeError> {
        let done = self.work(scratch).clouds((points, self.header.cells), |cloud, done, work| {
            let chosen = work.chosen(cloud);
            let used = cloud.points.len();
            for (out, &expert) in out.iter_mut().skip(done).zip(&chosen).take(used) {
                *out = expert;
            }
        });
        done.map_err(DecodeError::of_scratch)
    }

    fn work<'s>(&'s self, scratch: &'s mut [u32]) -> Work<'s, 's> {
        self.network.work(Range::sound(i16::MAX as u16), scratch)
    }
}
