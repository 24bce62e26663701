//! What does a `.nex` file's shape look like on a grid?

use super::{DOMAIN, Grid, Mesh, Placed, Samples, march, vector::Vec3};
use nex_runtime::{DecodeError, MAX_TILE, Position, Shape};
use rayon::prelude::*;

/// A point of the cube from -[`DOMAIN`] to [`DOMAIN`] as the decoder counts;
/// one outside becomes the nearest of the border.
pub(super) fn position(shape: &Shape<'_>, p: Vec3) -> [Position; 3] {
    let cells = f64::from(shape.info().cells);
    p.map(|x| Position::from_f64(((x / DOMAIN + 1.0) * cells / 2.0).clamp(0.0, cells)))
}

/// Units of a file's distance to 1.0 of the cube.
pub(super) const STEP: f64 = DOMAIN / 32_768.0;

/// Decodes `points`^3 distances, both ends of the cube included, on all cores;
/// in the units in which the shape fills -1 to 1.
///
/// # Errors
/// None that a decoder of a whole file gives.
pub fn decode_grid(shape: &Shape<'_>, points: usize) -> Result<Grid, DecodeError> {
    let rows = (0..points * points).into_par_iter().map_init(
        || vec![0; shape.best_len()],
        |scratch, row| {
            let row = Grid::row(points, DOMAIN, row);
            let row: Vec<_> = row.into_iter().map(|p| position(shape, p)).collect();
            let mut out = vec![0; points];
            shape.sdf_points(&row, &mut out, scratch)?;
            Ok(out)
        },
    );
    let rows: Vec<Vec<i16>> = rows.collect::<Result<_, DecodeError>>()?;
    let values = rows.into_iter().flatten().map(|d| (f64::from(d) * STEP) as f32).collect();
    Ok(Grid { points, half: DOMAIN, values })
}

/// The distances at the samples, in the same units.
///
/// # Errors
/// Likewise.
pub fn decode_samples(shape: &Shape<'_>, samples: &Samples) -> Result<Vec<f32>, DecodeError> {
    let parts = samples.coords.par_chunks(3 * 16 * MAX_TILE).map_init(
        || vec![0; shape.best_len()],
        |scratch, coords| {
            let points: Vec<_> = coords
                .as_chunks::<3>()
                .0
                .iter()
                .map(|p| position(shape, p.map(f64::from)))
                .collect();
            let mut out = vec![0; points.len()];
            shape.sdf_points(&points, &mut out, scratch)?;
            Ok(out)
        },
    );
    let parts: Vec<Vec<i16>> = parts.collect::<Result<_, DecodeError>>()?;
    Ok(parts.into_iter().flatten().map(|d| (f64::from(d) * STEP) as f32).collect())
}

/// The surface as a mesh in the shape's own units, from a grid of so many
/// points a side.
///
/// # Errors
/// Likewise.
pub fn decode_mesh(shape: &Shape<'_>, points: usize) -> Result<Mesh, DecodeError> {
    Ok(march(&decode_grid(shape, points)?).out_of_cube(&placed(shape)))
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
    let mut scratch = vec![0; shape.best_len()];
    let points: Vec<_> = points.iter().map(|&p| position(shape, p)).collect();
    let mut out = vec![0; points.len()];
    shape.experts_points(&points, &mut out, &mut scratch)?;
    Ok(out)
}
