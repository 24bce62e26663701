//! Which shapes are golden files?

use nex_format::neural::{
    Arithmetic::{Float, Integer},
    pack,
};
use nex_tests::{
    forge::{self, Plan, Random},
    fuzzing, golden,
};
use std::{error::Error, fs};

/// Writes the forged shapes, and files that must fail.
pub fn make() -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(golden::shapes())?;
    let write =
        |name: &str, bytes: &[u8]| fs::write(golden::shapes().join(format!("{name}.nex")), bytes);
    let plan =
        |arithmetic, experts, widest| Plan { arithmetic, experts, channels: 1, frames: 0, widest };
    let plans = [
        ("shape-integer", plan(Integer, 4, 14), 16),
        ("shape-integer-one-expert", plan(Integer, 1, 12), 5),
        ("shape-integer-most-cells", plan(Integer, 3, 9), u16::MAX),
        ("shape-float", plan(Float, 3, 11), 100),
        ("shape-float-one-cell", plan(Float, 2, 8), 1),
    ];
    for (seed, (name, plan, cells)) in plans.iter().enumerate() {
        let bytes = forge::shape_of(plan, *cells, &mut Random::new(200 + seed as u64));
        write(name, &bytes)?;
        match *name {
            "shape-integer-one-expert" => broken(&bytes, write)?,
            "shape-integer" => write("packed-shape-integer", &pack(&bytes)?)?,
            _ => {}
        }
    }
    Ok(())
}

/// Offsets in the header of a file of less than 128 cells.
const CELLS: usize = 0;
const ORIGIN: usize = 1;
const SIDE: usize = 13;
const GATE: usize = 18;

fn broken(
    good: &[u8],
    write: impl Fn(&str, &[u8]) -> std::io::Result<()>,
) -> Result<(), Box<dyn Error>> {
    let head = forge::header_at(good);
    let with = |at: usize, value: &[u8]| {
        let mut bytes = good.to_vec();
        bytes[head + at..head + at + value.len()].copy_from_slice(value);
        fuzzing::with_checksum(&bytes)
    };
    write("x-shape-no-cells", &with(CELLS, &[0]))?;
    write("x-shape-origin", &with(ORIGIN + 4, &f32::NAN.to_le_bytes()))?;
    write("x-shape-side-zero", &with(SIDE, &[0; 4]))?;
    write("x-shape-side-infinite", &with(SIDE, &f32::INFINITY.to_le_bytes()))?;
    write("x-shape-baked", &with(GATE, &[2]))?;
    write("x-shape-truncated", &good[..good.len() / 2])?;
    Ok(())
}
