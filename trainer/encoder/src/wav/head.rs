//! What do the chunks of a WAV file say of its samples, and where are these?

use super::{Encoding, loops::the_loop};
use crate::SoundError;
use std::{
    io::{self, BufReader, Read, Seek, SeekFrom},
    ops::Range,
};
use thiserror::Error;

/// What a WAV file holds: all but the samples, which can be read part by part.
///
/// # Examples
/// ```
/// use nex_encoder::wav::Head;
/// use std::io::Cursor;
///
/// let file = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0\
///     data\x04\0\0\0\0\x40\0\x80";
/// let head = Head::read(Cursor::new(file))?;
/// assert_eq!((head.rate_hz, head.channels, head.frames()), (8_000, 1, 2));
/// let mut samples = Vec::new();
/// head.encoding.decode(&file[44..], &mut samples);
/// assert_eq!((head.data, samples), (44..48, vec![0.5, -1.0]));
/// # Ok::<(), nex_encoder::wav::HeadError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Head {
    /// How a sample is stored.
    pub encoding: Encoding,
    /// Samples per frame; 0, too, if the file says so.
    pub channels: usize,
    /// Frames per second.
    pub rate_hz: u32,
    /// The bytes of the samples in the file, whole frames.
    pub data: Range<u64>,
    /// The frames to play over and over, by the file's sampler chunk: its first
    /// loop that runs forwards.
    pub repeated: Option<Range<u64>>,
    /// What the user should know; each continues the file's name and a colon.
    pub warnings: Vec<String>,
}

/// Why a file has no head.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum HeadError {
    /// Reading failed.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It is no WAV file that can be read.
    #[error(transparent)]
    Sound(#[from] SoundError),
}

impl Head {
    /// Reads the head of a WAV file, and a part of the samples at most.
    ///
    /// As other readers do it: what bits and tag say goes before the derived
    /// lengths of frames and seconds; a chunk may lack its pad byte; samples go to
    /// the end of the file if the length was not known when it was written.
    ///
    /// # Errors
    /// [`HeadError::Sound`] if it is no WAV file, holds no samples or such as are
    /// not read, or ends before them; [`HeadError::Io`] as the source says.
    ///
    /// # Panics
    /// Never.
    pub fn read(source: impl Read + Seek) -> Result<Self, HeadError> {
        let mut file = Chunks::open(source)?;
        let (mut format, mut data, mut long) = (None, None, None);
        let mut loops = Vec::new();
        let mut more = 0;
        while let Some(chunk) = file.next()? {
            match &chunk.id {
                b"fmt " if format.is_none() => format = Some(Format::read(&mut file, &chunk)?),
                b"smpl" => loops.extend(file.loops(&chunk)?),
                b"ds64" => long = file.long_data(&chunk)?,
                b"data" | b"RIFF" if data.is_some() => more += 1,
                b"data" => data = Some(file.samples(&chunk, long)?),
                _ => {}
            }
        }
        let format = format.ok_or_else(|| damaged("it has no format chunk"))?;
        let (start, len, warning) = data.ok_or_else(|| damaged("it has no data chunk"))?;
        let encoding = format.encoding(&mut file, start, len)?;
        let mut warnings = Vec::from_iter(warning);
        let frame = (encoding.sample_bytes() * usize::from(format.channels)).max(1) as u64;
        if len % frame != 0 {
            warnings
                .push(format!("the last {} bytes are no whole frame and left out", len % frame));
        }
        let data = start..start + len - len % frame;
        if more > 0 {
            warnings.push(format!(
                "the samples stand in {} parts, and only the first, of {} frames, is read; \
                 `ffmpeg -i IN OUT.wav` shows whether another program reads more",
                more + 1,
                (data.end - data.start) / frame
            ));
        }
        let repeated = the_loop(&loops, (data.end - data.start) / frame, &mut warnings);
        let (channels, rate_hz) = (format.channels.into(), format.rate_hz);
        Ok(Self { encoding, channels, rate_hz, data, repeated, warnings })
    }

    /// Bytes of a frame.
    #[must_use]
    pub const fn frame_bytes(&self) -> usize {
        self.encoding.sample_bytes() * self.channels
    }

    /// Frames in the file.
    #[must_use]
    pub const fn frames(&self) -> u64 {
        let bytes = self.data.end - self.data.start;
        match bytes.checked_div(self.frame_bytes() as u64) {
            Some(frames) => frames,
            None => 0,
        }
    }
}

fn damaged(reason: &str) -> SoundError {
    SoundError::Damaged(reason.into())
}

pub(super) struct Chunk {
    id: [u8; 4],
    /// Where its body begins.
    pub start: u64,
    /// Of its body.
    pub declared: u32,
}

