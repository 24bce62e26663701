//! Does baked routing decide as the manager did, and is nonsense refused?

use nex_format::{
    Error, Part, SectionId,
    neural::{Arithmetic, File, MAX_CHUNK_RUNS, bake, pack, unpack},
};
use nex_runtime::{MAX_TILE, Position};
use nex_tests::{
    forge::{self, Plan, Random},
    fuzzing, reference,
    sounds::Decoder,
};

/// A mixture with a manager, and its decisions.
fn with_manager(seed: u64) -> (Plan, Vec<u8>, Vec<u8>) {
    let mut random = Random::new(seed);
    let any = Plan::any(&mut random);
    let plan = Plan { experts: random.within(2..=7), ..any };
    let bytes = forge::file_of(&plan, &mut random);
    let decoder = Decoder::parse(&bytes).unwrap();
    let mut experts = vec![0; plan.frames as usize];
    let mut scratch = vec![0; decoder.scratch_len(MAX_TILE)];
    assert_eq!(decoder.experts_block(0, &mut experts, &mut scratch), Ok(plan.frames as usize));
    (plan, bytes, experts)
}

fn whole(decoder: &Decoder<'_>) -> Vec<i16> {
    let info = decoder.info();
    let mut out = vec![0; info.frames as usize * usize::from(info.channels)];
    let mut scratch = vec![0; decoder.scratch_len(MAX_TILE)];
    decoder.decode_into(&mut out, &mut scratch).unwrap();
    out
}

#[test]
fn a_baked_file_decodes_to_the_same_bits() {
    for seed in 0..300 {
        let (plan, bytes, experts) = with_manager(seed);
        let baked = bake(&bytes, &experts).unwrap();
        let (full, lean) = (Decoder::parse(&bytes).unwrap(), Decoder::parse(&baked).unwrap());
        let file = File::parse(&baked).unwrap();
        let expected = whole(&full);
        assert_eq!(whole(&lean), expected, "seed {seed}");
        let (with, without) = (full.info(), lean.info());
        assert_eq!(without.manager_macs_per_frame, 0);
        assert_eq!(without.macs_per_frame, with.macs_per_frame - with.manager_macs_per_frame);
        assert!(lean.scratch_len(1) <= full.scratch_len(1));
        assert_eq!(File::parse(&bytes).unwrap().comment(), file.comment());

        let mut random = Random::new(seed);
        let mut scratch = vec![random.bits() as u32; lean.scratch_len(MAX_TILE)];
        // Odd blocks, from anywhere, in tiles of any size.
        for _ in 0..20 {
            let start = random.within(0..=plan.frames as usize - 1);
            let mut block = vec![-1; plan.channels * random.within(1..=97)];
            let columns = random.within(1..=MAX_TILE);
            let scratch = &mut scratch[..lean.scratch_len(columns)];
            let frames = lean.decode_block(start as u32, &mut block, scratch).unwrap();
            let from = &expected[start * plan.channels..][..frames * plan.channels];
            assert_eq!(&block[..frames * plan.channels], from, "seed {seed}");
        }
        let mut out = vec![0; plan.channels];
        for _ in 0..20 {
            let frame = random.within(0..=plan.frames as usize - 1);
            let at = Position::from_frame(frame as u32);
            lean.sample_at(at, &mut out, &mut scratch).unwrap();
            assert_eq!(out, expected[frame * plan.channels..][..plan.channels]);
            // Between the frames the one before decides.
            let between = Position::new(frame as u32, random.bits() as u32);
            assert_eq!(lean.expert_at(between, &mut scratch), Ok(experts[frame]));
            let runs = file.mixture().runs.unwrap();
            assert_eq!(runs.expert_at(frame as u32), experts[frame]);
        }
        // Baked again from its own decisions, it stays as it is; packed, the
        // runs stay plain.
        assert!(bake(&baked, &experts).unwrap() == baked);
        let packed = pack(&baked).unwrap();
        let mut plain = vec![0; baked.len()];
        assert_eq!(unpack(&packed, &mut plain), Ok(baked.len()));
        assert!(plain == baked);
    }
}

/// Resampled, also backwards in time through wrapping, from tile to tile.
#[test]
fn any_step_finds_the_expert_of_the_frame_before() {
    for seed in 0..60 {
        let bytes = forge::file(4 * seed + 1);
        let (file, decoder) = (File::parse(&bytes).unwrap(), Decoder::parse(&bytes).unwrap());
        let (frames, channels) = (decoder.info().frames, usize::from(decoder.info().channels));
        let mut random = Random::new(seed);
        let mut scratch = vec![0; decoder.scratch_len(8)];
        for _ in 0..10 {
            let start = Position::new(random.within(0..=frames as usize - 1) as u32, 77);
            let step = Position::new(random.within(0..=20) as u32, random.bits() as u32);
            let mut out = vec![0; 40 * channels];
            let written = decoder.decode_resampled(start, step, &mut out, &mut scratch).unwrap();
            for (i, samples) in out.chunks_exact(channels).take(written).enumerate() {
                let at = start.advance(step, i).unwrap();
                let expected = reference::point(&file, at.frame(), at.fraction()).1;
                assert_eq!(samples, expected, "seed {seed}");
            }
        }
    }
}

