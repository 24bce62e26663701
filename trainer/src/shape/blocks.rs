//! Which distances need not be measured?
//!
//! Those of a grid whose block is far from the surface: all of its points are
//! on the side of its middle. And what is measured begins with what is known
//! of a place nearby.

use super::{DOMAIN, Field, Grid, vector::Vec3, vector::norm, vector::sub};
use rayon::prelude::*;

/// Points along a side of a block that one thread fills.
const BLOCK: usize = 16;
/// Points along a side of a block that is not halved.
const SMALL: usize = 2;
/// How wrong a winding number can be, with some to spare.
const DOUBT: f64 = 0.02;
/// Points that one thread looks at in turn.
const RUN: usize = 512;

/// Places of a grid, the first and the one behind the last along each axis.
#[derive(Clone, Copy)]
struct Block {
    start: [usize; 3],
    end: [usize; 3],
}

impl Block {
    fn places(self) -> impl Iterator<Item = [usize; 3]> {
        let Self { start, end } = self;
        (start[2]..end[2]).flat_map(move |z| {
            (start[1]..end[1]).flat_map(move |y| (start[0]..end[0]).map(move |x| [x, y, z]))
        })
    }

    fn is_small(self) -> bool {
        (0..3).all(|d| self.end[d] - self.start[d] <= SMALL)
    }

    /// Those of its eight halves' halves that have points.
    fn eighths(self) -> impl Iterator<Item = Self> {
        let Self { start, end } = self;
        let middle = [0, 1, 2].map(|d| usize::midpoint(start[d], end[d]));
        let eighth = move |corner: usize| {
            let upper = |d: usize| corner >> d & 1 == 1;
            Self {
                start: [0, 1, 2].map(|d| if upper(d) { middle[d] } else { start[d] }),
                end: [0, 1, 2].map(|d| if upper(d) { end[d] } else { middle[d] }),
            }
        };
        (0..8).map(eighth).filter(|block| (0..3).all(|d| block.start[d] < block.end[d]))
    }
}

/// A place whose distance is known.
#[derive(Clone, Copy)]
struct Known {
    at: Vec3,
    distance: f64,
}

impl Known {
    /// What a distance elsewhere is at most.
    fn bound(self, p: Vec3) -> f64 {
        self.distance + norm(sub(p, self.at))
    }
}

impl Field {
    /// Signed distances on a grid of the domain, on all cores.
    #[must_use]
    pub fn grid(&self, points: usize) -> Grid {
        self.grid_within((points, DOMAIN), f64::INFINITY)
    }

    /// The same of the cube from -half to half, but distances above `limit` are right in
    /// their sign, and in that they are above it.
    #[must_use]
    pub fn grid_within(&self, (points, half): (usize, f64), limit: f64) -> Grid {
        let mut grid = Grid { points, half, values: Vec::new() };
        let along = points.div_ceil(BLOCK);
        let blocks = (0..along.pow(3)).into_par_iter().map(|i| {
            let start = [i % along, i / along % along, i / along / along].map(|b| b * BLOCK);
            let block = Block { start, end: start.map(|b| (b + BLOCK).min(points)) };
            let mut values = Vec::with_capacity(BLOCK.pow(3));
            let far = Known { at: [0.0; 3], distance: f64::INFINITY };
            self.fill(&grid, block, limit, (far, None), &mut values);
            values
        });
        let values: Vec<Vec<(usize, f32)>> = blocks.collect();
        grid.values = vec![0.0; points.pow(3)];
        values.into_iter().flatten().for_each(|(place, value)| grid.values[place] = value);
        grid
    }

    /// Appends a block's values with their places; given are a place nearby and
    /// whether all of the block is inside, as far as that is known.
    fn fill(
        &self,
        grid: &Grid,
        block: Block,
        limit: f64,
        (nearby, side): (Known, Option<bool>),
        values: &mut Vec<(usize, f32)>,
    ) {
        let [low, high] =
            [block.start, block.end.map(|end| end - 1)].map(|c| c.map(|i| grid.coordinate(i)));
        let at = [0, 1, 2].map(|d| f64::midpoint(low[d], high[d]));
        let radius = norm(sub(high, low)) / 2.0;
        let middle = Known { at, distance: self.distance(at, nearby.bound(at)) };
        let side = side.or_else(|| self.side(&middle, radius, || self.winding(at)));
        let mut put = |[x, y, z]: [usize; 3], distance: f64, inside: bool| {
            let signed = if inside { -distance } else { distance };
            values.push((x + grid.points * (y + grid.points * z), signed as f32));
        };
        match side {
            Some(inside) if middle.distance - radius > limit => {
                block.places().for_each(|place| put(place, middle.distance, inside));
            }
            _ if block.is_small() => {
                for place in block.places() {
                    let p = place.map(|i| grid.coordinate(i));
                    let distance = self.distance(p, middle.bound(p));
                    put(place, distance, side.unwrap_or_else(|| self.is_inside(p)));
                }
            }
            _ => {
                let eighths = block.eighths();
                eighths.for_each(|part| self.fill(grid, part, limit, (middle, side), values));
            }
        }
    }

