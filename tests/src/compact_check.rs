//! Which checksum has a compact sound, however it is decoded?
//!
//! Uses nothing but `core` and the runtime, so that a device can run it.

use nex_runtime::compact::Stream;

/// Checksums (CRC-32 of the samples, 16-bit little-endian, interleaved) of the
/// whole sound decoded in three ways. All must be the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checksums {
    /// From the beginning to the end, in blocks of the buffer's length.
    pub whole: u32,
    /// In blocks of 1, 2, ... 13 and again 1 frames.
    pub odd: u32,
    /// In eight parts, each after a seek from elsewhere.
    pub seeks: u32,
}

impl Checksums {
    /// Decodes the sound three times. `buffer` has 26 samples at least;
    /// `stream` may be anywhere.
    #[must_use]
    pub fn of(
        stream: &mut Stream<'_, '_>,
        (frames, channels): (u32, usize),
        buffer: &mut [i16],
    ) -> Self {
        stream.seek(0);
        let whole = !part(stream, !0, (frames, channels), buffer, |_| usize::MAX);
        stream.seek(0);
        let odd = !part(stream, !0, (frames, channels), buffer, |i| 1 + i % 13);
        let span = frames / 8 + 1;
        let mut crc = !0;
        for i in 0..8 {
            let start = span.saturating_mul(i).min(frames);
            // Away, half a sound from there, and back again.
            stream.seek((start + frames / 2) % frames);
            let _ = stream.decode_block(buffer.get_mut(..channels).unwrap_or_default());
            stream.seek(start);
            let count = span.min(frames - start);
            crc = part(stream, crc, (count, channels), buffer, |_| usize::MAX);
        }
        Self { whole, odd, seeks: !crc }
    }

    /// The one checksum, if all three are the same.
    #[must_use]
    pub fn agreed(self) -> Option<u32> {
        (self.whole == self.odd && self.whole == self.seeks).then_some(self.whole)
    }
}

/// Decodes some frames in blocks; `size` says how long the i-th may be.
fn part(
    stream: &mut Stream<'_, '_>,
    mut crc: u32,
    (frames, channels): (u32, usize),
    buffer: &mut [i16],
    size: impl Fn(usize) -> usize,
) -> u32 {
    let mut left = frames as usize;
    for i in 0.. {
        let most = (buffer.len() / channels).min(size(i)).min(left);
        let Some(block) = buffer.get_mut(..most * channels) else { break };
        let written = stream.decode_block(block);
        if written == 0 {
            break;
        }
        crc = block.iter().take(written * channels).flat_map(|s| s.to_le_bytes()).fold(crc, byte);
        left -= written;
    }
    crc
}

/// CRC-32/ISO-HDLC, bit by bit.
fn byte(crc: u32, byte: u8) -> u32 {
    (0..8).fold(
        crc ^ u32::from(byte),
        |crc, _| {
            if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 }
        },
    )
}