/// All shapes of routing, and lengths at the limits of chunks.
#[test]
fn routing_of_every_kind_comes_back() {
    let plan = |experts, frames| Plan {
        arithmetic: Arithmetic::Integer,
        experts,
        channels: 1,
        frames,
        widest: 2,
    };
    let mut sizes = String::new();
    for experts in [2, 3, 4, 5, 17, 255, 256] {
        for frames in [1, 2, 127, 128, 129, 255, 256, 257, 4096, 50_000] {
            for seed in 0..6 {
                let mut random = Random::new(seed);
                let bytes = forge::file_of(&plan(experts, frames as u32), &mut random);
                let routing = match seed {
                    // One run, changes at every frame, one change at the end.
                    0 => vec![experts as u8 - 1; frames],
                    1 => (0..frames).map(|i| (i % experts) as u8).collect(),
                    2 => (0..frames).map(|i| u8::from(i + 1 == frames)).collect(),
                    _ => forge::routing(frames, experts, &mut random),
                };
                let baked = bake(&bytes, &routing).unwrap();
                let file = File::parse(&baked).unwrap();
                fuzzing::parse(&baked);
                let runs = file.mixture().runs.unwrap();
                let mut cursor = runs.cursor();
                let read: Vec<u8> = (0..frames).map(|f| cursor.expert_at(f as u32)).collect();
                assert!(read == routing, "{experts} experts, {frames} frames, seed {seed}");
                let section = file.sections().find(|s| s.id == SectionId::RUNS).unwrap();
                if frames == 50_000 && experts == 4 {
                    sizes +=
                        &format!("{} runs in {} bytes; ", runs.iter().count(), section.data.len());
                }
            }
        }
    }
    println!("{sizes}");
}

#[test]
fn decisions_that_do_not_fit_are_refused() {
    let (plan, bytes, experts) = with_manager(1);
    let error = Err(Error::BadHeader(Part::Routing));
    assert_eq!(bake(&bytes, &experts[1..]), error);
    assert_eq!(bake(&bytes, &[&experts[..], &[0]].concat()), error);
    let mut other = experts.clone();
    other[0] = plan.experts as u8;
    assert_eq!(bake(&bytes, &other), error);
    let one = forge::file_of(&Plan { experts: 1, ..plan }, &mut Random::new(0));
    assert_eq!(bake(&one, &experts), Err(Error::BadHeader(Part::Experts)));
    assert_eq!(bake(&bytes[1..], &experts), Err(Error::BadMagic));
    assert_eq!(bake(&pack(&bytes).unwrap(), &experts), Err(Error::Packed));
}

/// A file whose section of runs is this; 3 experts, 20 frames.
fn with_section(section: &[u8]) -> Vec<u8> {
    let plan =
        Plan { arithmetic: Arithmetic::Integer, experts: 3, channels: 1, frames: 20, widest: 3 };
    let bytes = forge::file_of(&plan, &mut Random::new(8));
    let good = bake(&bytes, &[0; 20]).unwrap();
    let file = File::parse(&good).unwrap();
    let old = file.sections().find(|s| s.id == SectionId::RUNS).unwrap();
    let mut bytes = good.clone();
    bytes.splice(old.offset..old.offset + old.data.len(), section.iter().copied());
    // The table's last entries: an id, and a length of one byte.
    let entry =
        (0..old.offset).rev().find(|&i| good[i] == 4 && good[i + 1] == old.data.len() as u8);
    bytes[entry.unwrap() + 1] = section.len() as u8;
    fuzzing::with_checksum(&bytes)
}

fn bytes(bits: &str) -> Vec<u8> {
    let bits: Vec<u8> = bits.bytes().filter(|b| *b != b' ').map(|b| b - b'0').collect();
    let byte = |bits: &[u8]| (0..8).fold(0, |v, i| v << 1 | bits.get(i).copied().unwrap_or(0));
    bits.chunks(8).map(byte).collect()
}

