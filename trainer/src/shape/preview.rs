//! What does a shape look like?

use super::{
    DOMAIN, Field,
    decode::{STEP, of_each, place, position},
    seams::Joined,
    vector::{Vec3, add_scaled, cross, dot, norm, unit},
};
use crate::picture::{Picture, colour};
use nex_runtime::{DecodeError, Distances, Shape};
use rayon::prelude::*;

/// Steps of a ray at most.
const STEPS: usize = 160;
/// Part of a distance that a ray goes: a network's is not quite one.
const CAREFUL: f64 = 0.8;
/// Half the width that is shown, along the picture's shorter side.
const REACH: f64 = 1.15;
const PLAIN: [u8; 3] = [209, 204, 194];
const BACKGROUND: u8 = 255;

/// What the colours say.
#[derive(Clone, Copy)]
pub enum Colours<'a> {
    /// Nothing.
    Plain,
    /// Which expert owns a point.
    Experts,
    /// How far a point is from the surface of the original.
    Errors {
        /// The original, in the cube.
        field: &'a Field,
        /// The distance of the brightest colour, where the shape fills -1 to 1.
        most: f64,
    },
}

impl Colours<'_> {
    fn of(self, shape: &Shape<'_>, points: &[Vec3]) -> Result<Vec<[u8; 3]>, DecodeError> {
        Ok(match self {
            Self::Plain => vec![PLAIN; points.len()],
            Self::Experts => {
                super::experts_on(shape, points)?.into_iter().map(colour::expert).collect()
            }
            Self::Errors { field, most } => {
                points.par_iter().map(|&p| colour::error(field.signed(p).abs() / most)).collect()
            }
        })
    }
}

/// From where, and how large.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Preview {
    /// Columns and rows.
    pub size: (u16, u16),
    /// Degrees around the y axis, which points up; 0 looks along -z.
    pub azimuth: f64,
    /// Degrees above the horizon.
    pub elevation: f64,
}

impl Default for Preview {
    fn default() -> Self {
        Self { size: (512, 512), azimuth: 30.0, elevation: 20.0 }
    }
}

/// What is seen of a shape, not coloured yet.
pub struct Scene {
    /// Columns and rows.
    size: (u16, u16),
    hits: Vec<Hit>,
}

/// A pixel that shows the surface.
struct Hit {
    /// Counted row by row.
    pixel: usize,
    at: Vec3,
    shade: f64,
}

/// Looks at a shape without perspective, by following each pixel's ray in steps
/// of the distance; this takes most of a picture's time.
///
/// # Errors
/// None that a decoder of a whole file gives.
pub fn look(shape: &Shape<'_>, preview: &Preview) -> Result<Scene, DecodeError> {
    let camera = Camera::new(preview);
    let rows: Vec<u16> = (0..preview.size.1).collect();
    let rows =
        of_each(shape, &rows, |distances, &y| row((shape, distances), &camera, preview.size, y))?;
    Ok(Scene { size: preview.size, hits: rows.into_iter().flatten().collect() })
}

impl Scene {
    /// The picture, shaded by the surface's normals. It is the one that was
    /// looked at.
    ///
    /// # Errors
    /// Likewise.
    pub fn picture(&self, shape: &Shape<'_>, colours: Colours<'_>) -> Result<Picture, DecodeError> {
        let (width, height) = self.size;
        let mut samples = vec![BACKGROUND; 3 * usize::from(width) * usize::from(height)];
        let points: Vec<Vec3> = self.hits.iter().map(|hit| hit.at).collect();
        for (hit, colour) in self.hits.iter().zip(colours.of(shape, &points)?) {
            // sRGB's curve, nearly.
            let sample = |c: u8| (f64::from(c) * hit.shade.sqrt()).round().clamp(0.0, 255.0) as u8;
            samples[3 * hit.pixel..3 * hit.pixel + 3].copy_from_slice(&colour.map(sample));
        }
        Ok(Picture { width, height, channels: 3, samples })
    }
}

