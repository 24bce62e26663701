//! Which samples come next? (sequential decoding, and seeking)

use super::walker::{Block, Walker};
use core::ops::Range;
use nex_format::compact::Sound;
use nex_kernels::compact::{
    Memory, dct4, dct4_multiplies, round_mono, round_stereo, unfold, unfold_multiplies,
};

/// A compact sound as it is played: keeps its place, so that the next frames
/// cost only their own decisions and transform.
///
/// What the memory holds belongs to the stream; every call is given the same.
#[derive(Clone, Debug)]
pub(crate) struct Stream<'a> {
    walker: Walker<'a>,
    /// The current block; before it lies a tail of so many frames.
    block: Block,
    tail_len: u32,
    /// Whether there is a current block at all.
    primed: bool,
    /// Frames before it lack a block that was skipped.
    complete_from: u64,
    /// The next frame to give out.
    next: u32,
    multiplies: u64,
}

/// Memory by what it holds.
#[derive(Default)]
struct Views<'m> {
    blocks: Memory<'m>,
    /// By channel: the second half of the block before the current one.
    tails: [&'m mut [i32]; 2],
}

impl<'a> Stream<'a> {
    pub fn new(sound: &Sound<'a>) -> Self {
        Self {
            walker: Walker::new(sound),
            block: Block::default(),
            tail_len: 0,
            primed: false,
            complete_from: 0,
            next: 0,
            multiplies: 0,
        }
    }

