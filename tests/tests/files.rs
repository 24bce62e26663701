//! Are good files read, bad ones refused, and golden ones unchanged?

use nex_format::neural::File;
use nex_tests::{compact, compact_picture, compact_shape, forge, fuzzing, golden};
use std::{fs, path::PathBuf};

#[test]
fn golden_files_decode_to_their_checksums() {
    let mut files = 0;
    for (folder, list) in golden::lists() {
        let expected = fs::read_to_string(list).unwrap();
        assert_eq!(golden::lines(&folder).unwrap(), expected);
        for line in expected.lines() {
            assert_eq!(line.starts_with("x-"), line.contains("error: "), "{line}");
            files += 1;
        }
    }
    assert!(files > 70);
}

#[test]
fn every_truncation_and_every_flipped_bit_is_refused() {
    for seed in 0..12 {
        let good = forge::file(seed);
        let good = if good.len() > 3000 { continue } else { good };
        for len in 0..good.len() {
            assert!(File::parse(&good[..len]).is_err(), "seed {seed}, {len} bytes");
        }
        let mut bytes = good.clone();
        for i in 0..8 * good.len() {
            bytes[i / 8] ^= 1 << (i % 8);
            assert!(File::parse(&bytes).is_err(), "seed {seed}, bit {i}");
            bytes[i / 8] ^= 1 << (i % 8);
        }
        bytes.push(0);
        assert!(File::parse(&bytes).is_err());
    }
}

/// Damage that a matching checksum hides: never a panic, and what still
/// parses still decodes to the same bits every way.
#[test]
fn hostile_files_do_no_harm() {
    for seed in 0..150u64 {
        let good = forge::file(seed);
        let mut random = forge::Random::new(seed);
        for _ in 0..60 {
            let mut bytes = good.clone();
            for _ in 0..random.within(1..=3) {
                let header = random.within(0..=1) == 0;
                let end = if header { 60.min(bytes.len()) } else { bytes.len() };
                let at = random.within(4..=end - 1);
                bytes[at] = random.bits() as u8;
            }
            let bytes = fuzzing::with_checksum(&bytes);
            fuzzing::parse(&bytes);
            fuzzing::parse_decode(&bytes);
        }
    }
}

/// The committed corpora and regressions of the fuzz targets.
#[test]
fn fuzz_corpora_replay() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    let mut replayed = 0;
    for target in ["parse", "parse_decode", "compact", "picture", "shape"] {
        for entry in fs::read_dir(folder.join(target)).unwrap() {
            let bytes = fs::read(entry.unwrap().path()).unwrap();
            for bytes in [fuzzing::with_checksum(&bytes), bytes] {
                fuzzing::parse(&bytes);
                fuzzing::parse_decode(&bytes);
                compact::parse_decode(&bytes);
                compact_picture::parse_decode(&bytes);
                compact_shape::parse_decode(&bytes);
            }
            replayed += 1;
        }
    }
    assert!(replayed > 20, "only {replayed} corpus files");
}
