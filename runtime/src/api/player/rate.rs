//! How does a sound of one rate come out at another? (feature `resampler`)

#[cfg(feature = "resampler")]
use nex_kernels::Resampler;

/// From the rate of what is heard to that of the DAC.
#[derive(Debug)]
pub(super) struct Converter {
    /// None: the rates are the same.
    #[cfg(feature = "resampler")]
    resampler: Option<Resampler>,
}

#[cfg(feature = "resampler")]
impl Converter {
    /// Between equal rates.
    pub const fn new() -> Self {
        Self { resampler: None }
    }

    /// Whether there is a way from one rate to another.
    pub const fn converts(from: u32, to: u32) -> bool {
        Resampler::converts(from, to)
    }

    /// Goes from one rate to another, from now on.
    pub fn adapt(&mut self, from: u32, to: u32, channels: usize) {
        self.resampler = match from == to {
            true => None,
            false => Resampler::new(from, to, channels),
        };
    }

    /// Whether it may hold frames that are still to be heard.
    pub const fn keeps(&self) -> bool {
        self.resampler.is_some()
    }

    /// Fills `out` with frames that are made of those that `pull` gives; `None` where
    /// they need not be.
    pub fn fill(
        &mut self,
        out: &mut [i16],
        pull: &mut impl FnMut(&mut [i16]) -> usize,
    ) -> Option<usize> {
        self.resampler.as_mut().map(|resampler| resampler.fill(out, pull))
    }
}

#[cfg(not(feature = "resampler"))]
impl Converter {
    pub const fn new() -> Self {
        Self {}
    }

    pub const fn converts(from: u32, to: u32) -> bool {
        from == to
    }

    pub const fn adapt(&mut self, _: u32, _: u32, _: usize) {}

    pub const fn keeps(&self) -> bool {
        false
    }

    pub const fn fill(
        &mut self,
        _: &mut [i16],
        _: &mut impl FnMut(&mut [i16]) -> usize,
    ) -> Option<usize> {
        None
    }
}
