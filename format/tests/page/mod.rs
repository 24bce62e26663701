//! What does SPEC.md show, byte for byte?
#![allow(dead_code)] // no test needs all of it

use std::sync::LazyLock;

/// The page, cut at its fences once: an interpreter takes seconds to search it.
static PARTS: LazyLock<Vec<&str>> =
    LazyLock::new(|| include_str!("../../SPEC.md").split("```").collect());

/// The bytes of a block of the page: offset, bytes, two spaces, words.
pub fn block(name: &str) -> Vec<u8> {
    let named = |part: &&'static str| part.strip_prefix(name)?.strip_prefix('\n');
    let block = PARTS.iter().find_map(named);
    let mut bytes = Vec::new();
    for line in block.expect("SPEC.md has the block").lines() {
        let (offset, rest) = line.split_once("  ").expect("an offset");
        assert_eq!(usize::from_str_radix(offset, 16), Ok(bytes.len()), "offset of {line}");
        let hex = rest.split("  ").next().unwrap_or("");
        bytes.extend(hex.split(' ').map(|b| u8::from_str_radix(b, 16).expect("a byte")));
    }
    bytes
}

/// A block of the page with the bytes `at..at + len` replaced and a checksum
/// that fits.
pub fn changed(name: &str, at: usize, len: usize, with: &[u8]) -> Vec<u8> {
    let mut bytes = block(name);
    bytes.truncate(bytes.len() - 4);
    bytes.splice(at..at + len, with.iter().copied());
    bytes.extend(crc(&bytes).to_le_bytes());
    bytes
}

/// The checksum as the page defines it, bit by bit.
pub fn crc(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for &byte in bytes {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
        }
    }
    !crc
}

/// A whole file: the bytes and their checksum.
pub fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    bytes.extend(crc(&bytes).to_le_bytes());
    bytes
}

/// A number as fields have it.
pub fn varint(mut value: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value > 0x7f {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}
