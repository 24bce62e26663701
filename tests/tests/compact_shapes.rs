//! Does a compact shape say the same distances however it is asked, and does no damage do
//! harm?

use nex_format::compact::{Shape as File, ShapeHeader};
use nex_runtime::{Position, Shape};
use nex_tests::{
    compact_shape,
    forge::Random,
    fuzzing::with_checksum,
    solids::{self, Cell},
};

const HEADER: ShapeHeader =
    ShapeHeader { voxels: 48, origin: [0.0; 3], side: 48.0, step: 160, splits: 0, weights: 0 };

#[test]
fn every_way_to_ask_a_forged_shape_gives_the_same_distances() {
    let mut random = Random::new(0x5011d);
    for i in 0..120 {
        let bytes = match i % 3 {
            0 => solids::noise(&mut random, 80, 400),
            _ => solids::file(&mut random, 56),
        };
        assert!(Shape::open(&bytes).is_ok());
        compact_shape::parse_decode(&bytes);
    }
}

/// All bytes of a file, each with several others in its place, under a checksum that matches.
#[test]
fn any_byte_may_be_any_other() {
    let good = solids::file(&mut Random::new(7), 20);
    let (mut opened, mut refused) = (0, 0);
    let mut bytes = good.clone();
    for at in (0..good.len() - 4).step_by(if good.len() > 2000 { 7 } else { 1 }).chain(5..40) {
        for value in [0, 0xff, 0x7f, good[at] ^ 1, good[at] ^ 0x10, !good[at]] {
            bytes[at] = value;
            let bytes = with_checksum(&bytes);
            compact_shape::parse_decode(&bytes);
            if File::parse(&bytes).is_ok() { opened += 1 } else { refused += 1 }
        }
        bytes[at] = good[at];
    }
    assert!(opened > 500 && refused > 50, "{opened} opened, {refused} refused");
}

#[test]
fn every_truncation_and_every_flipped_bit_is_refused() {
    let good = solids::noise(&mut Random::new(3), 30, 60);
    assert!((0..good.len()).all(|len| File::parse(&good[..len]).is_err()));
    let mut bytes = good.clone();
    for i in 0..8 * good.len() {
        bytes[i / 8] ^= 1 << (i % 8);
        assert!(File::parse(&bytes).is_err(), "bit {i}");
        bytes[i / 8] ^= 1 << (i % 8);
    }
}

/// One cell with an expert among 27 blocks: everywhere else the distance is the one to it, or,
/// further than a block away, less; and a ray may go as far.
#[test]
fn without_an_expert_the_distance_is_one_to_the_nearest_cell_that_has_one() {
    let far = |_: usize| Cell::Empty(false);
    let mut cut: Vec<Cell> = (0..8).map(far).collect();
    // Its voxels are 24 to 32 along x, 16 to 24 along y and z.
    cut[1] = Cell::Expert(1, vec![0, 0, 0, 0]);
    let mut blocks: Vec<Cell> = (0..27).map(far).collect();
    blocks[13] = Cell::Cut(cut);
    let bytes = solids::of(&HEADER, &blocks);
    let shape = Shape::open(&bytes).unwrap();
    let mut memory = vec![0; shape.memory_len()];
    let mut distances = shape.distances(&mut memory).unwrap();
    let mut exact = 0;
    for i in 0..13usize.pow(3) {
        let p = [i % 13, i / 13 % 13, i / 169].map(|x| 3.7 * x as f64);
        let gap = |x: f64, from: f64, to: f64| (from - x).max(x - to).max(0.0);
        let gaps = [gap(p[0], 24.0, 32.0), gap(p[1], 16.0, 24.0), gap(p[2], 16.0, 24.0)];
        let true_gap = gaps.iter().map(|x| x * x).sum::<f64>().sqrt();
        let said = f64::from(distances.sdf_at(p.map(Position::from_f64)).unwrap());
        let said = said * f64::from(shape.step());
        let owned = distances.expert_at(p.map(Position::from_f64)).unwrap() > 0;
        assert_eq!(owned, true_gap == 0.0, "{p:?}");
        if owned {
            assert_eq!(said, 0.0, "{p:?}");
            continue;
        }
        // Places are counted in 1/16 voxels here: less than 0.11 off.
        assert!(said > 0.0 && said <= true_gap + 0.13, "{p:?}: {said}, {true_gap}");
        assert!(said > true_gap - 0.18 || said >= 16.0 - 0.18, "{p:?}: {said}, {true_gap}");
        exact += usize::from(said > true_gap - 0.18);
    }
    assert!(exact > 1000, "{exact}");
}

