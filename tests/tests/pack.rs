//! Is a packed file the plain one again, and does a bad one do no harm?

use nex_format::{
    Error, Part, SectionId,
    neural::{Arithmetic, File, SoundHeader, pack, unpack, unpacked_len},
    sections,
};
use nex_tests::{
    forge::{self, Plan, Random},
    fuzzing, golden,
    packing::{plain, unpack_parse_decode},
};
use std::{fs, path::PathBuf};

#[test]
fn every_kind_of_file_comes_back() {
    let (mut packed_sections, mut total, mut packed_total) = (0, 0, 0);
    for seed in 0..400 {
        let bytes = forge::file(seed);
        let packed = pack(&bytes).unwrap();
        assert!(packed.len() <= bytes.len());
        assert_eq!(unpacked_len(&packed), Ok(bytes.len()));
        assert!(plain(&packed).unwrap() == bytes, "seed {seed}");
        assert!(plain(&bytes).unwrap() == bytes, "seed {seed}");
        let kinds = sections(&packed).unwrap();
        let twins = kinds.filter(|s| (17..=19).contains(&s.id.0)).count();
        packed_sections += twins;
        let expected = if twins == 0 { Ok(()) } else { Err(Error::Packed) };
        assert_eq!(File::parse(&packed).map(|_| ()), expected);
        let again = if twins == 0 { Ok(bytes.clone()) } else { Err(Error::Packed) };
        assert!(pack(&packed) == again);
        (total, packed_total) = (total + bytes.len(), packed_total + packed.len());
    }
    println!("{total} bytes packed in {packed_total}, {packed_sections} sections");
    assert!(packed_sections > 400);
}

/// All weights alike: packs well, yet never beyond what a reader accepts.
#[test]
fn the_ratio_is_bounded() {
    use nex_format::neural::write::{IntegerRows, Layer, Mixture, Mlp, encode};
    let audio = SoundHeader { rate_hz: 8000, channels: 1, frames: 9, peak: 1 };
    for width in [1u16, 8, 64, 200, 500] {
        let rows = usize::from(width);
        let zeros = |rows: usize, cols: usize, sine: bool| Layer::Integer {
            wide: true,
            weights: vec![0; rows * cols],
            rows: if sine {
                IntegerRows::Sine { multipliers: vec![0; rows], phases: vec![0; rows] }
            } else {
                IntegerRows::Linear { multipliers: vec![0; rows], biases: vec![0; rows] }
            },
        };
        let first = Layer::Oscillator { frequencies: vec![0; rows], phases: vec![0; rows] };
        let mixture = Mixture {
            arithmetic: Arithmetic::Integer,
            manager: None,
            encoder: Mlp { width, layers: vec![first, zeros(rows, rows, true)] },
            experts: vec![Mlp {
                width,
                layers: vec![zeros(rows, rows, true), zeros(1, rows, false)],
            }],
        };
        let bytes = encode(&audio, &mixture, None).unwrap();
        let packed = pack(&bytes).unwrap();
        println!("{} bytes packed in {}", bytes.len(), packed.len());
        assert!(plain(&packed).unwrap() == bytes);
        assert!(bytes.len() <= 256 * packed.len());
    }
}

#[test]
fn trained_files_shrink_and_decode_alike() {
    let lines = golden::lists().map(|(folder, _)| golden::lines(&folder).unwrap()).concat();
    let twins: Vec<_> = lines.lines().filter_map(|l| l.strip_prefix("packed-")).collect();
    assert!(twins.len() >= 3);
    for twin in twins {
        assert!(lines.lines().any(|line| line == twin), "{twin}");
    }
    let bytes = fs::read(golden::folder().join("trained-hello-small-i8.nex")).unwrap();
    let packed = pack(&bytes).unwrap();
    println!("{} bytes packed in {}", bytes.len(), packed.len());
    assert!(packed.len() * 100 < bytes.len() * 94);
    // The packed golden file is what this version writes.
    let golden = fs::read(golden::folder().join("packed-trained-hello-small-i8.nex")).unwrap();
    assert!(packed == golden);
}

