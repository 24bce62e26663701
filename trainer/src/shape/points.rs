//! How far is the nearest of many points?

use super::vector::{Vec3, bounds, dot, norm, sub};
use rayon::prelude::*;
use std::ops::Range;

/// Points that are not split further.
const LEAF: usize = 8;
/// Points that one thread looks at in turn, each near to the one before.
const RUN: usize = 1024;

/// Points in a tree of boxes, each of which is halved.
pub struct Points {
    points: Vec<Vec3>,
    /// Of the whole, its halves, their halves: the halves of box `i` are at
    /// `2 i + 1` and `2 i + 2`.
    boxes: Vec<(Vec3, Vec3)>,
}

impl Points {
    /// Sorts points into a tree; O(n log n), on all cores.
    #[must_use]
    pub fn new(mut points: Vec<Vec3>) -> Self {
        split(&mut points);
        let mut tree = Self { points, boxes: Vec::new() };
        tree.measure(0, 0..tree.points.len());
        tree
    }

    /// Finds the boxes of a part, below it first.
    fn measure(&mut self, at: usize, part: Range<usize>) {
        if self.boxes.len() <= at {
            self.boxes.resize(at + 1, bounds([]));
        }
        self.boxes[at] = if part.len() <= LEAF {
            bounds(self.points[part].iter().copied())
        } else {
            let (below, above) = halves(&part);
            self.measure(2 * at + 1, below);
            self.measure(2 * at + 2, above);
            let [a, b] = [self.boxes[2 * at + 1], self.boxes[2 * at + 2]];
            bounds([a.0, a.1, b.0, b.1])
        };
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    /// From each of these to the nearest of the others, in an order of their
    /// own; infinite where there are no others.
    #[must_use]
    pub fn distances_to(&self, others: &Self) -> Vec<f64> {
        let of_run = |run: &[Vec3]| {
            let mut last = (run[0], f64::INFINITY);
            let of_point = |&p: &Vec3| {
                // No further than from the one before, and from there to here.
                let bound = last.1 + norm(sub(p, last.0));
                last = (p, others.distance(p, bound));
                last.1
            };
            run.iter().map(of_point).collect::<Vec<f64>>()
        };
        self.points.par_chunks(RUN).map(of_run).collect::<Vec<_>>().concat()
    }

    /// The distance to the nearest, which is known to be at most `bound`.
    fn distance(&self, p: Vec3, bound: f64) -> f64 {
        // A little more, so that rounding leaves none out.
        let mut best = bound * bound * (1.0 + 1e-9);
        self.look(p, 0, 0..self.points.len(), &mut best);
        best.sqrt()
    }

    fn look(&self, p: Vec3, at: usize, part: Range<usize>, best: &mut f64) {
        if part.len() <= LEAF {
            for &other in &self.points[part] {
                let apart = sub(p, other);
                *best = best.min(dot(apart, apart));
            }
            return;
        }
        let (below, above) = halves(&part);
        let a = (self.square(2 * at + 1, p), 2 * at + 1, below);
        let b = (self.square(2 * at + 2, p), 2 * at + 2, above);
        let (first, second) = if a.0 <= b.0 { (a, b) } else { (b, a) };
        for (square, at, part) in [first, second] {
            if square < *best {
                self.look(p, at, part, best);
            }
        }
    }

    /// Square of the distance to a box.
    #[inline]
    fn square(&self, at: usize, p: Vec3) -> f64 {
        let (low, high) = &self.boxes[at];
        let apart = |i: usize| (low[i] - p[i]).max(p[i] - high[i]).max(0.0);
        let [x, y, z] = [apart(0), apart(1), apart(2)];
        x * x + y * y + z * z
    }
}

fn halves(part: &Range<usize>) -> (Range<usize>, Range<usize>) {
    let middle = part.start + part.len() / 2;
    (part.start..middle, middle..part.end)
}

fn split(points: &mut [Vec3]) {
    if points.len() <= LEAF {
        return;
    }
    let (low, high) = bounds(points.iter().copied());
    let extent = sub(high, low);
    let axis = (0..3).max_by(|&a, &b| extent[a].total_cmp(&extent[b])).unwrap_or(0);
    let middle = points.len() / 2;
    points.select_nth_unstable_by(middle, |a, b| a[axis].total_cmp(&b[axis]));
    let (below, above) = points.split_at_mut(middle);
    rayon::join(|| split(below), || split(above));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_is_found_even_of_points_in_a_plane() {
        let many = |seed: u64, flat: bool| -> Vec<Vec3> {
            let number = |i: u64| (i.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40) as f64 / 1e7;
            let at = |i: u64| [number(3 * i + seed), number(3 * i + 1 + seed), number(3 * i + 2)];
            (0..3000).map(at).map(|[x, y, z]| [x, y, if flat { 1.0 } else { z }]).collect()
        };
        for flat in [false, true] {
            let (ours, theirs) = (Points::new(many(1, flat)), Points::new(many(9999, false)));
            let exact = |p: &Vec3| {
                let apart = theirs.points.iter().map(|&q| norm(sub(q, *p)));
                apart.fold(f64::INFINITY, f64::min)
            };
            for (p, found) in ours.points.iter().zip(ours.distances_to(&theirs)) {
                assert!((found - exact(p)).abs() < 1e-12, "{p:?}: {found} and {}", exact(p));
            }
        }
        let none = Points::new(vec![]);
        assert!(none.is_empty() && none.distances_to(&none).is_empty());
    }
}
