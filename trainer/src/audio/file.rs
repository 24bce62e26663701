//! How are the samples of a file read part by part?

use super::Frames;
use nex_encoder::wav::Head;
use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
    sync::{Mutex, PoisonError},
};

/// A file that several threads read, each where it likes.
struct Shared(Mutex<File>);

impl Shared {
    fn read_at(&self, at: u64, bytes: &mut [u8]) -> io::Result<()> {
        let mut file = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(bytes)
    }
}

/// A WAV file, of which nothing but the head is in memory.
pub(super) struct WavFile {
    file: Shared,
    head: Head,
}

impl WavFile {
    /// The file that the head was read from.
    pub fn new(file: File, head: Head) -> Self {
        Self { file: Shared(Mutex::new(file)), head }
    }
}

impl Frames for WavFile {
    fn rate_hz(&self) -> u32 {
        self.head.rate_hz
    }

    fn channels(&self) -> usize {
        self.head.channels
    }

    fn frames(&self) -> usize {
        usize::try_from(self.head.frames()).unwrap_or(usize::MAX)
    }

    fn read(&self, start: usize, out: &mut [f32]) -> io::Result<()> {
        let Head { encoding, data, .. } = &self.head;
        let mut bytes = vec![0; out.len() * encoding.sample_bytes()];
        self.file.read_at(data.start + (start * self.head.frame_bytes()) as u64, &mut bytes)?;
        let mut samples = Vec::with_capacity(out.len());
        encoding.decode(&bytes, &mut samples);
        samples.resize(out.len(), 0.0);
        out.copy_from_slice(&samples);
        Ok(())
    }
}

/// A sound that took work to make and is too long for memory: in a file that
/// has no name, and goes with the process.
pub(super) struct Spooled {
    file: Shared,
    rate_hz: u32,
    channels: usize,
    frames: usize,
}

impl Spooled {
    /// A sound of no frames yet.
    pub fn new(rate_hz: u32, channels: usize) -> io::Result<Self> {
        let file = Shared(Mutex::new(tempfile::tempfile()?));
        Ok(Self { file, rate_hz, channels, frames: 0 })
    }

    /// Appends frames.
    pub fn extend(&mut self, samples: &[f32]) -> io::Result<()> {
        let bytes: Vec<u8> = samples.iter().flat_map(|s| s.to_le_bytes()).collect();
        self.file.0.get_mut().unwrap_or_else(PoisonError::into_inner).write_all(&bytes)?;
        self.frames += samples.len() / self.channels.max(1);
        Ok(())
    }
}

impl Frames for Spooled {
    fn rate_hz(&self) -> u32 {
        self.rate_hz
    }

    fn channels(&self) -> usize {
        self.channels
    }

    fn frames(&self) -> usize {
        self.frames
    }

    fn read(&self, start: usize, out: &mut [f32]) -> io::Result<()> {
        const BYTES: usize = size_of::<f32>();
        let mut bytes = vec![0; out.len() * BYTES];
        self.file.read_at((start * self.channels * BYTES) as u64, &mut bytes)?;
        for (to, from) in out.iter_mut().zip(bytes.as_chunks::<BYTES>().0) {
            *to = f32::from_le_bytes(*from);
        }
        Ok(())
    }
}
