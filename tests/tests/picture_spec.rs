//! Is the compact picture that SPEC.md explains a file, to the bit?
//!
//! What depends on trained numbers changes when they do: every failure prints what the
//! page must say.

use nex_coding::picture::{Colour, PictureHeader, block::Common, place, start};
use nex_format::compact::write_picture;
use nex_runtime::Picture;
use nex_tests::{
    fuzzing::crc32,
    page::{self, Recorder, as_written, of_trained, page, says, tables},
    tiles::{Expert, Plan, Plane, code_tile},
};
use std::fmt::Write;

fn answers() -> [i16; place::COUNT] {
    let mut answers = [0; place::COUNT];
    start(&mut answers);
    answers
}

#[test]
fn the_trained_numbers_are_those_of_the_page() {
    let starts: Vec<u8> = answers().iter().map(|&a| (a / place::UNIT) as i8 as u8).collect();
    // The decoder keeps these to itself, but the page names the file.
    let filters = "/../runtime/kernels/src/picture/filters.rs";
    let source = std::fs::read_to_string(env!("CARGO_MANIFEST_DIR").to_owned() + filters).unwrap();
    let tables = source.split(" = [").skip(1).flat_map(|part| part.split("];").next());
    let numbers = tables.flat_map(|table| table.split(|c: char| c != '-' && !c.is_ascii_digit()));
    let numbers = numbers.filter(|word| !word.is_empty()).map(|n| n.parse::<i8>().unwrap() as u8);
    for bytes in [starts, numbers.collect::<Vec<u8>>()] {
        let expected = of_trained(&bytes);
        assert!(says(&page(), &expected), "SPEC.md, \"Compact pictures\", must say: {expected}");
    }
}

#[test]
fn the_tables_begin_where_the_page_says() {
    let page = page();
    let rows = tables(&page);
    let firsts = [
        place::KIND,
        place::NEAR,
        place::WHERE,
        place::AROUND,
        place::ESCAPE,
        place::END_SIZE,
        place::END_AROUND,
        place::END_LUMA,
        place::END_BITS,
        place::MODE_SIZE,
        place::MODE_SAME,
        place::MODE_LUMA,
        place::LUMA_MODE,
        place::LUMA_SAME,
        place::SINE_SIZE,
        place::SINE_MODE,
        place::SPLIT_SIZE,
        place::SPLIT_END,
        place::FILTERED,
        place::FIELD_OTHER,
        place::FIELD_LARGER,
        place::FIELD_FARTHER,
    ];
    let ends = firsts.into_iter().skip(1).chain([place::COUNT]);
    let expected: Vec<_> = firsts.into_iter().zip(ends).map(|(a, b)| (a, b - a)).collect();
    assert_eq!(rows, expected);
    assert!(page.contains(&format!("`answer[{}]`", place::COUNT - 1)));
}

const HEADER: PictureHeader = PictureHeader {
    width: 9,
    height: 5,
    channels: 3,
    colour: Colour::Orthogonal,
    tile: [0, 0],
    step: 200,
    chroma: [-2, 3],
    falloff: 2,
    filtered: true,
    fielded: true,
    drawn: None,
};

/// Predictor, whether of sines, the weights that are not 0.
type Given = (u8, bool, &'static [((usize, usize), i32)]);

/// The example's leaves, plane by plane: 8 x 8 pixels, then twice 4 x 4.
const LEAVES: [Given; 9] = [
    (1, false, &[((0, 0), -3), ((1, 0), 4), ((0, 2), -2)]),
    (10, true, &[((0, 0), -6), ((1, 0), 3)]),
    (2, false, &[]),
    (0, false, &[((0, 0), 4), ((1, 1), -1)]),
    (2, false, &[]),
    (2, false, &[((0, 1), -1)]),
    (2, false, &[((0, 0), -12)]),
    (10, false, &[]),
    (0, false, &[]),
];

/// The leaves that have not been coded yet.
struct Example(std::slice::Iter<'static, Given>);

impl Plan for Example {
    fn common(&mut self) -> Common {
        Common { drawn: false, filtered: true, field: -1 }
    }

    fn cut(&mut self, _: usize) -> bool {
        false
    }

    fn expert(&mut self, _: Plane, _: usize) -> Expert {
        let &(mode, sine, weights) = self.0.next().unwrap();
        Expert { mode, sine, weights: weights.to_vec() }
    }
}

/// The example's tile.
fn tile() -> Recorder {
    let (mut recorder, mut plan) = (Recorder::default(), Example(LEAVES.iter()));
    code_tile(&mut recorder, &HEADER, (9, 5), &mut plan);
    assert_eq!(plan.0.len(), 0);
    recorder
}

#[test]
fn the_example_is_written_alike() {
    let page = page();
    let tile = tile().encoder.finish();
    let bytes = write_picture(&HEADER, &[], &[&tile]).unwrap();
    let sum = crc32(&bytes[..bytes.len() - 4]);
    let parts = [
        (tile.len(), "tile 0".to_owned()),
        (4, format!("CRC-32 of all bytes before: 0x{sum:08x}")),
    ];
    let shown = page::block(&page, "compact-picture");
    let expected = as_written(shown, &bytes, &parts);
    assert_eq!(shown, expected, "the block compact-picture must be:\n{expected}");
    assert_eq!(page::bytes(&page, "compact-picture"), bytes);
}

#[test]
fn the_decisions_are_the_listed_ones() {
    let page = page();
    let shown = page::block(&page, "picture-decisions");
    let expected = tile().as_decided(shown);
    assert_eq!(shown, expected, "the block picture-decisions must be:\n{expected}");
}

#[test]
fn the_example_decodes_to_the_listed_samples() {
    let page = page();
    let bytes = write_picture(&HEADER, &[], &[tile().encoder.finish()]).unwrap();
    let picture = Picture::open(&bytes).unwrap();
    let mut samples = [0; 5 * 9 * 3];
    picture.decode_into(&mut samples, &mut vec![0; picture.memory_len()]).unwrap();
    let mut expected = String::new();
    for row in samples.chunks(9 * 3) {
        let pixels: Vec<String> =
            row.chunks(3).map(|p| format!("{:3} {:3} {:3}", p[0], p[1], p[2])).collect();
        writeln!(expected, "{}", pixels.join("  ")).unwrap();
    }
    let shown = page::block(&page, "picture-samples");
    assert_eq!(shown, expected, "the block picture-samples must be:\n{expected}");
}
