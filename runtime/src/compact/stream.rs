//! Which samples come next? (sequential decoding, and seeking)

use super::walker::{Block, Walker};
use core::ops::Range;
use nex_format::compact::Sound;
use nex_kernels::compact::{
    Memory, UNFOLD_PARTS, WHOLE_BLOCK, copy, dct4_multiplies, dct4_part, dct4_parts, round_mono,
    round_stereo, unfold_multiplies, unfold_part,
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
    /// The block after it, as far as it is decoded: in the current one's place.
    begun: Option<Begun>,
    /// Frames before it lack a block that was skipped.
    complete_from: u64,
    /// The next frame to give out.
    next: u32,
    multiplies: u64,
}

/// A block in parts.
#[derive(Clone, Copy, Debug)]
struct Begun {
    block: Block,
    /// Work that is left.
    left: u32,
    next: Part,
}

impl Begun {
    /// Work of one part of a transform, or of an overlap.
    const fn part(&self) -> u32 {
        PART_WORK << self.block.head.log2 >> 5
    }

    const fn least(&self) -> i32 {
        match self.next {
            Part::Coefs => 0,
            Part::Transform(..) => self.part() as i32 / 2,
        }
    }
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

impl<'a> Stream<'a> {
    pub fn new(sound: &Sound<'a>) -> Self {
        Self {
            walker: Walker::new(sound),
            block: Block::default(),
            tail_len: 0,
            primed: false,
            begun: None,
            complete_from: 0,
            next: 0,
            multiplies: 0,
        }
    }

