//! Does a second decoder, in Python and made from SPEC.md alone, say the same distances?
//!
//! `tests/peers/decode_shape.py` decodes shapes that were encoded, cells forged at random, in
//! which weights reach all limits, and noise.

use nex_encoder::shape::{Options, Target, Volume, export};
use nex_runtime::{Position, Shape};
use nex_tests::{forge::Random, peers, solids};
use std::{fmt::Write, fs, path::Path};

/// Positions of a file that are compared.
const POSITIONS: usize = 150;

/// Puts a file and what it says of some positions into the folder.
fn put(folder: &Path, name: &str, bytes: &[u8], random: &mut Random) {
    let shape = Shape::open(bytes).unwrap();
    let mut memory = vec![0; shape.memory_len()];
    let mut distances = shape.distances(&mut memory).unwrap();
    let end = u64::from(shape.info().cells) << 32;
    let mut lines = String::new();
    for i in 0..POSITIONS {
        let place = [0; 3].map(|_: u8| match i % 5 {
            // Borders of voxels, cells and the cube.
            0 => (random.bits() % (end + 1)) >> 34 << 34,
            _ => random.bits() % (end + 1),
        });
        let at = place.map(|p| Position::new((p >> 32) as u32, p as u32));
        let [x, y, z] = place;
        writeln!(lines, "{x} {y} {z} {}", distances.sdf_at(at).unwrap()).unwrap();
    }
    fs::write(folder.join(format!("{name}.nex")), bytes).unwrap();
    fs::write(folder.join(format!("{name}.txt")), lines).unwrap();
}

fn compare(folder: &Path, names: &[String]) {
    let files = names.iter().flat_map(|name| [format!("{name}.nex"), format!("{name}.txt")]);
    let arguments: Vec<_> = ["--compare".to_owned()].into_iter().chain(files).collect();
    peers::same_bits("decode_shape.py", &arguments, folder, names.len());
}

#[test]
fn forged_cells_and_noise_say_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let mut random = Random::new(22);
    let names: Vec<String> = (0..24).map(|i| format!("forged-{i}")).collect();
    for (i, name) in names.iter().enumerate() {
        let bytes = match i % 3 {
            0 => solids::noise(&mut random, 70, 300),
            _ => solids::file(&mut random, 40),
        };
        put(folder.path(), name, &bytes, &mut random);
    }
    compare(folder.path(), &names);
}

#[test]
fn encoded_shapes_say_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let mut random = Random::new(23);
    let mut names = Vec::new();
    for (voxels, quality) in [(32, 30.0), (40, 70.0), (53, 100.0)] {
        let ring = |p: [f64; 3]| (p[0].hypot(p[1]) - 0.6).hypot(p[2]) - 0.2;
        let volume = Volume::of(voxels, ([-1.0; 3], 2.0), ring);
        let options = Options { target: Target::Quality(quality), ..Options::default() };
        let name = format!("ring-{voxels}");
        put(folder.path(), &name, &export(&volume, &options).unwrap().bytes, &mut random);
        names.push(name);
    }
    compare(folder.path(), &names);
}
