//! What does a `.nex` file sound like? (the runtime, on all cores)

use nex_runtime::{DecodeError, Decoder, Info, MAX_TILE, Position};
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

    fn plain(&self) -> &[u8] {
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

/// Checks the file at `path`.
pub(super) fn parse<'a>(path: &Path, file: &'a Stored) -> Result<Decoder<'a>, SoundError> {
    if file.bytes.starts_with(b"RIFF") {
        return Err(SoundError::Wav(path.into()));
    }
    Decoder::parse(file.plain()).map_err(|source| SoundError::Format { path: path.into(), source })
}

/// Frames that one thread decodes at a time.
const CHUNK_FRAMES: usize = 16 * MAX_TILE;

/// `frames` frames at `start`, `start + step`, ..., interleaved.
///
/// The decoder gives the same bits wherever it starts, so all cores work.
pub(super) fn decode(
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

/// The whole sound as recorded.
pub(super) fn decode_all(decoder: &Decoder<'_>) -> Result<Vec<i16>, DecodeError> {
    let frames = decoder.info().frames as usize;
    decode(decoder, Position::default(), Position::FRAME, frames)
}

/// The expert that decides each frame.
pub(super) fn experts(decoder: &Decoder<'_>) -> Result<Vec<u8>, DecodeError> {
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
