//! Which block comes next in a sound? (what playing and seeking share)

use nex_coding::{partition::Head, range::Decoder, sound::Chunk};
use nex_format::compact::{Chunks, Sound, SoundHeader};
use nex_kernels::compact::{Blocks, Memory, WHOLE_BLOCK};

/// A place among the blocks of a sound: which chunk, and where in it.
#[derive(Clone, Debug)]
pub(super) struct Walker<'a> {
    sound: Sound<'a>,
    /// What is left after the current chunk.
    chunks: Chunks<'a>,
    /// Which chunk is the current one, if any.
    index: Option<u32>,
    chunk: Chunk,
    coder: Decoder<'a>,
    blocks: Blocks,
    multiplies: u64,
}

/// A decoded block.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Block {
    /// Its first frame.
    first: u32,
    pub head: Head,
}

impl Block {
    pub const fn start(&self) -> u64 {
        self.first as u64
    }

    pub const fn len(&self) -> u64 {
        1 << self.head.log2
    }

    pub const fn end(&self) -> u64 {
        self.start() + self.len()
    }

    pub const fn middle(&self) -> u64 {
        self.start() + self.len() / 2
    }
}

impl<'a> Walker<'a> {
    /// Before the first block.
    #[inline(always)]
    pub fn new(sound: &Sound<'a>) -> Self {
        Self {
            sound: *sound,
            chunks: sound.chunks(),
            index: None,
            chunk: Chunk::blank(sound.header()),
            coder: Decoder::new(&[]),
            blocks: Blocks::default(),
            multiplies: 0,
        }
    }

    /// Before the first block of another sound: in its place, for a walker is large.
    pub fn belong_to(&mut self, sound: &Sound<'a>) {
        self.sound = *sound;
        self.index = None;
        self.chunk.belong_to(sound.header());
    }

    pub const fn sound(&self) -> &Sound<'a> {
        &self.sound
    }

    pub const fn header(&self) -> &SoundHeader {
        self.sound.header()
    }

    /// Multiplies that were spent on blocks, by whom counts them.
    pub const fn multiplies(&self) -> u64 {
        self.multiplies
    }

    /// Counts so many more.
    pub fn spend(&mut self, multiplies: u32) {
        self.multiplies += u64::from(multiplies);
    }

    /// Goes to the beginning of a chunk. To find it takes a few instructions for
    /// each one before it.
    pub fn go_to(&mut self, index: u32) {
        self.chunks = self.sound.chunks();
        for _ in 0..index {
            let _ = self.chunks.next();
        }
        self.open(index);
    }

    #[inline(never)] // called from two places
    fn open(&mut self, index: u32) {
        self.index = None;
        if let Some(bytes) = self.chunks.next() {
            self.index = Some(index);
            self.coder = Decoder::new(bytes);
            self.chunk.restart(&mut self.coder);
        }
        self.blocks.restart(index);
    }

    /// Goes to a chunk and says how many frames after its beginning still hear the
    /// chunk before: the first block's head, which is read, says how far they
    /// overlap.
    pub fn overlap(&mut self, index: u32) -> u64 {
        self.go_to(index);
        1 << self.chunk.decode_head(&mut self.coder).overlap >> 1
    }

    /// The first frame after the current chunk.
    pub fn chunk_end(&self) -> u64 {
        self.index.map_or(0, |index| self.header().chunk_start(index + 1))
    }

    /// Goes on to the chunk after the current one if that one has no block after
    /// frame `end`.
    pub fn pass(&mut self, end: u64) {
        if end >= self.chunk_end() {
            self.open(self.index.map_or(0, |index| index + 1));
        }
    }

    /// The first frame of the next block; `None` after the last one.
    pub fn next_start(&self) -> Option<u32> {
        let start = self.header().chunk_start(self.index?) + u64::from(self.chunk.at());
        u32::try_from(start).ok().filter(|&start| start < self.header().frames)
    }

    /// Decodes the head of the next block; `None` after the last one.
    pub fn begin(&mut self) -> Option<Block> {
        let first = self.next_start()?;
        let head = self.chunk.decode_head(&mut self.coder);
        Some(Block { first, head })
    }

    /// The work that the coefficients of a block take.
    pub fn work(&self, block: &Block) -> u32 {
        Blocks::work(self.header(), &block.head)
    }

    /// Goes on with the coefficients of the block that was begun, for about so much
    /// work; says whether they are complete.
    pub fn go_on(&mut self, memory: &mut Memory<'_>, block: &Block, left: &mut i32) -> bool {
        let chunk = (self.sound.header(), &mut self.chunk);
        self.blocks.decode(memory, &mut self.coder, chunk, &block.head, left)
    }

    /// Decodes the head of the next block and its coefficients; `None` after the
    /// last one.
    pub fn decode(&mut self, memory: &mut Memory<'_>) -> Option<Block> {
        let block = self.begin()?;
        while !self.go_on(memory, &block, &mut { WHOLE_BLOCK }) {}
        Some(block)
    }
}
