//! How is a sound decoded from anywhere, with any scratch?

use nex_runtime::{
    Arithmetic, DecodeError, Error, Expert, Kernel, MAX_TILE, Position, Profile, Sound,
};

/// A neural sound of which every call starts anew, in the scratch that it is
/// given.
#[derive(Clone, Debug)]
pub struct Decoder<'a> {
    sound: Sound<'a>,
}

/// What such a sound is.
#[derive(Clone, Copy, Debug)]
pub struct Info {
    pub channels: u8,
    pub frames: u32,
    pub peak: u16,
    pub experts: u16,
    pub macs_per_frame: u32,
    pub manager_macs_per_frame: u32,
    pub sines_per_frame: u32,
    pub arithmetic: Arithmetic,
    pub file_bytes: usize,
    pub rate_hz: u32,
}

impl<'a> Decoder<'a> {
    /// # Errors
    /// Those of [`Sound::open`]; of the other profile [`Error::OtherKind`].
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Error> {
        let sound = Sound::open(bytes)?;
        match sound.info().kind {
            kind if kind.profile == Profile::Neural => Ok(Self { sound }),
            kind => Err(Error::OtherKind(kind)),
        }
    }

    /// # Panics
    /// If this machine cannot run the kernel.
    #[must_use]
    pub fn with_kernel(mut self, kernel: Kernel) -> Self {
        self.sound.set_kernel(kernel).unwrap();
        self
    }

    /// # Panics
    /// If there is no network.
    #[must_use]
    pub fn info(&self) -> Info {
        let (info, network) = (self.sound.info(), self.sound.network().unwrap());
        Info {
            channels: info.channels,
            frames: info.frames,
            peak: info.peak,
            experts: network.experts,
            macs_per_frame: network.macs,
            manager_macs_per_frame: network.manager_macs,
            sines_per_frame: network.sines,
            arithmetic: network.arithmetic,
            file_bytes: info.file_bytes,
            rate_hz: info.rate_hz,
        }
    }

    /// Words for so many frames at once.
    #[must_use]
    pub fn scratch_len(&self, columns: usize) -> usize {
        self.sound.memory_len() * columns.clamp(1, MAX_TILE)
    }

    /// # Errors
    /// Those of [`Sound::play`].
    pub fn decode_block(
        &self,
        start: u32,
        out: &mut [i16],
        scratch: &mut [u32],
    ) -> Result<usize, DecodeError> {
        let mut playback = self.sound.clone().play(scratch)?;
        playback.seek(start);
        Ok(playback.decode_block(out))
    }

    /// # Errors
    /// Those of [`nex_runtime::Playback::decode_into`].
    pub fn decode_into(&self, out: &mut [i16], scratch: &mut [u32]) -> Result<usize, DecodeError> {
        self.sound.clone().play(scratch)?.decode_into(out)
    }

    /// # Errors
    /// Those of [`nex_runtime::Playback::resample`].
    pub fn decode_resampled(
        &self,
        start: Position,
        step: Position,
        out: &mut [i16],
        scratch: &mut [u32],
    ) -> Result<usize, DecodeError> {
        self.sound.clone().play(scratch)?.resample(start, step, out)
    }

    /// # Errors
    /// Those of [`nex_runtime::Playback::sample_at`].
    pub fn sample_at(
        &self,
        at: Position,
        out: &mut [i16],
        scratch: &mut [u32],
    ) -> Result<(), DecodeError> {
        self.sound.clone().play(scratch)?.sample_at(at, out)
    }

    /// # Errors
    /// Those of [`nex_runtime::Playback::expert_at`].
    ///
    /// # Panics
    /// If the expert is no network.
    pub fn expert_at(&self, at: Position, scratch: &mut [u32]) -> Result<u8, DecodeError> {
        match self.sound.clone().play(scratch)?.expert_at(at)? {
            Expert::Network { index } => Ok(index),
            other => panic!("{other:?}"),
        }
    }

    /// # Errors
    /// Those of [`nex_runtime::Playback::experts_block`].
    pub fn experts_block(
        &self,
        start: u32,
        out: &mut [u8],
        scratch: &mut [u32],
    ) -> Result<usize, DecodeError> {
        self.sound.clone().play(scratch)?.experts_block(start, out)
    }
}
