//! Is SPEC.md's compact shape a file, and does every rule of its header give its error?
//! (`nex-tests` holds its decisions against the page)

mod page;

use nex_format::{
    Error, Kind, Part, Profile, Signal,
    compact::{Shape, ShapeHeader},
};
use page::{block, changed};

const NAME: &str = "compact-shape";

/// Where the example's decisions begin.
const DATA: usize = 0x1b;

fn parse(bytes: &[u8]) -> Result<ShapeHeader, Error> {
    Shape::parse(bytes).map(|shape| *shape.header())
}

#[test]
fn the_example_parses() {
    let bytes = block(NAME);
    let shape = Shape::parse(&bytes).unwrap();
    let header = ShapeHeader {
        voxels: 16,
        origin: [-1.5, 0.0, 0.25],
        side: 4.0,
        step: 200,
        splits: 2,
        weights: 23,
    };
    assert_eq!((*shape.header(), shape.bytes()), (header, &bytes[..]));
    assert_eq!((shape.data(), shape.sections().len()), (&bytes[DATA..bytes.len() - 4], 0));
    assert_eq!((header.blocks(), header.nodes()), (1, 1 + 16));
}

#[test]
fn every_rule_gives_its_error() {
    use Error::{BadHeader, LimitExceeded, OtherKind, UnknownKind};
    let cases: [(usize, usize, &[u8], Error); 19] = [
        (3, 1, &[2], Error::UnsupportedVersion(2)),
        (4, 1, &[0x11], OtherKind(Kind::new(Signal::Picture, Profile::Compact))),
        (4, 1, &[0x92, 1, 0x7f, 0], UnknownKind(Part::Sections, 127)),
        (4, 1, &[0x92, 1, 0x80, 0x7f], Error::Truncated), // a section of 127 bytes
        (5, 1, &[15], BadHeader(Part::Size)),
        (5, 1, &[0x81, 4], BadHeader(Part::Size)), // 513
        (5, 1, &[0x90, 0], BadHeader(Part::Size)), // a byte too long
        (6, 4, &[0, 0, 0x80, 0x7f], BadHeader(Part::Cube)),
        (0xa, 4, &[0, 0, 0xc0, 0x7f], BadHeader(Part::Cube)),
        (0xe, 4, &[0, 0, 0x80, 0xff], BadHeader(Part::Cube)),
        (0x12, 4, &[0; 4], BadHeader(Part::Cube)),
        (0x12, 4, &[0, 0, 0x80, 0xc0], BadHeader(Part::Cube)),
        (0x12, 4, &[0, 0, 0x80, 0x7f], BadHeader(Part::Cube)),
        (0x16, 1, &[1], UnknownKind(Part::Form, 1)),
        (5, 18, &[15; 18], UnknownKind(Part::Form, 15)), // the form first
        (0x17, 2, &[0xc1, 2], BadHeader(Part::Step)),    // 321
        (0x19, 1, &[0x81, 0x80, 0x80, 8], LimitExceeded(Part::Blocks)), // 2^24 + 1
        (0x1a, 1, &[0x81, 0x80, 0x80, 8], LimitExceeded(Part::ExpertWeights)),
        (0x1a, 1, &[0xff, 0xff, 0xff, 0xff, 0x1f], BadHeader(Part::ExpertWeights)), // 33 bits
    ];
    for (at, len, with, error) in cases {
        let mut bytes = changed(NAME, at, len, with);
        assert_eq!(parse(&bytes), Err(error), "{with:02x?} at {at:#x}");
        // Damage is told from a cut file before anything else is judged.
        *bytes.last_mut().unwrap() ^= 1;
        let damaged = match error {
            Error::UnsupportedVersion(_) | Error::Truncated => error,
            _ => Error::BadCrc,
        };
        assert_eq!(parse(&bytes), Err(damaged), "{with:02x?} at {at:#x}");
    }
}

#[test]
fn every_field_is_where_the_page_says() {
    let with = |at: usize, len: usize, with: &[u8]| parse(&changed(NAME, at, len, with)).unwrap();
    let given = parse(&block(NAME)).unwrap();
    assert_eq!(with(5, 1, &[0x80, 4]), ShapeHeader { voxels: 512, ..given });
    let one = 1f32.to_le_bytes();
    assert_eq!(with(6, 4, &one), ShapeHeader { origin: [1.0, 0.0, 0.25], ..given });
    assert_eq!(with(0xa, 4, &one), ShapeHeader { origin: [-1.5, 1.0, 0.25], ..given });
    assert_eq!(with(0xe, 4, &one), ShapeHeader { origin: [-1.5, 0.0, 1.0], ..given });
    assert_eq!(with(0x12, 4, &one), ShapeHeader { side: 1.0, ..given });
    assert_eq!(with(0x17, 2, &[0xc0, 2]), ShapeHeader { step: 320, ..given });
    let most = &[0x80, 0x80, 0x80, 8];
    assert_eq!(with(0x19, 1, most), ShapeHeader { splits: 1 << 24, ..given });
    assert_eq!(with(0x1a, 1, most), ShapeHeader { weights: 1 << 24, ..given });
}

#[test]
fn a_cut_in_the_data_is_damage_and_any_other_is_a_cut() {
    let bytes = block(NAME);
    for len in 0..bytes.len() {
        let error = if len < DATA + 4 { Error::Truncated } else { Error::BadCrc };
        assert_eq!(parse(&bytes[..len]), Err(error), "{len} bytes");
    }
}

#[cfg(feature = "write")]
#[test]
fn headers_come_back_and_what_they_cannot_hold_is_refused() {
    use nex_format::compact::write_shape;
    let bytes = block(NAME);
    let header = parse(&bytes).unwrap();
    assert_eq!(write_shape(&header, &[], &bytes[DATA..bytes.len() - 4]).unwrap(), bytes);
    for (wrong, part) in [
        (ShapeHeader { voxels: 15, ..header }, Part::Size),
        (ShapeHeader { voxels: 513, ..header }, Part::Size),
        (ShapeHeader { side: 0.0, ..header }, Part::Cube),
        (ShapeHeader { origin: [0.0, f32::NAN, 0.0], ..header }, Part::Cube),
        (ShapeHeader { step: 321, ..header }, Part::Step),
    ] {
        assert_eq!(write_shape(&wrong, &[], &[]), Err(Error::BadHeader(part)));
    }
    let many = ShapeHeader { weights: (1 << 24) + 1, ..header };
    assert_eq!(write_shape(&many, &[], &[]), Err(Error::LimitExceeded(Part::ExpertWeights)));
}
