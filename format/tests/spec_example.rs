//! Is SPEC.md's worked example a file, and does every rule give its error?

mod page;

use nex_format::{
    Error, Kind, Part, Profile, SectionId, Signal,
    neural::{File, Header, SoundHeader},
};
use page::{block, changed, crc};

fn example() -> Vec<u8> {
    block("hex")
}

#[test]
fn the_checksum_has_the_check_value() {
    assert_eq!(crc(b"123456789"), 0xcbf4_3926);
}

#[test]
fn the_example_parses() {
    let bytes = example();
    let file = File::parse(&bytes).unwrap();
    let sound = SoundHeader { rate_hz: 8000, channels: 1, frames: 8, peak: 15_000 };
    assert_eq!(file.header(), Header::Sound(sound));
    assert_eq!(file.header().kind(), Kind::new(Signal::Sound, Profile::Neural));
    assert_eq!((file.header().dims(), file.header().channels()), (1, 1));
    assert_eq!(file.comment(), Some("tick"));
    assert_eq!(file.mixture().experts.count(), 2);
    let places: Vec<_> = file.sections().map(|s| (s.id.0, s.offset, s.data.len())).collect();
    assert_eq!(places, [(1, 0x2b, 24), (2, 0x43, 44), (3, 0x6f, 52), (128, 0xa3, 4)]);
    assert_eq!(changed("hex", 0, 0, &[]), bytes);
}

#[test]
fn every_rule_gives_its_error() {
    use Error::{BadHeader, BadWeights, LimitExceeded, UnknownKind};
    // What a decoder that knows further networks says, and one that does not.
    let further = |knows, other| if cfg!(feature = "networks") { knows } else { other };
    let compact = Kind::new(Signal::Sound, Profile::Compact);
    let cases: [(usize, usize, &[u8], Error); 42] = [
        (0, 3, b"NET", Error::BadMagic),
        (3, 1, &[2], Error::UnsupportedVersion(2)),
        (4, 1, &[0x84], UnknownKind(Part::Signal, 4)),
        (4, 1, &[0xa0], UnknownKind(Part::Profile, 2)),
        (4, 1, &[0x90], Error::OtherKind(compact)),
        (0xe, 2, &[0], BadHeader(Part::Rate)),
        (0xe, 2, &[0x81, 0xf0, 0x2e], BadHeader(Part::Rate)), // 768,001
        (0xe, 2, &[0xc0, 0xbe, 0x00], BadHeader(Part::Rate)), // a byte too long
        (0xe, 2, &[0xff, 0xff, 0xff, 0xff, 0x1f], BadHeader(Part::Rate)), // 33 bits
        (0x10, 1, &[0], BadHeader(Part::Channels)),
        (0x10, 1, &[9], LimitExceeded(Part::Channels)),
        (0x11, 1, &[0], BadHeader(Part::Frames)),
        (0x11, 1, &[0x88, 0], BadHeader(Part::Frames)), // a byte too long
        (0x12, 2, &[0], BadHeader(Part::Peak)),
        (0x12, 2, &[0x81, 0x80, 0x02], BadHeader(Part::Peak)), // 32,769
        (0x12, 2, &[0x81, 0x80, 0x04], BadHeader(Part::Peak)), // 17 bits
        (0x14, 1, &[2], UnknownKind(Part::Arithmetic, 2)),
        (0x15, 1, &[3], UnknownKind(Part::Gate, 3)),
        (0x16, 1, &[4], UnknownKind(Part::Activation, 4)),
        (0x16, 1, &[1], further(BadHeader(Part::Activation), UnknownKind(Part::Activation, 1))),
        (0x15, 1, &[4], further(BadHeader(Part::Sections), UnknownKind(Part::Gate, 4))),
        (0x17, 1, &[0], BadHeader(Part::Width)),
        (0x17, 1, &[0x81, 0x08], LimitExceeded(Part::Width)), // 1,025
        (0x18, 2, &[0], BadHeader(Part::Layers)),
        (
            0x18,
            2,
            &[16, 4, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3],
            LimitExceeded(Part::Layers),
        ),
        (0x19, 1, &[7], UnknownKind(Part::WeightType, 7)),
        (0x19, 1, &[5], further(BadHeader(Part::WeightType), UnknownKind(Part::WeightType, 5))),
        (0x19, 1, &[3], BadHeader(Part::WeightType)),
        (0x1d, 1, &[1], BadHeader(Part::WeightType)),
        (0x1f, 1, &[0], UnknownKind(Part::Encoder, 0)),
        (0x1f, 1, &[3], further(BadHeader(Part::Encoder), UnknownKind(Part::Encoder, 3))),
        (0x24, 1, &[1], UnknownKind(Part::Experts, 1)),
        (0x25, 1, &[1], BadHeader(Part::Experts)),
        (0x25, 1, &[0x81, 0x02], LimitExceeded(Part::Experts)), // 257
        (6, 1, &[2], BadHeader(Part::Sections)),
        (0xa, 1, &[4], BadHeader(Part::Sections)), // no baked routing
        (0xa, 1, &[5], UnknownKind(Part::Sections, 5)),
        (0xb, 1, &[0x33], Error::TrailingBytes),
        (0xb, 1, &[0x35], Error::Truncated),
        (0xa3, 1, &[0xff], BadHeader(Part::Comment)),
        (0x62, 1, &[0x80], BadWeights(Part::ManagerWeights)),
        (0x84, 1, &[0x80], BadWeights(Part::ExpertWeights)),
    ];
    for (at, len, with, error) in cases {
        let bytes = changed("hex", at, len, with);
        assert_eq!(File::parse(&bytes).err(), Some(error), "{with:02x?} at {at:#x}");
    }
}

#[test]
fn damage_cuts_and_additions_are_told_apart() {
    let bytes = example();
    for len in 0..bytes.len() {
        assert_eq!(File::parse(&bytes[..len]).err(), Some(Error::Truncated), "{len} bytes");
    }
    let longer = [&bytes[..], &[0]].concat();
    assert_eq!(File::parse(&longer).err(), Some(Error::TrailingBytes));
    for at in 0x2b..bytes.len() {
        let mut bytes = bytes.clone();
        bytes[at] ^= 0x10;
        assert_eq!(File::parse(&bytes).err(), Some(Error::BadCrc), "byte {at:#x}");
    }
}

#[test]
fn an_unknown_optional_section_is_skipped() {
    let bytes = changed("hex", 0xc, 1, &[SectionId::LOOP.0 + 1]);
    let file = File::parse(&bytes).unwrap();
    assert_eq!(file.comment(), None);
    assert_eq!(file.sections().len(), 4);
}
