//! What triangles is a shape made of, and where are points on it?

use super::{
    DOMAIN,
    vector::{self, Vec3, add_scaled, area_normal, dot, norm, sub},
};
use rand::RngExt;
use rand_pcg::Pcg64Mcg;
use std::collections::HashMap;

/// How far from its middle a mesh may reach in the cube.
const MOST: f64 = 1.1;

/// A surface of triangles.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mesh {
    /// Corners.
    pub vertices: Vec<Vec3>,
    /// Three indices of corners, counter-clockwise from outside.
    pub triangles: Vec<[u32; 3]>,
}

/// Where the cube from -1 to 1 lies in a mesh's own units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Placed {
    /// What 0 stands for.
    pub centre: Vec3,
    /// Units to 1.0.
    pub scale: f64,
}

impl Placed {
    /// Of a file's cube, whose corner of the smallest coordinates and side are
    /// given: there the cube from -[`DOMAIN`] to [`DOMAIN`] lies.
    #[must_use]
    pub fn of_file(origin: [f32; 3], side: f32) -> Self {
        let half = f64::from(side) / 2.0;
        Self { centre: origin.map(|o| f64::from(o) + half), scale: half / DOMAIN }
    }

    /// The corner and side of the file's cube.
    #[must_use]
    pub fn in_file(&self) -> ([f32; 3], f32) {
        let reach = DOMAIN * self.scale;
        (self.centre.map(|c| (c - reach) as f32), (2.0 * reach) as f32)
    }

    /// A point in the cube, of one in the mesh's units.
    #[must_use]
    pub fn into_cube(&self, p: Vec3) -> Vec3 {
        sub(p, self.centre).map(|x| x / self.scale)
    }

    /// A point in the mesh's units, of one in the cube.
    #[must_use]
    pub fn out_of_cube(&self, p: Vec3) -> Vec3 {
        add_scaled(self.centre, p, self.scale)
    }
}

impl Mesh {
    /// The corners of a triangle.
    #[must_use]
    pub fn corners(&self, triangle: usize) -> [Vec3; 3] {
        self.triangles[triangle].map(|i| self.vertices[i as usize])
    }

    /// Joins vertices of equal coordinates, leaves out triangles without an
    /// area and vertices of no triangle; says how many triangles went.
    pub(super) fn tidy(&mut self) -> usize {
        let mut places: HashMap<[u64; 3], u32> = HashMap::new();
        let mut vertices = Vec::new();
        let before = self.triangles.len();
        let triangles = std::mem::take(&mut self.triangles);
        for triangle in triangles {
            let corners = triangle.map(|i| self.vertices[i as usize]);
            // Below what single precision tells apart there is no direction.
            let longest = (0..3)
                .map(|i| norm(sub(corners[i], corners[(i + 1) % 3])))
                .fold(f64::MIN_POSITIVE, f64::max);
            if norm(area_normal(corners)) <= 1e-12 * longest * longest {
                continue;
            }
            self.triangles.push(corners.map(|v| {
                // Adding 0 makes 0 of -0.
                *places.entry(v.map(|x| (x + 0.0).to_bits())).or_insert_with(|| {
                    vertices.push(v);
                    (vertices.len() - 1) as u32
                })
            }));
        }
        self.vertices = vertices;
        before - self.triangles.len()
    }

    /// Edges that do not belong to two triangles, one in each direction: 0 of
    /// a closed surface.
    #[must_use]
    pub fn open_edges(&self) -> usize {
        let mut edges: HashMap<(u32, u32), i32> = HashMap::new();
        for t in &self.triangles {
            for i in 0..3 {
                let (a, b) = (t[i], t[(i + 1) % 3]);
                let (key, way) = if a < b { ((a, b), 1) } else { ((b, a), -1) };
                *edges.entry(key).or_default() += way;
            }
        }
        edges.values().filter(|&&sum| sum != 0).count()
    }

    /// The signed volume: negative if the triangles are clockwise from
    /// outside.
    #[must_use]
    pub fn volume(&self) -> f64 {
        let (low, _) = self.bounds();
        let part = |t| {
            let [a, b, c] = self.corners(t).map(|v| sub(v, low));
            dot(a, area_normal([[0.0; 3], b, c])) / 6.0
        };
        (0..self.triangles.len()).map(part).sum()
    }

    /// The corners of the smallest box around it.
    #[must_use]
    pub fn bounds(&self) -> (Vec3, Vec3) {
        vector::bounds(self.vertices.iter().copied())
    }

    /// Its longest side.
    #[must_use]
    pub fn extent(&self) -> f64 {
        let (low, high) = self.bounds();
        sub(high, low).into_iter().fold(0.0, f64::max)
    }

    /// Where the cube is that its longest side fills from -1 to 1, or nearly:
    /// a file's numbers are of single precision, and far from the origin the
    /// cube lies where they can say, with the mesh a little beside its middle.
    #[must_use]
    pub fn placed(&self) -> Placed {
        let (low, high) = self.bounds();
        let centre = add_scaled(low, sub(high, low), 0.5);
        let exact = Placed { centre, scale: self.extent() / 2.0 };
        let (origin, side) = exact.in_file();
        Placed::of_file(origin, side)
    }

