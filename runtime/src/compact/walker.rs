//! Which block comes next in a sound? (what playing and seeking share)

use nex_coding::{partition::Head, range::Decoder, sound::Chunk};
use nex_format::compact::{Chunks, Sound, SoundHeader};
use nex_kernels::compact::{Blocks, Memory};

/// A place among the blocks of a sound: which chunk, and where in it.
#[derive(Clone, Debug)]
pub(super) struct Walker<'a> {
    sound: Sound<'a>,
    /// What is left after the current chunk, and the current one with its index.
    chunks: Chunks<'a>,
    chunk: Option<(u32, Chunk, Decoder<'a>)>,
    blocks: Blocks,
}

/// A decoded block.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Block {
    /// Its first frame.
    pub start: u64,
    pub head: Head,
}

impl Block {
    pub const fn len(&self) -> u64 {
        1 << self.head.log2
    }

    pub const fn end(&self) -> u64 {
        self.start + self.len()
    }

    pub const fn middle(&self) -> u64 {
        self.start + self.len() / 2
    }
}

impl<'a> Walker<'a> {
    /// Before the first block.
    pub fn new(sound: &Sound<'a>) -> Self {
        Self { sound: *sound, chunks: sound.chunks(), chunk: None, blocks: Blocks::default() }
    }

    pub const fn header(&self) -> &SoundHeader {
        self.sound.header()
    }

    /// Goes to the beginning of a chunk. To find it takes a few instructions for
    /// each one before it.
    pub fn go_to(&mut self, index: u32) {
        self.chunks = self.chunks_from(index);
        self.open(index);
    }

    fn chunks_from(&self, index: u32) -> Chunks<'a> {
        let mut chunks = self.sound.chunks();
        for _ in 0..index {
            let _ = chunks.next();
        }
        chunks
    }

    fn open(&mut self, index: u32) {
        self.chunk = self.chunks.next().map(|bytes| {
            let mut coder = Decoder::new(bytes);
            let chunk = Chunk::decode(self.sound.header(), &mut coder);
            (index, chunk, coder)
        });
        self.blocks.restart(index);
    }

    /// How many frames after a chunk's beginning still hear the chunk before: the
    /// first block's head says how far they overlap.
    pub fn overlap(&self, index: u32) -> u64 {
        let Some(bytes) = self.chunks_from(index).next() else { return 0 };
        let mut coder = Decoder::new(bytes);
        let head = Chunk::decode(self.header(), &mut coder).decode_head(&mut coder);
        1 << head.overlap >> 1
    }

    /// The first frame after the current chunk.
    pub fn chunk_end(&self) -> u64 {
        let index = self.chunk.as_ref().map_or(0, |(index, ..)| u64::from(*index) + 1);
        index << self.header().chunk_log2
    }

    /// Goes on to the chunk after the current one if that one has no block after
    /// frame `end`.
    pub fn pass(&mut self, end: u64) {
        if end >= self.chunk_end() {
            let index = self.chunk.as_ref().map_or(0, |(index, ..)| index + 1);
            self.open(index);
        }
    }

    /// The first frame of the next block; `None` after the last one.
    pub fn next_start(&self) -> Option<u64> {
        let (index, chunk, _) = self.chunk.as_ref()?;
        let start = (u64::from(*index) << self.header().chunk_log2) + u64::from(chunk.at());
        (start < u64::from(self.header().frames)).then_some(start)
    }

    /// Decodes the head of the next block and its coefficients; `None` after the
    /// last one. Says how many decisions of weights that were, too.
    pub fn decode(&mut self, memory: &mut Memory<'_>) -> Option<(Block, u32)> {
        let start = self.next_start()?;
        let (_, chunk, coder) = self.chunk.as_mut()?;
        let head = chunk.decode_head(coder);
        let before = chunk.taught().decisions;
        self.blocks.decode(memory, coder, (self.sound.header(), chunk), &head);
        let decisions = chunk.taught().decisions.wrapping_sub(before);
        Some((Block { start, head }, decisions))
    }
}
