//! Does every kernel that this machine has give the same bits, whatever lies in
//! the memory that it is lent?
//!
//! Small, for Miri runs it too: what it looks at is the `unsafe` of the kernels.
#![cfg(feature = "neural")]

use nex_runtime::{Area, Kernel, MAX_TILE, Picture, Position, Shape, Sound};

/// Networks of both arithmetics, and of widths that fill no vector; the first two
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

/// Memory of exactly the length for one column or for as many as there may be,
/// so that one read too many is seen, and of exactly what is given.
fn memory(lens: (usize, usize), columns: usize, poison: u32) -> Vec<u32> {
    let (one, all) = lens;
    vec![poison; if columns == 1 { one } else { one + (all - one) * columns / MAX_TILE }]
}

/// Checks what `decode` gives for a kernel, memory for so many columns at once,
/// and what that holds, against one column at a time.
fn same<T: PartialEq + std::fmt::Debug>(decode: impl Fn(Kernel, usize, u32) -> T) {
    let expected = decode(Kernel::Scalar, 1, 0);
    // Miri's time is for the one that has `unsafe`.
    let wanted =
        |kernel: &Kernel| kernel.is_available() && (!cfg!(miri) || *kernel == Kernel::best());
    for kernel in Kernel::ALL.into_iter().filter(wanted) {
        let memories = [(MAX_TILE, u32::MAX), (9, 0x7fff_8000)];
        for &(columns, poison) in &memories[..if cfg!(miri) { 1 } else { 2 }] {
            assert_eq!(decode(kernel, columns, poison), expected, "{kernel:?}, {columns} columns");
        }
    }
}

#[test]
fn sounds_are_the_same() {
    for name in few(&SOUNDS, 2) {
        let bytes = golden(name);
        same(|kernel, columns, poison| {
            let mut sound = Sound::open(&bytes).unwrap();
            sound.set_kernel(kernel).unwrap();
            let (channels, frames) = (sound.channels(), sound.info().frames as usize);
            let mut memory = memory((sound.memory_len(), sound.best_len()), columns, poison);
            let mut out = vec![poison as i16; FRAMES * channels];
            let mut playback = sound.play(&mut memory).unwrap();
            let written = playback.decode_block(&mut out);
            assert_eq!(written, FRAMES.min(frames));
            out.truncate(written * channels);
            let expert = playback.expert_at(Position::new(0, 1 << 31));
            (out, expert)
        });
    }
}

#[test]
fn pictures_are_the_same() {
    for name in few(&PICTURES, 1) {
        let bytes = golden(name);
        same(|kernel, columns, poison| {
            let mut picture = Picture::open(&bytes).unwrap();
            picture.set_kernel(kernel).unwrap();
            let mut memory = memory((picture.memory_len(), picture.best_len()), columns, poison);
            let mut out = vec![poison as u8; 9 * usize::from(picture.info().channels)];
            let area = Area { left: 0, top: 0, width: 9, height: 1 };
            picture.decode_area(area, &mut out, &mut memory).unwrap();
            out
        });
    }
}

#[test]
fn shapes_are_the_same() {
    let step = [Position::new(0, 1 << 30), Position::default(), Position::default()];
    for name in few(&SHAPES, 1) {
        let bytes = golden(name);
        same(|kernel, columns, poison| {
            let mut shape = Shape::open(&bytes).unwrap();
            shape.set_kernel(kernel).unwrap();
            let mut memory = memory((shape.memory_len(), shape.best_len()), columns, poison);
            let mut out = vec![poison as i16; FRAMES];
            let written =
                shape.sdf_line([Position::default(); 3], step, &mut out, &mut memory).unwrap();
            assert!(written >= 4);
            out.truncate(written);
            out
        });
    }
}