    /// Whether a file's cube can hold it: neither too large or small for its
    /// numbers nor too far away.
    #[must_use]
    pub fn is_held(&self) -> bool {
        let placed = self.placed();
        let (low, high) = self.bounds();
        let inside = |p| placed.into_cube(p).iter().all(|x| x.abs() < MOST);
        let scale = f64::from(f32::MIN_POSITIVE) * 1e6..f64::from(f32::MAX) / 16.0;
        scale.contains(&placed.scale) && inside(low) && inside(high)
    }

    /// How far apart numbers of single precision are where it lies.
    #[must_use]
    pub fn raster(&self) -> f64 {
        let (low, high) = self.bounds();
        let far = low.into_iter().chain(high).map(f64::abs).fold(0.0, f64::max) as f32;
        f64::from(far.next_up()) - f64::from(far)
    }

    /// How thick it is in the mean: twice the volume over the area, which is
    /// the thickness of a sheet and the thickness of a wall.
    #[must_use]
    pub fn thickness(&self) -> f64 {
        let area: f64 = (0..self.triangles.len()).map(|t| norm(area_normal(self.corners(t)))).sum();
        // The normals are twice as long as the area.
        4.0 * self.volume().abs() / area
    }

    /// The mesh in the cube.
    #[must_use]
    pub fn in_cube(&self, placed: &Placed) -> Self {
        let vertices = self.vertices.iter().map(|&v| placed.into_cube(v)).collect();
        Self { vertices, triangles: self.triangles.clone() }
    }

    /// A mesh of the cube in the units that it had before.
    #[must_use]
    pub fn out_of_cube(&self, placed: &Placed) -> Self {
        let vertices = self.vertices.iter().map(|&v| placed.out_of_cube(v)).collect();
        Self { vertices, triangles: self.triangles.clone() }
    }

    /// Random points, equally dense everywhere on the surface; none of a mesh
    /// without triangles.
    #[must_use]
    pub fn sample(&self, count: usize, rng: &mut Pcg64Mcg) -> Vec<Vec3> {
        let mut total = 0.0;
        let sums: Vec<f64> = (0..self.triangles.len())
            .map(|t| {
                total += norm(area_normal(self.corners(t)));
                total
            })
            .collect();
        if sums.is_empty() {
            return Vec::new();
        }
        let mut point = || {
            let at = rng.random::<f64>() * total;
            let t = sums.partition_point(|s| *s < at).min(sums.len() - 1);
            let [a, b, c] = self.corners(t);
            let (root, v) = (rng.random::<f64>().sqrt(), rng.random::<f64>());
            let p = add_scaled(a, sub(b, a), root * (1.0 - v));
            add_scaled(p, sub(c, a), root * v)
        };
        (0..count).map(|_| point()).collect()
    }
}

#[cfg(test)]
pub(crate) mod examples {
    use super::*;

    /// The cube from -1 to 1.
    pub fn cube() -> Mesh {
        let vertices =
            (0..8).map(|i| [0, 1, 2].map(|d| if i >> d & 1 == 1 { 1.0 } else { -1.0 })).collect();
        let quads: [[u32; 4]; 6] =
            [[0, 2, 3, 1], [4, 5, 7, 6], [0, 1, 5, 4], [2, 6, 7, 3], [0, 4, 6, 2], [1, 3, 7, 5]];
        let halves = |[a, b, c, d]: [u32; 4]| [[a, b, c], [a, c, d]];
        Mesh { vertices, triangles: quads.into_iter().flat_map(halves).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn a_cube_is_closed_and_sampled_on_its_faces() {
        let mut mesh = examples::cube();
        assert_eq!(mesh.open_edges(), 0);
        assert!((mesh.volume() - 8.0).abs() < 1e-12);
        let points = mesh.sample(600, &mut Pcg64Mcg::seed_from_u64(1));
        let on_face = |p: &Vec3| p.iter().any(|x| (x.abs() - 1.0).abs() < 1e-12);
        assert!(points.iter().all(on_face));
        let above = points.iter().filter(|p| (p[2] - 1.0).abs() < 1e-12).count();
        assert!((60..140).contains(&above), "{above} of 600 on one of six faces");
        mesh.triangles.pop();
        assert_eq!(mesh.open_edges(), 3);
    }

    #[test]
    fn tidying_joins_vertices_and_drops_what_has_no_area() {
        let mut mesh = examples::cube();
        let soup = (0..mesh.triangles.len()).flat_map(|t| mesh.corners(t)).collect();
        mesh = Mesh {
            vertices: soup,
            triangles: (0..12).map(|t| [3 * t, 3 * t + 1, 3 * t + 2]).collect(),
        };
        mesh.triangles.extend([[0, 0, 1], [0, 1, 1]]);
        assert_eq!(mesh.tidy(), 2);
        assert_eq!((mesh.vertices.len(), mesh.triangles.len(), mesh.open_edges()), (8, 12, 0));
    }

    #[test]
    fn the_cube_is_found_wherever_it_lies() {
        let placed = Placed::of_file([1.5, -5.5, -3.0], 7.25);
        let mesh = examples::cube();
        let moved = mesh.out_of_cube(&placed);
        assert_eq!(moved.placed(), placed);
        let back = moved.in_cube(&placed).vertices.into_iter().flatten();
        let pairs = back.zip(mesh.vertices.into_iter().flatten());
        assert!(pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max) < 1e-14);
    }
}
