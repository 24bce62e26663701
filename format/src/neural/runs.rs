//! Which expert decides a frame, if the decisions are stored in the file?
//!
//! A file with baked routing has no manager. Its section of runs holds the
//! manager's decisions (`SPEC.md`, "Baked routing"): a frame's chunk is found in an
//! index, its run by reading the chunk, which has [`MAX_CHUNK_RUNS`] at most.

use crate::{Error, Part};

/// Runs of one chunk at most: bounds what one seek reads.
pub const MAX_CHUNK_RUNS: usize = 128;
/// log2 of a chunk's frames at most.
pub(crate) const MAX_CHUNK_LOG2: u8 = 31;
/// A chunk has at most 2^8 times the frames that end a group of lengths, so
/// that its lengths have at most 2^8 zeros before their ones.
pub(crate) const MAX_GROUPS_LOG2: u8 = 8;

/// Frames in a row that one expert decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Run {
    /// The expert's index.
    pub expert: u8,
    /// The first frame.
    pub start: u32,
    /// How many, 1 or more.
    pub frames: u32,
}

/// The decisions for all frames of a sound, borrowed from the file.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Runs<'a> {
    frames: u32,
    experts: u16,
    chunk_log2: u8,
    /// Low bits of a length.
    low_bits: u8,
    /// Bytes of an entry of the index.
    entry_bytes: u8,
    /// Where the chunks begin in `data`; that of the first is left out.
    index: &'a [u8],
    data: &'a [u8],
}

impl<'a> Runs<'a> {
    /// Reads a section and checks all of it, bit by bit.
    pub(crate) fn parse(bytes: &'a [u8], frames: u32, experts: u16) -> Result<Self, Error> {
        let error = Error::BadHeader(Part::Routing);
        let (&[chunk_log2, low_bits, entry_bytes], rest) =
            bytes.split_first_chunk::<3>().ok_or(error)?;
        let low = chunk_log2.saturating_sub(MAX_GROUPS_LOG2)..=chunk_log2;
        if chunk_log2 > MAX_CHUNK_LOG2 || !low.contains(&low_bits) {
            return Err(error);
        }
        let chunks = chunks(frames, chunk_log2);
        let index_bytes = u64::from(chunks - 1) * u64::from(entry_bytes);
        let index_bytes = usize::try_from(index_bytes).map_err(|_| error)?;
        let (index, data) = rest.split_at_checked(index_bytes).ok_or(error)?;
        if entry_bytes != needed_bytes(data.len() as u64) {
            return Err(error);
        }
        let runs = Self { frames, experts, chunk_log2, low_bits, entry_bytes, index, data };
        let mut start = 0;
        for chunk in 0..chunks {
            let end = runs.chunk_end(chunk, start).ok_or(error)?;
            let expected = if chunk + 1 < chunks { runs.entry(chunk + 1) } else { data.len() };
            if end != expected {
                return Err(error);
            }
            start = end;
        }
        Ok(runs)
    }

    /// Where the data of a chunk end that begin at `start`; `None` if they
    /// are no chunk.
    fn chunk_end(&self, chunk: u32, start: usize) -> Option<usize> {
        let mut bits = Bits::new(self.data.get(start..)?);
        let mut left = u64::from(self.frames_of(chunk));
        let mut choices = u32::from(self.experts);
        for _ in 0..MAX_CHUNK_RUNS {
            bits.choice(choices);
            choices = u32::from(self.experts).saturating_sub(1);
            left = left.checked_sub(bits.length(self.low_bits))?;
            if left == 0 {
                let end = start.checked_add(bits.whole_bytes()?)?;
                return (end <= self.data.len()).then_some(end);
            }
        }
        None
    }

    /// Frames of the sound.
    #[must_use]
    pub const fn frames(&self) -> u32 {
        self.frames
    }

    /// Frames of every chunk but the last, a power of two.
    #[must_use]
    pub const fn chunk_frames(&self) -> u32 {
        1 << self.chunk_log2
    }

    /// The expert that decides a frame; 0 past the end.
    ///
    /// Cost: one chunk is read up to the frame, [`MAX_CHUNK_RUNS`] runs at
    /// most. A [`RunCursor`] is faster for many frames.
    ///
    /// # Panics
    /// Never.
    #[must_use]
    pub fn expert_at(&self, frame: u32) -> u8 {
        self.cursor().expert_at(frame)
    }

    /// A place among the runs that can be moved.
    #[must_use]
    pub const fn cursor(&self) -> RunCursor<'a> {
        let bits = Bits::new(&[]);
        RunCursor { runs: *self, bits, expert: 0, start: 0, end: 0, chunk_end: 0 }
    }

    /// All runs as they are stored: where a chunk begins, so does a run,
    /// whichever expert was last.
    pub fn iter(&self) -> impl Iterator<Item = Run> + use<'a> {
        let mut cursor = self.cursor();
        let mut next = 0;
        core::iter::from_fn(move || {
            let expert = (next < cursor.runs.frames).then(|| cursor.expert_at(next))?;
            let RunCursor { start, end, .. } = cursor;
            next = end;
            Some(Run { expert, start, frames: end - start })
        })
    }

    /// Frames of a chunk that there is.
    fn frames_of(&self, chunk: u32) -> u32 {
        self.frames.saturating_sub(chunk << self.chunk_log2).min(self.chunk_frames())
    }

    /// Where the data of a chunk but the first begin.
    fn entry(&self, chunk: u32) -> usize {
        let width = usize::from(self.entry_bytes);
        let at = (chunk.saturating_sub(1) as usize).saturating_mul(width);
        let bytes = self.index.get(at..at.saturating_add(width)).unwrap_or(&[]);
        bytes.iter().rev().fold(0, |sum, &byte| sum << 8 | usize::from(byte))
    }
}

