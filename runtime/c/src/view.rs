//! Is a compact sound played, or evaluated at single positions?
//!
//! Both take the same memory, one after the other; to change over costs what
//! a seek costs.
#![allow(unsafe_code)]

use crate::memory::Memory;
use nex_runtime::{
    DecodeError,
    compact::{CompactDecoder, Points, Stream},
};

/// A compact sound and the memory that it is decoded in.
pub(crate) struct View<'a> {
    decoder: CompactDecoder<'a>,
    memory: Memory<'a>,
    kind: Kind<'a>,
}

enum Kind<'a> {
    Playing(Stream<'a, 'a>),
    /// And the frame where playing goes on.
    Points(Points<'a, 'a>, u32),
}

impl<'a> View<'a> {
    pub fn new(decoder: CompactDecoder<'a>, mut memory: Memory<'a>) -> Result<Self, DecodeError> {
        // SAFETY: the first loan.
        let stream = decoder.stream(unsafe { memory.lend() })?;
        Ok(Self { decoder, memory, kind: Kind::Playing(stream) })
    }

    pub const fn decoder(&self) -> &CompactDecoder<'a> {
        &self.decoder
    }

    /// Where playing goes on.
    pub const fn position(&self) -> u32 {
        match &self.kind {
            Kind::Playing(stream) => stream.position(),
            Kind::Points(_, next) => *next,
        }
    }

    pub fn seek(&mut self, frame: u32) {
        match &mut self.kind {
            Kind::Playing(stream) => stream.seek(frame),
            Kind::Points(_, next) => *next = frame,
        }
    }

    /// The sound as it is played.
    pub fn playing(&mut self) -> Result<&mut Stream<'a, 'a>, DecodeError> {
        if let Kind::Points(_, next) = self.kind {
            // SAFETY: what borrowed the memory is overwritten, unused; on an
            // error too, for `decoder.stream` only looks at the length then.
            let mut stream = self.decoder.stream(unsafe { self.memory.lend() })?;
            stream.seek(next);
            self.kind = Kind::Playing(stream);
        }
        match &mut self.kind {
            Kind::Playing(stream) => Ok(stream),
            Kind::Points(..) => Err(DecodeError::OutOfRange),
        }
    }

    /// The sound as a function of time.
    pub fn points(&mut self) -> Result<&mut Points<'a, 'a>, DecodeError> {
        if let Kind::Playing(stream) = &self.kind {
            let needed = self.decoder.points_len();
            if self.memory.len() < needed {
                return Err(DecodeError::ScratchTooSmall { needed });
            }
            let next = stream.position();
            // SAFETY: the length suffices, so that the stream, which borrowed
            // the memory before, is overwritten, unused.
            let points = self.decoder.points(unsafe { self.memory.lend() })?;
            self.kind = Kind::Points(points, next);
        }
        match &mut self.kind {
            Kind::Points(points, _) => Ok(points),
            Kind::Playing(_) => Err(DecodeError::OutOfRange),
        }
    }
}