#[test]
fn every_truncation_and_every_flipped_bit_is_refused() {
    for seed in [1, 4, 9] {
        let mut random = Random::new(seed);
        let plan = Plan { widest: 6, ..Plan::any(&mut random) };
        let good = pack(&forge::file_of(&plan, &mut random)).unwrap();
        let mut out = vec![0; unpacked_len(&good).unwrap()];
        for len in 0..good.len() {
            assert_eq!(unpack(&good[..len], &mut out), Err(Error::Truncated), "{len} bytes");
        }
        let longer = [&good[..], &[0]].concat();
        assert_eq!(unpack(&longer, &mut out), Err(Error::TrailingBytes));
        let mut bytes = good.clone();
        for i in 0..8 * good.len() {
            bytes[i / 8] ^= 1 << (i % 8);
            assert!(unpack(&bytes, &mut out).is_err(), "seed {seed}, bit {i}");
            assert!(unpacked_len(&bytes).is_err());
            bytes[i / 8] ^= 1 << (i % 8);
        }
    }
}

/// The section table of a packed file, and the changes that it forbids.
#[test]
fn tables_that_contradict_are_refused() {
    let bytes = fs::read(golden::folder().join("integer-one-expert.nex")).unwrap();
    let good = pack(&bytes).unwrap();
    let sections: Vec<_> = sections(&good).unwrap().collect();
    let ids: Vec<_> = sections.iter().map(|s| s.id).collect();
    assert_eq!(ids[..2], [SectionId::PACKED_ENCODER, SectionId::PACKED_EXPERTS]);
    // Behind magic, version, kind and the number of sections.
    let table = 6;
    let second = table + if sections[0].data.len() < 128 { 2 } else { 3 };
    let malformed = Error::BadHeader(Part::Sections);
    let unknown = |id| Error::UnknownKind(Part::Sections, id);
    let cases = [
        (17, 17, malformed), // twice the same
        (19, 17, malformed), // not ascending
        (1, 17, malformed),  // a section and its twin
        (3, 19, malformed),
        (17, 18, malformed), // no manager
        (18, 19, malformed),
        (16, 19, unknown(16)),
        (17, 20, unknown(20)),
    ];
    for (first_id, second_id, error) in cases {
        let mut bytes = good.clone();
        (bytes[table], bytes[second]) = (first_id, second_id);
        let bytes = fuzzing::with_checksum(&bytes);
        assert_eq!(plain(&bytes), Err(error), "{first_id}, {second_id}");
    }
    let short = &mut vec![0; bytes.len() - 1];
    assert_eq!(unpack(&good, short), Err(Error::BufferTooSmall { needed: bytes.len() }));
}

/// Damage that a matching checksum hides.
#[test]
fn hostile_packed_files_do_no_harm() {
    for seed in 0..150u64 {
        let good = pack(&forge::file(seed)).unwrap();
        let mut random = Random::new(seed);
        unpack_parse_decode(&good);
        for _ in 0..40 {
            let mut bytes = good.clone();
            for _ in 0..random.within(1..=3) {
                let header = random.within(0..=1) == 0;
                let end = if header { 60.min(bytes.len()) } else { bytes.len() };
                let at = random.within(4..=end - 1);
                bytes[at] = random.bits() as u8;
            }
            unpack_parse_decode(&fuzzing::with_checksum(&bytes));
        }
    }
}

#[test]
fn the_fuzz_corpus_replays() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus");
    let mut replayed = 0;
    for target in ["unpack", "parse"] {
        for entry in fs::read_dir(folder.join(target)).unwrap() {
            let bytes = fs::read(entry.unwrap().path()).unwrap();
            for bytes in [fuzzing::with_checksum(&bytes), bytes] {
                unpack_parse_decode(&bytes);
            }
            replayed += 1;
        }
    }
    assert!(replayed > 40, "only {replayed} corpus files");
}
