//! Is SPEC.md's worked shape a file, and does every rule give its error?

mod page;

use nex_format::{
    Error, Kind, Part, Profile, Signal,
    neural::{File, Header, ShapeHeader},
};
use page::{block, changed};

#[test]
fn the_example_parses() {
    let bytes = block("shape");
    assert_eq!(changed("shape", 0, 0, &[]), bytes);
    let file = File::parse(&bytes).unwrap();
    let shape = ShapeHeader { cells: 4, origin: [-1.5, 0.0, 0.25], side: 3.0 };
    assert_eq!(file.header(), Header::Shape(shape));
    assert_eq!(file.header().kind(), Kind::new(Signal::Shape, Profile::Neural));
    assert_eq!((file.header().dims(), file.header().channels()), (3, 1));
    let first = file.mixture().encoder.layers().next().unwrap();
    assert_eq!((first.rows(), first.cols()), (2, 3));
    let frequencies = [0, 1, 2].map(|axis| first.frequency(1, axis));
    assert_eq!(frequencies, [-(1 << 28), 1 << 29, 1 << 28]);
}

#[test]
fn every_rule_gives_its_error() {
    use Error::{BadHeader, UnknownKind};
    let nan = f32::NAN.to_le_bytes();
    let cases: [(usize, usize, &[u8], Error); 16] = [
        (4, 1, &[0x84], UnknownKind(Part::Signal, 4)),
        (0xa, 1, &[0], BadHeader(Part::Size)),
        (0xa, 1, &[0x84, 0], BadHeader(Part::Size)), // a byte too long
        (0xa, 1, &[0x80, 0x80, 4], BadHeader(Part::Size)), // 65,536
        (0xb, 4, &nan, BadHeader(Part::Cube)),
        (0xf, 4, &f32::INFINITY.to_le_bytes(), BadHeader(Part::Cube)),
        (0x13, 4, &nan, BadHeader(Part::Cube)),
        (0x17, 4, &nan, BadHeader(Part::Cube)),
        (0x17, 4, &f32::INFINITY.to_le_bytes(), BadHeader(Part::Cube)),
        (0x17, 4, &[0; 4], BadHeader(Part::Cube)),
        (0x17, 4, &(-3.0f32).to_le_bytes(), BadHeader(Part::Cube)),
        (0x1b, 1, &[2], UnknownKind(Part::Arithmetic, 2)),
        (0x1c, 1, &[2], UnknownKind(Part::Gate, 2)),
        (7, 1, &[0x18], Error::TrailingBytes), // oscillators along two axes
        (9, 1, &[0x17], Error::Truncated),
        (0x5a, 1, &[0x80], Error::BadWeights(Part::ExpertWeights)),
    ];
    for (at, len, with, error) in cases {
        let bytes = changed("shape", at, len, with);
        assert_eq!(File::parse(&bytes).err(), Some(error), "{with:02x?} at {at:#x}");
    }
    // The largest size there is.
    let largest = changed("shape", 0xa, 1, &[0xff, 0xff, 3]);
    assert!(File::parse(&largest).is_ok());
}

#[test]
fn cuts_and_additions_are_told_apart() {
    let bytes = block("shape");
    for len in 0..bytes.len() {
        assert_eq!(File::parse(&bytes[..len]).err(), Some(Error::Truncated), "{len} bytes");
    }
    let longer = [&bytes[..], &[0]].concat();
    assert_eq!(File::parse(&longer).err(), Some(Error::TrailingBytes));
}
