//! Does any file take more decisions or multiplies than `WorstCase` says?

#![cfg(feature = "compact")]

use nex_format::{
    coding::{
        around::{Earlier, Neighbours},
        partition::Head,
        range::Coder,
        sound::{Choice, Chunk, SoundHeader},
    },
    compact,
};
use nex_runtime::{SampleChecksum, Sound};

/// A file of one chunk, with all that a block's head can have.
fn file(blocks: u8, channels: u8, frames: [u8; 2], chunk: &[u8]) -> Vec<u8> {
    let mut bytes = b"NEX\x01\x10\xc0\x3e".to_vec();
    bytes.extend(frames);
    bytes.extend([blocks, 7 | (channels - 1) << 3, 0, 0xff, 15, 0, 0]);
    bytes.extend(chunk);
    let mut crc = SampleChecksum::new();
    crc.add_bytes(&bytes);
    bytes.extend(crc.value().to_le_bytes());
    bytes
}

/// Answers as the longest file would: any answers are some file's.
struct Longest {
    decisions: u64,
    weights: bool,
    random: u64,
}

impl Coder for Longest {
    fn bit(&mut self, _: u16, _: bool) -> bool {
        self.decisions += 1;
        self.random = self.random.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
        // Of weights every one goes on; of heads few are known to stay.
        self.weights || self.random >> 61 != 0
    }
}

/// Decisions of the first chunk, in turn for each so many frames.
fn decisions(header: &SoundHeader, random: u64, frames: u32) -> Vec<u64> {
    let mut coder = Longest { decisions: 0, weights: false, random };
    let mut chunk = Chunk::new(header, &mut coder, Choice::default());
    let mut found = Vec::new();
    while chunk.at() < header.frames.min(header.chunk_frames()) {
        coder.weights = false;
        let head = chunk.head(&mut coder, &Head::default());
        // As if all weights were coded, which no head keeps from being so.
        let head = Head { ends: [16; 2], ..head };
        coder.weights = true;
        for channel in 0..header.channels.into() {
            let none = Earlier::NONE;
            let around = Neighbours { log2: head.log2, one: none, other: none };
            let mut weights = vec![0; 1 << head.log2];
            let place = (&head, channel);
            chunk.weights(&mut coder, place, &around, &mut weights);
        }
        if chunk.at().is_multiple_of(frames) {
            found.push(core::mem::take(&mut coder.decisions));
        }
    }
    found
}

#[test]
fn no_file_takes_more_decisions() {
    for (blocks, channels) in [(0x55, 1), (0x55, 2), (0x65, 2), (0xb5, 1), (0xb5, 2), (0xbb, 2)] {
        let bytes = file(blocks, channels, [0x80, 0x10], &[]);
        let header = *compact::Sound::parse(&bytes).unwrap().header();
        let worst = Sound::open(&bytes).unwrap().worst_case();
        assert_eq!((header.channels, worst.frames), (channels, 1 << header.max_log2));
        let most = (0..10).flat_map(|random| decisions(&header, random, worst.frames)).max();
        let (most, stated) = (most.unwrap(), u64::from(worst.decisions));
        assert!(most <= stated, "{blocks:#x}, {channels}: {most}, stated {stated}");
        assert!(stated < most + most / 8, "{blocks:#x}, {channels}: {most}, stated {stated}");
    }
}

#[test]
fn no_file_takes_more_multiplies() {
    for seed in 0..8u32 {
        let chunk: Vec<u8> = (0..6000u32)
            .map(|i| ((i + seed).wrapping_mul(0x9e37_79b9 ^ (i * i)) >> 24) as u8)
            .collect();
        for blocks in [0x55, 0x95, 0xb5, 0xbb] {
            let bytes = file(blocks, 2, [0x80, 0x10], &chunk);
            let sound = Sound::open(&bytes).unwrap();
            let (worst, frames) = (sound.worst_case(), sound.info().frames);
            let mut memory = vec![0; sound.memory_len()];
            let mut playback = sound.play(&mut memory).unwrap();
            let mut out = vec![0; 2 * frames as usize];
            playback.decode_into(&mut out).unwrap();
            let (spent, blocks) = (playback.multiplies(), frames.div_ceil(worst.frames));
            assert!(spent <= worst.multiplies * u64::from(blocks), "{spent}, {worst:?}");
        }
    }
}
