//! What does a shape without a codec of its own take: a grid of distances in a byte each?
//!
//! The grid is the smallest cube around the mesh that leaves a point on every side. Distances
//! above two of its steps are cut off there, so that all places far away are alike.

use crate::shape::{DOMAIN, Field, Grid, Placed};
use std::array;

/// Steps of the grid that the largest value stands for.
const REACH: f64 = 2.0;
/// Points a side, levels, where the cube lies.
const HEAD: usize = 2 + 4 * 4;

/// Half the side of the cube, where the mesh fills -1 to 1.
fn half(side: u8) -> f64 {
    f64::from(side - 1) / f64::from(side - 3)
}

/// The bytes of a grid of so many points a side, at least 4, of values of -`most` to `most`.
pub(super) fn bytes(field: &Field, placed: &Placed, side: u8, most: i8) -> Vec<u8> {
    let half = half(side);
    let step = 2.0 * half / f64::from(side - 1);
    let grid = field.grid_within((side.into(), half), REACH * step);
    let mut bytes = vec![side, most as u8];
    let corner = placed.centre.map(|c| c - half * placed.scale);
    let place = corner.into_iter().chain([2.0 * half * placed.scale]);
    bytes.extend(place.flat_map(|x| (x as f32).to_le_bytes()));
    let level = |d: f32| {
        let part = (f64::from(d) / (REACH * step)).clamp(-1.0, 1.0);
        (part * f64::from(most)).round() as i8 as u8
    };
    bytes.extend(grid.values.into_iter().map(level));
    bytes
}

/// The distances again, on a grid of so many points of the domain: linear between points,
/// outside of the cube the largest.
///
/// # Panics
/// Of other bytes than [`bytes`] gives.
pub(super) fn read(bytes: &[u8], points: usize) -> Grid {
    let (side, most) = (usize::from(bytes[0]), f64::from(bytes[1]));
    let half = half(bytes[0]);
    let reach = REACH * 2.0 * half / (side - 1) as f64;
    let level = |[x, y, z]: [usize; 3]| {
        let byte = bytes[HEAD + x + side * (y + side * z)];
        f64::from(byte as i8) / most * reach
    };
    let value = |p: [f64; 3]| {
        let at = p.map(|x| (x / half + 1.0) / 2.0 * (side - 1) as f64);
        if at.iter().any(|x| !(0.0..=(side - 1) as f64).contains(x)) {
            return reach;
        }
        let low = at.map(|x| (x as usize).min(side - 2));
        let part: [f64; 3] = array::from_fn(|d| at[d] - low[d] as f64);
        let corner = |c: usize| {
            let upper: [usize; 3] = array::from_fn(|d| c >> d & 1);
            let share = |d: usize| if upper[d] == 1 { part[d] } else { 1.0 - part[d] };
            share(0) * share(1) * share(2) * level(array::from_fn(|d| low[d] + upper[d]))
        };
        (0..8).map(corner).sum()
    };
    let rows = (0..points * points).flat_map(|row| Grid::row(points, DOMAIN, row));
    Grid { points, half: DOMAIN, values: rows.map(|p| value(p) as f32).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::examples::cube;

    #[test]
    fn a_grid_comes_back_within_its_step() {
        let mesh = cube();
        let field = Field::new(&mesh);
        let (side, most) = (20, 127);
        let bytes = bytes(&field, &mesh.placed(), side, most);
        assert_eq!(bytes.len(), HEAD + 8_000);
        let (points, step) = (33, 2.0 * half(side) / 19.0);
        let (back, exact) = (read(&bytes, points), field.grid(points));
        for (back, exact) in back.values.iter().zip(&exact.values) {
            let exact = f64::from(*exact).clamp(-REACH * step, REACH * step);
            assert!((f64::from(*back) - exact).abs() < step, "{back} {exact}");
        }
    }
}
