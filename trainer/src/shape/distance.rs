//! How far is a point from a surface, and on which side?
//!
//! The distance is exact, to the nearest triangle, found in a tree of boxes.
//! The side is that of the generalised winding number (Jacobson and others,
//! 2013): how much of the view around the point the surface fills, counted with
//! its sign. It is exact for closed surfaces, those that run through themselves
//! too, and sensible for open ones. Parts of the tree that are far away count
//! as one dipole (Barill and others, 2018).

use super::{
    Mesh,
    vector::{Vec3, add_scaled, area_normal, bounds, cross, dot, norm, sub},
};

/// Triangles in a leaf of the tree.
const LEAF: usize = 4;
/// A node counts as one dipole at this many of its radii.
const FAR: f64 = 2.3;

/// A surface that answers for distances.
pub struct Field {
    /// Corners of the triangles in the order of the leaves.
    triangles: Vec<[Vec3; 3]>,
    nodes: Vec<Node>,
    /// -1 if the triangles are clockwise from outside.
    orientation: f64,
    closed: bool,
}

struct Node {
    low: Vec3,
    high: Vec3,
    /// Half the sum of the triangles' normals, each as long as twice its area.
    dipole: Vec3,
    /// Mean of the triangles' middles, by area.
    centre: Vec3,
    /// No corner is further from the centre.
    radius: f64,
    content: Content,
}

enum Content {
    Leaf(std::ops::Range<usize>),
    Children(usize, usize),
}

/// The nearest point of a triangle (Ericson, Real-Time Collision Detection,
/// 5.1.5).
fn nearest([a, b, c]: &[Vec3; 3], p: Vec3) -> Vec3 {
    let (a, b, c) = (*a, *b, *c);
    let (ab, ac, ap) = (sub(b, a), sub(c, a), sub(p, a));
    let (d1, d2) = (dot(ab, ap), dot(ac, ap));
    if d1 <= 0.0 && d2 <= 0.0 {
        return a;
    }
    let bp = sub(p, b);
    let (d3, d4) = (dot(ab, bp), dot(ac, bp));
    if d3 >= 0.0 && d4 <= d3 {
        return b;
    }
    let vc = d1 * d4 - d3 * d2;
    if vc <= 0.0 && d1 >= 0.0 && d3 <= 0.0 {
        return add_scaled(a, ab, d1 / (d1 - d3));
    }
    let cp = sub(p, c);
    let (d5, d6) = (dot(ab, cp), dot(ac, cp));
    if d6 >= 0.0 && d5 <= d6 {
        return c;
    }
    let vb = d5 * d2 - d1 * d6;
    if vb <= 0.0 && d2 >= 0.0 && d6 <= 0.0 {
        return add_scaled(a, ac, d2 / (d2 - d6));
    }
    let va = d3 * d6 - d5 * d4;
    if va <= 0.0 && d4 >= d3 && d5 >= d6 {
        let along = (d4 - d3) / ((d4 - d3) + (d5 - d6));
        return add_scaled(b, sub(c, b), along);
    }
    let scale = 1.0 / (va + vb + vc);
    add_scaled(add_scaled(a, ab, vb * scale), ac, vc * scale)
}

/// The part of the view around a point that a triangle fills, times 4 pi; with
/// its sign (van Oosterom and Strackee, 1983).
fn solid_angle(corners: &[Vec3; 3], p: Vec3) -> f64 {
    let [a, b, c] = corners.map(|v| sub(v, p));
    let [la, lb, lc] = [a, b, c].map(norm);
    let above = dot(a, cross(b, c));
    let below = la * lb * lc + dot(a, b) * lc + dot(b, c) * la + dot(c, a) * lb;
    2.0 * above.atan2(below)
}

impl Field {
    /// Builds the tree; O(n log^2 n).
    #[must_use]
    pub fn new(mesh: &Mesh) -> Self {
        let triangles = (0..mesh.triangles.len()).map(|t| mesh.corners(t)).collect::<Vec<_>>();
        let orientation = if mesh.volume() < 0.0 { -1.0 } else { 1.0 };
        let closed = mesh.open_edges() == 0;
        let mut field = Self { triangles, nodes: vec![], orientation, closed };
        field.build(0..field.triangles.len());
        field
    }

    /// The triangles.
    pub(super) fn corners(&self) -> impl Iterator<Item = &[Vec3; 3]> {
        self.triangles.iter()
    }

    /// Whether the surface has no border.
    #[must_use]
    pub const fn is_closed(&self) -> bool {
        self.closed
    }

    fn build(&mut self, range: std::ops::Range<usize>) -> usize {
        let part = &mut self.triangles[range.clone()];
        let (low, high) = bounds(part.iter().flatten().copied());
        let (mut dipole, mut centre, mut total) = ([0.0; 3], [0.0; 3], 0.0);
        for t in &*part {
            let normal = area_normal(*t);
            let area = norm(normal);
            dipole = add_scaled(dipole, normal, 0.5);
            t.iter().for_each(|&v| centre = add_scaled(centre, v, area / 3.0));
            total += area;
        }
        let middle = add_scaled(low, sub(high, low), 0.5);
        let centre = if total > 0.0 { centre.map(|x| x / total) } else { middle };
        let far = part.iter().flatten().map(|&v| norm(sub(v, centre)));
        let radius = far.fold(0.0, f64::max);
        if range.len() > LEAF {
            let extent = sub(high, low);
            let axis = (0..3).max_by(|&a, &b| extent[a].total_cmp(&extent[b])).unwrap_or(0);
            let key = |t: &[Vec3; 3]| t.iter().map(|v| v[axis]).sum::<f64>();
            let half = part.len() / 2;
            part.select_nth_unstable_by(half, |a, b| key(a).total_cmp(&key(b)));
        }
        let at = self.nodes.len();
        let content = Content::Leaf(range.clone());
        self.nodes.push(Node { low, high, dipole, centre, radius, content });
        if range.len() > LEAF {
            let middle = range.start + range.len() / 2;
            let left = self.build(range.start..middle);
            let right = self.build(middle..range.end);
            self.nodes[at].content = Content::Children(left, right);
        }
        at
    }

