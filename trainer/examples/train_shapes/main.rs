//! Trains where the answers of compact shapes start, on shapes that it draws.
//!
//!     cargo run --release -p ne-train --no-default-features --features pictures --example train_shapes
//!
//! Writes `format/coding/src/shape/models.rs`. No scanned mesh is among the shapes: what the
//! repository measures itself on was never trained on. A second run, after a build, refines
//! the first. Deterministic; about five minutes of one core.

mod drawn;

use ne_train::{
    compact::shape::{
        Volume,
        train::{source_file, train},
    },
    shape::{DOMAIN, Field, Grid, march},
};
use std::{error::Error, fs};

/// Points along each side of the grid on which a shape is drawn.
const POINTS: usize = 128;
/// Voxels along each side of what is encoded, in turns.
const VOXELS: [u16; 2] = [96, 128];

fn main() -> Result<(), Box<dyn Error>> {
    let mut volumes = Vec::new();
    for ((name, inside), voxels) in drawn::all().into_iter().zip(VOXELS.into_iter().cycle()) {
        let volume = volume(&inside, voxels);
        let solid = volume.distances.iter().filter(|distance| **distance < 0.0).count();
        println!(
            "{name}: {:.1} % of the cube",
            100.0 * solid as f64 / volume.distances.len() as f64
        );
        volumes.push(volume);
    }
    let starts = train(&volumes, &|line| println!("{line}"));
    let path = "format/coding/src/shape/models.rs";
    fs::write(path, source_file(&starts))?;
    println!("{path}: {} shapes", volumes.len());
    Ok(())
}

/// The distances to the surface where a function changes its sign, as exact as those of a
/// mesh that was read.
fn volume(inside: &drawn::Function, voxels: u16) -> Volume {
    let rows = (0..POINTS * POINTS).flat_map(|row| Grid::row(POINTS, DOMAIN, row));
    let values = rows.map(|p| inside(p) as f32).collect();
    let mesh = march(&Grid { points: POINTS, half: DOMAIN, values });
    let placed = mesh.placed();
    Field::new(&mesh.in_cube(&placed)).volume(&placed, voxels)
}
