//! Do shapes decode to the specified bits, however they are asked for?

use nex_format::{
    Error, Kind, Part, Profile, Signal,
    neural::{File, ShapeHeader, bake, pack, write},
};
use nex_runtime::{Picture, Shape, Sound};
use nex_tests::{
    forge::{self, Plan, Random},
    fuzzing, packing,
};

#[test]
fn every_way_to_decode_gives_the_specified_bits() {
    for seed in 0..150 {
        let bytes = forge::shape(seed);
        assert!(Shape::open(&bytes).is_ok());
        fuzzing::parse(&bytes);
        // Compares with the reference.
        fuzzing::parse_decode(&bytes);
        fuzzing::parse_decode_few(&bytes);
    }
}

#[test]
fn packed_shapes_unpack_to_the_same_bytes() {
    for seed in 0..40 {
        let bytes = forge::shape(seed);
        let packed = pack(&bytes).unwrap();
        assert_eq!(packing::plain(&packed).unwrap(), bytes);
        packing::unpack_parse_decode(&packed);
    }
}

#[test]
fn truncations_and_damage_do_no_harm() {
    for seed in 0..30 {
        let good = forge::shape(seed);
        for len in 0..good.len() {
            assert!(File::parse(&good[..len]).is_err(), "seed {seed}, {len} bytes");
        }
        let mut random = Random::new(seed);
        for _ in 0..60 {
            let mut bytes = good.clone();
            let header = random.within(0..=1) == 0;
            let end = if header { 50.min(bytes.len()) } else { bytes.len() };
            bytes[random.within(4..=end - 1)] = random.bits() as u8;
            assert!(bytes == good || File::parse(&bytes).is_err());
            let bytes = fuzzing::with_checksum(&bytes);
            fuzzing::parse(&bytes);
            fuzzing::parse_decode(&bytes);
            fuzzing::parse_decode_few(&bytes);
        }
    }
}

#[test]
fn kinds_are_told_apart() {
    let (sound, picture, shape) = (forge::file(3), forge::image(3), forge::shape(3));
    let other = |signal| Error::OtherKind(Kind::new(signal, Profile::Neural));
    assert_eq!(Sound::open(&shape).err(), Some(other(Signal::Shape)));
    assert_eq!(Picture::open(&shape).err(), Some(other(Signal::Shape)));
    assert_eq!(Shape::open(&sound).err(), Some(other(Signal::Sound)));
    assert_eq!(Shape::open(&picture).err(), Some(other(Signal::Picture)));
    assert_eq!(bake(&shape, &[]), Err(other(Signal::Shape)));
    assert_eq!(nex_format::check(&shape), Ok(()));
}

/// The gradient of a network that is nearly flat over a cell points uphill.
#[test]
fn the_gradient_is_that_of_central_differences() {
    let bytes = forge::shape(5);
    let decoder = Shape::open(&bytes).unwrap();
    let cells = decoder.info().cells;
    let mut scratch = vec![0; decoder.memory_len() * 6];
    let middle = nex_runtime::Position::new(cells / 2, 1 << 30);
    let at = [middle; 3];
    let gradient = decoder.gradient_at(at, &mut scratch).unwrap();
    let end = nex_runtime::Position::from_frame(cells);
    for axis in 0..3 {
        let [mut up, mut down] = [at; 2];
        up[axis] = nex_runtime::Position::new(cells / 2 + 1, 1 << 30).min(end);
        down[axis] = match (cells / 2).checked_sub(1) {
            Some(frame) => nex_runtime::Position::new(frame, 1 << 30),
            None => nex_runtime::Position::default(),
        };
        let [up, down] = [up, down].map(|p| i32::from(decoder.sdf_at(p, &mut scratch).unwrap()));
        assert_eq!(gradient[axis], up - down);
    }
}

/// Cubes that no shape has are refused when it is written, too.
#[test]
fn impossible_cubes_are_refused() {
    let mut random = Random::new(1);
    let plan = Plan { channels: 1, ..Plan::any(&mut random) };
    let mixture = forge::mixture(&plan, &mut random).1;
    let refused = |cells, x, side| {
        let shape = ShapeHeader { cells, origin: [x, 0.0, 0.0], side };
        write::encode(&shape, &mixture, None).unwrap_err()
    };
    assert_eq!(refused(0, 0.0, 1.0), Error::BadHeader(Part::Size));
    assert_eq!(refused(1, f32::NAN, 1.0), Error::BadHeader(Part::Cube));
    assert_eq!(refused(1, 0.0, 0.0), Error::BadHeader(Part::Cube));
    assert_eq!(refused(1, 0.0, f32::INFINITY), Error::BadHeader(Part::Cube));
}