/// Chunks of a sound that has a frame.
const fn chunks(frames: u32, chunk_log2: u8) -> u32 {
    (frames.saturating_sub(1) >> chunk_log2) + 1
}

/// The least bytes that hold a number, 1 to 4 (5: too large for the format).
pub(crate) const fn needed_bytes(number: u64) -> u8 {
    match number {
        0..0x100 => 1,
        0x100..0x1_0000 => 2,
        0x1_0000..0x100_0000 => 3,
        0x100_0000..0x1_0000_0000 => 4,
        _ => 5,
    }
}

/// A place among the runs of a file.
///
/// Moving on to a later frame costs as many runs as lie between; any other
/// move reads a chunk from its beginning.
#[derive(Clone, Debug)]
pub struct RunCursor<'a> {
    runs: Runs<'a>,
    bits: Bits<'a>,
    /// Of the run of frames `start..end`.
    expert: u8,
    start: u32,
    end: u32,
    chunk_end: u32,
}

impl RunCursor<'_> {
    /// Moves to a frame and gives the expert that decides it; 0 past the end.
    ///
    /// # Panics
    /// Never.
    #[inline(never)]
    pub fn expert_at(&mut self, frame: u32) -> u8 {
        if frame >= self.runs.frames {
            return 0;
        }
        if frame < self.start || frame >= self.chunk_end {
            self.open(frame >> self.runs.chunk_log2);
        }
        while frame >= self.end {
            let choice = self.bits.choice(u32::from(self.runs.experts).saturating_sub(1));
            // The others; a run's own expert cannot follow itself.
            let before = u32::from(self.expert);
            self.expert = (choice + u32::from(choice >= before)) as u8;
            self.start = self.end;
            self.measure();
        }
        self.expert
    }

    #[inline(never)]
    fn open(&mut self, chunk: u32) {
        let Runs { data, experts, chunk_log2, .. } = self.runs;
        let at = if chunk == 0 { 0 } else { self.runs.entry(chunk) };
        self.bits = Bits::new(data.get(at..).unwrap_or(&[]));
        self.start = chunk << chunk_log2;
        self.chunk_end = self.start.saturating_add(self.runs.frames_of(chunk));
        self.expert = self.bits.choice(experts.into()) as u8;
        self.measure();
    }

    /// Reads the length of the run that begins at `start`.
    fn measure(&mut self) {
        let length = self.bits.length(self.runs.low_bits);
        let length = u32::try_from(length).unwrap_or(u32::MAX);
        self.end = self.start.saturating_add(length).min(self.chunk_end);
    }
}

/// The bits of bytes, the highest of a byte first; zeros after the last.
///
/// Its methods stay out of line: a run costs far less than the frames that it
/// spares the manager, and a decoder's flash counts.
#[derive(Clone, Debug)]
struct Bits<'a> {
    data: &'a [u8],
    at: u32,
}

impl<'a> Bits<'a> {
    const fn new(data: &'a [u8]) -> Self {
        Self { data, at: 0 }
    }

    /// The next 25 bits at least, at the top; what follows them counts not.
    #[inline(never)]
    fn window(&self) -> u32 {
        let rest = self.data.get((self.at / 8) as usize..).unwrap_or(&[]);
        let bytes = rest.first_chunk().copied().unwrap_or_else(|| {
            let mut bytes = [0; 4];
            bytes.iter_mut().zip(rest).for_each(|(to, from)| *to = *from);
            bytes
        });
        u32::from_be_bytes(bytes) << (self.at % 8)
    }

    /// A number of up to 16 bits.
    fn number(&mut self, bits: u32) -> u32 {
        let value = self.window().checked_shr(32 - bits).unwrap_or(0);
        self.at += bits;
        value
    }

    /// One of `count` choices, 256 at most: those of the lowest numbers that
    /// can spare one have a bit less.
    #[inline(never)]
    fn choice(&mut self, count: u32) -> u32 {
        let bits = count.max(1).ilog2();
        let short = (2 << bits) - count.max(1);
        let value = self.number(bits);
        if value < short { value } else { 2 * value + self.number(1) - short }
    }

    /// A run's length, 1 or more: the zeros before a one count groups of
    /// 2^`low_bits` frames. More groups than a chunk can have are not counted
    /// on.
    #[inline(never)]
    fn length(&mut self, low_bits: u8) -> u64 {
        const AT_ONCE: u32 = 24;
        let mut groups = 0u32;
        loop {
            let zeros = self.window().leading_zeros().min(AT_ONCE);
            groups += zeros;
            self.at += zeros;
            if zeros < AT_ONCE {
                self.at += 1;
                break;
            }
            if groups > 1 << MAX_GROUPS_LOG2 {
                break;
            }
        }
        let low = u32::from(low_bits);
        let high = self.number(low.saturating_sub(16));
        let rest = high << low.min(16) | self.number(low.min(16));
        (u64::from(groups) << low_bits | u64::from(rest)) + 1
    }

    /// Bytes that hold the bits so far; `None` unless zeros fill the last.
    fn whole_bytes(&self) -> Option<usize> {
        let spare = self.at.next_multiple_of(8) - self.at;
        let rest = self.window().checked_shr(32 - spare).unwrap_or(0);
        (rest == 0).then_some((self.at.div_ceil(8)) as usize)
    }
}
