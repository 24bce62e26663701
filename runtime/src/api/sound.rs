//! Which sound is this, and what does playing it take?

use super::{Limits, Playback};
#[cfg(feature = "compact-core")]
use crate::compact;
#[cfg(feature = "neural")]
use crate::neural;
use crate::{
    error::DecodeError,
    info::{SoundInfo, WorstCase},
};
#[cfg(not(all(feature = "compact-core", feature = "neural")))]
use nex_format::Signal;
use nex_format::{Error, Kind, Loop, Part, Profile, Sections};

/// A sound, of either profile.
///
/// Borrows the file; holds no memory for decoding, which [`Playback`] borrows
/// from the caller. About 100 bytes of its own, 1 KB with feature `neural`.
///
/// ```
/// # fn play(flash: &[u8]) -> Result<(), nex_runtime::Error> {
/// use nex_runtime::Sound;
///
/// let sound = Sound::open(flash)?; // checks everything, once
/// let mut memory = [0u32; 2048]; // sound.memory_len() says how much it takes
/// let mut block = [0i16; 128];
/// if let Ok(mut playback) = sound.play(&mut memory) {
///     while playback.decode_block(&mut block) > 0 { /* hand it to the DAC */ }
/// }
/// # Ok(())
/// # }
/// # assert_eq!(play(b"RIFF"), Err(nex_runtime::Error::BadMagic));
/// ```
#[derive(Clone, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Sound<'a> {
    pub(super) of: Of<'a>,
}

