//! What is the distance here, and in which direction does it rise?

use super::{Of, Shape};
#[cfg(feature = "compact-shape")]
use crate::compact;
#[cfg(feature = "neural")]
use crate::neural;
use crate::{Position, error::DecodeError};

/// Points of a line that are laid out at once.
const RUN: usize = if cfg!(target_os = "none") { 8 } else { 64 };

/// The distances of a [`Shape`], ready to be asked for in any order.
///
/// Of a compact shape a cell near the surface says what its polynomial says, which is right
/// to about the error that the file was made for. Anywhere else the distance is the one to
/// the nearest such cell, or, where that is further than a block of 16 voxels, a little less:
/// never more than the surface is away, so that a ray may go as far at once (sphere tracing).
///
/// Borrows file and memory.
#[derive(Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Distances<'m> {
    of: By<'m>,
    /// Cells of the cube along each side.
    cells: u32,
}

/// By profile.
#[derive(Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
enum By<'m> {
    #[cfg(feature = "neural")]
    Neural(&'m neural::Shape<'m>, &'m mut [u32]),
    #[cfg(feature = "compact-shape")]
    Compact(compact::shape::Field<'m>),
    /// Without a profile there is none.
    #[allow(dead_code)]
    None(core::convert::Infallible, core::marker::PhantomData<&'m u8>),
}

impl<'m> Distances<'m> {
    pub(super) fn new(shape: &'m Shape<'_>, memory: &'m mut [u32]) -> Result<Self, DecodeError> {
        let needed = shape.memory_len();
        if memory.len() < needed {
            return Err(DecodeError::ScratchTooSmall { needed });
        }
        let of = match &shape.of {
            #[cfg(feature = "neural")]
            Of::Neural(shape) => By::Neural(shape, memory),
            #[cfg(feature = "compact-shape")]
            Of::Compact(shape) => By::Compact(compact::shape::Field::decode(shape, memory)?),
            Of::None(never, _) => match *never {},
        };
        Ok(Self { of, cells: shape.info().cells })
    }

    /// Of what [`new`](Self::new) has left in the memory.
    pub(super) fn again(shape: &'m Shape<'_>, memory: &'m mut [u32]) -> Result<Self, DecodeError> {
        let of = match &shape.of {
            #[cfg(feature = "compact-shape")]
            Of::Compact(shape) => By::Compact(compact::shape::Field::again(shape, memory)?),
            _ => return Self::new(shape, memory),
        };
        #[allow(unreachable_code)] // without compact shapes
        Ok(Self { of, cells: shape.info().cells })
    }

    /// The signed distance of one point.
    ///
    /// # Errors
    /// [`DecodeError::OutOfRange`] outside of the cube.
    pub fn sdf_at(&mut self, at: [Position; 3]) -> Result<i16, DecodeError> {
        let mut out = [0];
        self.sdf_points(&[at], &mut out)?;
        Ok(out.first().copied().unwrap_or(0))
    }

    /// The signed distances of points that lie anywhere in the cube, each to
    /// its place in `out`.
    ///
    /// # Errors
    /// [`DecodeError::OutputTooSmall`], [`DecodeError::OutOfRange`] if a point
    /// lies outside of the cube (`out` is untouched then).
    pub fn sdf_points(
        &mut self,
        points: &[[Position; 3]],
        out: &mut [i16],
    ) -> Result<(), DecodeError> {
        let out = self.room(points, out)?;
        match &mut self.of {
            #[cfg(feature = "neural")]
            By::Neural(shape, scratch) => shape.distances(points, out, scratch),
            #[cfg(feature = "compact-shape")]
            By::Compact(field) => {
                out.iter_mut().zip(points).for_each(|(to, &at)| *to = field.distance(at));
                Ok(())
            }
            By::None(never, _) => match *never {},
        }
    }

    /// The signed distances at `start`, `start + step`, ... into `out`;
    /// returns how many there are before the line leaves the cube, `out.len()`
    /// at most.
    ///
    /// # Errors
    /// None.
    pub fn sdf_line(
        &mut self,
        start: [Position; 3],
        step: [Position; 3],
        out: &mut [i16],
    ) -> Result<usize, DecodeError> {
        let mut points = [start; RUN];
        let (mut written, mut next) = (0, Some(start));
        while written < out.len() {
            let mut count = 0;
            for point in points.iter_mut().take(out.len() - written) {
                let Some(at) = next.filter(|at| self.holds(at)) else { break };
                *point = at;
                next = advance(at, step);
                count += 1;
            }
            let (points, out) = (points.get(..count), out.get_mut(written..));
            self.sdf_points(points.unwrap_or_default(), out.unwrap_or_default())?;
            if count == 0 {
                break;
            }
            written += count;
        }
        Ok(written)
    }

    /// The rise of the distance per cell along x, y and z, in steps of a
    /// distance times two: central differences over one cell either way. It
    /// points away from the shape, and where it is divided by its length it is
    /// the normal of the surface. At the cube's border one of the two points is the border's.
    ///
    /// Of a compact shape where a polynomial is, the difference is that of this polynomial, over
    /// two voxels that lie in its cell; anywhere else, up to a block away, it points from the
    /// nearest such cell. It takes about two distances.
    ///
    /// # Errors
    /// As [`sdf_at`](Self::sdf_at).
    pub fn gradient_at(&mut self, at: [Position; 3]) -> Result<[i32; 3], DecodeError> {
        self.check(&[at])?;
        #[cfg(feature = "compact-shape")]
        if let By::Compact(field) = &self.of
            && let Some(gradient) = field.gradient(at)
        {
            return Ok(gradient);
        }
        let mut points = [at; 6];
        for (axis, pair) in points.chunks_exact_mut(2).enumerate() {
            for (point, up) in pair.iter_mut().zip([true, false]) {
                if let Some(place) = point.get_mut(axis) {
                    *place = self.beside(*place, up);
                }
            }
        }
        let mut out = [0i16; 6];
        self.sdf_points(&points, &mut out)?;
        let [a, b, c, d, e, f] = out.map(i32::from);
        Ok([a - b, c - d, e - f])
    }

    /// The expert that owns a point: of a neural shape which of its networks, of a compact
    /// one 1, 2 or 3 in a cell of 4, 8 or 16 voxels a side, 0 where no polynomial is.
    ///
    /// # Errors
    /// As [`sdf_at`](Self::sdf_at).
    pub fn expert_at(&mut self, at: [Position; 3]) -> Result<u8, DecodeError> {
        let mut out = [0];
        self.experts_points(&[at], &mut out)?;
        Ok(out.first().copied().unwrap_or(0))
    }

    /// The experts that own points.
    ///
    /// # Errors
    /// As [`sdf_points`](Self::sdf_points).
    pub fn experts_points(
        &mut self,
        points: &[[Position; 3]],
        out: &mut [u8],
    ) -> Result<(), DecodeError> {
        let out = self.room(points, out)?;
        match &mut self.of {
            #[cfg(feature = "neural")]
            By::Neural(shape, scratch) => shape.experts(points, out, scratch),
            #[cfg(feature = "compact-shape")]
            By::Compact(field) => {
                out.iter_mut().zip(points).for_each(|(to, &at)| *to = field.expert(at));
                Ok(())
            }
            By::None(never, _) => match *never {},
        }
    }

    /// The far border of the cube.
    const fn end(&self) -> Position {
        Position::from_frame(self.cells)
    }

    /// A place for each of some points that lie in the cube.
    fn room<'o, T>(
        &self,
        points: &[[Position; 3]],
        out: &'o mut [T],
    ) -> Result<&'o mut [T], DecodeError> {
        let needed = points.len();
        let out = out.get_mut(..needed).ok_or(DecodeError::OutputTooSmall { needed })?;
        self.check(points)?;
        Ok(out)
    }

    fn holds(&self, at: &[Position; 3]) -> bool {
        at.iter().all(|&place| place <= self.end())
    }

    fn check(&self, points: &[[Position; 3]]) -> Result<(), DecodeError> {
        let inside = points.iter().all(|at| self.holds(at));
        if inside { Ok(()) } else { Err(DecodeError::OutOfRange) }
    }

    /// One cell up or down, within the cube.
    fn beside(&self, place: Position, up: bool) -> Position {
        let zero = Position::from_frame(0);
        if up {
            place.advance(Position::FRAME, 1).unwrap_or(place).min(self.end())
        } else {
            let frame = place.frame().checked_sub(1);
            frame.map_or(zero, |frame| Position::new(frame, place.fraction()))
        }
    }
}

fn advance([x, y, z]: [Position; 3], [dx, dy, dz]: [Position; 3]) -> Option<[Position; 3]> {
    Some([x.advance(dx, 1)?, y.advance(dy, 1)?, z.advance(dz, 1)?])
}
