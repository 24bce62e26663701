//! What does a `.nex` file sound like? (the runtime, on all cores)

use super::{pixels, shapes};
use crate::audio::{self, Clip, ResampleError};
use nex_format::Compact;
use nex_runtime::{
    DecodeError, Decoder, Info, MAX_TILE, Position,
    compact::{CompactDecoder, Points, Stream},
};
use rayon::prelude::*;
use std::{
    fs, io,
    io::Read,
    path::{Path, PathBuf},
};
use thiserror::Error;

/// Why a `.nex` file cannot be played.
#[derive(Debug, Error)]
pub(super) enum SoundError {
    #[error("{}: no such file; check the path", .0.display())]
    NotFound(PathBuf),
    #[error("{}: is a directory; name a .nex file in it", .0.display())]
    Directory(PathBuf),
    #[error("{}: cannot be read", .path.display())]
    Io { path: PathBuf, source: io::Error },
    #[error("{}: is empty (0 bytes); export it again", .0.display())]
    Empty(PathBuf),
    #[error("{}: is a WAV file; `ne-train export` makes a .nex file of it", .0.display())]
    Wav(PathBuf),
    #[error("{}: holds a picture, and this command is about sounds; try info, check or decode", .0.display())]
    Picture(PathBuf),
    #[error("{}: holds a shape, and this command is about sounds; try info, check or decode", .0.display())]
    Shape(PathBuf),
    #[error("{}: cannot be decoded; export it again or take an intact copy", .path.display())]
    Format { path: PathBuf, source: nex_runtime::Error },
}

/// A `.nex` file as it is stored, plain or packed.
pub(super) struct Stored {
    pub bytes: Vec<u8>,
    /// Of a packed file: the plain one that the decoder reads.
    pub unpacked: Option<Vec<u8>>,
}

impl Stored {
    /// Unpacks the bytes of the file at `path` if they are packed. Whether
    /// they are sound otherwise, [`parse`] finds out.
    pub fn new(path: &Path, bytes: Vec<u8>) -> Result<Self, SoundError> {
        let unpacked = match nex_format::File::parse(&bytes) {
            Err(nex_format::Error::Packed) => Some(
                unpack(&bytes)
                    .map_err(|source| SoundError::Format { path: path.into(), source })?,
            ),
            _ => None,
        };
        Ok(Self { bytes, unpacked })
    }

    /// What the decoder reads.
    pub fn plain(&self) -> &[u8] {
        self.unpacked.as_deref().unwrap_or(&self.bytes)
    }
}

fn unpack(bytes: &[u8]) -> Result<Vec<u8>, nex_format::Error> {
    let mut plain = vec![0; nex_format::unpacked_len(bytes)?];
    let len = nex_format::unpack(bytes, &mut plain)?;
    plain.truncate(len);
    Ok(plain)
}

/// The `.nex` file at a path; `-` is standard input.
pub(super) fn load(path: &Path) -> Result<Stored, SoundError> {
    let failed = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound => SoundError::NotFound(path.into()),
        _ => SoundError::Io { path: path.into(), source },
    };
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        io::stdin().lock().read_to_end(&mut bytes).map_err(failed)?;
    } else if path.is_dir() {
        return Err(SoundError::Directory(path.into()));
    } else {
        bytes = fs::read(path).map_err(failed)?;
    }
    if bytes.is_empty() {
        return Err(SoundError::Empty(path.into()));
    }
    Stored::new(path, bytes)
}

/// A file of either profile, parsed.
pub(super) enum Sound<'a> {
    Neural(Box<Decoder<'a>>),
    Compact(CompactDecoder<'a>),
}

/// What every sound has.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    pub rate_hz: u32,
    pub channels: usize,
    pub frames: usize,
}

