//! How far is the nearest of many points?

use super::vector::{Vec3, bounds, dot, norm, sub};
use rayon::prelude::*;

/// Points that are not split further.
const LEAF: usize = 8;
/// Points that one thread looks at in turn, each near to the one before.
const RUN: usize = 1024;

/// Points in a tree: the middle one of each part splits it in two.
pub struct Points {
    points: Vec<Vec3>,
    /// Along which axis each one splits.
    axes: Vec<u8>,
}

impl Points {
    /// Sorts points into a tree; O(n log n), on all cores.
    #[must_use]
    pub fn new(mut points: Vec<Vec3>) -> Self {
        let mut axes = vec![0; points.len()];
        split(&mut points, &mut axes);
        Self { points, axes }
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
        self.look(p, 0..self.points.len(), &mut best);
        best.sqrt()
    }

    fn look(&self, p: Vec3, part: std::ops::Range<usize>, best: &mut f64) {
        let mut near = |other: Vec3| {
            let apart = sub(p, other);
            *best = best.min(dot(apart, apart));
        };
        if part.len() <= LEAF {
            self.points[part].iter().for_each(|&other| near(other));
            return;
        }
        let middle = usize::midpoint(part.start, part.end);
        let (other, axis) = (self.points[middle], usize::from(self.axes[middle]));
        near(other);
        let beyond = p[axis] - other[axis];
        let (below, above) = (part.start..middle, middle + 1..part.end);
        let (first, second) = if beyond < 0.0 { (below, above) } else { (above, below) };
        self.look(p, first, best);
        if beyond * beyond < *best {
            self.look(p, second, best);
        }
    }
}

fn split(points: &mut [Vec3], axes: &mut [u8]) {
    if points.len() <= LEAF {
        return;
    }
    let (low, high) = bounds(points.iter().copied());
    let extent = sub(high, low);
    let axis = (0..3).max_by(|&a, &b| extent[a].total_cmp(&extent[b])).unwrap_or(0);
    let middle = points.len() / 2;
    let (below, _, above) =
        points.select_nth_unstable_by(middle, |a, b| a[axis].total_cmp(&b[axis]));
    axes[middle] = axis as u8;
    let (left, right) = axes.split_at_mut(middle);
    rayon::join(|| split(below, left), || split(above, &mut right[1..]));
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
