//! How close are two shapes?

use crate::shape::{Field, Grid, Mesh, Points, Samples};
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
    /// On the grid.
    #[serde(flatten)]
    pub overlap: Overlap,
    /// Mean square distance to the nearest of 300,000 points of the other
    /// surface, both ways added; `None` without a surface. Two samples of one
    /// surface are not at 0, but at 2 / pi * area / 300,000 or so.
    pub chamfer: Option<f64>,
    /// The same of two samples of the original: what an exact copy has.
    pub chamfer_floor: f64,
    /// Largest distance to the nearest of these points, either way.
    pub hausdorff: Option<f64>,
    /// Mean magnitude of the distances' errors at points as a fit draws them.
    pub mean_error: f64,
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

/// Mean square and largest distance between two sets of points, from each to
/// the nearest of the other.
fn between(a: &Points, b: &Points) -> (f64, f64) {
    let one_way = |from: &Points, to: &Points| {
        let distances = from.distances_to(to);
        let squares = distances.iter().map(|d| d * d).sum::<f64>();
        (squares / distances.len() as f64, distances.into_iter().fold(0.0, f64::max))
    };
    let (there, back) = (one_way(a, b), one_way(b, a));
    (there.0 + back.0, there.1.max(back.1))
}

/// The Chamfer distance of [`ShapeMetrics`] alone; `None` without a surface.
#[must_use]
pub fn chamfer(original: &Mesh, surface: &Mesh) -> Option<f64> {
    let mut rng = Pcg64Mcg::seed_from_u64(0xc4a3);
    let [theirs, ours] = [original, surface].map(|mesh| Points::new(mesh.sample(POINTS, &mut rng)));
    (!ours.is_empty() && !theirs.is_empty()).then(|| between(&theirs, &ours).0)
}

/// Compares what was decoded, a grid, its surface and the distances at the
/// samples, with the original in its cube.
#[must_use]
pub fn compare(
    (original, field): (&Mesh, &Field),
    (decoded, surface): (&Grid, &Mesh),
    (samples, distances): (&Samples, &[f32]),
) -> ShapeMetrics {
    let mut rng = Pcg64Mcg::seed_from_u64(0xc4a3);
    let [theirs, again, ours] =
        [original, original, surface].map(|mesh| Points::new(mesh.sample(POINTS, &mut rng)));
    let found = (!ours.is_empty()).then(|| between(&ours, &theirs));
    ShapeMetrics {
        overlap: overlap(decoded, &field.grid_within((decoded.points, decoded.half), TRIMAP[0])),
        chamfer: found.map(|(chamfer, _)| chamfer),
        chamfer_floor: between(&again, &theirs).0,
        hausdorff: found.map(|(_, hausdorff)| hausdorff),
        mean_error: samples.mean_error(distances),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::{examples::cube, march};

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
        let samples = Samples::draw(&field, 4000, 1);
        let grid = field.grid(33);
        let same = compare((&mesh, &field), (&grid, &mesh), (&samples, &samples.distances));
        assert_eq!((same.overlap.iou, same.mean_error), (1.0, 0.0));
        let floor = 24.0 / 300_000.0 * 2.0 / std::f64::consts::PI;
        assert!((same.chamfer_floor / floor - 1.0).abs() < 0.1, "{} {floor}", same.chamfer_floor);
        assert!((same.chamfer.unwrap() / floor - 1.0).abs() < 0.1);
        assert!((chamfer(&mesh, &mesh).unwrap() / floor - 1.0).abs() < 0.1);
        assert_eq!(chamfer(&mesh, &Mesh::default()), None);
        let mut larger = grid.clone();
        larger.values.iter_mut().for_each(|d| *d -= 0.1);
        let shifted: Vec<f32> = samples.distances.iter().map(|d| d - 0.1).collect();
        let found = march(&larger);
        let other = compare((&mesh, &field), (&larger, &found), (&samples, &shifted));
        assert!(other.overlap.iou < 0.9, "{other:?}");
        assert!((other.mean_error - 0.1).abs() < 1e-6);
        let (chamfer, hausdorff) = (other.chamfer.unwrap(), other.hausdorff.unwrap());
        assert!((0.019..0.024).contains(&chamfer), "{chamfer}");
        // Outside of a corner the distance is larger.
        assert!((0.1..0.19).contains(&hausdorff), "{hausdorff}");
        let none = compare((&mesh, &field), (&grid, &Mesh::default()), (&samples, &shifted));
        assert_eq!((none.chamfer, none.hausdorff), (None, None));
    }
}
