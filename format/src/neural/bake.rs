//! How do a manager's decisions replace it in a file? (host side, needs an
//! allocator)

use super::{
    File, Header, MAX_CHUNK_RUNS, NETWORKS,
    header::{Arithmetic, BlockHeader},
    mixture::{EncoderHeader, kind},
    runs::{MAX_CHUNK_LOG2, MAX_GROUPS_LOG2, needed_bytes},
};
use crate::{
    Error, Part, SectionId,
    file::{
        container::{Container, seal},
        reader::Reader,
    },
};
use alloc::vec::Vec;

/// Makes the file with baked routing: without the manager, with the expert of
/// every frame stored in runs.
///
/// `experts` `[frames]` are the decisions of the file's manager, from a
/// decoder; the file then decodes to the same samples at all frames. Between
/// them the expert of the frame before decides. A file that has runs already
/// gets these instead. Of a picture they are `[rows, columns]`, and need the
/// feature `networks`; a pixel's expert decides everywhere in it.
///
/// The lengths of chunks and codes are those that give the fewest bytes.
///
/// # Errors
/// What [`File::parse`] says of the bytes; without the feature
/// [`Error::OtherKind`] if it is no sound;
/// [`Error::BadHeader`] of [`Part::Experts`] if there is only one, of
/// [`Part::Routing`] if `experts` are not as many as the signal has points, or
/// one is not in the file.
pub fn bake(bytes: &[u8], experts: &[u8]) -> Result<Vec<u8>, Error> {
    let file = File::parse(bytes)?;
    let header = file.header();
    let stored = match header {
        Header::Sound(_) => true,
        Header::Picture(_) => NETWORKS,
        Header::Shape(_) => false,
    };
    if !stored {
        return Err(Error::OtherKind(header.kind()));
    }
    let count = file.mixture().experts.count();
    if count < 2 {
        return Err(Error::BadHeader(Part::Experts));
    }
    let frames = usize::try_from(header.points()).unwrap_or(usize::MAX);
    if experts.len() != frames || experts.iter().any(|&e| usize::from(e) >= count) {
        return Err(Error::BadHeader(Part::Routing));
    }
    let runs = encode(experts, count as u32);
    let mut sections: Vec<(SectionId, &[u8])> = file
        .sections()
        .filter(|s| s.id != SectionId::MANAGER && s.id != SectionId::RUNS)
        .map(|s| (s.id, s.data))
        .collect();
    sections.push((SectionId::RUNS, &runs));

    let container = Container::open(bytes)?;
    let body = container.body;
    let mut reader = Reader::new(body);
    let offset = |reader: &Reader<'_>| body.len().saturating_sub(reader.rest().len());
    Header::read(&mut reader, container.kind)?;
    Arithmetic::read(&mut reader)?;
    let gate = offset(&reader);
    let blocks = match reader.byte()? {
        kind::GATE_MANAGER | kind::GATE_ALONE => 2,
        kind::GATE_SHARED => 1,
        _ => 0,
    };
    for _ in 0..blocks {
        BlockHeader::read(&mut reader)?;
    }
    let (before, after) = (body.get(..gate), body.get(offset(&reader)..));
    EncoderHeader::read(&mut reader, header.dims())?;
    let parts = [before.unwrap_or(&[]), &[kind::GATE_RUNS], after.unwrap_or(&[])];
    let out = seal(container.kind, &sections, &parts)?;
    File::parse(&out)?;
    Ok(out)
}

/// How the lengths are coded.
#[derive(Clone, Copy)]
struct Code {
    chunk_log2: u8,
    low_bits: u8,
}

/// The section of runs, in the fewest bytes.
fn encode(experts: &[u8], count: u32) -> Vec<u8> {
    let code = best(experts, count);
    let mut data = Vec::new();
    let mut starts = Vec::new();
    for chunk in chunks(experts, code.chunk_log2) {
        starts.push(data.len());
        let mut sink = Sink { bytes: &mut data, free: 0 };
        let mut before = None;
        for run in chunk.chunk_by(|a, b| a == b) {
            let expert = run.first().map_or(0, |&e| u32::from(e));
            let (value, choices) = choice(expert, before, count);
            sink.choice(value, choices);
            sink.length(run.len(), code.low_bits);
            before = Some(expert);
        }
    }
    let entry_bytes = needed_bytes(data.len() as u64);
    let mut section = Vec::from([code.chunk_log2, code.low_bits, entry_bytes]);
    for start in starts.iter().skip(1) {
        section.extend(start.to_le_bytes().iter().take(entry_bytes.into()));
    }
    section.extend(data);
    section
}

