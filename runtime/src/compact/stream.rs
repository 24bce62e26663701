//! Which samples come next? (sequential decoding, and seeking)

use super::walker::{Block, Walker};
use core::ops::Range;
use nex_format::compact::SoundHeader;
use nex_kernels::compact::{
    Memory, UNFOLD_PARTS, WHOLE_BLOCK, copy, dct4_multiplies, dct4_part, dct4_parts, round_mono,
    round_stereo, unfold_multiplies, unfold_part,
};

/// A compact sound as it is played: keeps its place, so that the next frames
/// cost only their own decisions and transform.
///
/// What the memory holds belongs to the stream, and so does the walker; every call is
/// given the same.
#[derive(Clone, Debug, Default)]
pub(super) struct Stream {
    /// The current block; before it lies a tail of so many frames.
    block: Block,
    tail_len: u32,
    /// Whether there is a current block at all.
    primed: bool,
    /// What is to be done next for the block after it, if that is begun: it is decoded
    /// in the current one's place.
    part: Option<Part>,
    begun: Block,
    /// Work that is left for it.
    left: u32,
    /// Frames before it lack a block that was skipped.
    complete_from: u32,
    /// The next frame to give out.
    next: u32,
}

/// Work of one part of a block's transform, or of its overlap.
const fn part_work(block: &Block) -> u32 {
    PART_WORK << block.head.log2 >> 5
}

/// The work of a whole block.
fn whole(walker: &Walker<'_>, block: &Block) -> u32 {
    let parts = dct4_parts(block.head.log2) + UNFOLD_PARTS;
    let channels = u32::from(walker.header().channels);
    walker.work(block) + channels * parts * part_work(block)
}

/// What is to be done next.
#[derive(Clone, Copy, Debug)]
enum Part {
    Coefs,
    /// The part of a channel's transform that has this number, or of its overlap.
    Transform(u8, u32),
}

/// Work of a part of a transform of 32 values, in units of some 20 instructions.
const PART_WORK: u32 = 17;

/// Memory by what it holds.
#[derive(Default)]
struct Views<'m> {
    blocks: Memory<'m>,
    /// By channel: the second half of the block before the current one.
    tails: [&'m mut [i32]; 2],
}

impl<'m> Views<'m> {
    /// Divides [`stream_len`](super::stream_len) words; of fewer there are none.
    fn of(header: &SoundHeader, words: &'m mut [u32]) -> Option<Self> {
        let mut words = bytemuck::cast_slice_mut(words);
        let blocks = Memory::take(&mut words, header)?;
        let half = 1 << header.max_log2 >> 1;
        let (first, rest) = words.split_at_mut_checked(half)?;
        let second = if header.is_stereo() { rest.get_mut(..half)? } else { &mut [] };
        Some(Self { blocks, tails: [first, second] })
    }
}

impl Stream {
    /// Goes to the beginning of another sound.
    pub const fn restart(&mut self) {
        self.forget();
        self.next = 0;
    }

    /// The frame that [`decode_block`](Self::decode_block) gives next.
    pub const fn position(&self) -> u32 {
        self.next
    }

