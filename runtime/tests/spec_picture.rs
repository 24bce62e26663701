//! Does the format's SPEC.md list what this crate decodes of its picture?

#![cfg(feature = "neural")]

use nex_runtime::{Kernel, Picture, View};

fn page() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../format/SPEC.md")).unwrap()
}

/// The bytes of the example: offset, bytes, two spaces, words.
fn example(page: &str) -> Vec<u8> {
    let block = page.split_once("```picture\n").unwrap().1.split_once("```").unwrap().0;
    let bytes = |line: &str| -> Vec<u8> {
        let hex = line.split("  ").nth(1).unwrap_or("");
        hex.split(' ').map(|b| u8::from_str_radix(b, 16).unwrap()).collect()
    };
    block.lines().flat_map(bytes).collect()
}

#[test]
fn the_example_decodes_to_the_listed_samples() {
    let page = page();
    let bytes = example(&page);
    let rows: Vec<Vec<u8>> = page
        .lines()
        .filter_map(|line| line.strip_prefix("    pixels  "))
        .map(|line| line.split_whitespace().map(|n| n.parse().unwrap()).collect())
        .collect();
    assert_eq!(rows.len(), 3);
    for kernel in Kernel::ALL.into_iter().filter(|kernel| kernel.is_available()) {
        let mut decoder = Picture::open(&bytes).unwrap();
        decoder.set_kernel(kernel).unwrap();
        let mut scratch = vec![0; decoder.best_len()];
        let mut out = [0; 18];
        decoder.decode_into(&mut out, &mut scratch).unwrap();
        assert_eq!(out[..], rows[..2].concat(), "{kernel:?}");
        let mut out = [0; 12];
        let view = View::scaled((1, 0), (2, 1), (4, 1));
        decoder.field().unwrap().decode_view(&view, &mut out, &mut scratch).unwrap();
        assert_eq!(out[..], rows[2], "{kernel:?}");
    }
}
