//! Which pictures are golden files?
//!
//! `trained-hills-tiny-i8.nex` is kept as it was made, of the picture that
//! `tests/pictures/make.py` draws:
//!
//!     ne-train export tests/pictures/hills.png tests/golden/images/trained-hills-tiny-i8.nex \
//!         --preset tiny --experts 3 --width 12 --steps 3000 --seed 1

use nex_format::neural::{
    Arithmetic::{Float, Integer},
    pack,
};
use nex_tests::{
    forge::{self, Plan, Random},
    fuzzing, golden,
};
use std::{error::Error, fs};

/// Writes the forged pictures, and files that must fail.
pub fn make() -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(golden::images())?;
    let write =
        |name: &str, bytes: &[u8]| fs::write(golden::images().join(format!("{name}.nex")), bytes);
    let plan = |arithmetic, experts, channels, widest| Plan {
        arithmetic,
        experts,
        channels,
        frames: 0,
        widest,
    };
    let plans = [
        ("image-integer-rgb", plan(Integer, 4, 3, 17), (40, 24)),
        ("image-integer-gray", plan(Integer, 3, 1, 12), (33, 18)),
        ("image-integer-rgba", plan(Integer, 2, 4, 14), (19, 21)),
        ("image-integer-one-expert", plan(Integer, 1, 2, 10), (24, 16)),
        ("image-integer-one-pixel", plan(Integer, 2, 3, 8), (1, 1)),
        ("image-integer-one-row", plan(Integer, 3, 1, 9), (300, 1)),
        ("image-float-rgb", plan(Float, 4, 3, 13), (31, 17)),
        ("image-float-gray-alpha", plan(Float, 3, 2, 10), (16, 20)),
        ("image-float-one-column", plan(Float, 1, 1, 11), (1, 90)),
    ];
    for (seed, (name, plan, size)) in plans.iter().enumerate() {
        let bytes = forge::image_of(plan, *size, &mut Random::new(100 + seed as u64));
        write(name, &bytes)?;
        match *name {
            "image-integer-one-expert" => broken(&bytes, write)?,
            "image-integer-rgba" => write("packed-image-integer-rgba", &pack(&bytes)?)?,
            _ => {}
        }
    }
    Ok(())
}

/// Offsets in the header of a file whose sides are below 128.
const WIDTH: usize = 0;
const HEIGHT: usize = 1;
const CHANNELS: usize = 2;
const GATE: usize = 4;

fn broken(
    good: &[u8],
    write: impl Fn(&str, &[u8]) -> std::io::Result<()>,
) -> Result<(), Box<dyn Error>> {
    let head = forge::header_at(good);
    let with = |at: usize, byte: u8| {
        let mut bytes = good.to_vec();
        bytes[head + at] = byte;
        fuzzing::with_checksum(&bytes)
    };
    write("x-image-width-zero", &with(WIDTH, 0))?;
    write("x-image-height-zero", &with(HEIGHT, 0))?;
    write("x-image-channels-zero", &with(CHANNELS, 0))?;
    write("x-image-channels-five", &with(CHANNELS, 5))?;
    write("x-image-baked", &with(GATE, 2))?;
    write("x-image-truncated", &good[..good.len() / 2])?;
    // A width that 16 bits do not hold.
    let mut bytes = good.to_vec();
    bytes.splice(head + WIDTH..=head + WIDTH, [0x80, 0x80, 0x04]);
    write("x-image-width-too-large", &fuzzing::with_checksum(&bytes))?;
    Ok(())
}
