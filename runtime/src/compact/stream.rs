//! Which samples come next? (sequential decoding, and seeking)

use super::{
    CompactDecoder,
    block::Blocks,
    chunk::{Choice, Chunk},
    dct::{self, dct4},
    head::Head,
    model::INPUTS,
    window::{self, unfold},
};
use core::ops::Range;
use nex_format::{compact::Chunks, range::Decoder};

/// Fractional bits of samples before they are rounded.
const FRACTION: u32 = 8;

/// A compact sound as it is played: keeps its place, so that the next frames
/// cost only their own decisions and transform.
///
/// Made by [`CompactDecoder::stream`], which also says how much memory it
/// takes.
#[derive(Debug)]
pub struct Stream<'a, 'm> {
    decoder: CompactDecoder<'a>,
    blocks: Blocks<'m>,
    /// By channel: the second half of the block before the current one.
    tails: [&'m mut [i32]; 2],
    /// What is left after the current chunk, and the current one.
    chunks: Chunks<'a>,
    chunk: Option<(u32, Chunk, Decoder<'a>)>,
    head: Head,
    /// Where the current block begins; before it lies a tail of so many frames.
    block_at: u64,
    tail_len: u32,
    /// Whether there is a current block at all.
    primed: bool,
    /// Frames before it lack a block that was skipped.
    complete_from: u64,
    /// The next frame to give out.
    next: u32,
    multiplies: u64,
}

impl<'a, 'm> Stream<'a, 'm> {
    pub(super) fn new(decoder: &CompactDecoder<'a>, memory: &'m mut [i32]) -> Option<Self> {
        let header = *decoder.header();
        let mut memory = memory;
        let blocks = Blocks::take(&mut memory, &header)?;
        let tail_len =
            if header.channels == 2 { 1 << header.max_log2 } else { 1 << header.max_log2 >> 1 };
        let (tails, _) = memory.split_at_mut_checked(tail_len)?;
        let (first, second) = tails.split_at_mut_checked(1 << header.max_log2 >> 1)?;
        let chunks = decoder.sound().chunks();
        Some(Self {
            decoder: *decoder,
            blocks,
            tails: [first, second],
            chunks,
            chunk: None,
            head: Head::default(),
            block_at: 0,
            tail_len: 0,
            primed: false,
            complete_from: 0,
            next: 0,
            multiplies: 0,
        })
    }

    /// The frame that [`decode_block`](Self::decode_block) gives next.
    #[must_use]
    pub const fn position(&self) -> u32 {
        self.next
    }

    /// Multiplies spent so far, counted block by block: those of the models'
    /// decisions, of scaling what is not zero, of transforms and overlaps.
    #[must_use]
    pub const fn multiplies(&self) -> u64 {
        self.multiplies
    }

    /// Decodes the next frames into `out`, interleaved; returns how many:
    /// as many as fit, fewer at the end, then 0.
    ///
    /// The samples are the same whatever the sizes asked for and wherever
    /// the stream was before.
    ///
    /// # Panics
    /// Never.
    pub fn decode_block(&mut self, out: &mut [i16]) -> usize {
        let header = *self.decoder.header();
        let stereo = header.channels == 2;
        let mut left = out;
        let mut written = 0;
        while self.next < header.frames {
            let room = if stereo { left.len() / 2 } else { left.len() };
            let most = room.min((header.frames - self.next) as usize);
            if most == 0 {
                break;
            }
            let run = self.run().min(most);
            if run == 0 {
                if self.advance() {
                    continue;
                }
                break;
            }
            let samples = if stereo { 2 * run } else { run };
            let Some((now, later)) = core::mem::take(&mut left).split_at_mut_checked(samples)
            else {
                break;
            };
            self.copy(now, stereo, run);
            left = later;
            self.next += run as u32;
            written += run;
        }
        written
    }

    /// Decodes the whole sound from frame 0 on; returns the number of frames.
    ///
    /// # Errors
    /// [`DecodeError::OutputTooSmall`](crate::DecodeError::OutputTooSmall).
    pub fn decode_into(&mut self, out: &mut [i16]) -> Result<usize, crate::DecodeError> {
        let header = self.decoder.header();
        let frames = usize::try_from(header.frames).unwrap_or(usize::MAX);
        let needed = frames.saturating_mul(header.channels.into());
        let out = out.get_mut(..needed).ok_or(crate::DecodeError::OutputTooSmall { needed })?;
        self.seek(0);
        Ok(self.decode_block(out))
    }

    /// Continues at `frame`; at or past the end nothing follows.
    ///
    /// Cost: at most the decisions of one chunk, and of the one before it if
    /// the frame lies where the two overlap; none if the frame has been
    /// decoded already or lies a little ahead.
    pub fn seek(&mut self, frame: u32) {
        self.next = frame;
        let header = *self.decoder.header();
        if frame >= header.frames {
            return;
        }
        let ahead = self.ready().end..self.chunk_end();
        let frame = u64::from(frame);
        if self.primed && (self.ready().contains(&frame) || ahead.contains(&frame)) {
            return;
        }
        let mut index = (frame >> header.chunk_log2) as u32;
        let mut chunks = self.chunks_from(index);
        if let Some(bytes) = chunks.clone().next().filter(|_| index > 0) {
            // The first block's head says how far the chunks overlap.
            let mut coder = Decoder::new(bytes);
            let mut chunk = Chunk::new(&header, &mut coder, Choice::default());
            let head = chunk.head(&mut coder, &Head::default());
            if frame - (u64::from(index) << header.chunk_log2) < 1 << head.overlap >> 1 {
                index -= 1;
                chunks = self.chunks_from(index);
            }
        }
        self.primed = false;
        self.chunk = None;
        self.start_chunk(index, chunks);
    }

    fn chunks_from(&self, index: u32) -> Chunks<'a> {
        let mut chunks = self.decoder.sound().chunks();
        for _ in 0..index {
            let _ = chunks.next();
        }
        chunks
    }

    fn start_chunk(&mut self, index: u32, mut chunks: Chunks<'a>) {
        let header = self.decoder.header();
        self.chunk = chunks.next().map(|bytes| {
            let mut coder = Decoder::new(bytes);
            let chunk = Chunk::new(header, &mut coder, Choice::default());
            (index, chunk, coder)
        });
        self.chunks = chunks;
        self.blocks.restart(index);
    }

    /// The first frame after the current chunk.
    fn chunk_end(&self) -> u64 {
        let index = self.chunk.as_ref().map_or(0, |(index, ..)| u64::from(*index) + 1);
        index << self.decoder.header().chunk_log2
    }

    /// Frames whose samples are complete: the tail and the current block's
    /// first half, or all of the last block.
    fn ready(&self) -> Range<u64> {
        if !self.primed {
            return 0..0;
        }
        let end = self.block_at + (1 << self.head.log2 >> 1);
        let last = self.block_at + (1 << self.head.log2);
        let start = self.block_at.saturating_sub(self.tail_len.into());
        let end = if last >= u64::from(self.decoder.header().frames) { last } else { end };
        start.max(self.complete_from)..end
    }

    /// How many frames lie ready from the next one on, in the tail or in the
    /// block.
    fn run(&self) -> usize {
        let (ready, next) = (self.ready(), u64::from(self.next));
        if !ready.contains(&next) {
            return 0;
        }
        let end = if next < self.block_at { ready.end.min(self.block_at) } else { ready.end };
        (end - next) as usize
    }

    /// Rounds the next `run` frames into `out`; they are ready.
    fn copy(&self, out: &mut [i16], stereo: bool, run: usize) {
        let next = u64::from(self.next);
        let from = |channel: usize| {
            let (tail, block) = (self.tails.get(channel)?, self.blocks.channels.get(channel)?);
            match next.checked_sub(self.block_at) {
                Some(after) => block.coefs.get(after as usize..)?.get(..run),
                None => {
                    let before = (self.block_at - next) as usize;
                    let first = (self.tail_len as usize).checked_sub(before)?;
                    tail.get(first..)?.get(..run)
                }
            }
        };
        let first = from(0).unwrap_or_default();
        if !stereo {
            for (sample, value) in out.iter_mut().zip(first) {
                *sample = round(*value);
            }
            return;
        }
        let second = from(1).unwrap_or_default();
        for (frame, (left, right)) in out.chunks_exact_mut(2).zip(first.iter().zip(second)) {
            if let [a, b] = frame {
                (*a, *b) = (round(*left), round(*right));
            }
        }
    }

    /// Decodes the next block; says whether there was one.
    fn advance(&mut self) -> bool {
        let header = *self.decoder.header();
        let after = if self.primed { self.block_at + (1 << self.head.log2) } else { 0 };
        if self.chunk.is_none() {
            self.start_chunk(0, self.decoder.sound().chunks());
        } else if self.primed && after >= self.chunk_end() {
            let index = self.chunk.as_ref().map_or(0, |(index, ..)| index + 1);
            self.start_chunk(index, self.chunks);
        }
        let Some((index, chunk, coder)) = &mut self.chunk else { return false };
        let start = (u64::from(*index) << header.chunk_log2) + u64::from(chunk.at());
        if start >= u64::from(header.frames) {
            return false;
        }
        // The second half of the block before waits for this one's overlap.
        let half = 1usize << self.head.log2 >> 1;
        self.tail_len = 0;
        if self.primed {
            self.tail_len = half as u32;
            for (tail, channel) in self.tails.iter_mut().zip(&self.blocks.channels) {
                for (to, from) in tail.iter_mut().zip(channel.coefs.iter().skip(half)) {
                    *to = *from;
                }
            }
        }
        let before = self.head.log2;
        let head = chunk.head(coder, &Head::default());
        let decisions = chunk.taught().decisions;
        self.blocks.decode(coder, (&header, chunk), &head);
        let decisions = chunk.taught().decisions.wrapping_sub(decisions);
        self.multiplies += u64::from(decisions) * INPUTS as u64;
        let widest = if self.primed { before } else { header.max_log2 };
        let overlap = 1usize << head.overlap.min(widest);
        for (tail, channel) in self.tails.iter_mut().zip(&mut self.blocks.channels) {
            let Some(block) = channel.coefs.get_mut(..1 << head.log2) else { continue };
            let nonzero = block.iter().filter(|&&x| x != 0).count();
            if nonzero > 0 {
                dct4(block);
                self.multiplies += nonzero as u64 + u64::from(dct::multiplies(head.log2));
            }
            if let Some(tail) = tail.get_mut(..half).filter(|_| self.primed) {
                unfold(tail, block, overlap);
                self.multiplies += u64::from(window::multiplies(overlap));
            }
        }
        if !self.primed {
            self.complete_from = if start == 0 { 0 } else { start + (overlap as u64 >> 1) };
        }
        (self.head, self.block_at, self.primed) = (head, start, true);
        true
    }
}

/// A sample of [`FRACTION`] fractional bits as a whole number.
fn round(value: i32) -> i16 {
    let value = value.saturating_add(1 << (FRACTION - 1)) >> FRACTION;
    value.clamp(i16::MIN.into(), i16::MAX.into()) as i16
}