/// Where a polynomial is, it is the difference of two of its distances; in empty cells the way
/// from the nearest cell, one voxel a voxel.
#[test]
fn gradients_are_of_one_polynomial_or_lead_away_from_the_nearest_cell() {
    let far = |_: usize| Cell::Empty(false);
    let mut blocks: Vec<Cell> = (0..27).map(far).collect();
    // Of degree 2, its voxels are 16 to 32 along each axis.
    blocks[13] = Cell::Expert(2, vec![3, 40, -25, 60, 9, -7, 5, 4, 3, -2]);
    let bytes = solids::of(&HEADER, &blocks);
    let shape = Shape::open(&bytes).unwrap();
    let mut memory = vec![0; shape.memory_len()];
    let mut distances = shape.distances(&mut memory).unwrap();
    let mut sdf = |p: [f64; 3]| i32::from(distances.sdf_at(p.map(Position::from_f64)).unwrap());
    let places = |from: f64, by: f64| {
        (0..125).map(move |i| [i % 5, i / 5 % 5, i / 25].map(|x| from + by * f64::from(x)))
    };
    let mut expected = Vec::new();
    for p in places(16.2, 3.9) {
        expected.push([0, 1, 2].map(|axis| {
            // Two voxels that lie in the cell.
            let (mut low, mut high) = (p, p);
            let middle = p[axis].clamp(17.0, 31.0 - 1e-3);
            (low[axis], high[axis]) = (middle - 1.0, middle + 1.0);
            sdf(high) - sdf(low)
        }));
    }
    for (p, expected) in places(16.2, 3.9).zip(expected) {
        let found = distances.gradient_at(p.map(Position::from_f64)).unwrap();
        let off = found.iter().zip(expected).map(|(a, b)| (a - b).abs()).max().unwrap();
        assert!(off <= 2 && found != [0; 3], "{p:?}: {found:?}, {expected:?}");
    }
    let mut empty = 0;
    for p in places(2.3, 10.7) {
        let way = p.map(|x: f64| x - x.clamp(16.0, 32.0));
        let length = way.iter().map(|x| x * x).sum::<f64>().sqrt();
        if length == 0.0 || length > 15.5 {
            continue;
        }
        let found = distances.gradient_at(p.map(Position::from_f64)).unwrap().map(f64::from);
        for (found, way) in found.iter().zip(way) {
            let two_voxels = 2.0 * 65_536.0 / 48.0;
            assert!((found - two_voxels * way / length).abs() < 0.02 * two_voxels, "{p:?}");
        }
        empty += 1;
    }
    assert!(empty > 40, "{empty}");
}

/// Inside and outside are told by the sign, and what a file does not get to is far outside.
#[test]
fn sides_have_signs_and_what_is_missing_is_outside() {
    let blocks: Vec<Cell> = (0..27).map(|i| Cell::Empty(i % 2 == 1)).collect();
    let bytes = solids::of(&HEADER, &blocks);
    let shape = Shape::open(&bytes).unwrap();
    let mut memory = vec![0; shape.memory_len()];
    let mut distances = shape.distances(&mut memory).unwrap();
    for i in 0..27u32 {
        let at = [i % 3, i / 3 % 3, i / 9].map(|x| Position::new(16 * x + 5, 0));
        assert_eq!(distances.sdf_at(at).unwrap() < 0, i % 2 == 1);
    }
    // A polynomial for which the header leaves no coefficients ends the file.
    let mut blocks = blocks;
    blocks[2] = Cell::Expert(2, vec![0; 10]);
    let bytes = solids::of(&HEADER, &blocks);
    let good = File::parse(&bytes).unwrap();
    let header = ShapeHeader { weights: 9, ..*good.header() };
    let bytes = nex_format::compact::write_shape(&header, &[], good.data()).unwrap();
    let shape = Shape::open(&bytes).unwrap();
    let mut memory = vec![0; shape.memory_len()];
    let mut distances = shape.distances(&mut memory).unwrap();
    let at = |x: u32, y: u32| [x, y, 5].map(|x| Position::new(x, 0));
    assert!(distances.sdf_at(at(21, 5)).unwrap() < 0);
    assert_eq!(distances.sdf_at(at(37, 5)), Ok(i16::MAX));
    assert_eq!(distances.sdf_at(at(5, 21)), Ok(i16::MAX));
}
