//! What was decoded ahead?

use nex_kernels::mix;

/// Frames that were decoded and not yet heard, in the caller's memory.
#[derive(Debug)]
pub(super) struct Ring<'m> {
    samples: &'m mut [i16],
    is_stereo: bool,
    /// In frames, the first that is heard next.
    first: usize,
    len: usize,
}

impl<'m> Ring<'m> {
    pub const fn new(samples: &'m mut [i16], is_stereo: bool) -> Self {
        Self { samples, is_stereo, first: 0, len: 0 }
    }

    /// All of its memory.
    pub const fn samples(&self) -> &[i16] {
        self.samples
    }

    pub const fn channels(&self) -> usize {
        1 << self.is_stereo as u32
    }

    /// Whole frames in so many samples.
    pub const fn frames_in(&self, samples: usize) -> usize {
        samples >> self.is_stereo as u32
    }

    /// Frames in it.
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Frames that it holds at most.
    pub const fn capacity(&self) -> usize {
        self.frames_in(self.samples.len())
    }

    pub const fn clear(&mut self) {
        (self.first, self.len) = (0, 0);
    }

    /// Memory behind the last frame, of as many frames as lie there in a row; what
    /// `write` puts there, in frames, is added.
    pub fn add(&mut self, write: impl FnOnce(&mut [i16]) -> usize) {
        if self.len == 0 {
            self.first = 0;
        }
        let capacity = self.capacity();
        let end = self.first + self.len;
        let (from, to) =
            if end < capacity { (end, capacity) } else { (end - capacity, self.first) };
        let channels = self.channels();
        let room = self.samples.get_mut(from * channels..to * channels);
        self.len += write(room.unwrap_or_default()).min(to - from);
    }

    /// Takes frames into `out`, as many as fit and lie in a row; returns how many.
    pub fn take(&mut self, out: &mut [i16], most: usize) -> usize {
        let row = self.len.min(self.capacity() - self.first);
        let frames = self.frames_in(out.len()).min(row).min(most);
        let from = self.samples.get(self.first * self.channels()..).unwrap_or_default();
        mix::copy(from, out.get_mut(..frames * self.channels()).unwrap_or_default());
        self.first += frames;
        if self.first >= self.capacity() {
            self.first = 0;
        }
        self.len -= frames;
        frames
    }
}
