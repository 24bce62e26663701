//! Does the format's SPEC.md list what this crate decodes of its shape?

#![cfg(feature = "neural")]

use nex_runtime::{Kernel, Position, Shape};

fn page() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../format/SPEC.md")).unwrap()
}

/// The bytes of the example: offset, bytes, two spaces, words.
fn example(page: &str) -> Vec<u8> {
    let block = page.split_once("```shape\n").unwrap().1.split_once("```").unwrap().0;
    let bytes = |line: &str| -> Vec<u8> {
        let hex = line.split("  ").nth(1).unwrap_or("");
        hex.split(' ').map(|b| u8::from_str_radix(b, 16).unwrap()).collect()
    };
    block.lines().flat_map(bytes).collect()
}

#[test]
fn the_example_decodes_to_the_listed_distances() {
    let page = page();
    let bytes = example(&page);
    let rows: Vec<Vec<i16>> = page
        .lines()
        .filter_map(|line| line.strip_prefix("    distances  "))
        .map(|line| line.split_whitespace().map(|n| n.parse().unwrap()).collect())
        .collect();
    assert_eq!(rows.len(), 2);
    let at = |p: [f64; 3]| p.map(Position::from_f64);
    for kernel in Kernel::ALL.into_iter().filter(|kernel| kernel.is_available()) {
        let mut decoder = Shape::open(&bytes).unwrap();
        decoder.set_kernel(kernel).unwrap();
        let mut scratch = vec![0; decoder.best_len()];
        let mut line = [0; 9];
        let step = at([1.0, 0.0, 0.0]);
        let found = decoder.sdf_line(at([0.0, 1.0, 2.0]), step, &mut line, &mut scratch);
        // The far face belongs to the cube.
        assert_eq!(found, Ok(5), "{kernel:?}");
        assert_eq!(line[..5], rows[0], "{kernel:?}");
        let points = [[0.0; 3], [4.0; 3], [0.5, 2.25, 3.75]].map(at);
        let mut out = [0; 3];
        decoder.sdf_points(&points, &mut out, &mut scratch).unwrap();
        assert_eq!(out[..], rows[1], "{kernel:?}");
    }
    assert_eq!(Shape::open(&bytes).unwrap().step(), 3.0 / 65_536.0);
}