    /// Whether all of a ball is inside or outside, if that can be told; by the winding
    /// number of its middle.
    ///
    /// Where no surface is the winding number of a closed one does not change,
    /// and an open one's is harmonic: that it stays above 0 and below 1 bounds
    /// how fast it grows (Harnack's inequality).
    fn side(&self, middle: &Known, radius: f64, winding: impl FnOnce() -> f64) -> Option<bool> {
        let part = radius / middle.distance;
        if self.is_closed() {
            return (part < 1.0).then(|| winding() > 0.5);
        }
        let growth = (1.0 + part) / (1.0 - part).powi(2);
        if part >= 1.0 || DOUBT * growth >= 0.5 {
            return None;
        }
        let winding = winding();
        let sure = |winding: f64| (winding.abs() + DOUBT) * growth < 0.5;
        if sure(winding) { Some(false) } else { sure(1.0 - winding).then_some(true) }
    }

    /// Signed distances of points in any order, on all cores.
    #[must_use]
    pub fn signed_all(&self, points: &[Vec3]) -> Vec<f64> {
        // Neighbours after each other: they go the same way down the tree.
        let mut order: Vec<(u64, usize)> =
            points.iter().enumerate().map(|(i, &p)| (interleaved(p), i)).collect();
        order.par_sort_unstable();
        let of_run = |run: &[(u64, usize)]| {
            let mut last = Known { at: [0.0; 3], distance: f64::INFINITY };
            // The last place whose winding number was counted.
            let mut judged = None;
            let of_point = |&(_, i): &(u64, usize)| {
                let at = points[i];
                last = Known { at, distance: self.distance(at, last.bound(at)) };
                let side = judged.and_then(|(middle, winding): (Known, f64)| {
                    self.side(&middle, norm(sub(at, middle.at)), || winding)
                });
                let inside = side.unwrap_or_else(|| {
                    let winding = self.winding(at);
                    judged = Some((last, winding));
                    winding > 0.5
                });
                (i, if inside { -last.distance } else { last.distance })
            };
            run.iter().map(of_point).collect::<Vec<_>>()
        };
        let runs: Vec<Vec<(usize, f64)>> = order.par_chunks(RUN).map(of_run).collect();
        let mut distances = vec![0.0; points.len()];
        runs.into_iter().flatten().for_each(|(i, distance)| distances[i] = distance);
        distances
    }
}

/// The bits of a place in the cube, of all axes in turn.
fn interleaved(p: Vec3) -> u64 {
    const BITS: u32 = 10;
    let cells = f64::from(1u32 << BITS);
    let cell = p.map(|x| ((x / DOMAIN + 1.0) / 2.0 * cells).clamp(0.0, cells - 1.0) as u64);
    let bits = (0..BITS).rev().flat_map(|bit| cell.map(|c| c >> bit & 1));
    bits.fold(0, |all, bit| all << 1 | bit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::mesh::examples::cube;

    #[test]
    fn a_grid_is_what_its_points_are_and_beyond_the_limit_what_is_promised() {
        let (mut open, closed) = (cube(), cube());
        open.triangles.pop();
        for field in [Field::new(&closed), Field::new(&open)] {
            for points in [2, 17, 21] {
                let exact: Vec<f64> = (0..points * points)
                    .flat_map(|row| Grid::row(points, DOMAIN, row))
                    .map(|p| field.signed(p))
                    .collect();
                let (all, near) = (field.grid(points), field.grid_within((points, DOMAIN), 0.1));
                for ((&d, &all), &near) in exact.iter().zip(&all.values).zip(&near.values) {
                    assert!((f64::from(all) - d).abs() < 1e-6, "{all} and {d} of {points}");
                    let same = (near - all).abs() < 1e-6;
                    assert!(same || d.abs() > 0.1 && near.abs() > 0.1, "{near} and {d}");
                    assert_eq!(near < 0.0, d < 0.0, "{near} and {d} of {points}");
                }
                let places: Vec<Vec3> =
                    (0..points * points).flat_map(|row| Grid::row(points, DOMAIN, row)).collect();
                assert_eq!(field.signed_all(&places), exact);
            }
        }
    }
}
