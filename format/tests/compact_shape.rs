//! A compact shape's header comes back, and what it cannot hold is refused.
#![cfg(all(feature = "compact-core", feature = "write"))]

use nex_format::{
    Error, Part,
    compact::{Shape, ShapeHeader, write_shape},
};

const HEADER: ShapeHeader = ShapeHeader {
    voxels: 128,
    origin: [-1.5, 0.0, 0.25],
    side: 3.0,
    step: 160,
    splits: 200,
    weights: 9_000,
};

#[test]
fn headers_come_back() {
    let bytes = write_shape(&HEADER, &[], &[1, 2, 3]).unwrap();
    let shape = Shape::parse(&bytes).unwrap();
    assert_eq!((shape.header(), shape.data()), (&HEADER, &[1, 2, 3][..]));
    assert_eq!((HEADER.blocks(), HEADER.nodes()), (8, 512 + 1_600));
    for len in 0..bytes.len() {
        assert!(Shape::parse(&bytes[..len]).is_err(), "{len} bytes");
    }
}

#[test]
fn what_a_header_cannot_hold_is_refused() {
    for (wrong, part) in [
        (ShapeHeader { voxels: 15, ..HEADER }, Part::Size),
        (ShapeHeader { voxels: 513, ..HEADER }, Part::Size),
        (ShapeHeader { side: 0.0, ..HEADER }, Part::Cube),
        (ShapeHeader { origin: [0.0, f32::NAN, 0.0], ..HEADER }, Part::Cube),
        (ShapeHeader { step: 321, ..HEADER }, Part::Step),
    ] {
        assert_eq!(write_shape(&wrong, &[], &[]), Err(Error::BadHeader(part)));
    }
    let many = ShapeHeader { weights: (1 << 24) + 1, ..HEADER };
    assert_eq!(write_shape(&many, &[], &[]), Err(Error::LimitExceeded(Part::ExpertWeights)));
}
