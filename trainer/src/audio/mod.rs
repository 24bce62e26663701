//! How do sounds get into memory and back onto a disk, and what does a `.nex`
//! file sound like?
//!
//! [`read`] takes any WAV file (and, with feature `symphonia`, most other
//! formats), [`write_wav`] writes 16-bit WAV, [`resample`] changes the rate.

mod decode;
mod error;
mod read;
mod resample;
#[cfg(feature = "symphonia")]
mod symphonia;
mod wav;

pub use decode::{ResampledError, cost, decode, decode_all, decode_at, experts};
pub use error::AudioError;
pub use nex_encoder::{Clip, SoundError};
pub use read::{Loaded, read};
pub(crate) use read::{load, parse};
pub use resample::{ResampleError, resample, resampled_frames};
pub(crate) use wav::check_wav_len;
pub use wav::{wav_bytes_len, write_wav};

#[cfg(test)]
mod tests;
