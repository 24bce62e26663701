//! How is a WAV file put together, chunk by chunk, as any program might?

/// What is not PCM, and PCM with more to say.
const EXTENSIBLE: u16 = 0xfffe;
const PCM_GUID: [u8; 14] = *b"\0\0\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71";

/// With the byte that makes an odd one even.
#[must_use]
pub fn chunk(id: &[u8], body: &[u8]) -> Vec<u8> {
    let mut chunk = [id, &(body.len() as u32).to_le_bytes(), body].concat();
    chunk.resize(chunk.len().next_multiple_of(2), 0);
    chunk
}

/// A format chunk's first 16 bytes, with the lengths that follow from the others.
#[must_use]
pub fn format(tag: u16, channels: u16, rate_hz: u32, bits: u16) -> Vec<u8> {
    let frame = channels * bits.div_ceil(8);
    let words = [rate_hz, rate_hz * u32::from(frame)].map(u32::to_le_bytes).concat();
    let halves = |halves: [u16; 2]| halves.map(u16::to_le_bytes).concat();
    [halves([tag, channels]), words, halves([frame, bits])].concat()
}

/// 40 bytes: the container's bits, and how many of them are valid.
#[must_use]
pub fn extensible(tag: u16, channels: u16, bits: u16, valid: u16) -> Vec<u8> {
    let mut body = format(EXTENSIBLE, channels, 16_000, bits);
    body.extend([22, valid, 0, 0, tag].map(u16::to_le_bytes).concat());
    [body, PCM_GUID.to_vec()].concat()
}

/// The whole file.
#[must_use]
pub fn riff(chunks: &[Vec<u8>]) -> Vec<u8> {
    let body = chunks.concat();
    [b"RIFF", &(body.len() as u32 + 4).to_le_bytes()[..], b"WAVE", &body].concat()
}

/// A sampler chunk's loops: the direction, the first and the last frame.
#[must_use]
pub fn sampler(loops: &[(u32, u32, u32)]) -> Vec<u8> {
    let head = [0, 0, 62_500, 60, 0, 0, 0, loops.len() as u32, 0];
    let loops = loops.iter().zip(0u32..).flat_map(|(l, id)| [id, l.0, l.1, l.2, 0, 0]);
    let body: Vec<u8> = head.into_iter().chain(loops).flat_map(u32::to_le_bytes).collect();
    chunk(b"smpl", &body)
}

/// Samples of 16 bits.
#[must_use]
pub fn bytes_of(samples: &[i16]) -> Vec<u8> {
    samples.iter().flat_map(|s| s.to_le_bytes()).collect()
}

/// The file with other bytes at a place.
#[must_use]
pub fn patched(mut file: Vec<u8>, at: usize, with: &[u8]) -> Vec<u8> {
    file[at..at + with.len()].copy_from_slice(with);
    file
}