/// Every rule of SPEC.md's "Runs".
#[test]
fn sections_of_runs_that_break_a_rule_are_refused() {
    // Two chunks of 16 frames, four of a group: 10 + 6 frames of experts 1
    // and 0, then 4 of expert 2.
    let first = bytes("10 00101 0 0101");
    let second = bytes("11 111");
    let good = [&[4, 2, 1, 2], &first[..], &second].concat();
    let parsed = with_section(&good);
    let file = File::parse(&parsed).unwrap();
    let runs = file.mixture().runs.unwrap();
    let read: Vec<_> = runs.iter().map(|r| (r.expert, r.start, r.frames)).collect();
    assert_eq!(read, [(1, 0, 10), (0, 10, 6), (2, 16, 4)]);

    let with = |at: usize, byte: u8| {
        let mut section = good.clone();
        section[at] = byte;
        section
    };
    let cases = [
        ("no section to speak of", vec![]),
        ("a head only", good[..3].to_vec()),
        ("no data", good[..4].to_vec()),
        ("chunks of 2^32 frames", with(0, 32)),
        ("other chunks", with(0, 5)),
        ("more low bits than a chunk has", with(1, 5)),
        ("too few low bits", [&[12, 3, 1], &first[..]].concat()),
        ("entries of no bytes", with(2, 0)),
        ("entries too wide", [&[4, 2, 2, 2, 0], &first[..], &second].concat()),
        ("an entry too low", with(3, 1)),
        ("an entry too high", with(3, 3)),
        ("an entry past the end", with(3, 200)),
        ("spare bits that are not 0", with(6, second[0] | 1)),
        ("the last byte is missing", good[..6].to_vec()),
        ("a byte too much", [&good[..], &[0]].concat()),
        ("a run past the chunk", with(5, bytes("10 00101 0 0110")[1])),
        ("a run past the sound", with(6, bytes("11 0100")[0])),
        ("no one", with(6, bytes("11 000000")[0])),
        ("another length that leaves frames", with(6, bytes("11 110")[0])),
    ];
    for (what, section) in cases {
        let error = File::parse(&with_section(&section)).err();
        assert_eq!(error, Some(Error::BadHeader(Part::Routing)), "{what}");
    }
}

/// Any bytes in the place of the runs: refused, or decoded alike in every way.
#[test]
fn hostile_runs_do_no_harm() {
    let (mut refused, mut sound) = (0, 0);
    for seed in 0..400 {
        let (plan, bytes, _) = with_manager(seed);
        let mut random = Random::new(seed);
        let good = forge::baked(&bytes, &plan, &mut random);
        let file = File::parse(&good).unwrap();
        let runs = file.sections().find(|s| s.id == SectionId::RUNS).unwrap();
        for _ in 0..20 {
            let mut bytes = good.clone();
            for _ in 0..random.within(1..=3) {
                let within = if random.within(0..=1) == 0 {
                    8.min(runs.data.len())
                } else {
                    runs.data.len()
                };
                bytes[runs.offset + random.within(0..=within - 1)] = random.bits() as u8;
            }
            let bytes = fuzzing::with_checksum(&bytes);
            match File::parse(&bytes) {
                Ok(_) => sound += 1,
                Err(error) => {
                    assert_eq!(error, Error::BadHeader(Part::Routing));
                    refused += 1;
                }
            }
            fuzzing::parse(&bytes);
            fuzzing::parse_decode_few(&bytes);
        }
    }
    assert!(refused > 1000 && sound > 100, "{refused} refused, {sound} not");
}

#[test]
fn a_chunk_has_no_more_runs_than_are_allowed() {
    let plan =
        Plan { arithmetic: Arithmetic::Integer, experts: 2, channels: 1, frames: 129, widest: 3 };
    let bytes = forge::file_of(&plan, &mut Random::new(8));
    // By turns: a one for each length, and nothing for the choice.
    let routing: Vec<u8> = (0..129).map(|i| i % 2).collect();
    let good = bake(&bytes, &routing).unwrap();
    let file = File::parse(&good).unwrap();
    let section = file.sections().find(|s| s.id == SectionId::RUNS).unwrap();
    let most = file.mixture().runs.unwrap().chunk_frames() as usize;
    assert!(most <= MAX_CHUNK_RUNS, "chunks of {most}");
    // One chunk of 256 frames: expert 0 and 129 ones.
    let mut one = vec![8, 0, 1];
    one.extend([&[0x7f][..], &[0xff; 15], &[0b1100_0000]].concat());
    assert_eq!(section.data.len(), one.len() + 2, "an index of one entry and another expert");
    let mut bytes = good.clone();
    bytes.splice(section.offset..section.offset + section.data.len(), one.iter().copied());
    let entry = (0..section.offset)
        .rev()
        .find(|&i| good[i] == 4 && good[i + 1] == section.data.len() as u8)
        .unwrap();
    bytes[entry + 1] = one.len() as u8;
    let parsed = File::parse(&fuzzing::with_checksum(&bytes)).err();
    assert_eq!(parsed, Some(Error::BadHeader(Part::Routing)));
}