/// A file, chunk by chunk.
pub(super) struct Chunks<S> {
    source: BufReader<S>,
    len: u64,
    is_big_endian: bool,
    /// Where the next chunk begins.
    at: u64,
}

/// Chunks that stand where no pad byte was written.
const COMMON: [&[u8; 4]; 10] =
    [b"fmt ", b"data", b"fact", b"LIST", b"smpl", b"cue ", b"bext", b"PEAK", b"JUNK", b"id3 "];

impl<S: Read + Seek> Chunks<S> {
    fn open(source: S) -> Result<Self, HeadError> {
        let mut source = BufReader::new(source);
        let len = source.seek(SeekFrom::End(0))?;
        let mut file = Self { source, len, is_big_endian: false, at: 12 };
        let head = file.bytes::<12>(0)?.unwrap_or_default();
        if !super::is_wav(&head) {
            let mut head = vec![0; len.min(12) as usize];
            file.fill(0, &mut head)?;
            return Err(match head.len() {
                0 => SoundError::Empty.into(),
                _ => SoundError::NotWav(super::looks_like(&head)).into(),
            });
        }
        file.is_big_endian = head.starts_with(b"RIFX");
        Ok(file)
    }

    fn fill(&mut self, at: u64, bytes: &mut [u8]) -> io::Result<()> {
        let now = self.source.stream_position()?;
        self.source.seek_relative(at as i64 - now as i64)?;
        self.source.read_exact(bytes)
    }

    /// The bytes at a place, if the file has them.
    pub fn bytes<const N: usize>(&mut self, at: u64) -> io::Result<Option<[u8; N]>> {
        if at.checked_add(N as u64).is_none_or(|end| end > self.len) {
            return Ok(None);
        }
        let mut bytes = [0; N];
        self.fill(at, &mut bytes)?;
        Ok(Some(bytes))
    }

    fn header(&mut self, at: u64) -> io::Result<Option<Chunk>> {
        let Some([a, b, c, d, length @ ..]) = self.bytes::<8>(at)? else { return Ok(None) };
        Ok(Some(Chunk { id: [a, b, c, d], start: at + 8, declared: self.number(length) }))
    }

    /// A number of the file, in its order of bytes.
    pub const fn number(&self, bytes: [u8; 4]) -> u32 {
        match self.is_big_endian {
            true => u32::from_be_bytes(bytes),
            false => u32::from_le_bytes(bytes),
        }
    }

    /// The chunk that begins here; the next call gives the one behind it.
    fn next(&mut self) -> io::Result<Option<Chunk>> {
        let Some(chunk) = self.header(self.at)? else { return Ok(None) };
        self.at = self.behind(chunk.start, chunk.declared.into())?;
        Ok(Some(chunk))
    }

    /// Where the chunk behind a body begins. Bodies of odd length have a pad byte,
    /// which some writers forget.
    fn behind(&mut self, start: u64, len: u64) -> io::Result<u64> {
        let end = start.saturating_add(len);
        if len.is_multiple_of(2) {
            return Ok(end);
        }
        let mut is_common = |at: u64| {
            let id = self.bytes::<4>(at)?;
            Ok::<_, io::Error>(id.is_some_and(|id| COMMON.contains(&&id)))
        };
        let is_padded = is_common(end.saturating_add(1))? || !is_common(end)?;
        Ok(end.saturating_add(u64::from(is_padded)))
    }

    /// The length of the samples that a chunk of 64-bit lengths declares.
    fn long_data(&mut self, chunk: &Chunk) -> io::Result<Option<u64>> {
        let known = |&len: &u64| len != 0 && len != u64::MAX;
        let bytes = self.bytes::<8>(chunk.start.saturating_add(8))?;
        Ok(bytes.map(u64::from_le_bytes).filter(known))
    }

    /// Where the samples begin, how many bytes they are, and a warning.
    fn samples(
        &mut self,
        chunk: &Chunk,
        long: Option<u64>,
    ) -> Result<(u64, u64, Option<String>), HeadError> {
        let available = self.len - chunk.start;
        let declared = match (chunk.declared, long) {
            (u32::MAX, Some(long)) => long,
            (declared, _) => declared.into(),
        };
        let (len, warning) = match declared {
            0 if !self.ends_in_chunks(chunk.start)? => (available, None),
            declared if declared <= available => (declared, None),
            declared => match is_placeholder(declared) {
                Some(Usual(true)) => (available, None),
                Some(Usual(false)) => {
                    let warning = format!(
                        "its header declares {declared} bytes of samples, and {available} are \
                         there; all of these are read"
                    );
                    (available, Some(warning))
                }
                None => return Err(SoundError::Truncated { declared, available }.into()),
            },
        };
        self.at = self.behind(chunk.start, len)?;
        Ok((chunk.start, len, warning))
    }

