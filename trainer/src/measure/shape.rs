//! How close are two shapes?

use crate::shape::{Field, Grid, Mesh, Points, Vec3, march};
use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;
use serde::Serialize;

/// Distances within which the trimap IoU counts, where the shape fills -1 to 1.
pub const TRIMAP: [f64; 4] = [0.1, 0.01, 0.005, 0.001];
/// Points that are drawn on each surface.
const POINTS: usize = 300_000;

/// Overlap of the insides, on a grid.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Overlap {
    /// Points inside of both over points inside of either, everywhere.
    pub iou: f64,
    /// The same of the points that are no further from the original's surface
    /// than [`TRIMAP`]; `None` where no such point is inside of either.
    pub trimap_iou: [Option<f64>; 4],
}

/// How close a shape is to its original; lengths where the original fills -1 to
/// 1 along its longest side.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct ShapeMetrics {
    /// On a grid.
    #[serde(flatten)]
    pub overlap: Overlap,
    /// Mean square distance to the nearest of 300,000 points of the other
    /// surface, both ways added; `None` without a surface. Two samples of one
    /// surface are not at 0, but at 2 / pi * area / 300,000 or so.
    pub chamfer: Option<f64>,
    /// The same of two samples of the original: what an exact copy has.
    pub chamfer_floor: f64,
    /// Of an original with holes: [`Self::chamfer`] without the points that close them, which
    /// no point of an original is near to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chamfer_beside_holes: Option<f64>,
    /// Largest distance to the nearest of these points, either way.
    pub hausdorff: Option<f64>,
}

/// Overlap of two grids' insides.
///
/// # Panics
/// If the grids differ in size.
#[must_use]
pub fn overlap(ours: &Grid, truth: &Grid) -> Overlap {
    assert_eq!(ours.values.len(), truth.values.len(), "grids");
    let within = |limit: f64| {
        let (mut both, mut either) = (0u32, 0u32);
        for (&a, &b) in ours.values.iter().zip(&truth.values) {
            if f64::from(b.abs()) <= limit {
                both += u32::from(a < 0.0 && b < 0.0);
                either += u32::from(a < 0.0 || b < 0.0);
            }
        }
        (either > 0).then(|| f64::from(both) / f64::from(either))
    };
    Overlap { iou: within(f64::INFINITY).unwrap_or(0.0), trimap_iou: TRIMAP.map(within) }
}

fn mean_square(distances: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = distances.fold((0.0, 0u32), |(sum, n), d| (sum + d * d, n + 1));
    sum / f64::from(count)
}

/// Mean square distance between two sets of points, from each to the nearest of the other.
fn between(a: &Points, b: &Points) -> f64 {
    let one_way = |from: &Points, to| mean_square(from.distances_to(to).into_iter());
    one_way(a, b) + one_way(b, a)
}

/// The Chamfer distance of [`ShapeMetrics`] alone; `None` without a surface.
#[must_use]
pub fn chamfer(original: &Mesh, surface: &Mesh) -> Option<f64> {
    let mut rng = Pcg64Mcg::seed_from_u64(0xc4a3);
    let [theirs, ours] = [original, surface].map(|mesh| Points::new(mesh.sample(POINTS, &mut rng)));
    (!ours.is_empty() && !theirs.is_empty()).then(|| between(&theirs, &ours))
}

/// An original that many shapes are compared with, at the same points.
pub struct Truth {
    grid: Grid,
    points: Points,
    /// Where the original has holes that its distances close.
    caps: Points,
    floor: f64,
    rng: Pcg64Mcg,
}

impl Truth {
    /// Of a mesh in its cube, whose inside is looked at on a grid of so many points a side of
    /// the cube from -half to half.
    #[must_use]
    pub fn new((original, field): (&Mesh, &Field), (points, half): (usize, f64)) -> Self {
        let mut rng = Pcg64Mcg::seed_from_u64(0xc4a3);
        let grid = field.grid_within((points, half), TRIMAP[0]);
        let mut draw = |mesh: &Mesh| mesh.sample(POINTS, &mut rng);
        let [points, again] = [original, original].map(|mesh| Points::new(draw(mesh)));
        let caps = if field.is_closed() { Vec::new() } else { caps(field, &grid) };
        let floor = between(&again, &points);
        Self { grid, points, caps: Points::new(caps), floor, rng }
    }

    /// Whether anything is inside.
    #[must_use]
    pub fn is_solid(&self) -> bool {
        self.grid.values.iter().any(|distance| *distance < 0.0)
    }

