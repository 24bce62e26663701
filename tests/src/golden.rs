//! What do the committed files decode to?
//!
//! `golden/golden.txt` has a line per file: its name, then the CRC-32 of the
//! decoded samples (16-bit little-endian, interleaved) or the error that
//! parsing gives; packed files are unpacked first. Files whose names begin with `x-` must fail.

use crate::{compact_check::Checksums, fuzzing::crc32, packing::plain};
use nex_format::Compact;
use nex_runtime::{Decoder, Error, File, MAX_TILE, compact::CompactDecoder};
use std::{fmt::Write, fs, io, path::PathBuf};

/// Where the files are.
#[must_use]
pub fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden")
}

/// One file's line, without its name.
#[must_use]
pub fn verdict(bytes: &[u8]) -> String {
    if Compact::is_compact(bytes) {
        return compact(bytes).unwrap_or_else(|e| format!("error: {e}"));
    }
    let unpacked = match File::parse(bytes) {
        Err(Error::Packed) => plain(bytes),
        _ => Ok(bytes.to_vec()),
    };
    let decoder = match unpacked.as_deref().map_err(|&e| e).and_then(Decoder::parse) {
        Ok(decoder) => decoder,
        Err(e) => return format!("error: {e}"),
    };
    let info = decoder.info();
    let mut out = vec![0; info.frames as usize * usize::from(info.channels)];
    let mut scratch = vec![0; decoder.scratch_len(MAX_TILE)];
    match decoder.decode_into(&mut out, &mut scratch) {
        Ok(_) => {
            let bytes: Vec<u8> = out.iter().flat_map(|s| s.to_le_bytes()).collect();
            format!("{:08x}", crc32(&bytes))
        }
        Err(e) => format!("error: {e}"),
    }
}

/// A compact sound, decoded whole, in odd blocks and by seeks.
fn compact(bytes: &[u8]) -> Result<String, Error> {
    let decoder = CompactDecoder::parse(bytes)?;
    let header = decoder.header();
    let mut memory = vec![0x5555_5555; decoder.stream_len()];
    let Ok(mut stream) = decoder.stream(&mut memory) else { return Ok("no memory".into()) };
    let shape = (header.frames, header.channels.into());
    let checksums = Checksums::of(&mut stream, shape, &mut [0; 256]);
    Ok(match checksums.agreed() {
        Some(crc) => format!("{crc:08x}"),
        None => format!("{checksums:?} differ"),
    })
}

/// The lines for all files there are, sorted by name.
///
/// # Errors
/// If the folder cannot be read.
pub fn lines() -> io::Result<String> {
    let mut names: Vec<_> = fs::read_dir(folder())?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<io::Result<_>>()?;
    names.retain(|name| name.ends_with(".nex"));
    names.sort();
    let mut text = String::new();
    for name in names {
        let bytes = fs::read(folder().join(&name))?;
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{name}: {}", verdict(&bytes));
    }
    Ok(text)
}