/// Checks the file at `path`.
pub(super) fn parse<'a>(path: &Path, file: &'a Stored) -> Result<Sound<'a>, SoundError> {
    let bytes = file.plain();
    if bytes.starts_with(b"RIFF") {
        return Err(SoundError::Wav(path.into()));
    }
    if pixels::is_picture(file) {
        return Err(SoundError::Picture(path.into()));
    }
    if shapes::is_shape(file) {
        return Err(SoundError::Shape(path.into()));
    }
    let sound = if Compact::is_compact(bytes) {
        CompactDecoder::parse(bytes).map(Sound::Compact)
    } else {
        Decoder::parse(bytes).map(|decoder| Sound::Neural(Box::new(decoder)))
    };
    sound.map_err(|source| SoundError::Format { path: path.into(), source })
}

/// Frames that one thread decodes at a time.
const CHUNK_FRAMES: usize = 16 * MAX_TILE;

impl Sound<'_> {
    pub fn shape(&self) -> Shape {
        match self {
            Self::Neural(decoder) => {
                let info = decoder.info();
                Shape {
                    rate_hz: info.rate_hz,
                    channels: info.channels.into(),
                    frames: info.frames as usize,
                }
            }
            Self::Compact(decoder) => {
                let header = decoder.header();
                Shape {
                    rate_hz: header.rate_hz,
                    channels: header.channels.into(),
                    frames: header.frames as usize,
                }
            }
        }
    }

    /// A part as recorded, `[frames, channels]`.
    ///
    /// The decoders give the same bits wherever they start, so all cores work.
    pub fn decode(&self, frames: std::ops::Range<usize>) -> Result<Vec<i16>, DecodeError> {
        match self {
            Self::Neural(decoder) => {
                let start = Position::from_frame(frames.start as u32);
                decode_neural(decoder, start, Position::FRAME, frames.len())
            }
            Self::Compact(decoder) => decode_compact(decoder, frames),
        }
    }

    /// The whole sound as recorded.
    pub fn decode_all(&self) -> Result<Vec<i16>, DecodeError> {
        self.decode(0..self.shape().frames)
    }

    /// A part at another rate: a network is evaluated between the samples, a
    /// compact sound is band-limited and resampled by a filter.
    pub fn decode_at(
        &self,
        frames: std::ops::Range<usize>,
        rate_hz: u32,
    ) -> Result<Vec<i16>, ResampledError> {
        let shape = self.shape();
        match self {
            Self::Neural(decoder) => {
                let count = audio::resampled_frames(frames.len(), shape.rate_hz, rate_hz);
                let start = Position::from_frame(frames.start as u32);
                let step = Position::step(shape.rate_hz, rate_hz);
                Ok(decode_neural(decoder, start, step, count)?)
            }
            Self::Compact(_) => {
                let samples = self.decode(frames)?;
                let mut clip = Clip::from_i16(shape.rate_hz, shape.channels, &samples);
                if rate_hz != shape.rate_hz {
                    clip = audio::resample(&clip, rate_hz)?;
                }
                Ok(clip.to_i16())
            }
        }
    }

    /// The expert that decides each frame, and how many there are: of a
    /// compact sound, whose every block is an expert, the block's length.
    pub fn experts(&self) -> Result<(Vec<u8>, usize), DecodeError> {
        match self {
            Self::Neural(decoder) => Ok((experts_neural(decoder)?, decoder.info().experts.into())),
            Self::Compact(decoder) => {
                let header = decoder.header();
                // Of blocks from 32 samples on, whatever the file's shortest.
                let shortest = *nex_format::compact::BLOCK_LOG2.start();
                let count = usize::from(header.max_log2 - shortest) + 1;
                let mut memory = vec![0; decoder.points_len()];
                let experts = block_lengths(&mut decoder.points(&mut memory)?, header.frames)?;
                Ok((experts.iter().map(|log2| log2 - shortest).collect(), count))
            }
        }
    }

    /// Multiply-accumulates per time step, on average, and the bytes of
    /// memory that decoding takes at least.
    pub fn cost(&self) -> Result<(u32, usize), DecodeError> {
        match self {
            Self::Neural(decoder) => {
                let info = decoder.info();
                Ok((info.macs_per_frame, 4 * info.min_scratch_len))
            }
            Self::Compact(decoder) => {
                let mut memory = vec![0; decoder.stream_len()];
                let mut stream = decoder.stream(&mut memory)?;
                let mut block = vec![0; CHUNK_FRAMES];
                while stream.decode_block(&mut block) > 0 {}
                let frames = u64::from(decoder.header().frames);
                let bytes = 4 * decoder.stream_len() + size_of::<Stream<'_, '_>>();
                Ok((stream.multiplies().div_ceil(frames) as u32, bytes))
            }
        }
    }
}

