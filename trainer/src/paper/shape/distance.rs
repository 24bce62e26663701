//! How far is a point from a surface, and on which side?
//!
//! The distance is exact, to the nearest triangle, found in a tree of boxes.
//! The sign is that of the angle-weighted pseudonormal of the feature that is
//! nearest (Baerentzen and Aanaes, 2005): exact for closed surfaces.

use super::mesh::{Mesh, Vec3, add_scaled, cross, dot, sub, unit};
use std::collections::HashMap;

/// Triangles in a leaf of the tree.
const LEAF: usize = 4;

/// A surface that answers for distances.
pub struct Field {
    mesh: Mesh,
    nodes: Vec<Node>,
    /// Triangles in the order of the leaves.
    order: Vec<usize>,
    /// Unit normals: of a triangle's face, of its edges 01, 12, 20 and of its corners.
    normals: Vec<[Vec3; 7]>,
}

struct Node {
    low: Vec3,
    high: Vec3,
    /// A leaf's triangles in `order`, or the two children.
    content: Content,
}

enum Content {
    Leaf(std::ops::Range<usize>),
    Children(usize, usize),
}

/// The feature of a triangle that is nearest: index into its normals.
const FACE: usize = 0;
const EDGE: [usize; 3] = [1, 2, 3];
const CORNER: [usize; 3] = [4, 5, 6];

/// The nearest point of a triangle and which feature it lies on (Ericson,
/// Real-Time Collision Detection, 5.1.5).
fn nearest([a, b, c]: [Vec3; 3], p: Vec3) -> (Vec3, usize) {
    let (ab, ac, ap) = (sub(b, a), sub(c, a), sub(p, a));
    let (d1, d2) = (dot(ab, ap), dot(ac, ap));
    if d1 <= 0.0 && d2 <= 0.0 {
        return (a, CORNER[0]);
    }
    let bp = sub(p, b);
    let (d3, d4) = (dot(ab, bp), dot(ac, bp));
    if d3 >= 0.0 && d4 <= d3 {
        return (b, CORNER[1]);
    }
    let vc = d1 * d4 - d3 * d2;
    if vc <= 0.0 && d1 >= 0.0 && d3 <= 0.0 {
        return (add_scaled(a, ab, d1 / (d1 - d3)), EDGE[0]);
    }
    let cp = sub(p, c);
    let (d5, d6) = (dot(ab, cp), dot(ac, cp));
    if d6 >= 0.0 && d5 <= d6 {
        return (c, CORNER[2]);
    }
    let vb = d5 * d2 - d1 * d6;
    if vb <= 0.0 && d2 >= 0.0 && d6 <= 0.0 {
        return (add_scaled(a, ac, d2 / (d2 - d6)), EDGE[2]);
    }
    let va = d3 * d6 - d5 * d4;
    if va <= 0.0 && d4 >= d3 && d5 >= d6 {
        let along = (d4 - d3) / ((d4 - d3) + (d5 - d6));
        return (add_scaled(b, sub(c, b), along), EDGE[1]);
    }
    let scale = 1.0 / (va + vb + vc);
    (add_scaled(add_scaled(a, ab, vb * scale), ac, vc * scale), FACE)
}

impl Field {
    /// Builds the tree; O(n log^2 n).
    #[must_use]
    pub fn new(mesh: Mesh) -> Self {
        let mut field = Self { nodes: vec![], order: vec![], normals: normals(&mesh), mesh };
        field.order = (0..field.mesh.triangles.len()).collect();
        field.build(0..field.order.len());
        field
    }

    /// The surface.
    #[must_use]
    pub const fn mesh(&self) -> &Mesh {
        &self.mesh
    }

    fn build(&mut self, range: std::ops::Range<usize>) -> usize {
        let (mut low, mut high) = ([f64::MAX; 3], [f64::MIN; 3]);
        for &t in &self.order[range.clone()] {
            for v in self.mesh.corners(t) {
                for i in 0..3 {
                    low[i] = low[i].min(v[i]);
                    high[i] = high[i].max(v[i]);
                }
            }
        }
        let at = self.nodes.len();
        self.nodes.push(Node { low, high, content: Content::Leaf(range.clone()) });
        if range.len() > LEAF {
            let extent = sub(high, low);
            let axis = (0..3).max_by(|&a, &b| extent[a].total_cmp(&extent[b])).unwrap_or(0);
            let mesh = &self.mesh;
            let centre = |t: usize| mesh.corners(t).iter().map(|v| v[axis]).sum::<f64>();
            self.order[range.clone()].sort_by(|&a, &b| centre(a).total_cmp(&centre(b)));
            let middle = range.start + range.len() / 2;
            let left = self.build(range.start..middle);
            let right = self.build(middle..range.end);
            self.nodes[at].content = Content::Children(left, right);
        }
        at
    }