    /// Distance to the surface, negative inside; infinite without triangles.
    #[must_use]
    pub fn signed(&self, p: Vec3) -> f64 {
        let distance = self.distance(p, f64::INFINITY);
        if self.is_inside(p) { -distance } else { distance }
    }

    /// Distance to the surface, which is known to be at most `bound`.
    #[must_use]
    pub fn distance(&self, p: Vec3, bound: f64) -> f64 {
        // A little more, so that rounding leaves none out.
        let mut best = bound * bound * (1.0 + 1e-9);
        // A tree of halves is not as deep.
        let mut open = [(0.0, 0); 64];
        let mut count = usize::from(!self.triangles.is_empty());
        while count > 0 {
            count -= 1;
            let (square, mut node) = open[count];
            if square >= best {
                continue;
            }
            // Down the nearer side; the other waits, if it can be nearer still.
            while let &Content::Children(left, right) = &self.nodes[node].content {
                let a = (self.nodes[left].square(p), left);
                let b = (self.nodes[right].square(p), right);
                let (near, far) = if a.0 <= b.0 { (a, b) } else { (b, a) };
                if far.0 < best {
                    open[count] = far;
                    count += 1;
                }
                node = near.1;
                if near.0 >= best {
                    break;
                }
            }
            if let Content::Leaf(range) = &self.nodes[node].content {
                for t in &self.triangles[range.clone()] {
                    let apart = sub(p, nearest(t, p));
                    best = best.min(dot(apart, apart));
                }
            }
        }
        best.sqrt()
    }

    /// How often the surface winds around a point: 1 inside of a closed one, 0
    /// outside. Within 0.01 or so.
    #[must_use]
    pub fn winding(&self, p: Vec3) -> f64 {
        let mut sum = 0.0;
        let mut open = Vec::with_capacity(64);
        if !self.triangles.is_empty() {
            open.push(0);
        }
        while let Some(index) = open.pop() {
            let node = &self.nodes[index];
            let to = sub(node.centre, p);
            let square = dot(to, to);
            if square > (FAR * node.radius).powi(2) {
                sum += dot(to, node.dipole) / (square * square.sqrt());
                continue;
            }
            match &node.content {
                Content::Leaf(range) => {
                    sum += self.triangles[range.clone()]
                        .iter()
                        .map(|t| solid_angle(t, p))
                        .sum::<f64>();
                }
                &Content::Children(left, right) => open.extend([left, right]),
            }
        }
        sum * self.orientation / (4.0 * std::f64::consts::PI)
    }

    /// Whether a point is inside.
    #[must_use]
    pub fn is_inside(&self, p: Vec3) -> bool {
        self.winding(p) > 0.5
    }
}

impl Node {
    /// Square of the distance to the box.
    #[inline]
    fn square(&self, p: Vec3) -> f64 {
        let apart = |i: usize| (self.low[i] - p[i]).max(p[i] - self.high[i]).max(0.0);
        let [x, y, z] = [apart(0), apart(1), apart(2)];
        x * x + y * y + z * z
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::mesh::examples::cube;

    fn points() -> impl Iterator<Item = Vec3> {
        (0..2000u64)
            .map(|i| [1, 5, 11].map(|k| ((i * 7919 * k + k * 104_729) % 2003) as f64 / 834.0 - 1.2))
    }

    fn exact(p: Vec3) -> f64 {
        let q = p.map(|x| x.abs() - 1.0);
        let inside = q.iter().copied().fold(f64::MIN, f64::max).min(0.0);
        norm(q.map(|x| x.max(0.0))) + inside
    }

    #[test]
    fn a_cubes_field_is_the_cubes_however_it_is_turned() {
        let mut turned = cube();
        turned.triangles.iter_mut().for_each(|t| t.swap(0, 1));
        for mesh in [cube(), turned] {
            let field = Field::new(&mesh);
            for p in points() {
                let (ours, theirs) = (field.signed(p), exact(p));
                assert!((ours - theirs).abs() < 1e-9, "{p:?}: {ours} and {theirs}");
            }
        }
    }

    /// Two cubes that run through each other: both are inside.
    #[test]
    fn a_surface_through_itself_has_one_inside() {
        let mut both = cube();
        let other = cube();
        let shift = |v: &Vec3| add_scaled(*v, [0.7, 0.4, 0.2], 1.0);
        both.vertices.extend(other.vertices.iter().map(shift));
        both.triangles.extend(other.triangles.iter().map(|t| t.map(|i| i + 8)));
        let field = Field::new(&both);
        for p in points() {
            let inside = exact(p) < 0.0 || exact(add_scaled(p, [0.7, 0.4, 0.2], -1.0)) < 0.0;
            assert_eq!(field.is_inside(p), inside, "{p:?}");
        }
    }

    /// Without one of twelve triangles the middle is still inside.
    #[test]
    fn an_open_surface_has_a_sensible_inside() {
        let mut open = cube();
        open.triangles.pop();
        let field = Field::new(&open);
        assert!(!field.is_closed());
        for p in points().filter(|p| norm(*p) < 0.8) {
            assert!(field.is_inside(p), "{p:?}");
        }
        for p in points().filter(|p| norm(*p) > 1.8) {
            assert!(!field.is_inside(p), "{p:?}");
        }
    }
}
