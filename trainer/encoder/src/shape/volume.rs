//! How far is every voxel's middle from the surface?

use super::EncodeError;
use nex_coding::shape::VOXELS;
use nex_format::{Error, Part};

/// Signed distances in a cube of voxels, in the shape's own units; negative inside.
#[derive(Clone, Debug, PartialEq)]
pub struct Volume {
    /// Voxels along the cube's side, 16 to 512.
    pub voxels: u16,
    /// The cube's corner of the smallest coordinates.
    pub origin: [f32; 3],
    /// Length of the cube's side, above 0.
    pub side: f32,
    /// Of the middles of all voxels, x first, then y: `voxels`^3.
    pub distances: Vec<f32>,
}

impl Volume {
    /// Asks for the distance of every voxel's middle.
    #[must_use]
    pub fn of(
        voxels: u16,
        (origin, side): ([f32; 3], f32),
        distance: impl Fn([f64; 3]) -> f64,
    ) -> Self {
        let mut volume = Self { voxels, origin, side, distances: Vec::new() };
        volume.distances = volume.middles().map(|at| distance(at) as f32).collect();
        volume
    }

    /// The middles of all voxels, in the order of their distances.
    pub fn middles(&self) -> impl Iterator<Item = [f64; 3]> + use<> {
        let (n, step) = (usize::from(self.voxels), f64::from(self.side) / f64::from(self.voxels));
        let origin = self.origin;
        let at = move |axis: usize, i: usize| f64::from(origin[axis]) + (i as f64 + 0.5) * step;
        (0..n.pow(3)).map(move |i| [at(0, i % n), at(1, i / n % n), at(2, i / n / n)])
    }

    /// # Errors
    /// What keeps it from being stored.
    pub(super) fn check(&self) -> Result<(), EncodeError> {
        let n = usize::from(self.voxels);
        if !VOXELS.contains(&self.voxels) || self.distances.len() != n.pow(3) {
            return Err(Error::BadHeader(Part::Size).into());
        }
        match self.distances.iter().position(|distance| !distance.is_finite()) {
            Some(i) => Err(EncodeError::NotFinite { voxel: [i % n, i / n % n, i / n / n] }),
            None => Ok(()),
        }
    }

    /// The same in voxels.
    pub(super) fn scaled(&self) -> Scaled {
        let scale = f32::from(self.voxels) / self.side;
        let distances = self.distances.iter().map(|distance| distance * scale).collect();
        Scaled { voxels: self.voxels.into(), distances }
    }
}

/// Distances in voxels.
pub(super) struct Scaled {
    pub voxels: usize,
    distances: Vec<f32>,
}

impl Scaled {
    /// Of a voxel's middle; beyond the cube, of the nearest that is in it.
    pub fn at(&self, voxel: [usize; 3]) -> f32 {
        let [x, y, z] = voxel.map(|x| x.min(self.voxels - 1));
        self.distances[x + self.voxels * (y + self.voxels * z)]
    }

    /// Those of a cell, two by two by two of the largest, in their order.
    pub fn samples(&self, corner: [i32; 3], size: usize) -> Vec<f64> {
        let apart = apart(size);
        let part = f64::from(apart as u32).powi(-3);
        places(corner, size, apart)
            .map(|[x, y, z]| {
                let all = (0..apart.pow(3)).map(|i| {
                    self.at([x + i % apart, y + i / apart % apart, z + i / apart / apart])
                });
                all.map(f64::from).sum::<f64>() * part
            })
            .collect()
    }

    /// Where eight voxels meet, of which this is the last, their mean; at the cube's border
    /// of those that are in it.
    pub fn between(&self, voxel: [usize; 3]) -> f64 {
        let all = (0..8).map(|i| {
            self.at([0, 1, 2].map(|axis| (voxel[axis] + (i >> axis & 1)).saturating_sub(1)))
        });
        all.map(f64::from).sum::<f64>() / 8.0
    }

    /// Whether a cell without an expert is inside; `None` where it has to have one, for the
    /// surface is nearer than a voxel.
    pub fn side(&self, corner: [i32; 3], size: usize) -> Option<bool> {
        let (mut outside, mut inside) = (false, false);
        for place in places(corner, size, 1) {
            let distance = self.at(place);
            outside |= distance >= 0.0;
            inside |= distance < 0.0;
            if distance.abs() < 1.0 || outside && inside {
                return None;
            }
        }
        Some(inside)
    }
}

/// Voxels between the samples of a cell.
pub(super) const fn apart(size: usize) -> usize {
    if size == 2 { 2 } else { 1 }
}

/// The voxels of a cell, so many apart.
fn places(corner: [i32; 3], size: usize, apart: usize) -> impl Iterator<Item = [usize; 3]> {
    let [x, y, z] = corner.map(|x| x as usize);
    let along = move || (0..4usize << size).step_by(apart);
    along()
        .flat_map(move |k| along().flat_map(move |j| along().map(move |i| [x + i, y + j, z + k])))
}