/// By profile.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[allow(clippy::large_enum_variant)] // there is no box to put it in
pub(super) enum Of<'a> {
    #[cfg(feature = "compact-core")]
    Compact(nex_format::compact::Sound<'a>),
    #[cfg(feature = "neural")]
    Neural(neural::Sound<'a>),
    /// Without a profile there is none.
    #[allow(dead_code)]
    None(core::convert::Infallible, core::marker::PhantomData<&'a u8>),
}

impl<'a> Sound<'a> {
    /// Parses and checks a whole file.
    ///
    /// Cost: one pass for the checksum, one over the chunk table or over the
    /// weights.
    ///
    /// # Errors
    /// Says what is wrong with the bytes; [`Error::OtherKind`] if they hold a
    /// picture or a shape, [`Error::NotBuilt`] if they begin as a sound of a
    /// profile whose feature is off, [`Error::Packed`] if they have to be unpacked
    /// before.
    ///
    /// # Panics
    /// Never; nor does any method after it.
    pub fn open(bytes: &'a [u8]) -> Result<Self, Error> {
        match Kind::of(bytes) {
            #[cfg(all(feature = "compact-core", feature = "neural"))]
            Ok(Kind { profile: Profile::Neural, .. }) => Self::open_neural(bytes),
            #[cfg(not(feature = "compact-core"))]
            Ok(Kind { signal: Signal::Sound, profile: left_out @ Profile::Compact }) => {
                Err(Error::NotBuilt(left_out))
            }
            #[cfg(not(feature = "neural"))]
            Ok(Kind { signal: Signal::Sound, profile: left_out @ Profile::Neural }) => {
                Err(Error::NotBuilt(left_out))
            }
            // A parser says of every other file what it is, or that it is damaged.
            #[cfg(feature = "compact-core")]
            _ => Self::open_compact(bytes),
            #[cfg(all(feature = "neural", not(feature = "compact-core")))]
            _ => Self::open_neural(bytes),
            #[cfg(not(any(feature = "compact-core", feature = "neural")))]
            other => Err(other.map_or_else(|e| e, Error::OtherKind)),
        }
    }

    /// [`open`](Self::open) for a caller who is ready to decode so much.
    ///
    /// # Errors
    /// Likewise; [`Error::LimitExceeded`] of [`Part::Frames`].
    pub fn open_within(bytes: &'a [u8], limits: Limits) -> Result<Self, Error> {
        let sound = Self::open(bytes)?;
        let SoundInfo { frames, channels, .. } = sound.info();
        limits.check(frames.into(), channels, Part::Frames)?;
        Ok(sound)
    }

    /// A compact sound. Can be computed in a constant: what it is and what it
    /// takes is then known when the program is compiled
    /// ([`include_nex!`](crate::include_nex) has an example), and the parser is
    /// not part of it.
    ///
    /// # Errors
    /// As [`open`](Self::open); [`Error::OtherKind`] if the file is of the other
    /// profile.
    #[cfg(feature = "compact-core")]
    pub const fn open_compact(bytes: &'a [u8]) -> Result<Self, Error> {
        match nex_format::compact::Sound::parse(bytes) {
            Ok(sound) => Ok(Self { of: Of::Compact(sound) }),
            Err(e) => Err(e),
        }
    }

    /// A neural sound.
    ///
    /// # Errors
    /// As [`open`](Self::open); [`Error::OtherKind`] if the file is of the other
    /// profile.
    #[cfg(feature = "neural")]
    pub fn open_neural(bytes: &'a [u8]) -> Result<Self, Error> {
        neural::Sound::parse(bytes).map(|sound| Self { of: Of::Neural(sound) })
    }

    /// What the file says of the sound.
    #[must_use]
    pub const fn info(&self) -> SoundInfo {
        match self.of {
            #[cfg(feature = "compact-core")]
            Of::Compact(ref sound) => compact::info(sound),
            #[cfg(feature = "neural")]
            Of::Neural(ref sound) => {
                let header = &sound.header;
                SoundInfo {
                    kind: sound.network.header().kind(),
                    rate_hz: header.rate_hz,
                    channels: header.channels,
                    frames: header.frames,
                    peak: header.peak,
                    file_bytes: sound.network.file.bytes().len(),
                }
            }
            Of::None(never, _) => match never {},
        }
    }

    /// What is decoded at once, and what that costs at most, whatever the bytes
    /// behind the header.
    #[must_use]
    pub fn worst_case(&self) -> WorstCase {
        match self.of {
            #[cfg(feature = "compact-core")]
            Of::Compact(ref sound) => compact::worst_case(sound.header()),
            #[cfg(feature = "neural")]
            Of::Neural(ref sound) => {
                let multiplies = sound.network.info().macs.into();
                WorstCase { frames: 1, decisions: 0, multiplies }
            }
            Of::None(never, _) => match never {},
        }
    }

    /// Samples of a frame.
    #[must_use]
    pub const fn channels(&self) -> usize {
        self.info().channels as usize
    }

    /// What the network of a neural sound costs.
    #[cfg(feature = "neural")]
    #[must_use]
    pub fn network(&self) -> Option<crate::NetworkInfo> {
        match self.of {
            Of::Neural(ref sound) => Some(sound.network.info()),
            #[allow(unreachable_patterns)]
            _ => None,
        }
    }

    /// The optional sections of the file.
    #[must_use]
    pub const fn sections(&self) -> Sections<'a> {
        match self.of {
            #[cfg(feature = "compact-core")]
            Of::Compact(ref sound) => sound.sections(),
            #[cfg(feature = "neural")]
            Of::Neural(ref sound) => sound.network.file.sections(),
            Of::None(never, _) => match never {},
        }
    }

    /// The frames to play over and over, if the file says so: see
    /// [`Playback::decode_looped`].
    #[must_use]
    pub const fn repeated(&self) -> Option<Loop> {
        self.sections().repeated()
    }

    /// Frames between two places where decoding can begin: a compact sound's
    /// chunk, whose decisions a [seek](Playback::seek) into it takes; 1 of a
    /// neural sound. Who divides a sound among cores gives each many times as
    /// many.
    #[must_use]
    pub const fn chunk_frames(&self) -> u32 {
        match self.of {
            #[cfg(feature = "compact-core")]
            Of::Compact(ref sound) => sound.header().chunk_frames(),
            #[cfg(feature = "neural")]
            Of::Neural(_) => 1,
            Of::None(never, _) => match never {},
        }
    }

    /// Words of memory that playing takes at least. Of a compact sound 1 3/4
    /// for each sample of the longest block and channel, so 3.5 KB for blocks of
    /// 512 in mono. Of a neural one what a frame takes; n times as many evaluate n
    /// frames at once, until they are [`best_len`](Self::best_len).
    #[must_use]
    pub const fn memory_len(&self) -> usize {
        match self.of {
            #[cfg(feature = "compact-core")]
            Of::Compact(ref sound) => compact::stream_len(sound.header()),
            #[cfg(feature = "neural")]
            Of::Neural(ref sound) => sound.network.scratch_len(1),
            Of::None(never, _) => match never {},
        }
    }

    /// Samples that wait while the next block is decoded in parts, where a
    /// [`Player`](crate::Player) plays into so many channels: those of the longest
    /// block. A neural sound, which has none, takes one frame.
    #[must_use]
    pub const fn ahead_len(&self, channels: usize) -> usize {
        match self.of {
            #[cfg(feature = "compact-core")]
            Of::Compact(ref sound) => channels << sound.header().max_log2,
            #[cfg(feature = "neural")]
            Of::Neural(_) => channels,
            Of::None(never, _) => match never {},
        }
    }

    /// Words of memory for single positions too: not less than
    /// [`memory_len`](Self::memory_len). Of a compact sound two and a half for
    /// each sample of the longest block and channel.
    #[must_use]
    pub const fn points_len(&self) -> usize {
        match self.of {
            #[cfg(feature = "compact-core")]
            Of::Compact(ref sound) => compact::points_len(sound.header()),
            #[cfg(feature = "neural")]
            Of::Neural(ref sound) => sound.network.scratch_len(1),
            Of::None(never, _) => match never {},
        }
    }

    /// More words of memory than this change nothing. Between
    /// [`memory_len`](Self::memory_len) and so many a neural sound decodes
    /// faster: a weight is loaded once for several frames.
    #[must_use]
    pub const fn best_len(&self) -> usize {
        match self.of {
            #[cfg(feature = "compact-core")]
            Of::Compact(ref sound) => compact::points_len(sound.header()),
            #[cfg(feature = "neural")]
            Of::Neural(ref sound) => sound.network.scratch_len(nex_kernels::MAX_TILE),
            Of::None(never, _) => match never {},
        }
    }

    /// Evaluates a neural sound with another inner loop, for tests and
    /// measurements; the bits are the same.
    ///
    /// # Errors
    /// [`DecodeError::NoSuchKernel`] if this machine cannot run it.
    #[cfg(feature = "neural")]
    pub fn set_kernel(&mut self, kernel: nex_kernels::Kernel) -> Result<(), DecodeError> {
        match &mut self.of {
            Of::Neural(sound) => sound.network.set_kernel(kernel),
            #[allow(unreachable_patterns)]
            _ => Ok(()),
        }
    }

    /// Plays the sound, from its beginning. What the memory holds does not
    /// matter.
    ///
    /// # Errors
    /// [`DecodeError::ScratchTooSmall`] below [`memory_len`](Self::memory_len)
    /// words.
    pub fn play<'m>(self, memory: &'m mut [u32]) -> Result<Playback<'a, 'm>, DecodeError> {
        Playback::new(self, memory)
    }
}