    /// Distance to the surface, negative inside.
    #[must_use]
    pub fn signed(&self, p: Vec3) -> f64 {
        let mut best = (f64::MAX, [0.0; 3], 0, FACE);
        let mut open = vec![(0.0, 0)];
        while let Some((bound, node)) = open.pop() {
            if bound >= best.0 {
                continue;
            }
            match &self.nodes[node].content {
                Content::Leaf(range) => {
                    for &t in &self.order[range.clone()] {
                        let (q, feature) = nearest(self.mesh.corners(t), p);
                        let apart = sub(p, q);
                        let square = dot(apart, apart);
                        if square < best.0 {
                            best = (square, apart, t, feature);
                        }
                    }
                }
                &Content::Children(left, right) => {
                    let mut children = [left, right].map(|c| (self.nodes[c].square(p), c));
                    // The nearer one is looked at first.
                    children.sort_by(|a, b| b.0.total_cmp(&a.0));
                    open.extend(children);
                }
            }
        }
        let (square, apart, triangle, feature) = best;
        square.sqrt().copysign(dot(apart, self.normals[triangle][feature]))
    }
}

impl Node {
    /// Square of the distance to the box.
    fn square(&self, p: Vec3) -> f64 {
        (0..3).map(|i| (self.low[i] - p[i]).max(p[i] - self.high[i]).max(0.0).powi(2)).sum()
    }
}

fn normals(mesh: &Mesh) -> Vec<[Vec3; 7]> {
    let mut corners = vec![[0.0; 3]; mesh.vertices.len()];
    let mut edges: HashMap<(usize, usize), Vec3> = HashMap::new();
    let key = |a: usize, b: usize| (a.min(b), a.max(b));
    let faces: Vec<Vec3> = (0..mesh.triangles.len())
        .map(|t| {
            let [a, b, c] = mesh.corners(t);
            unit(cross(sub(b, a), sub(c, a)))
        })
        .collect();
    for (t, &face) in faces.iter().enumerate() {
        let (index, v) = (mesh.triangles[t], mesh.corners(t));
        for i in 0..3 {
            let (next, last) = ((i + 1) % 3, (i + 2) % 3);
            let (to, from) = (unit(sub(v[next], v[i])), unit(sub(v[last], v[i])));
            let angle = dot(to, from).clamp(-1.0, 1.0).acos();
            corners[index[i]] = add_scaled(corners[index[i]], face, angle);
            let edge = edges.entry(key(index[i], index[next])).or_insert([0.0; 3]);
            *edge = add_scaled(*edge, face, 1.0);
        }
    }
    let of = |(t, &face): (usize, &Vec3)| {
        let [a, b, c] = mesh.triangles[t];
        let edge = |a, b| edges.get(&key(a, b)).copied().unwrap_or(face);
        [face, edge(a, b), edge(b, c), edge(c, a), corners[a], corners[b], corners[c]]
    };
    faces.iter().enumerate().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paper::shape::mesh::CUBE;

    #[test]
    fn a_cubes_field_is_the_cubes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cube.obj");
        std::fs::write(&path, CUBE).unwrap();
        let field = Field::new(Mesh::read(&path).unwrap());
        let exact = |p: Vec3| {
            let q = p.map(|x| x.abs() - 1.0);
            let outside = q.map(|x| x.max(0.0));
            let inside = q.iter().copied().fold(f64::MIN, f64::max).min(0.0);
            dot(outside, outside).sqrt() + inside
        };
        for i in 0..2000 {
            let value = |k: u64| ((i * 7919 + k * 104_729) % 2003) as f64 / 834.0 - 1.2;
            let p = [value(1), value(5), value(11)];
            let (ours, theirs) = (field.signed(p), exact(p));
            assert!((ours - theirs).abs() < 1e-9, "{p:?}: {ours} and {theirs}");
        }
    }
}
