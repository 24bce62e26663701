//! Is a compact sound played, or evaluated at single positions?
//!
//! Both take the same memory, one after the other; to change over costs what
//! a seek costs.

use super::{Points, Stream, points_len};
use crate::error::DecodeError;
use nex_format::compact::Sound;

/// A compact sound and what is known of the memory it is decoded in.
#[derive(Clone, Debug)]
pub(crate) struct Source<'a> {
    view: View<'a>,
    /// Multiplies of streams that are no more.
    spent: u64,
}

#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant)] // both hold a walker
enum View<'a> {
    Playing(Stream<'a>),
    Points(Points<'a>, Return<'a>),
}

/// How playing goes on after single positions.
///
/// By a function that only who asks for positions names: a firmware that plays
/// and no more links no seeking.
#[derive(Clone, Copy, Debug)]
struct Return<'a> {
    /// The frame where.
    next: u32,
    by: fn(&mut Source<'a>, u32),
}

impl<'a> Source<'a> {
    pub fn new(sound: &Sound<'a>) -> Self {
        Self { view: View::Playing(Stream::new(sound)), spent: 0 }
    }

    /// At the beginning of another sound, in its place if it is played.
    pub fn belong_to(&mut self, sound: &Sound<'a>) {
        match &mut self.view {
            View::Playing(stream) => stream.belong_to(sound),
            View::Points(..) => self.view = View::Playing(Stream::new(sound)),
        }
    }

    pub const fn sound(&self) -> &Sound<'a> {
        match &self.view {
            View::Playing(stream) => stream.sound(),
            View::Points(points, _) => points.sound(),
        }
    }

    /// Where playing goes on.
    pub const fn position(&self) -> u32 {
        match &self.view {
            View::Playing(stream) => stream.position(),
            View::Points(_, back) => back.next,
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
            View::Points(_, back) => back.next = frame,
        }
    }

    pub fn decode_block(&mut self, out: &mut [i16], memory: &mut [u32]) -> usize {
        if let View::Points(_, Return { next, by }) = self.view {
            by(self, next);
        }
        match &mut self.view {
            View::Playing(stream) => stream.decode_block(out, memory),
            View::Points(..) => 0,
        }
    }

    /// Frames that come without work; none if single positions came last.
    pub fn ready(&self) -> usize {
        match &self.view {
            View::Playing(stream) => stream.run(),
            View::Points(..) => 0,
        }
    }

    /// Works at the next block, as [`Stream::work`].
    pub fn work(&mut self, memory: &mut [u32], left: &mut i32) -> bool {
        match &mut self.view {
            View::Playing(stream) => stream.work(memory, left),
            View::Points(..) => false,
        }
    }

    /// What is left to be worked, as [`Stream::pending`].
    pub fn pending(&self) -> (u32, u32) {
        match &self.view {
            View::Playing(stream) => stream.pending(),
            View::Points(..) => (0, 0),
        }
    }

    #[inline(never)] // its stack is to be free again while blocks are decoded
    fn play_from(&mut self, frame: u32) {
        let mut stream = Stream::new(self.sound());
        stream.seek(frame);
        self.view = View::Playing(stream);
    }

    /// The sound as a function of time, in memory that suffices.
    pub fn points(&mut self, memory: &[u32]) -> Result<&mut Points<'a>, DecodeError> {
        let needed = points_len(self.sound().header());
        if memory.len() < needed {
            return Err(DecodeError::ScratchTooSmall { needed });
        }
        if let View::Playing(stream) = &self.view {
            self.spent = self.spent.saturating_add(stream.multiplies());
            let back = Return { next: stream.position(), by: Self::play_from };
            self.view = View::Points(Points::new(stream.sound()), back);
        }
        match &mut self.view {
            View::Points(points, _) => Ok(points),
            View::Playing(_) => Err(DecodeError::OutOfRange),
        }
    }
}
