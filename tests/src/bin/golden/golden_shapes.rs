//! Which shapes are golden files?

use nex_format::neural::{
    Arithmetic::{Float, Integer},
    pack,
};
use nex_tests::{
    forge::{self, Plan, Random},
    fuzzing, golden, meshes,
    program::run,
    solids,
};
use std::{error::Error, fs};

/// Shapes that the program encodes of a ring.
const RINGS: [(&str, &str); 3] = [
    ("ring", "--voxels 48"),
    ("ring-finest", "--voxels 24 --quality 100 --comment ring"),
    ("ring-roughest", "--voxels 33 --quality 0"),
];

/// Encodes compact shapes.
pub fn encode() -> Result<(), Box<dyn Error>> {
    let work = std::env::temp_dir().join(format!("nex-golden-shapes-{}", std::process::id()));
    fs::create_dir_all(&work)?;
    fs::write(work.join("ring.obj"), meshes::ring(48, 20))?;
    for (name, options) in RINGS {
        let line = format!("export ring.obj {name}.nex -q {options}");
        let outcome = run(&work, &line);
        if outcome.code != Some(0) {
            return Err(format!("{line}: {}", outcome.stderr).into());
        }
        let path = golden::shapes().join(format!("compact-shape-{name}.nex"));
        fs::copy(work.join(format!("{name}.nex")), path)?;
    }
    fs::remove_dir_all(&work)?;
    Ok(())
}

/// Compact shapes that no encoder makes, and files that must fail.
fn compact(write: impl Fn(&str, &[u8]) -> std::io::Result<()>) -> Result<(), Box<dyn Error>> {
    let mut random = Random::new(300);
    write("compact-shape-forged", &solids::file(&mut random, 16))?;
    write("compact-shape-forged-blocks", &solids::file(&mut random, 21))?;
    let good = solids::noise(&mut random, 60, 200);
    write("compact-shape-noise", &good)?;
    write("compact-shape-no-bytes", &solids::noise(&mut random, 40, 0))?;
    // Voxels are a byte, and so is the step where it is less than 128.
    let head = 5;
    let with = |at: usize, value: &[u8]| {
        let mut bytes = good.clone();
        bytes[head + at..head + at + value.len()].copy_from_slice(value);
        fuzzing::with_checksum(&bytes)
    };
    write("x-compact-shape-few-voxels", &with(0, &[15]))?;
    write("x-compact-shape-origin", &with(5, &f32::NAN.to_le_bytes()))?;
    write("x-compact-shape-side", &with(13, &[0; 4]))?;
    write("x-compact-shape-form", &with(17, &[1]))?;
    write("x-compact-shape-step", &with(18, &[0xff, 0x7f]))?;
    write("x-compact-shape-truncated", &good[..good.len() - 9])?;
    write("x-compact-shape-cut", &good[..20])?;
    Ok(())
}

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
    compact(write)
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
