//! How do the steps go that a compact shape has where two of its cells meet?
//!
//! Two polynomials differ at their common face by about their error. Near a face half of that
//! step is added to each, less and less away from it, so that the distances are continuous
//! across faces. A file's own distances (`sdf_at`) stay as they are: this is how its surface
//! is drawn.

use nex_runtime::{DecodeError, Distances, Position, Profile, Shape};

/// Voxels from a face at which nothing is added any more. Farther in, polynomials know better.
const REACH: f64 = 1.0;
/// Voxels that a step has at most: where more lies between two cells, one is far off.
const STEP: f64 = 1.0;
/// Voxels from the surface, beyond which nobody sees a step.
const NEAR: f64 = 3.0;
/// Just beside a face, in voxels.
const BESIDE: f64 = 1.0 / 1024.0;

/// A file's distances, continuous across faces.
pub(super) struct Joined {
    /// Of a compact shape: along the cube's side.
    voxels: Option<f64>,
}

impl Joined {
    pub fn new(shape: &Shape<'_>) -> Self {
        let info = shape.info();
        Self { voxels: (info.kind.profile == Profile::Compact).then(|| info.cells.into()) }
    }

    /// Which way distances grow at a place in cells from the cube's corner: over two
    /// voxels, if it is a compact shape's.
    ///
    /// # Errors
    /// None that a decoder of a whole file gives.
    pub fn gradient(
        &self,
        distances: &mut Distances<'_>,
        at: [f64; 3],
    ) -> Result<[f64; 3], DecodeError> {
        let Some(voxels) = self.voxels else {
            return Ok(distances.gradient_at(at.map(Position::from_f64))?.map(f64::from));
        };
        let mut gradient = [0.0; 3];
        for (axis, to) in gradient.iter_mut().enumerate() {
            for away in [1.0, -1.0] {
                let mut beside = at;
                beside[axis] = (at[axis] + away).clamp(0.0, voxels);
                let own = distances.sdf_at(beside.map(Position::from_f64))?;
                *to += away * self.distance(distances, beside, own)?;
            }
        }
        Ok(gradient)
    }

    /// The distance of a place in cells from the cube's corner, given the file's.
    ///
    /// # Errors
    /// None that a decoder of a whole file gives.
    pub fn distance(
        &self,
        distances: &mut Distances<'_>,
        at: [f64; 3],
        own: i16,
    ) -> Result<f64, DecodeError> {
        let own = f64::from(own);
        let Some(voxels) = self.voxels else { return Ok(own) };
        let voxel = 65_536.0 / voxels;
        if own.abs() > NEAR * voxel {
            return Ok(own);
        }
        let place = |at: [f64; 3]| at.map(Position::from_f64);
        let size = distances.expert_at(place(at))?;
        let Some(larger) = size.checked_sub(1) else { return Ok(own) };
        let side = f64::from(4u8 << larger);
        let mut sum = own;
        for axis in 0..3 {
            let low = (at[axis] / side).floor() * side;
            let away = at[axis] - low;
            let (face, outward) = if away < side / 2.0 { (low, -1.0) } else { (low + side, 1.0) };
            let apart = (at[axis] - face).abs();
            if apart >= REACH || face <= 0.0 || face >= voxels {
                continue;
            }
            let [mut inside, mut outside] = [at; 2];
            inside[axis] = face - outward * BESIDE;
            outside[axis] = face + outward * BESIDE;
            let [inside, outside] = [inside, outside].map(place);
            if distances.expert_at(outside)? > 0 {
                let step =
                    f64::from(distances.sdf_at(outside)?) - f64::from(distances.sdf_at(inside)?);
                if step.abs() < STEP * voxel {
                    sum += step * (1.0 - apart / REACH) / 2.0;
                }
            }
        }
        Ok(sum)
    }
}
