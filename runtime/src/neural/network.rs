//! What have networks in common, whatever the signal?

use crate::{error::DecodeError, info::NetworkInfo};
use nex_format::{
    Error,
    neural::{File, Header, Mixture},
};
use nex_kernels::{
    Kernel, MAX_TILE,
    neural::{Range, Work, scratch_len},
};

/// A parsed file and the inner loop that evaluates it.
///
/// Borrows the file; about 1 KB of its own.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub(crate) struct Network<'a> {
    pub file: File<'a>,
    kernel: Kernel,
    /// Of scratch for one point.
    words: usize,
}

impl<'a> Network<'a> {
    #[inline] // into each signal's parser: a network is large, and moved as a whole
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Error> {
        let file = File::parse(bytes)?;
        let words = scratch_len(file.mixture(), 1);
        Ok(Self { file, kernel: Kernel::best(), words })
    }

    pub const fn header(&self) -> Header {
        self.file.header()
    }

    pub fn set_kernel(&mut self, kernel: Kernel) -> Result<(), DecodeError> {
        if !kernel.is_available() {
            return Err(DecodeError::NoSuchKernel);
        }
        self.kernel = kernel;
        Ok(())
    }

    /// Words of scratch to evaluate `columns` points at once.
    pub const fn scratch_len(&self, columns: usize) -> usize {
        let columns = if columns > MAX_TILE { MAX_TILE } else { columns };
        self.words * if columns == 0 { 1 } else { columns }
    }

    pub fn work<'s>(&'s self, range: Range, scratch: &'s mut [u32]) -> Work<'s, 's> {
        Work::new(self.kernel, self.file.mixture(), range, scratch)
    }

    /// What one evaluation costs.
    pub fn info(&self) -> NetworkInfo {
        let mixture: &Mixture<'_> = self.file.mixture();
        let expert = mixture.experts.get(0);
        let grid_macs = mixture.grid().map_or(0, |grid| grid.macs());
        let mut info = NetworkInfo {
            arithmetic: mixture.arithmetic,
            experts: mixture.experts.count() as u16,
            macs: mixture.encoder.macs() + expert.macs() + grid_macs,
            manager_macs: 0,
            sines: mixture.encoder.sines() + expert.sines(),
        };
        if let Some(manager) = &mixture.manager {
            info.manager_macs = manager.encoder.macs() + manager.head.macs();
            info.macs += info.manager_macs;
            info.sines += manager.encoder.sines() + manager.head.sines();
        }
        info
    }
}
