//! Where is the surface in a grid of distances?
//!
//! Marching cubes (Lorensen and Cline, 1987). What a cell of the grid holds is
//! derived instead of listed: on each face of the cell every run of inside
//! corners is cut off by a segment, from where the face's border enters the
//! inside to where it leaves it; the segments of the six faces join to loops.
//! Two cells agree on the face between them, so the surface has no holes.

use super::{Mesh, vector::Vec3};
use std::{collections::HashMap, sync::OnceLock};

/// Values at `points`^3 places: the cube from -half to half, both ends
/// included; x runs fastest, then y.
#[derive(Clone, Debug, PartialEq)]
pub struct Grid {
    /// Along each side, at least 2.
    pub points: usize,
    /// Half the side of the cube.
    pub half: f64,
    /// `[z, y, x]`.
    pub values: Vec<f32>,
}

impl Grid {
    /// Coordinate of a place along an axis.
    #[must_use]
    pub fn coordinate(&self, i: usize) -> f64 {
        self.half * (2.0 * i as f64 / (self.points - 1) as f64 - 1.0)
    }

    /// The points of a row: equal y and z.
    #[must_use]
    pub fn row(points: usize, half: f64, row: usize) -> Vec<Vec3> {
        let grid = Self { points, half, values: Vec::new() };
        let (y, z) = (grid.coordinate(row % points), grid.coordinate(row / points));
        (0..points).map(|x| [grid.coordinate(x), y, z]).collect()
    }
}

/// An edge of a cell: three times its lower corner, and its axis. Bit `d` of a
/// corner says that it is the upper one along axis `d`.
type Edge = u8;

/// The corners of each face, counter-clockwise from outside.
const FACES: [[usize; 4]; 6] =
    [[0, 4, 6, 2], [1, 3, 7, 5], [0, 1, 5, 4], [2, 6, 7, 3], [0, 2, 3, 1], [4, 5, 7, 6]];

fn edge(a: usize, b: usize) -> Edge {
    (3 * a.min(b)) as Edge + (a ^ b).trailing_zeros() as Edge
}

/// Triangles of a cell whose inside corners are the bits of `inside`.
fn triangles(inside: usize) -> Vec<[Edge; 3]> {
    let is_in = |corner: usize| inside >> corner & 1 == 1;
    let mut next = [None; 24];
    for face in FACES {
        for i in 0..4 {
            let (before, first) = (face[i], face[(i + 1) % 4]);
            if is_in(before) || !is_in(first) {
                continue;
            }
            // Along the inside corners to where the border leaves the inside.
            let mut j = i + 1;
            while is_in(face[(j + 1) % 4]) {
                j += 1;
            }
            let leaves = edge(face[j % 4], face[(j + 1) % 4]);
            next[usize::from(edge(before, first))] = Some(leaves);
        }
    }
    let mut triangles = Vec::new();
    for start in 0..24u8 {
        let mut ring = vec![];
        let mut at = start;
        while let Some(to) = next[usize::from(at)].take() {
            ring.push(at);
            at = to;
        }
        triangles.extend(ring.windows(2).skip(1).map(|pair| [ring[0], pair[0], pair[1]]));
    }
    triangles
}

/// The surface where the values change their sign: triangles counter-clockwise
/// from the positive side, in the grid's coordinates. Values are linear along
/// the edges of cells. It is closed unless it reaches the grid's border.
#[must_use]
pub fn march(grid: &Grid) -> Mesh {
    static CASES: OnceLock<Vec<Vec<[Edge; 3]>>> = OnceLock::new();
    let cases = CASES.get_or_init(|| (0..256).map(triangles).collect());
    let n = grid.points;
    let strides = [1, n, n * n];
    let corner = |c: usize| (0..3).map(|d| (c >> d & 1) * strides[d]).sum::<usize>();
    let corners: [usize; 8] = std::array::from_fn(corner);
    let mut mesh = Mesh::default();
    let mut known: HashMap<(usize, usize), u32> = HashMap::new();
    for z in 0..n - 1 {
        for y in 0..n - 1 {
            for x in 0..n - 1 {
                let base = x + n * (y + n * z);
                let inside = (0..8)
                    .filter(|&c| grid.values[base + corners[c]] < 0.0)
                    .fold(0, |mask, c| mask | 1 << c);
                for triangle in &cases[inside] {
                    mesh.triangles.push(triangle.map(|edge| {
                        let (lower, axis) = (usize::from(edge) / 3, usize::from(edge) % 3);
                        let from = base + corners[lower];
                        *known.entry((from, axis)).or_insert_with(|| {
                            mesh.vertices.push(crossing(grid, from, axis, strides[axis]));
                            (mesh.vertices.len() - 1) as u32
                        })
                    }));
                }
            }
        }
    }
    mesh
}

fn crossing(grid: &Grid, from: usize, axis: usize, stride: usize) -> Vec3 {
    let n = grid.points;
    let (a, b) = (f64::from(grid.values[from]), f64::from(grid.values[from + stride]));
    // Off the corners, where several vertices would meet.
    let part = (a / (a - b)).clamp(0.001, 0.999);
    let mut at = [from % n, from / n % n, from / n / n].map(|i| grid.coordinate(i));
    at[axis] += part * 2.0 * grid.half / (n - 1) as f64;
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::vector::{norm, sub};

    fn grid(points: usize, value: impl Fn(Vec3) -> f64) -> Grid {
        let rows = (0..points * points).flat_map(|row| Grid::row(points, 1.2, row));
        Grid { points, half: 1.2, values: rows.map(|p| value(p) as f32).collect() }
    }

    #[test]
    fn a_sphere_comes_out_round_and_closed() {
        let mesh = march(&grid(40, |p| norm(p) - 0.9));
        assert_eq!(mesh.open_edges(), 0);
        let volume = 4.0 / 3.0 * std::f64::consts::PI * 0.9f64.powi(3);
        assert!((mesh.volume() / volume - 1.0).abs() < 0.01, "{}", mesh.volume());
        assert!(mesh.vertices.iter().all(|v| (norm(*v) - 0.9).abs() < 2e-3));
        // Euler's formula: no handles.
        let euler = mesh.vertices.len() as i64 - mesh.triangles.len() as i64 / 2;
        assert_eq!(euler, 2);
    }

    /// Every one of the 256 cells, beside every other kind: noise has no holes.
    #[test]
    fn noise_is_closed() {
        let hash = |p: Vec3| {
            let [a, b, c] = p.map(|x| (x * 1000.0) as i64);
            let h = (a * 73_856_093) ^ (b * 19_349_663) ^ (c * 83_492_791);
            (h.wrapping_mul(0x9e37_79b9_7f4a_7c15_u64 as i64) >> 33) as f64 / 1e9
        };
        let outside = |p: Vec3| p.iter().any(|x| x.abs() > 1.15);
        let mesh = march(&grid(24, |p| if outside(p) { 1.0 } else { hash(p) }));
        assert!(mesh.triangles.len() > 10_000, "{}", mesh.triangles.len());
        assert_eq!(mesh.open_edges(), 0);
        assert!(mesh.volume() > 0.0);
    }

    #[test]
    fn nothing_inside_gives_nothing() {
        assert_eq!(march(&grid(5, |_| 1.0)), Mesh::default());
        let shift = |p: Vec3| norm(sub(p, [1.2, 0.0, 0.0])) - 0.5;
        assert!(march(&grid(20, shift)).open_edges() > 0);
    }
}
