//! How do a manager's decisions replace it in a file? (host side, needs an
//! allocator)

use crate::{
    Error, File, MAGIC, MAX_CHUNK_RUNS, MODELS, Part, SectionId, Signal, VERSION,
    file::checksum,
    header::Reader,
    model::{EncoderHeader, kind},
    runs::{MAX_CHUNK_LOG2, MAX_GROUPS_LOG2, needed_bytes},
    write::append,
};
use alloc::vec::Vec;

/// Makes the file with baked routing: without the manager, with the expert of
/// every frame stored in runs.
///
/// `experts` `[frames]` are the decisions of the file's manager, from a
/// decoder; the file then decodes to the same samples at all frames. Between
/// them the expert of the frame before decides. A file that has runs already
/// gets these instead. Of a picture they are `[rows, columns]`, and need the
/// feature `models`; a pixel's expert decides everywhere in it.
///
/// The lengths of chunks and codes are those that give the fewest bytes.
///
/// # Errors
/// What [`File::parse`] says of the bytes; without the feature
/// [`Error::UnknownKind`] of [`Part::Signal`] if it is no sound;
/// [`Error::BadHeader`] of [`Part::Experts`] if there is only one, of
/// [`Part::Routing`] if `experts` are not as many as the signal has points, or
/// one is not in the file.
pub fn bake(bytes: &[u8], experts: &[u8]) -> Result<Vec<u8>, Error> {
    let file = File::parse(bytes)?;
    let signal = file.signal();
    let stored = match signal {
        Signal::Audio(_) => true,
        Signal::Image(_) => MODELS,
        _ => false,
    };
    if !stored {
        return Err(Error::UnknownKind(Part::Signal, signal.kind()));
    }
    let count = file.mixture().experts.count();
    if count < 2 {
        return Err(Error::BadHeader(Part::Experts));
    }
    let frames = usize::try_from(signal.points()).unwrap_or(usize::MAX);
    if experts.len() != frames || experts.iter().any(|&e| usize::from(e) >= count) {
        return Err(Error::BadHeader(Part::Routing));
    }
    let runs = encode(experts, count as u32);
    let mut sections: Vec<(SectionId, &[u8])> = file
        .sections()
        .iter()
        .filter(|s| s.id != SectionId::MANAGER && s.id != SectionId::RUNS)
        .map(|s| (s.id, bytes.get(s.offset..).and_then(|b| b.get(..s.bytes)).unwrap_or(&[])))
        .collect();
    sections.push((SectionId::RUNS, &runs));
    sections.sort_by_key(|(id, _)| *id);

    let head = MAGIC.len() + 1;
    let mut reader = Reader::new(bytes.get(head..).unwrap_or(&[]));
    let offset = |reader: &Reader<'_>| bytes.len().saturating_sub(reader.rest().len());
    reader.signal()?;
    reader.arithmetic()?;
    let gate = offset(&reader);
    let blocks = match reader.byte(Part::Gate)? {
        kind::GATE_MANAGER | kind::GATE_ALONE => 2,
        kind::GATE_SHARED => 1,
        _ => 0,
    };
    for _ in 0..blocks {
        reader.block()?;
    }
    let after = offset(&reader);
    EncoderHeader::read(&mut reader, file.signal().dims())?;
    reader.byte(Part::Experts)?;
    reader.owned::<u16>(Part::Experts)?;
    reader.block()?;
    let table = offset(&reader);

    let mut out = Vec::from(MAGIC);
    out.push(VERSION);
    out.extend_from_slice(bytes.get(head..gate).unwrap_or(&[]));
    out.push(kind::GATE_RUNS);
    out.extend_from_slice(bytes.get(after..table).unwrap_or(&[]));
    out.push(sections.len() as u8);
    for (id, data) in &sections {
        let len = u32::try_from(data.len()).map_err(|_| Error::LimitExceeded(Part::Sections))?;
        append(&mut out, &(id.0, len))?;
    }
    sections.iter().for_each(|(_, data)| out.extend_from_slice(data));
    let crc = checksum(&out);
    out.extend_from_slice(&crc.to_le_bytes());
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
