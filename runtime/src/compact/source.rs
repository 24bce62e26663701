//! Is a compact sound played, or evaluated at single positions?
//!
//! Both take the same memory, one after the other; to change over costs what
//! a seek costs.

use super::{points::Points, points_len, stream::Stream, walker::Walker};
use crate::{Position, error::DecodeError, info::Expert};
use nex_format::compact::Sound;

/// A compact sound and what is known of the memory it is decoded in.
#[derive(Clone, Debug)]
pub(crate) struct Source<'a> {
    walker: Walker<'a>,
    view: View<'a>,
}

/// Whose the walker is.
#[derive(Clone, Debug)]
enum View<'a> {
    Playing(Stream),
    Points(Points, Return<'a>),
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
    #[inline(always)]
    pub fn new(sound: &Sound<'a>) -> Self {
        Self { walker: Walker::new(sound), view: View::Playing(Stream::default()) }
    }

    /// At the beginning of another sound, in its place.
    pub fn belong_to(&mut self, sound: &Sound<'a>) {
        self.walker.belong_to(sound);
        match &mut self.view {
            View::Playing(stream) => stream.restart(),
            View::Points(..) => self.view = View::Playing(Stream::default()),
        }
    }

    pub const fn sound(&self) -> &Sound<'a> {
        self.walker.sound()
    }

    /// Where playing goes on.
    pub const fn position(&self) -> u32 {
        match &self.view {
            View::Playing(stream) => stream.position(),
            View::Points(_, back) => back.next,
        }
    }

    /// Multiplies spent on playing, counted block by block: those of scaling, of transforms
    /// and overlaps; a silent block has none.
    pub const fn multiplies(&self) -> u64 {
        self.walker.multiplies()
    }

    pub fn seek(&mut self, frame: u32) {
        match &mut self.view {
            View::Playing(stream) => stream.seek(&mut self.walker, frame),
            View::Points(_, back) => back.next = frame,
        }
    }

    pub fn decode_block(&mut self, out: &mut [i16], memory: &mut [u32]) -> usize {
        if let View::Points(_, Return { next, by }) = self.view {
            by(self, next);
        }
        match &mut self.view {
            View::Playing(stream) => stream.decode_block(&mut self.walker, out, memory),
            View::Points(..) => 0,
        }
    }

    /// Frames that come without work; none if single positions came last.
    pub fn ready(&self) -> usize {
        match &self.view {
            View::Playing(stream) => stream.run(&self.walker),
            View::Points(..) => 0,
        }
    }

    /// Works at the next block, as [`Stream::work`].
    pub fn work(&mut self, memory: &mut [u32], left: &mut i32) -> bool {
        match &mut self.view {
            View::Playing(stream) => stream.work(&mut self.walker, memory, left),
            View::Points(..) => false,
        }
    }

    /// What is left to be worked, as [`Stream::pending`].
    pub fn pending(&self) -> (u32, u32) {
        match &self.view {
            View::Playing(stream) => stream.pending(&self.walker),
            View::Points(..) => (0, 0),
        }
    }

    #[inline(never)] // its stack is to be free again while blocks are decoded
    fn play_from(&mut self, frame: u32) {
        let mut stream = Stream::default();
        stream.seek(&mut self.walker, frame);
        self.view = View::Playing(stream);
    }

    /// One sample of each channel at a position, into the front of `out`.
    pub fn sample_at(
        &mut self,
        at: Position,
        out: &mut [i16],
        memory: &mut [u32],
    ) -> Result<(), DecodeError> {
        let (walker, points) = self.points(memory)?;
        points.sample_at(walker, at, out, memory)
    }

    /// Frames at `start`, `start + step`, ... up to the sound's end; returns how many.
    pub fn resample(
        &mut self,
        start: Position,
        step: Position,
        out: &mut [i16],
        memory: &mut [u32],
    ) -> Result<usize, DecodeError> {
        let (walker, points) = self.points(memory)?;
        let channels = usize::from(walker.header().channels);
        let mut next = Some(start);
        let mut written = 0;
        for frame in out.chunks_exact_mut(channels.max(1)) {
            let Some(at) = next else { break };
            match points.sample_at(walker, at, frame, memory) {
                Ok(()) => written += 1,
                Err(DecodeError::OutOfRange) => break,
                Err(e) => return Err(e),
            }
            next = at.advance(step, 1);
        }
        Ok(written)
    }

    /// The expert that owns a position: where two blend, the nearer one's.
    pub fn expert_at(&mut self, at: Position, memory: &mut [u32]) -> Result<Expert, DecodeError> {
        let (walker, points) = self.points(memory)?;
        points.expert_at(walker, at, memory)
    }

    /// The sound as a function of time, in memory that suffices.
    fn points(&mut self, memory: &[u32]) -> Result<(&mut Walker<'a>, &mut Points), DecodeError> {
        let needed = points_len(self.sound().header());
        if memory.len() < needed {
            return Err(DecodeError::ScratchTooSmall { needed });
        }
        if let View::Playing(stream) = &self.view {
            let back = Return { next: stream.position(), by: Self::play_from };
            self.view = View::Points(Points::default(), back);
        }
        match &mut self.view {
            View::Points(points, _) => Ok((&mut self.walker, points)),
            View::Playing(_) => Err(DecodeError::OutOfRange),
        }
    }
}