    /// Compares what was decoded: a grid of the same points, of whose values the signs count,
    /// and a surface.
    ///
    /// # Panics
    /// If the grid is another.
    #[must_use]
    pub fn compare(&self, decoded: &Grid, surface: &Mesh) -> ShapeMetrics {
        let ours = Points::new(surface.sample(POINTS, &mut self.rng.clone()));
        let mut metrics = ShapeMetrics {
            overlap: overlap(decoded, &self.grid),
            chamfer: None,
            chamfer_floor: self.floor,
            chamfer_beside_holes: None,
            hausdorff: None,
        };
        if ours.is_empty() {
            return metrics;
        }
        let (there, back) = (ours.distances_to(&self.points), self.points.distances_to(&ours));
        let back_square = mean_square(back.iter().copied());
        let largest = there.iter().chain(&back).copied().fold(0.0, f64::max);
        metrics.hausdorff = Some(largest);
        metrics.chamfer = Some(mean_square(there.iter().copied()) + back_square);
        if !self.caps.is_empty() {
            let to_caps = ours.distances_to(&self.caps);
            let beside = there.iter().zip(to_caps).filter(|(own, cap)| *own <= cap);
            metrics.chamfer_beside_holes =
                Some(mean_square(beside.map(|(own, _)| *own)) + back_square);
        }
        metrics
    }
}

/// Points of the surface where the distances change their sign, further from the original than
/// the grid's points are from each other.
fn caps(field: &Field, grid: &Grid) -> Vec<Vec3> {
    let all = march(grid).sample(POINTS, &mut Pcg64Mcg::seed_from_u64(0xca95));
    let step = 2.0 * grid.half / (grid.points - 1) as f64;
    let distances = field.signed_all(&all);
    all.into_iter().zip(distances).filter(|(_, d)| d.abs() > step).map(|(p, _)| p).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::examples::cube;

    #[test]
    fn overlap_counts_what_is_inside_both_or_either() {
        let grid = |values: [f32; 4]| Grid { points: 2, half: 1.0, values: values.to_vec() };
        let truth = grid([-0.5, -0.0005, 0.0005, 0.5]);
        let all = overlap(&truth, &truth);
        assert_eq!((all.iou, all.trimap_iou), (1.0, [Some(1.0); 4]));
        let half = overlap(&grid([-1.0, 1.0, -1.0, 1.0]), &truth);
        assert_eq!((half.iou, half.trimap_iou[3]), (1.0 / 3.0, Some(0.0)));
        let none = overlap(&grid([1.0; 4]), &grid([1.0; 4]));
        assert_eq!((none.iou, none.trimap_iou[0]), (0.0, None));
    }

    #[test]
    fn a_shape_is_close_to_itself_and_less_so_to_a_larger_one() {
        let mesh = cube();
        let field = Field::new(&mesh);
        let grid = field.grid(33);
        let truth = Truth::new((&mesh, &field), (33, grid.half));
        let same = truth.compare(&grid, &mesh);
        assert_eq!((same.overlap.iou, same.chamfer_beside_holes), (1.0, None));
        let floor = 24.0 / 300_000.0 * 2.0 / std::f64::consts::PI;
        assert!((same.chamfer_floor / floor - 1.0).abs() < 0.1, "{} {floor}", same.chamfer_floor);
        assert!((same.chamfer.unwrap() / floor - 1.0).abs() < 0.1);
        assert!((chamfer(&mesh, &mesh).unwrap() / floor - 1.0).abs() < 0.1);
        assert_eq!(chamfer(&mesh, &Mesh::default()), None);
        let mut larger = grid.clone();
        larger.values.iter_mut().for_each(|d| *d -= 0.1);
        let found = march(&larger);
        let other = truth.compare(&larger, &found);
        assert!(other.overlap.iou < 0.9, "{other:?}");
        let (chamfer, hausdorff) = (other.chamfer.unwrap(), other.hausdorff.unwrap());
        assert!((0.019..0.024).contains(&chamfer), "{chamfer}");
        // Outside of a corner the distance is larger.
        assert!((0.1..0.19).contains(&hausdorff), "{hausdorff}");
        let none = truth.compare(&grid, &Mesh::default());
        assert_eq!((none.chamfer, none.hausdorff), (None, None));
    }

    /// A cube without a face: what closes it is far from it, and no fault.
    #[test]
    fn what_closes_a_hole_is_left_out() {
        let (closed, mut open) = (cube(), cube());
        open.triangles.truncate(10);
        let field = Field::new(&open);
        let truth = Truth::new((&open, &field), (65, 1.2));
        let metrics = truth.compare(&field.grid(65), &closed);
        let (all, beside) = (metrics.chamfer.unwrap(), metrics.chamfer_beside_holes.unwrap());
        assert!(all > 0.01 && beside < 10.0 * metrics.chamfer_floor, "{metrics:?}");
    }
}
