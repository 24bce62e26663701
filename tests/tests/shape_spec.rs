//! Is the compact shape that SPEC.md explains a file, to the bit?
//!
//! What depends on trained numbers changes when they do: every failure prints what the page
//! must say.

use nex_coding::shape::{MAX_DEGREE, ShapeHeader, basis, count, place, start};
use nex_format::compact::write_shape;
use nex_runtime::{Position, Shape};
use nex_tests::{
    fuzzing::crc32,
    page::{self, Recorder, as_written, of_trained, page, says, tables},
    solids::{Cell, code},
};
use std::fmt::Write;

#[test]
fn the_trained_numbers_are_those_of_the_page() {
    let mut answers = [0; place::COUNT];
    start(&mut answers);
    let starts: Vec<u8> = answers.iter().map(|&a| (a / place::UNIT) as i8 as u8).collect();
    let expected = of_trained(&starts);
    let page = page();
    let part = page.split_once("\n## Compact shapes\n").unwrap().1;
    assert!(says(part, &expected), "SPEC.md, \"Compact shapes\", must say: {expected}");
}

#[test]
fn the_tables_begin_where_the_page_says() {
    let page = page();
    let part = page.split_once("\n## Compact shapes\n").unwrap().1;
    let firsts = [
        place::NEARNESS,
        place::AROUND,
        place::INSIDE,
        place::SPLIT_NEARNESS,
        place::SPLIT_AROUND,
        place::DEGREE_SIZE,
        place::DEGREE_AROUND,
        place::DEGREE_KNOWN,
        place::WEIGHT,
        place::LEVEL,
        place::INDEX,
        place::DEGREE,
        place::SPREAD,
        place::ESCAPE,
    ];
    let ends = firsts.into_iter().skip(1).chain([place::COUNT]);
    let expected: Vec<_> = firsts.into_iter().zip(ends).map(|(a, b)| (a, b - a)).collect();
    assert_eq!(tables(part), expected);
    assert!(part.contains(&format!("`answer[{}]`", place::COUNT - 1)));
}

/// The order of weights, which the page gives in words.
#[test]
fn weights_come_by_own_degree_then_by_the_first_power_then_by_the_second() {
    let mut all: Vec<[u8; 3]> = (0..7u8)
        .flat_map(|a| (0..7u8).flat_map(move |b| (0..7u8).map(move |c| [a, b, c])))
        .filter(|powers| powers.iter().sum::<u8>() <= MAX_DEGREE as u8)
        .collect();
    all.sort_by_key(|&[a, b, c]| (a + b + c, a, b));
    assert!(basis::products(MAX_DEGREE).eq(all));
    assert_eq!([0, 1, 2, 6].map(count), [1, 4, 10, 84]);
}

const HEADER: ShapeHeader = ShapeHeader {
    voxels: 16,
    origin: [-1.5, 0.0, 0.25],
    side: 4.0,
    step: 200,
    splits: 2,
    weights: 23,
};

/// The example's block: what is below a slope is inside, but for one cell.
fn block() -> Cell {
    let (inside, outside) = (|| Cell::Empty(true), || Cell::Empty(false));
    let mut small: Vec<Cell> = (0..8).map(|_| Cell::Empty(false)).collect();
    small[0] = Cell::Expert(1, vec![2, 1, 0, 0]);
    Cell::Cut(vec![
        inside(),
        Cell::Expert(1, vec![-20, 0, 3, 25]),
        Cell::Expert(2, vec![3, 0, -1, 2, 0, 0, 1, -1]),
        Cell::Cut(small),
        inside(),
        outside(),
        Cell::Expert(1, vec![0, -1, 0, 0]),
        Cell::Expert(0, vec![16]),
    ])
}

fn recorded() -> Recorder {
    let mut recorder = Recorder::default();
    let counts = code(&mut recorder, &HEADER, &[block()]);
    assert_eq!(counts, (HEADER.splits, HEADER.weights));
    recorder
}

#[test]
fn the_example_is_written_alike() {
    let page = page();
    let data = recorded().encoder.finish();
    let bytes = write_shape(&HEADER, &[], &data).unwrap();
    let sum = crc32(&bytes[..bytes.len() - 4]);
    let parts = [
        (data.len(), "decisions".to_owned()),
        (4, format!("CRC-32 of all bytes before: 0x{sum:08x}")),
    ];
    let shown = page::block(&page, "compact-shape");
    let expected = as_written(shown, &bytes, &parts);
    assert_eq!(shown, expected, "the block compact-shape must be:\n{expected}");
    assert_eq!(page::bytes(&page, "compact-shape"), bytes);
}

#[test]
fn the_decisions_are_the_listed_ones() {
    let page = page();
    let shown = page::block(&page, "shape-decisions");
    let expected = recorded().as_decided(shown);
    assert_eq!(shown, expected, "the block shape-decisions must be:\n{expected}");
}

#[test]
fn the_distances_are_the_listed_ones() {
    let page = page();
    let bytes = page::bytes(&page, "compact-shape");
    let shape = Shape::open(&bytes).unwrap();
    let mut memory = vec![0; shape.memory_len()];
    let mut distances = shape.distances(&mut memory).unwrap();
    let mut expected = String::new();
    for (y, z) in [(2.5, 2.5), (6.0, 9.25), (10.5, 3.5), (16.0, 16.0)] {
        let start = [0.0, y, z].map(Position::from_f64);
        let step = [1.0, 0.0, 0.0].map(Position::from_f64);
        let mut out = [0; 20];
        assert_eq!(distances.sdf_line(start, step, &mut out), Ok(17));
        let row: Vec<String> = out[..17].iter().map(i16::to_string).collect();
        writeln!(expected, "{}", row.join(" ")).unwrap();
    }
    let shown = page::block(&page, "shape-distances");
    assert_eq!(shown, expected, "the block shape-distances must be:\n{expected}");
}
