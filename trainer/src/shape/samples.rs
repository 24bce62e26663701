//! At which points does a fit look?

use super::{Field, Mesh, vector::Vec3};
use rand::{RngExt, SeedableRng, seq::SliceRandom};
use rand_pcg::Pcg64Mcg;

/// Half the side of the cube that a fit looks at; the shape fills -1 to 1.
pub const DOMAIN: f64 = 1.2;
/// Cells along each side that get a random expert.
const CELLS: usize = 8;
/// Scales of the Laplace noise: coarse and fine (paper).
pub(crate) const NOISE: [f64; 2] = [2e-1, 2e-3];

/// Points that a fit draws around the surface: the scale of their Laplace
/// noise, and their share of all.
const AROUND: [(f64, f64); 3] = [(NOISE[1], 0.15), (2e-2, 0.4), (NOISE[0], 0.15)];
/// Share of the points that lie on the surface.
const ON_SURFACE: f64 = 0.1;

/// Points with their signed distances, in the cube.
///
/// A tenth of them lie on the surface, two fifths in its neighbourhood, a
/// fifth anywhere in the cube, the rest very near and far. The paper's two
/// thirds on the surface and a few thousandths from it (which `reproduce`
/// draws) say little of the side that a point is on: with as many steps a
/// small network of them overlaps less, and has islands far from the shape.
#[derive(Clone, Debug, PartialEq)]
pub struct Samples {
    /// `[points, 3]`.
    pub coords: Vec<f32>,
    /// `[points]`.
    pub distances: Vec<f32>,
}

impl Samples {
    /// Draws points; the same for the same seed on any number of threads.
    #[must_use]
    pub fn draw(field: &Field, count: usize, seed: u64) -> Self {
        let mut rng = Pcg64Mcg::seed_from_u64(seed ^ 0x5d3f);
        let share = |part: f64| (count as f64 * part) as usize;
        let on_surface = share(ON_SURFACE);
        let mut points = field.sample(on_surface, &mut rng);
        for (scale, part) in AROUND {
            for p in field.sample(share(part), &mut rng) {
                points.push(p.map(|x| (x + scale * laplace(&mut rng)).clamp(-DOMAIN, DOMAIN)));
            }
        }
        points.resize_with(count, || [0; 3].map(|_| rng.random_range(-DOMAIN..DOMAIN)));
        // What single precision makes of a point is what the distance is of.
        let single: Vec<[f32; 3]> = points.iter().map(|p| p.map(|x| x as f32)).collect();
        let around: Vec<Vec3> = single[on_surface..].iter().map(|p| p.map(f64::from)).collect();
        let mut distances = vec![0.0; on_surface];
        distances.extend(field.signed_all(&around).into_iter().map(|d| d as f32));
        Self { coords: single.into_iter().flatten().collect(), distances }
    }

    /// So many of them, from all over; all if there are not more.
    #[must_use]
    pub fn evenly(&self, count: usize) -> Self {
        let step = self.len().div_ceil(count.max(1)).max(1);
        let coords = self.coords.chunks_exact(3).step_by(step).flatten().copied().collect();
        Self { coords, distances: self.distances.iter().step_by(step).copied().collect() }
    }

    /// Mean magnitude of the errors of distances at the points.
    #[must_use]
    pub fn mean_error(&self, distances: &[f32]) -> f64 {
        let errors = distances.iter().zip(&self.distances);
        let sum = errors.map(|(a, b)| f64::from((a - b).abs())).sum::<f64>();
        sum / self.len().max(1) as f64
    }

    /// A random expert for each cell of the cube, and with that for each point.
    ///
    /// The paper's cells are finer, 64 to a side, and its manager learns them
    /// for 30,000 steps; points of so few steps would find no cell twice.
    #[must_use]
    pub fn cell_labels(&self, experts: usize, rng: &mut Pcg64Mcg) -> Vec<u8> {
        let mut cells: Vec<u8> = (0..CELLS.pow(3)).map(|i| (i % experts) as u8).collect();
        cells.shuffle(rng);
        let cell = |x: f32| {
            let part = (f64::from(x) + DOMAIN) / (2.0 * DOMAIN);
            ((part * CELLS as f64) as usize).min(CELLS - 1)
        };
        let index = |p: &[f32]| p.iter().fold(0, |index, &x| index * CELLS + cell(x));
        self.coords.chunks_exact(3).map(|p| cells[index(p)]).collect()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.distances.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.distances.is_empty()
    }
}

/// A random number of density exp(-|x|) / 2.
pub(crate) fn laplace(rng: &mut Pcg64Mcg) -> f64 {
    let u = rng.random::<f64>() - 0.5;
    -(1.0 - 2.0 * u.abs()).max(f64::MIN_POSITIVE).ln().copysign(-u)
}

impl Field {
    /// Random points on the surface, equally dense everywhere.
    pub(crate) fn sample(&self, count: usize, rng: &mut Pcg64Mcg) -> Vec<Vec3> {
        let vertices: Vec<Vec3> = self.corners().flatten().copied().collect();
        let triangles = (0..vertices.len() as u32 / 3).map(|t| [3 * t, 3 * t + 1, 3 * t + 2]);
        Mesh { triangles: triangles.collect(), vertices }.sample(count, rng)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::mesh::examples::cube;

    #[test]
    fn points_lie_on_the_surface_and_around_it() {
        let field = Field::new(&cube());
        let samples = Samples::draw(&field, 1001, 3);
        assert_eq!((samples.len(), samples.coords.len()), (1001, 3003));
        let (points, rest) = samples.coords.as_chunks::<3>();
        assert!(rest.is_empty());
        for (i, (p, &d)) in points.iter().zip(&samples.distances).enumerate() {
            let exact = field.signed(p.map(f64::from));
            if i < 100 {
                assert!(d == 0.0 && exact.abs() < 1e-6, "{p:?}: {exact}");
            } else {
                assert!((f64::from(d) - exact).abs() < 1e-6);
                assert!(p.iter().all(|x| f64::from(x.abs()) < DOMAIN + 1e-6));
            }
        }
        let inside = samples.distances.iter().filter(|d| **d < 0.0).count();
        assert!((350..550).contains(&inside), "{inside} of 901 inside");
        assert_eq!(samples, Samples::draw(&field, 1001, 3));
        assert_ne!(samples, Samples::draw(&field, 1001, 4));
    }

    #[test]
    fn laplace_noise_has_its_mean_magnitude() {
        let mut rng = Pcg64Mcg::seed_from_u64(1);
        let values: Vec<f64> = (0..20_000).map(|_| laplace(&mut rng)).collect();
        let mean = values.iter().sum::<f64>() / 20_000.0;
        let magnitude = values.iter().map(|v| v.abs()).sum::<f64>() / 20_000.0;
        assert!(mean.abs() < 0.04 && (magnitude - 1.0).abs() < 0.03, "{mean} {magnitude}");
    }
}
