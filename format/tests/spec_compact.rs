//! Is SPEC.md's compact sound a file, and does every rule of its header give
//! its error? (`nex-tests` holds the chunks against the page)

mod page;

use nex_format::{
    Error, Kind, Part, Profile, Signal,
    compact::{Sound, SoundHeader},
};
use page::{block, changed};

#[test]
fn the_example_parses() {
    let bytes = block("compact");
    assert_eq!(changed("compact", 0, 0, &[]), bytes);
    let sound = Sound::parse(&bytes).unwrap();
    let header = SoundHeader {
        rate_hz: 8000,
        frames: 80,
        channels: 1,
        min_log2: 5,
        max_log2: 6,
        chunk_log2: 6,
        lead: 0,
        models: 0,
        step: 320,
        gamma: 4,
        fill: 12,
        tilt: 5,
        offsets: [-5, -3, 2],
    };
    assert_eq!((*sound.header(), sound.bytes()), (header, &bytes[..]));
    assert!(sound.chunks().eq([&bytes[0x14..0x22], &bytes[0x22..0x2d]]));
    let places: Vec<_> = sound.sections().map(|s| (s.id.0, s.offset, s.data.len())).collect();
    assert_eq!((places, sound.sections().comment()), (vec![(128, 0x2d, 4)], Some("tock")));
}

#[test]
fn every_rule_gives_its_error() {
    use Error::{BadHeader, OtherKind, UnknownKind};
    let kind = |signal, profile| OtherKind(Kind::new(signal, profile));
    let cases: [(usize, usize, &[u8], Error); 33] = [
        (0, 3, b"NET", Error::BadMagic),
        (3, 1, &[2], Error::UnsupportedVersion(2)),
        (4, 1, &[0x93], UnknownKind(Part::Signal, 3)),
        (4, 1, &[0xa0], UnknownKind(Part::Profile, 2)),
        (4, 1, &[0x80], kind(Signal::Sound, Profile::Neural)),
        (4, 1, &[0x81], kind(Signal::Picture, Profile::Neural)),
        (4, 1, &[0x91], kind(Signal::Picture, Profile::Compact)),
        (4, 1, &[0x92], kind(Signal::Shape, Profile::Compact)),
        (7, 1, &[0x84, 0x00], BadHeader(Part::Sections)),
        (7, 1, &[0x7f], Error::Truncated),
        (8, 2, &[0], BadHeader(Part::Rate)),
        (8, 2, &[0x81, 0xf0, 0x2e], BadHeader(Part::Rate)), // 768,001
        (8, 2, &[0xc0, 0xbe, 0x00], BadHeader(Part::Rate)), // a byte too long
        (0xa, 1, &[0], BadHeader(Part::Frames)),
        (0xa, 1, &[0x80, 0x00], BadHeader(Part::Frames)),
        (0xb, 1, &[0x64], BadHeader(Part::Blocks)),
        (0xb, 1, &[0xc5], BadHeader(Part::Blocks)),
        (0xb, 1, &[0x56], BadHeader(Part::Blocks)),
        (0xc, 1, &[0x10, 0], BadHeader(Part::Blocks)),
        (0xc, 1, &[0x10, 1], BadHeader(Part::Blocks)), // all of a chunk
        (0xc, 1, &[0x12, 2], BadHeader(Part::Blocks)), // past the end
        (0xc, 1, &[0x20], UnknownKind(Part::Models, 1)),
        (0xc, 1, &[0xe0], UnknownKind(Part::Models, 7)),
        (0xd, 2, &[0xa1, 0x06], BadHeader(Part::Step)), // 801
        (0xd, 2, &[0x80, 0x80, 0x04], BadHeader(Part::Step)), // 17 bits
        (0x10, 1, &[16], BadHeader(Part::Step)),
        (0x12, 1, &[0x8b], BadHeader(Part::Step)),
        (0x13, 1, &[0x80, 0x00], BadHeader(Part::Chunks)),
        (0x13, 1, &[0xff, 0xff, 0xff, 0xff, 0x1f], BadHeader(Part::Chunks)), // 33 bits
        (0x13, 1, &[0x7f], Error::Truncated),
        (0x13, 1, &[26], Error::Truncated), // into the comment
        (0x2d, 1, &[0xff], BadHeader(Part::Comment)),
        (6, 1, &[127], UnknownKind(Part::Sections, 127)),
    ];
    for (at, len, with, error) in cases {
        let mut bytes = changed("compact", at, len, with);
        assert_eq!(Sound::parse(&bytes).err(), Some(error), "{with:02x?} at {at:#x}");
        // Damage is told from a cut file before anything else is judged.
        *bytes.last_mut().unwrap() ^= 1;
        let damaged = match error {
            Error::BadMagic | Error::UnsupportedVersion(_) | Error::Truncated => error,
            _ => Error::BadCrc,
        };
        assert_eq!(Sound::parse(&bytes).err(), Some(damaged), "{with:02x?} at {at:#x}");
    }
}

#[test]
fn a_cut_in_the_last_chunk_is_damage_and_any_other_is_a_cut() {
    let bytes = block("compact");
    for len in 0..bytes.len() {
        let cut = len < bytes.len() - 11;
        let error = if cut { Error::Truncated } else { Error::BadCrc };
        assert_eq!(Sound::parse(&bytes[..len]).err(), Some(error), "{len} bytes");
    }
}

#[test]
fn all_of_it_is_a_constant() {
    // What the compiler does with an embedded file.
    const BYTES: &[u8] =
        b"NEX\x01\x10\xc0\x3e\xe2W\x95\x05\xa0\x06\0\x01\x7c\x9b\xef\x60h\x13\xb5\t\xa5";
    const SOUND: Result<Sound<'_>, Error> = Sound::parse(BYTES);
    const LISTED: usize = match nex_format::sections(BYTES) {
        Ok(sections) => match sections.comment() {
            Some(comment) => comment.len(),
            None => 0,
        },
        Err(_) => 99,
    };
    assert_eq!((SOUND.map(|s| s.header().frames), LISTED), (Ok(0x57 << 7 | 0x62), 0));
}