/// Why a sound has no samples at another rate.
#[derive(Debug, Error)]
pub(super) enum ResampledError {
    #[error(transparent)]
    Decode(#[from] DecodeError),
    #[error(transparent)]
    Resample(#[from] ResampleError),
}

/// `frames` frames at `start`, `start + step`, ..., interleaved.
fn decode_neural(
    decoder: &Decoder<'_>,
    start: Position,
    step: Position,
    frames: usize,
) -> Result<Vec<i16>, DecodeError> {
    let channels = usize::from(decoder.info().channels);
    let mut samples = vec![0; frames * channels];
    let scratch = || vec![0; decoder.scratch_len(MAX_TILE)];
    let blocks = samples.par_chunks_mut(CHUNK_FRAMES * channels).enumerate();
    blocks.try_for_each_init(scratch, |scratch, (i, block)| {
        let start = start.advance(step, i * CHUNK_FRAMES).ok_or(DecodeError::OutOfRange)?;
        let written = decoder.decode_resampled(start, step, block, scratch)?;
        if written * channels == block.len() { Ok(()) } else { Err(DecodeError::OutOfRange) }
    })?;
    Ok(samples)
}

/// The expert that decides each frame.
fn experts_neural(decoder: &Decoder<'_>) -> Result<Vec<u8>, DecodeError> {
    let Info { frames, experts, .. } = decoder.info();
    let mut out = vec![0; frames as usize];
    if experts == 1 {
        return Ok(out);
    }
    let scratch = || vec![0; decoder.scratch_len(MAX_TILE)];
    let blocks = out.par_chunks_mut(CHUNK_FRAMES).enumerate();
    blocks.try_for_each_init(scratch, |scratch, (i, block)| {
        decoder.experts_block((i * CHUNK_FRAMES) as u32, block, scratch).map(|_| ())
    })?;
    Ok(out)
}

/// Chunks of a compact sound that one thread decodes at a time.
const COMPACT_CHUNKS: usize = 64;

fn decode_compact(
    decoder: &CompactDecoder<'_>,
    frames: std::ops::Range<usize>,
) -> Result<Vec<i16>, DecodeError> {
    let header = decoder.header();
    let channels = usize::from(header.channels);
    let span = COMPACT_CHUNKS << header.chunk_log2;
    let mut samples = vec![0; frames.len() * channels];
    samples.par_chunks_mut(span * channels).enumerate().try_for_each(|(i, out)| {
        let mut memory = vec![0; decoder.stream_len()];
        let mut stream = decoder.stream(&mut memory)?;
        stream.seek((frames.start + i * span) as u32);
        let written = stream.decode_block(out);
        if written * channels == out.len() { Ok(()) } else { Err(DecodeError::OutOfRange) }
    })?;
    Ok(samples)
}

/// log2 of the length of the block that owns each frame.
fn block_lengths(points: &mut Points<'_, '_>, frames: u32) -> Result<Vec<u8>, DecodeError> {
    let mut lengths = Vec::with_capacity(frames as usize);
    while lengths.len() < frames as usize {
        let expert = points.expert_at(Position::from_frame(lengths.len() as u32))?;
        let end = expert.start as usize + (1 << expert.log2);
        lengths.resize(end.min(frames as usize), expert.log2);
    }
    Ok(lengths)
}