    /// At the beginning of another sound, in its place.
    pub fn belong_to(&mut self, sound: &Sound<'a>) {
        self.walker.belong_to(sound);
        self.forget();
        self.next = 0;
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
                if self.advance(&mut views, &mut { WHOLE_BLOCK }) {
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
        let is_near = self.ready().contains(&frame) || ahead.contains(&frame);
        if self.primed && self.begun.is_none() && is_near {
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

    /// Does work until the next frame is ready, or as much as `left` and a part more;
    /// says whether there is a next block.
    pub fn work(&mut self, words: &mut [u32], left: &mut i32) -> bool {
        let Some(mut views) = self.views(words) else { return false };
        while self.run() == 0 {
            if !self.advance(&mut views, left) {
                return false;
            }
            if *left <= 0 || self.begun.is_some() {
                break;
            }
        }
        true
    }

    /// Frames that are to be worked at until the next one is ready, and units of
    /// work for each: those of the block that is begun, where none is, unknown.
    pub fn pending(&self) -> (u32, u32) {
        let Some(begun) = self.begun else { return (0, 0) };
        let log2 = u32::from(begun.block.head.log2);
        // More blocks, if it ends before the next frame's block does.
        let next = u64::from(self.next);
        let more = if next < begun.block.middle() {
            0
        } else {
            next.saturating_sub(begun.block.end()) as u32 + (1 << log2)
        };
        // Of 60,000 units at most, so that this fits.
        let whole = self.whole(&begun);
        let frames = (begun.left << log2) / whole.max(1);
        (frames.saturating_add(more), (whole >> log2) + 1)
    }

    /// Decodes anew from where the next frame is: what the memory holds is lost.
    pub const fn forget(&mut self) {
        (self.primed, self.begun) = (false, None);
    }

    /// Frames whose samples are complete: the tail and the current block's
    /// first half, or all of the last block.
    fn ready(&self) -> Range<u64> {
        if !self.primed || self.begun.is_some() {
            return 0..0;
        }
        let end = self.block.middle();
        let last = self.block.end();
        let start = self.block.start.saturating_sub(self.tail_len.into());
        let end = if last >= u64::from(self.walker.header().frames) { last } else { end };
        start.max(self.complete_from)..end
    }

    /// How many frames lie ready from the next one on, in the tail or in the
    /// block: [`decode_block`](Self::decode_block) gives them without work.
    pub fn run(&self) -> usize {
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

    /// Does work for the next block, as much as `left` and a part more; says whether
    /// there is one. What it takes is taken off `left`.
    fn advance(&mut self, views: &mut Views<'_>, left: &mut i32) -> bool {
        let Some(mut begun) = self.begun.take().or_else(|| self.begin(views)) else {
            return false;
        };
        // A part of a transform is begun if at least half of it is due.
        while *left > begun.least() {
            if self.go_on(&mut begun, views, left) {
                return true;
            }
        }
        self.begun = Some(begun);
        true
    }

    /// Begins the next block, if there is one.
    #[inline(never)] // its stack is to be free again while blocks are decoded
    fn begin(&mut self, views: &mut Views<'_>) -> Option<Begun> {
        if self.primed {
            self.walker.pass(self.block.end());
        } else if self.walker.chunk_end() == 0 {
            self.walker.go_to(0);
        }
        self.walker.next_start()?;
        // The second half of the block before waits for this one's overlap.
        let half = 1usize << self.block.head.log2 >> 1;
        self.tail_len = 0;
        if self.primed {
            self.tail_len = half as u32;
            for (tail, coefs) in views.tails.iter_mut().zip(&views.blocks.coefs) {
                copy(coefs.get(half..2 * half).unwrap_or_default(), tail);
            }
        }
        let block = self.walker.begin()?;
        let begun = Begun { block, left: 0, next: Part::Coefs };
        Some(Begun { left: self.whole(&begun), ..begun })
    }

    /// The work of a whole block.
    fn whole(&self, begun: &Begun) -> u32 {
        let parts = dct4_parts(begun.block.head.log2) + UNFOLD_PARTS;
        let channels = u32::from(self.walker.header().channels);
        self.walker.work(&begun.block) + channels * parts * begun.part()
    }

    /// Does the next part of the block; says whether that was the last one.
    fn go_on(&mut self, begun: &mut Begun, views: &mut Views<'_>, left: &mut i32) -> bool {
        let before = *left;
        let complete = match begun.next {
            Part::Coefs => {
                if self.walker.go_on(&mut views.blocks, &begun.block, left) {
                    begun.next = Part::Transform(0, 0);
                }
                false
            }
            Part::Transform(channel, part) => {
                *left = left.saturating_sub(begun.part() as i32);
                self.transform(begun, views, (channel.into(), part))
            }
        };
        begun.left = begun.left.saturating_sub(before.abs_diff(*left));
        complete
    }

    /// Does a part of a channel's transform.
    #[inline(never)] // its stack is to be free again while weights are decoded
    fn transform(
        &mut self,
        begun: &mut Begun,
        views: &mut Views<'_>,
        (channel, part): (usize, u32),
    ) -> bool {
        let (block, log2) = (begun.block, begun.block.head.log2);
        let memory = views.tails.get_mut(channel).zip(views.blocks.coefs.get_mut(channel));
        let Some((tail, coefs)) = memory else { return true };
        let coefs = coefs.get_mut(..1 << log2).unwrap_or_default();
        let parts = dct4_parts(log2);
        if part == 0 && coefs.iter().all(|&x| x == 0) {
            begun.next = Part::Transform(channel as u8, parts);
            return false;
        }
        begun.next = Part::Transform(channel as u8, part + 1);
        if part < parts {
            if part == 0 {
                self.multiplies += (1 << log2) + u64::from(dct4_multiplies(log2));
            }
            dct4_part(coefs, part);
            return false;
        }
        let widest = if self.primed { self.block.head.log2 } else { self.walker.header().max_log2 };
        let overlap = 1usize << block.head.overlap.min(widest);
        let tail = tail.get_mut(..self.tail_len as usize).unwrap_or_default();
        if self.primed {
            unfold_part(tail, coefs, overlap, part - parts);
            if part + 1 < parts + UNFOLD_PARTS {
                return false;
            }
            self.multiplies += u64::from(unfold_multiplies(overlap));
        }
        begun.next = Part::Transform(channel as u8 + 1, 0);
        if channel + 1 < usize::from(self.walker.header().channels) {
            return false;
        }
        if !self.primed {
            let start = block.start;
            self.complete_from = if start == 0 { 0 } else { start + (overlap as u64 >> 1) };
        }
        (self.block, self.primed) = (block, true);
        true
    }
}
