//! What does a `.nex` file's shape look like on a grid?

use super::{DOMAIN, Grid, Mesh, Placed, Samples, march, seams::Joined, vector::Vec3};
use nex_runtime::{DecodeError, Distances, MAX_TILE, Position, Shape};
use rayon::prelude::*;

/// Parts of the work for each thread, so that all end at about the same time.
const PARTS: usize = 4;

/// A point of the cube from -[`DOMAIN`] to [`DOMAIN`] as the decoder counts;
/// one outside becomes the nearest of the border.
pub(super) fn position(shape: &Shape<'_>, p: Vec3) -> [Position; 3] {
    place(shape, p).map(Position::from_f64)
}

/// Likewise in cells from the cube's corner.
pub(super) fn place(shape: &Shape<'_>, p: Vec3) -> [f64; 3] {
    let cells = f64::from(shape.info().cells);
    p.map(|x| ((x / DOMAIN + 1.0) * cells / 2.0).clamp(0.0, cells))
}

/// Units of a file's distance to 1.0 of the cube.
pub(super) const STEP: f64 = DOMAIN / 32_768.0;

/// What the distances say of each of many things, on all cores.
///
/// # Errors
/// None that a decoder of a whole file gives.
pub(super) fn of_each<T: Sync, R: Send>(
    shape: &Shape<'_>,
    all: &[T],
    say: impl Fn(&mut Distances<'_>, &T) -> Result<R, DecodeError> + Sync,
) -> Result<Vec<R>, DecodeError> {
    let size = all.len().div_ceil(PARTS * rayon::current_num_threads()).max(1);
    // A compact shape is decoded once, and each part has a copy.
    let mut decoded = vec![0; shape.best_len()];
    shape.distances(&mut decoded)?;
    let part = |part: &[T]| {
        let mut memory = decoded.clone();
        let mut distances = shape.distances_again(&mut memory)?;
        part.iter().map(|one| say(&mut distances, one)).collect::<Result<Vec<_>, _>>()
    };
    let parts: Vec<Vec<R>> = all.par_chunks(size).map(part).collect::<Result<_, _>>()?;
    Ok(parts.into_iter().flatten().collect())
}

/// Decodes `points`^3 distances, both ends of the cube included, on all cores;
/// in the units in which the shape fills -1 to 1.
///
/// # Errors
/// None that a decoder of a whole file gives.
pub fn decode_grid(shape: &Shape<'_>, points: usize) -> Result<Grid, DecodeError> {
    grid_of(shape, points, |_, _, own| Ok(own.into()))
}

/// Likewise, but continuous where a compact shape's cells meet: a surface without steps.
///
/// # Errors
/// Likewise.
fn joined_grid(shape: &Shape<'_>, points: usize) -> Result<Grid, DecodeError> {
    let joined = Joined::new(shape);
    grid_of(shape, points, |distances, at, own| joined.distance(distances, at, own))
}

/// Likewise of what `value` makes of a place in cells and of the file's distance there.
fn grid_of(
    shape: &Shape<'_>,
    points: usize,
    value: impl Fn(&mut Distances<'_>, [f64; 3], i16) -> Result<f64, DecodeError> + Sync,
) -> Result<Grid, DecodeError> {
    let rows: Vec<usize> = (0..points * points).collect();
    let rows = of_each(shape, &rows, |distances, &row| {
        let row = Grid::row(points, DOMAIN, row).into_iter();
        let row: Vec<[f64; 3]> = row.map(|p| place(shape, p)).collect();
        let positions: Vec<_> = row.iter().map(|at| at.map(Position::from_f64)).collect();
        let mut own = vec![0; points];
        distances.sdf_points(&positions, &mut own)?;
        let values = row.into_iter().zip(own);
        let values = values.map(|(at, own)| Ok((value(distances, at, own)? * STEP) as f32));
        values.collect::<Result<Vec<f32>, DecodeError>>()
    })?;
    Ok(Grid { points, half: DOMAIN, values: rows.into_iter().flatten().collect() })
}

/// The distances at the samples, in the same units.
///
/// # Errors
/// Likewise.
pub fn decode_samples(shape: &Shape<'_>, samples: &Samples) -> Result<Vec<f32>, DecodeError> {
    let parts: Vec<&[f32]> = samples.coords.chunks(3 * 16 * MAX_TILE).collect();
    let parts = of_each(shape, &parts, |distances, coords| {
        let points = coords.as_chunks::<3>().0.iter();
        let points: Vec<_> = points.map(|p| position(shape, p.map(f64::from))).collect();
        let mut out = vec![0; points.len()];
        distances.sdf_points(&points, &mut out)?;
        Ok(out)
    })?;
    Ok(parts.into_iter().flatten().map(|d| (f64::from(d) * STEP) as f32).collect())
}

/// The surface as a mesh in the shape's own units, from a grid of so many
/// points a side. What is smaller along every axis than one of the file's cells
/// (voxels) is none of it: a file says nothing of that size.
///
/// # Errors
/// Likewise.
pub fn decode_mesh(shape: &Shape<'_>, points: usize) -> Result<Mesh, DecodeError> {
    let mut mesh = march(&joined_grid(shape, points)?);
    mesh.drop_specks(2.0 * DOMAIN / f64::from(shape.info().cells));
    Ok(mesh.out_of_cube(&placed(shape)))
}

/// Where the cube from -1 to 1 lies, as the file says.
#[must_use]
pub fn placed(shape: &Shape<'_>) -> Placed {
    let info = shape.info();
    Placed::of_file(info.origin, info.side)
}

/// The experts that own points of the cube from -[`DOMAIN`] to [`DOMAIN`].
///
/// # Errors
/// Likewise.
pub fn experts_on(shape: &Shape<'_>, points: &[Vec3]) -> Result<Vec<u8>, DecodeError> {
    let parts: Vec<&[Vec3]> = points.chunks(16 * MAX_TILE).collect();
    let parts = of_each(shape, &parts, |distances, points| {
        let points: Vec<_> = points.iter().map(|&p| position(shape, p)).collect();
        let mut out = vec![0; points.len()];
        distances.experts_points(&points, &mut out)?;
        Ok(out)
    })?;
    Ok(parts.into_iter().flatten().collect())
}