    pub const fn sound(&self) -> &Sound<'a> {
        self.walker.sound()
    }

    /// Divides [`stream_len`](super::stream_len) words; of fewer there are none.
    fn views<'m>(&self, words: &'m mut [u32]) -> Option<Views<'m>> {
        let header = self.walker.header();
        let mut words = bytemuck::cast_slice_mut(words);
        let blocks = Memory::take(&mut words, header)?;
        let half = 1 << header.max_log2 >> 1;
        let (first, rest) = words.split_at_mut_checked(half)?;
        let second = if header.is_stereo() { rest.get_mut(..half)? } else { &mut [] };
        Some(Views { blocks, tails: [first, second] })
    }

    /// The frame that [`decode_block`](Self::decode_block) gives next.
    pub const fn position(&self) -> u32 {
        self.next
    }

    /// Multiplies spent so far, counted block by block: those of scaling, of transforms
    /// and overlaps; a silent block has none.
    pub const fn multiplies(&self) -> u64 {
        self.multiplies
    }

    /// Decodes the next frames into `out`, interleaved; returns how many:
    /// as many as fit, fewer at the end, then 0.
    pub fn decode_block(&mut self, out: &mut [i16], words: &mut [u32]) -> usize {
        let Some(mut views) = self.views(words) else { return 0 };
        let (frames, stereo) = (self.walker.header().frames, self.walker.header().is_stereo());
        let mut left = out;
        let mut written = 0;
        while self.next < frames {
            let room = if stereo { left.len() / 2 } else { left.len() };
            let most = room.min((frames - self.next) as usize);
            if most == 0 {
                break;
            }
            let run = self.run().min(most);
            if run == 0 {
                if self.advance(&mut views) {
                    continue;
                }
                break;
            }
            let samples = if stereo { 2 * run } else { run };
            let Some((now, later)) = core::mem::take(&mut left).split_at_mut_checked(samples)
            else {
                break;
            };
            self.copy(&views, now, stereo, run);
            left = later;
            self.next += run as u32;
            written += run;
        }
        written
    }

    /// Continues at `frame`; at or past the end nothing follows.
    ///
    /// Cost: at most the decisions of one chunk, and of the one before it if
    /// the frame lies where the two overlap; none if the frame has been
    /// decoded already or lies a little ahead.
    pub fn seek(&mut self, frame: u32) {
        self.next = frame;
        let header = *self.walker.header();
        if frame >= header.frames {
            return;
        }
        let ahead = self.ready().end..self.walker.chunk_end();
        let frame = u64::from(frame);
        if self.primed && (self.ready().contains(&frame) || ahead.contains(&frame)) {
            return;
        }
        let mut index = header.chunk_of(frame);
        let into = frame - header.chunk_start(index);
        if index > 0 && into < self.walker.overlap(index) {
            index -= 1;
        }
        self.forget();
        self.walker.go_to(index);
    }

    /// Decodes anew from where the next frame is: what the memory holds is lost.
    pub const fn forget(&mut self) {
        self.primed = false;
    }

    /// Frames whose samples are complete: the tail and the current block's
    /// first half, or all of the last block.
    fn ready(&self) -> Range<u64> {
        if !self.primed {
            return 0..0;
        }
        let end = self.block.middle();
        let last = self.block.end();
        let start = self.block.start.saturating_sub(self.tail_len.into());
        let end = if last >= u64::from(self.walker.header().frames) { last } else { end };
        start.max(self.complete_from)..end
    }

    /// How many frames lie ready from the next one on, in the tail or in the
    /// block.
    fn run(&self) -> usize {
        let (ready, next) = (self.ready(), u64::from(self.next));
        if !ready.contains(&next) {
            return 0;
        }
        let end = if next < self.block.start { ready.end.min(self.block.start) } else { ready.end };
        (end - next) as usize
    }

    /// Rounds the next `run` frames into `out`; they are ready.
    fn copy(&self, views: &Views<'_>, out: &mut [i16], stereo: bool, run: usize) {
        let next = u64::from(self.next);
        let from = |channel: usize| {
            let (tail, block) = (views.tails.get(channel)?, views.blocks.coefs.get(channel)?);
            match next.checked_sub(self.block.start) {
                Some(after) => block.get(after as usize..)?.get(..run),
                None => {
                    let before = (self.block.start - next) as usize;
                    let first = (self.tail_len as usize).checked_sub(before)?;
                    tail.get(first..)?.get(..run)
                }
            }
        };
        let first = from(0).unwrap_or_default();
        if stereo {
            round_stereo(first, from(1).unwrap_or_default(), out);
        } else {
            round_mono(first, out);
        }
    }

    /// Decodes the next block; says whether there was one.
    fn advance(&mut self, views: &mut Views<'_>) -> bool {
        if self.primed {
            self.walker.pass(self.block.end());
        } else if self.walker.chunk_end() == 0 {
            self.walker.go_to(0);
        }
        if self.walker.next_start().is_none() {
            return false;
        }
        // The second half of the block before waits for this one's overlap.
        let half = 1usize << self.block.head.log2 >> 1;
        self.tail_len = 0;
        if self.primed {
            self.tail_len = half as u32;
            for (tail, coefs) in views.tails.iter_mut().zip(&views.blocks.coefs) {
                let from = coefs.get(half..2 * half).unwrap_or_default();
                for (to, from) in tail.iter_mut().zip(from) {
                    *to = *from;
                }
            }
        }
        let Some(block) = self.walker.decode(&mut views.blocks) else { return false };
        let widest = if self.primed { self.block.head.log2 } else { self.walker.header().max_log2 };
        let overlap = 1usize << block.head.overlap.min(widest);
        for (tail, coefs) in views.tails.iter_mut().zip(&mut views.blocks.coefs) {
            let Some(coefs) = coefs.get_mut(..1 << block.head.log2) else { continue };
            if coefs.iter().any(|&x| x != 0) {
                dct4(coefs);
                self.multiplies += coefs.len() as u64 + u64::from(dct4_multiplies(block.head.log2));
            }
            if let Some(tail) = tail.get_mut(..half).filter(|_| self.primed) {
                unfold(tail, coefs, overlap);
                self.multiplies += u64::from(unfold_multiplies(overlap));
            }
        }
        if !self.primed {
            let start = block.start;
            self.complete_from = if start == 0 { 0 } else { start + (overlap as u64 >> 1) };
        }
        (self.block, self.primed) = (block, true);
        true
    }
}