fn chunks(experts: &[u8], chunk_log2: u8) -> core::slice::Chunks<'_, u8> {
    experts.chunks(1usize.checked_shl(chunk_log2.into()).unwrap_or(usize::MAX))
}

/// The number of an expert among those that may follow, and how many may.
fn choice(expert: u32, before: Option<u32>, count: u32) -> (u32, u32) {
    match before {
        None => (expert, count),
        Some(before) => (expert - u32::from(expert > before), count - 1),
    }
}

/// The code that takes the fewest bytes.
fn best(experts: &[u8], count: u32) -> Code {
    let mut best = Code { chunk_log2: 0, low_bits: 0 };
    let mut fewest = u64::MAX;
    for chunk_log2 in 0..=MAX_CHUNK_LOG2 {
        let least = chunk_log2.saturating_sub(MAX_GROUPS_LOG2);
        let Some(sizes) = sizes(experts, count, chunk_log2, least) else { break };
        for (low_bits, size) in (least..=chunk_log2).zip(sizes) {
            if size < fewest {
                fewest = size;
                best = Code { chunk_log2, low_bits };
            }
        }
        if experts.len() as u64 <= 1 << chunk_log2 {
            break;
        }
    }
    best
}

const CODES: usize = MAX_GROUPS_LOG2 as usize + 1;

/// Bytes of the section by the low bits of its lengths, from `least` on;
/// `None` if a chunk has too many runs.
fn sizes(experts: &[u8], count: u32, chunk_log2: u8, least: u8) -> Option<[u64; CODES]> {
    let mut data = [0u64; CODES];
    let mut entries = 0u64;
    for chunk in chunks(experts, chunk_log2) {
        let mut bits = [0u64; CODES];
        let mut before = None;
        for (n, run) in chunk.chunk_by(|a, b| a == b).enumerate() {
            if n == MAX_CHUNK_RUNS {
                return None;
            }
            let expert = run.first().map_or(0, |&e| u32::from(e));
            let (value, choices) = choice(expert, before, count);
            let chosen = u64::from(choice_bits(value, choices));
            for (bits, low) in bits.iter_mut().zip(u32::from(least)..) {
                let groups = (run.len() as u64 - 1).checked_shr(low).unwrap_or(0);
                *bits += chosen + groups + 1 + u64::from(low);
            }
            before = Some(expert);
        }
        data.iter_mut().zip(bits).for_each(|(data, bits)| *data += bits.div_ceil(8));
        entries += 1;
    }
    let index = |data: u64| entries.saturating_sub(1) * u64::from(needed_bytes(data));
    Some(data.map(|data| 3 + index(data) + data))
}

/// Choices of the lowest numbers have a bit less than the others.
fn choice_bits(value: u32, count: u32) -> u32 {
    let bits = count.ilog2();
    bits + u32::from(value >= (2 << bits) - count)
}

/// Bits, the highest of a byte first.
struct Sink<'b> {
    bytes: &'b mut Vec<u8>,
    /// Bits of the last byte that are not in use.
    free: u32,
}

impl Sink<'_> {
    fn bit(&mut self, bit: bool) {
        if self.free == 0 {
            self.bytes.push(0);
            self.free = 8;
        }
        self.free -= 1;
        if let Some(last) = self.bytes.last_mut() {
            *last |= u8::from(bit) << self.free;
        }
    }

    fn number(&mut self, value: u64, bits: u32) {
        (0..bits).rev().for_each(|i| self.bit(value >> i & 1 != 0));
    }

    fn choice(&mut self, value: u32, count: u32) {
        let bits = count.ilog2();
        let short = (2 << bits) - count;
        let coded = if value < short { value } else { value + short };
        self.number(coded.into(), choice_bits(value, count));
    }

    fn length(&mut self, frames: usize, low_bits: u8) {
        let rest = frames as u64 - 1;
        (0..rest >> low_bits).for_each(|_| self.bit(false));
        self.bit(true);
        self.number(rest, low_bits.into());
    }
}