    /// Decodes the next frames into `out`, interleaved; returns how many:
    /// as many as fit, fewer at the end, then 0.
    pub fn decode_block(
        &mut self,
        walker: &mut Walker<'_>,
        out: &mut [i16],
        words: &mut [u32],
    ) -> usize {
        let Some(mut views) = Views::of(walker.header(), words) else { return 0 };
        let (frames, stereo) = (walker.header().frames, walker.header().is_stereo());
        let mut left = out;
        let mut written = 0;
        while self.next < frames {
            let room = if stereo { left.len() / 2 } else { left.len() };
            let most = room.min((frames - self.next) as usize);
            if most == 0 {
                break;
            }
            let run = self.run(walker).min(most);
            if run == 0 {
                if self.advance(walker, &mut views, &mut { WHOLE_BLOCK }) {
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
    pub fn seek(&mut self, walker: &mut Walker<'_>, frame: u32) {
        self.next = frame;
        let header = *walker.header();
        if frame >= header.frames {
            return;
        }
        let ready = self.ready(walker);
        let ahead = ready.end..walker.chunk_end();
        let frame = u64::from(frame);
        let is_near = ready.contains(&frame) || ahead.contains(&frame);
        if self.primed && self.part.is_none() && is_near {
            return;
        }
        let mut index = header.chunk_of(frame);
        let into = frame - header.chunk_start(index);
        if index > 0 && into < walker.overlap(index) {
            index -= 1;
        }
        self.forget();
        walker.go_to(index);
    }

    /// Does work until the next frame is ready, or as much as `left` and a part more;
    /// says whether there is a next block.
    pub fn work(&mut self, walker: &mut Walker<'_>, words: &mut [u32], left: &mut i32) -> bool {
        let Some(mut views) = Views::of(walker.header(), words) else { return false };
        while self.run(walker) == 0 {
            if !self.advance(walker, &mut views, left) {
                return false;
            }
            if *left <= 0 || self.part.is_some() {
                break;
            }
        }
        true
    }

    /// Frames that are to be worked at until the next one is ready, and units of
    /// work for each: those of the block that is begun, where none is, unknown.
    pub fn pending(&self, walker: &Walker<'_>) -> (u32, u32) {
        if self.part.is_none() {
            return (0, 0);
        }
        let log2 = u32::from(self.begun.head.log2);
        // More blocks, if it ends before the next frame's block does.
        let next = u64::from(self.next);
        let more = if next < self.begun.middle() {
            0
        } else {
            next.saturating_sub(self.begun.end()) as u32 + (1 << log2)
        };
        // Of 60,000 units at most, so that this fits.
        let whole = whole(walker, &self.begun);
        let frames = (self.left << log2) / whole.max(1);
        (frames.saturating_add(more), (whole >> log2) + 1)
    }

    /// Decodes anew from where the next frame is: what the memory holds is lost.
    pub const fn forget(&mut self) {
        (self.primed, self.part) = (false, None);
    }

    /// Frames whose samples are complete: the tail and the current block's
    /// first half, or all of the last block.
    fn ready(&self, walker: &Walker<'_>) -> Range<u64> {
        if !self.primed || self.part.is_some() {
            return 0..0;
        }
        let end = self.block.middle();
        let last = self.block.end();
        let start = self.block.start().saturating_sub(self.tail_len.into());
        let end = if last >= u64::from(walker.header().frames) { last } else { end };
        start.max(self.complete_from.into())..end
    }

    /// How many frames lie ready from the next one on, in the tail or in the
    /// block: [`decode_block`](Self::decode_block) gives them without work.
    pub fn run(&self, walker: &Walker<'_>) -> usize {
        let (ready, next) = (self.ready(walker), u64::from(self.next));
        if !ready.contains(&next) {
            return 0;
        }
        let end =
            if next < self.block.start() { ready.end.min(self.block.start()) } else { ready.end };
        (end - next) as usize
    }

    /// Rounds the next `run` frames into `out`; they are ready.
    fn copy(&self, views: &Views<'_>, out: &mut [i16], stereo: bool, run: usize) {
        let next = u64::from(self.next);
        let from = |channel: usize| {
            let (tail, block) = (views.tails.get(channel)?, views.blocks.coefs.get(channel)?);
            match next.checked_sub(self.block.start()) {
                Some(after) => block.get(after as usize..)?.get(..run),
                None => {
                    let before = (self.block.start() - next) as usize;
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

    /// Does work for the next block, as much as `left` and a part more; says whether
    /// there is one. What it takes is taken off `left`.
    fn advance(&mut self, walker: &mut Walker<'_>, views: &mut Views<'_>, left: &mut i32) -> bool {
        if self.part.is_none() && self.begin(walker, views).is_none() {
            return false;
        }
        while let Some(part) = self.part {
            // A part of a transform is begun if at least half of it is due.
            let least = match part {
                Part::Coefs => 0,
                Part::Transform(..) => part_work(&self.begun) as i32 / 2,
            };
            if *left <= least {
                break;
            }
            let before = *left;
            self.go_on(walker, views, part, left);
            self.left = self.left.saturating_sub(before.abs_diff(*left));
        }
        true
    }

    /// Begins the next block, if there is one.
    #[inline(never)] // its stack is to be free again while blocks are decoded
    fn begin(&mut self, walker: &mut Walker<'_>, views: &mut Views<'_>) -> Option<()> {
        if self.primed {
            walker.pass(self.block.end());
        } else if walker.chunk_end() == 0 {
            walker.go_to(0);
        }
        walker.next_start()?;
        // The second half of the block before waits for this one's overlap.
        let half = 1usize << self.block.head.log2 >> 1;
        self.tail_len = 0;
        if self.primed {
            self.tail_len = half as u32;
            for (tail, coefs) in views.tails.iter_mut().zip(&views.blocks.coefs) {
                copy(coefs.get(half..2 * half).unwrap_or_default(), tail);
            }
        }
        self.begun = walker.begin()?;
        self.left = whole(walker, &self.begun);
        self.part = Some(Part::Coefs);
        Some(())
    }

    /// Does a part of the block.
    fn go_on(
        &mut self,
        walker: &mut Walker<'_>,
        views: &mut Views<'_>,
        part: Part,
        left: &mut i32,
    ) {
        match part {
            Part::Coefs => {
                if walker.go_on(&mut views.blocks, &self.begun, left) {
                    self.part = Some(Part::Transform(0, 0));
                }
            }
            Part::Transform(channel, part) => {
                *left = left.saturating_sub(part_work(&self.begun) as i32);
                self.part = self.transform(walker, views, (channel.into(), part));
            }
        }
    }

    /// Does a part of a channel's transform; says what comes after it, if that was not
    /// the last one.
    #[inline(never)] // its stack is to be free again while weights are decoded
    fn transform(
        &mut self,
        walker: &mut Walker<'_>,
        views: &mut Views<'_>,
        (channel, part): (usize, u32),
    ) -> Option<Part> {
        let block = self.begun;
        let log2 = block.head.log2;
        let (tail, coefs) =
            views.tails.get_mut(channel).zip(views.blocks.coefs.get_mut(channel))?;
        let coefs = coefs.get_mut(..1 << log2).unwrap_or_default();
        let parts = dct4_parts(log2);
        if part == 0 && coefs.iter().all(|&x| x == 0) {
            return Some(Part::Transform(channel as u8, parts));
        }
        let next = Some(Part::Transform(channel as u8, part + 1));
        if part < parts {
            if part == 0 {
                walker.spend((1 << log2) + dct4_multiplies(log2));
            }
            dct4_part(coefs, part);
            return next;
        }
        let widest = if self.primed { self.block.head.log2 } else { walker.header().max_log2 };
        let overlap = 1usize << block.head.overlap.min(widest);
        let tail = tail.get_mut(..self.tail_len as usize).unwrap_or_default();
        if self.primed {
            unfold_part(tail, coefs, overlap, part - parts);
            if part + 1 < parts + UNFOLD_PARTS {
                return next;
            }
            walker.spend(unfold_multiplies(overlap));
        }
        if channel + 1 < usize::from(walker.header().channels) {
            return Some(Part::Transform(channel as u8 + 1, 0));
        }
        if !self.primed {
            let start = block.start() as u32;
            self.complete_from =
                if start == 0 { 0 } else { start.saturating_add(overlap as u32 >> 1) };
        }
        (self.block, self.primed) = (block, true);
        None
    }
}
