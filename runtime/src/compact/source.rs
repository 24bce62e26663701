//! Is a compact sound played, or evaluated at single positions?
//!
//! Both take the same memory, one after the other; to change over costs what
//! a seek costs.

use super::{Points, Stream, points_len};
use crate::DecodeError;
use nex_format::compact::Sound;

/// A compact sound and what is known of the memory it is decoded in.
#[derive(Clone, Debug)]
pub(crate) struct Source<'a> {
    sound: Sound<'a>,
    view: View<'a>,
    /// Multiplies of streams that are no more.
    spent: u64,
}

#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant)] // both hold a walker
enum View<'a> {
    Playing(Stream<'a>),
    /// And the frame where playing goes on.
    Points(Points<'a>, u32),
}

impl<'a> Source<'a> {
    pub fn new(sound: &Sound<'a>) -> Self {
        Self { sound: *sound, view: View::Playing(Stream::new(sound)), spent: 0 }
    }

    pub const fn sound(&self) -> &Sound<'a> {
        &self.sound
    }

    /// Where playing goes on.
    pub const fn position(&self) -> u32 {
        match &self.view {
            View::Playing(stream) => stream.position(),
            View::Points(_, next) => *next,
        }
    }

    /// Multiplies spent on playing.
    pub const fn multiplies(&self) -> u64 {
        match &self.view {
            View::Playing(stream) => self.spent.saturating_add(stream.multiplies()),
            View::Points(..) => self.spent,
        }
    }

    pub fn seek(&mut self, frame: u32) {
        match &mut self.view {
            View::Playing(stream) => stream.seek(frame),
            View::Points(_, next) => *next = frame,
        }
    }

    pub fn decode_block(&mut self, out: &mut [i16], memory: &mut [u32]) -> usize {
        if let View::Points(_, next) = self.view {
            let mut stream = Stream::new(&self.sound);
            stream.seek(next);
            self.view = View::Playing(stream);
        }
        match &mut self.view {
            View::Playing(stream) => stream.decode_block(out, memory),
            View::Points(..) => 0,
        }
    }

    /// The sound as a function of time, in memory that suffices.
    pub fn points(&mut self, memory: &[u32]) -> Result<&mut Points<'a>, DecodeError> {
        let needed = points_len(self.sound.header());
        if memory.len() < needed {
            return Err(DecodeError::ScratchTooSmall { needed });
        }
        if let View::Playing(stream) = &self.view {
            self.spent = self.spent.saturating_add(stream.multiplies());
            self.view = View::Points(Points::new(&self.sound), stream.position());
        }
        match &mut self.view {
            View::Points(points, _) => Ok(points),
            View::Playing(_) => Err(DecodeError::OutOfRange),
        }
    }
}
