//! Does every kernel that this machine has give the same bits, whatever lies in
//! the memory that it is lent?
//!
//! Small, for Miri runs it too: what it looks at is the `unsafe` of the kernels.

use nex_runtime::{Decoder, ImageDecoder, Kernel, MAX_TILE, Position, ShapeDecoder, View};

/// Networks of both profiles, and of widths that fill no vector; the first two
/// are small.
const SOUNDS: [&str; 5] = [
    "integer-one-unit",
    "baked-float-mono",
    "integer-many-experts",
    "integer-stereo",
    "float-stereo",
];
const PICTURES: [&str; 2] = ["images/image-integer-one-expert", "images/image-float-rgb"];
const SHAPES: [&str; 2] = ["shapes/shape-float", "shapes/shape-integer-one-expert"];

/// Frames of which some vectors are whole, and the last one is not.
const FRAMES: usize = if cfg!(miri) { 9 } else { 19 };

/// What Miri has the time for.
fn few<'n>(names: &[&'n str], miri: usize) -> Vec<&'n str> {
    names.iter().copied().take(if cfg!(miri) { miri } else { usize::MAX }).collect()
}

fn golden(name: &str) -> Vec<u8> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/golden/");
    std::fs::read(format!("{folder}{name}.nex")).unwrap()
}

/// Checks what `decode` gives for a kernel, scratch for so many columns at
/// once, and what that holds, against one column at a time.
fn same<T: PartialEq + std::fmt::Debug>(decode: impl Fn(Kernel, usize, u32) -> T) {
    let expected = decode(Kernel::Scalar, 1, 0);
    for kernel in Kernel::ALL.into_iter().filter(|kernel| kernel.is_available()) {
        for (columns, poison) in [(MAX_TILE, u32::MAX), (9, 0x7fff_8000)] {
            assert_eq!(decode(kernel, columns, poison), expected, "{kernel:?}, {columns} columns");
        }
    }
}

#[test]
fn sounds_are_the_same() {
    for name in few(&SOUNDS, 2) {
        let bytes = golden(name);
        let decoder = Decoder::parse(&bytes).unwrap();
        let channels = usize::from(decoder.info().channels);
        same(|kernel, columns, poison| {
            let decoder = decoder.clone().with_kernel(kernel);
            // Of exactly the length, so that one read too many is seen.
            let mut scratch = vec![poison; decoder.scratch_len(columns)];
            let mut out = vec![poison as i16; FRAMES * channels];
            let written = decoder.decode_block(0, &mut out, &mut scratch).unwrap();
            assert_eq!(written, FRAMES.min(decoder.info().frames as usize));
            out.truncate(written * channels);
            let expert = decoder.expert_at(Position::new(0, 1 << 31), &mut scratch);
            (out, expert)
        });
    }
}

#[test]
fn pictures_are_the_same() {
    for name in few(&PICTURES, 1) {
        let bytes = golden(name);
        let decoder = ImageDecoder::parse(&bytes).unwrap();
        let channels = usize::from(decoder.info().channels);
        same(|kernel, columns, poison| {
            let decoder = decoder.clone().with_kernel(kernel);
            let mut scratch = vec![poison; decoder.scratch_len(columns)];
            let mut out = vec![poison as u8; 9 * channels];
            let view = View::crop((0, 0), (9, 1));
            decoder.decode_view(&view, &mut out, &mut scratch).unwrap();
            out
        });
    }
}

#[test]
fn shapes_are_the_same() {
    for name in few(&SHAPES, 1) {
        let bytes = golden(name);
        let decoder = ShapeDecoder::parse(&bytes).unwrap();
        let step = [Position::new(0, 1 << 30), Position::default(), Position::default()];
        same(|kernel, columns, poison| {
            let decoder = decoder.clone().with_kernel(kernel);
            let mut scratch = vec![poison; decoder.scratch_len(columns)];
            let mut out = vec![poison as i16; FRAMES];
            let from = [Position::default(); 3];
            let written = decoder.sdf_line(from, step, &mut out, &mut scratch).unwrap();
            assert!(written >= 4);
            out.truncate(written);
            out
        });
    }
}