struct Camera {
    /// Into the picture.
    forward: Vec3,
    right: Vec3,
    up: Vec3,
    light: Vec3,
}

impl Camera {
    fn new(preview: &Preview) -> Self {
        let (azimuth, elevation) = (preview.azimuth.to_radians(), preview.elevation.to_radians());
        let back =
            [azimuth.sin() * elevation.cos(), elevation.sin(), azimuth.cos() * elevation.cos()];
        let right = [azimuth.cos(), 0.0, -azimuth.sin()];
        let up = cross(back, right);
        let light = unit(add_scaled(add_scaled(back, up, 0.6), right, -0.5));
        Self { forward: back.map(|x| -x), right, up, light }
    }

    /// Where the ray of a pixel enters the cube, and how far on it leaves it.
    fn ray(&self, (width, height): (u16, u16), x: u16, y: u16) -> Option<(Vec3, f64)> {
        let scale = 2.0 * REACH / f64::from(width.min(height));
        let across = (f64::from(x) + 0.5 - f64::from(width) / 2.0) * scale;
        let down = (f64::from(y) + 0.5 - f64::from(height) / 2.0) * scale;
        let middle = add_scaled(self.right.map(|r| r * across), self.up, -down);
        let (mut near, mut far) = (f64::NEG_INFINITY, f64::INFINITY);
        for (&at, &along) in middle.iter().zip(&self.forward) {
            let mut ends = [(-DOMAIN - at) / along, (DOMAIN - at) / along];
            if along.abs() < 1e-12 {
                ends = if at.abs() < DOMAIN { [near, far] } else { [far, near] };
            }
            ends.sort_by(f64::total_cmp);
            if along.abs() < 1e-12 && at.abs() >= DOMAIN {
                return None;
            }
            near = near.max(ends[0]);
            far = far.min(ends[1]);
        }
        (near < far).then(|| (add_scaled(middle, self.forward, near), far - near))
    }
}

/// A ray on its way.
struct Ray {
    pixel: usize,
    at: Vec3,
    left: f64,
}

fn row(
    (shape, all): (&Shape<'_>, &mut Distances<'_>),
    camera: &Camera,
    size: (u16, u16),
    y: u16,
) -> Result<Vec<Hit>, DecodeError> {
    let first = usize::from(y) * usize::from(size.0);
    let mut rays: Vec<Ray> = (0..size.0)
        .filter_map(|x| {
            let (at, left) = camera.ray(size, x, y)?;
            Some(Ray { pixel: first + usize::from(x), at, left })
        })
        .collect();
    let mut hits: Vec<(usize, Vec3)> = Vec::new();
    for _ in 0..STEPS {
        let points: Vec<_> = rays.iter().map(|ray| position(shape, ray.at)).collect();
        let mut distances = vec![0; points.len()];
        all.sdf_points(&points, &mut distances)?;
        let mut on_way = Vec::with_capacity(rays.len());
        for (mut ray, distance) in rays.into_iter().zip(distances) {
            if distance <= 4 {
                hits.push((ray.pixel, ray.at));
                continue;
            }
            let step = CAREFUL * STEP * f64::from(distance);
            ray.at = add_scaled(ray.at, camera.forward, step);
            ray.left -= step;
            if ray.left > 0.0 {
                on_way.push(ray);
            }
        }
        rays = on_way;
    }
    let joined = Joined::new(shape);
    let shaded = |(pixel, at): (usize, Vec3)| {
        let gradient = joined.gradient(all, place(shape, at))?;
        let normal = if norm(gradient) > 0.0 { unit(gradient) } else { camera.forward };
        Ok(Hit { pixel, at, shade: 0.25 + 0.75 * dot(normal, camera.light).max(0.0) })
    };
    hits.into_iter().map(shaded).collect()
}
