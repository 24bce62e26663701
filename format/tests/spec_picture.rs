//! Is SPEC.md's worked picture a file, and does every rule give its error?

mod page;

use nex_format::{
    Error, Kind, Part, Profile, Signal,
    neural::{File, Header, PictureHeader},
};
use page::{block, changed};

#[test]
fn the_example_parses() {
    let bytes = block("picture");
    assert_eq!(changed("picture", 0, 0, &[]), bytes);
    let file = File::parse(&bytes).unwrap();
    let picture = PictureHeader { width: 3, height: 2, channels: 3 };
    assert_eq!(file.header(), Header::Picture(picture));
    assert_eq!(file.header().kind(), Kind::new(Signal::Picture, Profile::Neural));
    assert_eq!((file.header().dims(), file.header().channels()), (2, 3));
    let first = file.mixture().encoder.layers().next().unwrap();
    assert_eq!((first.rows(), first.cols()), (2, 2));
    assert_eq!([first.frequency(1, 0), first.frequency(1, 1)], [-(1 << 28), 1 << 29]);
}

#[test]
fn every_rule_gives_its_error() {
    use Error::{BadHeader, LimitExceeded, UnknownKind};
    // The example's expert is the only one.
    let stored = if cfg!(feature = "networks") {
        BadHeader(Part::Experts)
    } else {
        UnknownKind(Part::Gate, 2)
    };
    let cases: [(usize, usize, &[u8], Error); 14] = [
        (4, 1, &[0x84], UnknownKind(Part::Signal, 4)),
        (0xa, 1, &[0], BadHeader(Part::Size)),
        (0xb, 1, &[0], BadHeader(Part::Size)),
        (0xa, 1, &[0x83, 0], BadHeader(Part::Size)), // a byte too long
        (0xa, 1, &[0x80, 0x80, 4], BadHeader(Part::Size)), // 65,536
        (0xb, 1, &[0x80, 0x80, 4], BadHeader(Part::Size)),
        (0xc, 1, &[0], BadHeader(Part::Channels)),
        (0xc, 1, &[5], LimitExceeded(Part::Channels)),
        (0xc, 1, &[4], BadHeader(Part::Sections)), // an expert of three rows
        (0xd, 1, &[2], UnknownKind(Part::Arithmetic, 2)),
        (0xe, 1, &[2], stored),
        (7, 1, &[0x10], Error::TrailingBytes), // oscillators along one axis
        (9, 1, &[0x2b], Error::Truncated),
        (0x47, 2, &[0, 0x80], Error::BadWeights(Part::ExpertWeights)),
    ];
    for (at, len, with, error) in cases {
        let bytes = changed("picture", at, len, with);
        assert_eq!(File::parse(&bytes).err(), Some(error), "{with:02x?} at {at:#x}");
    }
    // The largest size there is.
    let largest = changed("picture", 0xa, 2, &[0xff, 0xff, 3, 0xff, 0xff, 3]);
    assert!(File::parse(&largest).is_ok());
}

#[test]
fn cuts_and_additions_are_told_apart() {
    let bytes = block("picture");
    for len in 0..bytes.len() {
        assert_eq!(File::parse(&bytes[..len]).err(), Some(Error::Truncated), "{len} bytes");
    }
    let longer = [&bytes[..], &[0]].concat();
    assert_eq!(File::parse(&longer).err(), Some(Error::TrailingBytes));
}
