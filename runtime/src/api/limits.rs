//! How large may a file be that is decoded whole?

use nex_format::{Error, Part};

/// What a caller is ready to decode.
///
/// A header of a few bytes may promise hours of sound: who decodes a file whole,
/// or makes room for it, opens it within limits. Who takes it block by block, row
/// by row or point by point needs none: each call is bounded by its output.
///
/// ```
/// # #[cfg(feature = "compact")] {
/// use nex_runtime::{Error, Limits, Part, Sound};
///
/// let speech = include_bytes!("../../../tests/golden/compact-speech.nex");
/// assert!(Sound::open_within(speech, Limits::samples(1 << 20)).is_ok());
/// let refused = Sound::open_within(speech, Limits::samples(1 << 10));
/// assert_eq!(refused.err(), Some(Error::LimitExceeded(Part::Frames)));
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Limits {
    samples: u64,
}

impl Limits {
    /// No more than so many samples: frames, or pixels, times channels.
    #[must_use]
    pub const fn samples(samples: u64) -> Self {
        Self { samples }
    }

    /// Whether so many points of so many channels are within the limits.
    pub(crate) const fn check(self, points: u64, channels: u8, part: Part) -> Result<(), Error> {
        if points.saturating_mul(channels as u64) <= self.samples {
            Ok(())
        } else {
            Err(Error::LimitExceeded(part))
        }
    }
}
