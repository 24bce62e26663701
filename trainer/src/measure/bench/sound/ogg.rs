//! How many bytes of an Ogg Opus file are sound?

use crate::measure::bench::BenchError;
use std::path::Path;

/// Bytes of the fixed part of a page's header.
const PAGE_HEADER_BYTES: usize = 27;
/// `OpusHead` and `OpusTags`.
const HEADER_PACKETS: usize = 2;

/// The bytes of the sound's packets with one byte each for its length: what
/// the file would take without Ogg's pages and without headers.
///
/// Packets are told apart by Ogg's lacing: a segment shorter than 255 bytes
/// ends one. Checksums are not looked at.
///
/// # Errors
/// [`BenchError::Ogg`] for bytes that are not whole Ogg pages, and for fewer
/// packets than the two headers.
pub fn packet_bytes(path: &Path, file: &[u8]) -> Result<u64, BenchError> {
    let damaged = |reason| BenchError::Ogg { path: path.into(), reason };
    let (mut at, mut packets, mut bytes) = (0, 0usize, 0u64);
    while at < file.len() {
        let header = file.get(at..at + PAGE_HEADER_BYTES).ok_or(damaged("a page is cut off"))?;
        if !header.starts_with(b"OggS") {
            return Err(damaged("a page does not begin with OggS"));
        }
        let table_at = at + PAGE_HEADER_BYTES;
        let segments = usize::from(header[PAGE_HEADER_BYTES - 1]);
        let lacing = file.get(table_at..table_at + segments).ok_or(damaged("a page is cut off"))?;
        for &segment in lacing {
            if packets >= HEADER_PACKETS {
                // The length byte is counted where the packet ends.
                bytes += u64::from(segment) + u64::from(segment < 255);
            }
            packets += usize::from(segment < 255);
        }
        at = table_at + segments + lacing.iter().map(|&s| usize::from(s)).sum::<usize>();
    }
    if at > file.len() {
        return Err(damaged("its last page is cut off"));
    }
    if packets < HEADER_PACKETS {
        return Err(damaged("the two headers of Opus are not there"));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page with such a segment table.
    fn page(segments: &[u8]) -> Vec<u8> {
        let mut page = b"OggS".to_vec();
        page.resize(PAGE_HEADER_BYTES - 1, 0);
        page.push(segments.len() as u8);
        page.extend(segments);
        page.resize(page.len() + segments.iter().map(|&s| usize::from(s)).sum::<usize>(), 7);
        page
    }

    fn count(pages: &[&[u8]]) -> Result<u64, BenchError> {
        let file: Vec<u8> = pages.iter().flat_map(|segments| page(segments)).collect();
        packet_bytes(Path::new("x.opus"), &file)
    }

    #[test]
    fn packets_are_counted_without_pages_and_headers() {
        // Two headers, then packets of 3, 40 and 0 bytes.
        assert_eq!(count(&[&[19], &[60], &[3, 40], &[0]]).unwrap(), (3 + 1) + (40 + 1) + 1);
        // A tags packet over two pages, and a packet of 255 + 10 bytes over two others.
        assert_eq!(count(&[&[19], &[255], &[5], &[255], &[10]]).unwrap(), 265 + 1);
        assert_eq!(count(&[&[19], &[60]]).unwrap(), 0);
    }

    #[test]
    fn other_bytes_are_refused() {
        assert!(count(&[&[19]]).is_err());
        let whole = [page(&[19]), page(&[60]), page(&[30])].concat();
        for cut in [1, 20, 31] {
            let cut = &whole[..whole.len() - cut];
            assert!(packet_bytes(Path::new("x.opus"), cut).is_err());
        }
        assert!(packet_bytes(Path::new("x.opus"), b"RIFF............WAVE........").is_err());
    }
}
