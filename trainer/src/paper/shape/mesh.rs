//! What triangles is a shape made of, and where are points on it?

use crate::paper::PaperError;
use rand::RngExt;
use rand_pcg::Pcg64Mcg;
use std::{fs, path::Path};

/// A point or direction.
pub type Vec3 = [f64; 3];

pub(super) fn sub(a: Vec3, b: Vec3) -> Vec3 {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

pub(super) fn add_scaled(a: Vec3, b: Vec3, scale: f64) -> Vec3 {
    [a[0] + scale * b[0], a[1] + scale * b[1], a[2] + scale * b[2]]
}

pub(super) fn dot(a: Vec3, b: Vec3) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

pub(super) fn cross(a: Vec3, b: Vec3) -> Vec3 {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

pub(super) fn unit(a: Vec3) -> Vec3 {
    let length = dot(a, a).sqrt();
    if length > 0.0 { a.map(|x| x / length) } else { a }
}

/// A closed surface, in the cube from -1 to 1.
#[derive(Clone, Debug)]
pub struct Mesh {
    /// Corners.
    pub vertices: Vec<Vec3>,
    /// Three indices of corners, counter-clockwise from outside.
    pub triangles: Vec<[usize; 3]>,
}

impl Mesh {
    /// Reads an OBJ file, centres it and scales it to the cube. Faces of more
    /// than three corners are cut into fans; degenerate triangles are left out.
    ///
    /// # Errors
    /// [`PaperError`] if the file cannot be read or holds no triangle.
    pub fn read(path: &Path) -> Result<Self, PaperError> {
        let failed = |source: Box<dyn std::error::Error + Send + Sync>| PaperError::Shape {
            path: path.into(),
            source,
        };
        let text = fs::read_to_string(path).map_err(|e| failed(e.into()))?;
        let mesh = Self::parse(&text).map_err(|e| failed(e.into()))?;
        if mesh.triangles.is_empty() {
            return Err(failed("it holds no triangle".into()));
        }
        Ok(mesh.in_cube())
    }

    fn parse(text: &str) -> Result<Self, String> {
        let (mut vertices, mut triangles) = (Vec::new(), Vec::new());
        for (number, line) in (1..).zip(text.lines()) {
            let mut words = line.split_whitespace();
            let wrong = |what: &str| format!("line {number}: {what}");
            match words.next() {
                Some("v") => {
                    let values: Vec<f64> = words.take(3).filter_map(|w| w.parse().ok()).collect();
                    let vertex = <[f64; 3]>::try_from(values);
                    let vertex = vertex.map_err(|_| wrong("a vertex needs three numbers"))?;
                    if vertex.iter().any(|v| !v.is_finite()) {
                        return Err(wrong("a coordinate is not finite"));
                    }
                    vertices.push(vertex);
                }
                Some("f") => {
                    let corner = |w: &str| {
                        let index: i64 = w.split('/').next()?.parse().ok()?;
                        let from_end = vertices.len() as i64 + index;
                        let index = if index < 0 { from_end } else { index - 1 };
                        usize::try_from(index).ok().filter(|i| *i < vertices.len())
                    };
                    let corners: Option<Vec<usize>> = words.map(corner).collect();
                    let corners = corners.ok_or_else(|| wrong("a face names no known vertex"))?;
                    for pair in corners.windows(2).skip(1) {
                        triangles.push([corners[0], pair[0], pair[1]]);
                    }
                }
                _ => {}
            }
        }
        let area = |t: &[usize; 3]| {
            let [a, b, c] = t.map(|i| vertices[i]);
            let normal = cross(sub(b, a), sub(c, a));
            dot(normal, normal)
        };
        triangles.retain(|t| area(t) > 0.0);
        Ok(Self { vertices, triangles })
    }

    fn in_cube(mut self) -> Self {
        let (mut low, mut high) = ([f64::MAX; 3], [f64::MIN; 3]);
        for v in &self.vertices {
            for i in 0..3 {
                low[i] = low[i].min(v[i]);
                high[i] = high[i].max(v[i]);
            }
        }
        let extent = (0..3).map(|i| high[i] - low[i]).fold(f64::MIN_POSITIVE, f64::max);
        for v in &mut self.vertices {
            for i in 0..3 {
                v[i] = (2.0 * v[i] - low[i] - high[i]) / extent;
            }
        }
        self
    }

    /// The corners of a triangle.
    #[must_use]
    pub fn corners(&self, triangle: usize) -> [Vec3; 3] {
        self.triangles[triangle].map(|i| self.vertices[i])
    }

    /// Random points, equally dense everywhere on the surface.
    #[must_use]
    pub fn sample(&self, count: usize, rng: &mut Pcg64Mcg) -> Vec<Vec3> {
        let mut total = 0.0;
        let sums: Vec<f64> = (0..self.triangles.len())
            .map(|t| {
                let [a, b, c] = self.corners(t);
                let normal = cross(sub(b, a), sub(c, a));
                total += dot(normal, normal).sqrt();
                total
            })
            .collect();
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
pub(super) const CUBE: &str = "v -1 -1 -1\nv 1 -1 -1\nv 1 1 -1\nv -1 1 -1\nv -1 -1 1\nv 1 -1 1\n\
    v 1 1 1\nv -1 1 1\nf 1 4 3 2\nf 5 6 7 8\nf 1 2 6 5\nf 2 3 7 6\nf 3 4 8 7\nf 4 1 5 8\n";

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    #[test]
    fn a_cube_is_read_and_sampled_on_its_faces() {
        let mesh = Mesh::parse(CUBE).unwrap().in_cube();
        assert_eq!((mesh.vertices.len(), mesh.triangles.len()), (8, 12));
        let points = mesh.sample(600, &mut Pcg64Mcg::seed_from_u64(1));
        let on_face = |p: &Vec3| p.iter().any(|x| (x.abs() - 1.0).abs() < 1e-12);
        assert!(points.iter().all(on_face));
        let above = points.iter().filter(|p| (p[2] - 1.0).abs() < 1e-12).count();
        assert!((60..140).contains(&above), "{above} of 600 on one of six faces");
    }

    #[test]
    fn bad_lines_are_named() {
        for (text, message) in [
            ("v 0 0\n", "line 1: a vertex needs three numbers"),
            ("v 0 0 nan\n", "line 1: a coordinate is not finite"),
            ("v 0 0 0\nf 1 2 3\n", "line 2: a face names no known vertex"),
        ] {
            assert_eq!(Mesh::parse(text).unwrap_err(), message);
        }
    }
}