    /// Whether nothing but chunks stands from here to the end of the file.
    fn ends_in_chunks(&mut self, mut at: u64) -> io::Result<bool> {
        while at < self.len {
            match self.header(at)? {
                Some(Chunk { id, start, declared })
                    if id.iter().all(|b| (b' '..=b'~').contains(b)) =>
                {
                    at = self.behind(start, declared.into())?;
                }
                _ => return Ok(false),
            }
        }
        // The last pad byte may be missing.
        Ok(at <= self.len + 1)
    }
}

/// Whether a length that stands for "not known yet" is one that programs are
/// known to write into pipes.
struct Usual(bool);

/// Programs that write into a pipe cannot go back and fill in the length. They
/// leave all ones (`ffmpeg`), that less a header, or what is near 2^31 (`sox`).
const fn is_placeholder(declared: u64) -> Option<Usual> {
    match declared {
        0x7fff_0000..=0x8000_0000 | 0xffff_0000..=0xffff_ffff => Some(Usual(true)),
        0x8000_0001..=0xffff_ffff => Some(Usual(false)),
        _ => None,
    }
}

/// A format chunk.
struct Format {
    tag: u16,
    channels: u16,
    rate_hz: u32,
    bytes_per_second: u32,
    frame_bytes: u16,
    bits: u16,
    is_big_endian: bool,
}

impl Format {
    const EXTENSIBLE: u16 = 0xfffe;

    /// The length of the chunk says how much there is, not the one within it.
    fn read<S: Read + Seek>(file: &mut Chunks<S>, chunk: &Chunk) -> Result<Self, HeadError> {
        let len = u64::from(chunk.declared).min(file.len - chunk.start).min(40) as usize;
        let mut body = [0; 40];
        file.fill(chunk.start, &mut body[..len])?;
        let is_big_endian = file.is_big_endian;
        let number = |at: usize, bytes: usize| {
            let shift = |number: u32, byte: &u8| number << 8 | u32::from(*byte);
            let digits = &body[at..at + bytes];
            match is_big_endian {
                true => digits.iter().fold(0, shift),
                false => digits.iter().rev().fold(0, shift),
            }
        };
        let short = |at| number(at, 2) as u16;
        let mut tag = short(0);
        // The oldest kind of it lacks the bits.
        let least = if tag == Self::EXTENSIBLE { 26 } else { 14 };
        if len < least {
            return Err(damaged("its format chunk is cut off").into());
        }
        if tag == Self::EXTENSIBLE {
            // The first bytes of the sub-format's GUID.
            tag = short(24);
        }
        Ok(Self {
            tag,
            channels: short(2),
            rate_hz: number(4, 4),
            bytes_per_second: number(8, 4),
            frame_bytes: short(12),
            bits: short(14),
            is_big_endian,
        })
    }

    /// How a sample is stored, of `len` bytes from `start` on.
    fn encoding<S: Read + Seek>(
        &self,
        file: &mut Chunks<S>,
        start: u64,
        len: u64,
    ) -> Result<Encoding, HeadError> {
        let bits = match (self.bits, self.frame_bytes.checked_div(self.channels)) {
            (0, Some(bytes)) => bytes.saturating_mul(8),
            (bits, _) => bits,
        };
        let encoding = Encoding::of_wav(self.tag, bits).map_err(SoundError::UnsupportedEncoding)?;
        let encoding = if self.is_big_endian { encoding.big_endian() } else { encoding };
        if !self.is_spacious() {
            return Ok(encoding);
        }
        Ok(match file.has_low_bytes(start, len, self.is_big_endian)? {
            true => encoding.in_low_bits(),
            false => encoding.in_high_bits(),
        })
    }

    /// Whether samples of 24 bits stand in four bytes, as both derived lengths
    /// have to say before they are believed.
    fn is_spacious(&self) -> bool {
        let frame = 4 * u32::from(self.channels);
        let per_second = u64::from(frame) * u64::from(self.rate_hz);
        (self.tag, self.bits.div_ceil(8)) == (1, 3)
            && u32::from(self.frame_bytes) == frame
            && u64::from(self.bytes_per_second) == per_second
    }
}

/// Bytes that are looked at to see in which bits of four bytes samples stand.
const LOOKED_AT: u64 = 1 << 20;

impl<S: Read + Seek> Chunks<S> {
    /// Whether words of four bytes have something in the lowest: if they hold 24
    /// bits, then these stand low, as `arecord` writes them.
    fn has_low_bytes(&mut self, start: u64, len: u64, is_big_endian: bool) -> io::Result<bool> {
        let mut bytes = vec![0; len.min(LOOKED_AT) as usize];
        self.fill(start, &mut bytes)?;
        let lowest = if is_big_endian { 3 } else { 0 };
        Ok(bytes.chunks_exact(4).any(|word| word[lowest] != 0))
    }
}
