//! How do sounds get into memory and back onto a disk, and what does a `.nex`
//! file sound like?
//!
//! [`read`] takes any WAV file (and, with feature `symphonia`, most other
//! formats), [`write_wav`] writes 16-bit WAV, [`edit`] trims,
//! amplifies and fades, [`resample`] changes the rate.

mod decode;
pub(crate) mod edit;
mod error;
mod file;
#[cfg(feature = "symphonia")]
mod mp4;
mod parts;
mod read;
mod resample;
#[cfg(feature = "symphonia")]
mod symphonia;
mod wav;

pub(crate) use decode::cost_watched;
pub use decode::{
    ResampledError, cost, decode, decode_all, decode_at, expert_counts, experts, stream,
};
pub use error::AudioError;
pub use nex_encoder::{Clip, Frames, SoundError, wav::Encoding};
pub(crate) use parts::{Mono, Part, Sound, beyond_full_scale, clip};
pub use read::{Loaded, read};
pub(crate) use read::{Opened, Unread, open, open_raw};
#[cfg(feature = "pictures")]
pub(crate) use read::{load, parse};
pub(crate) use resample::resampled;
pub use resample::{ResampleError, resample, resampled_frames};
pub use wav::{SampleWriter, WavHead, wav_bytes_len, write_wav};

#[cfg(test)]
mod tests;
