//! How far are these points from the surface?

use crate::{
    DecodeError, Kernel, Position,
    decoder::{Work, scratch_len},
    info::ShapeInfo,
    tile::{Cloud, MAX_TILE, Range},
};
use nex_format::{Error, File, MAX_CHANNELS, Part, Shape, Signal};

/// Points of a line that are laid out at once.
const RUN: usize = if cfg!(target_os = "none") { 8 } else { 64 };

/// A shape whose signed distance can be evaluated anywhere in its cube.
///
/// Positions are counted in cells from the cube's corner of the smallest
/// coordinates; every one from 0 to `cells`, both included, lies in the cube.
/// Distances are `i16`, negative inside, in steps of 2^-15 of half the cube's
/// side, at most 32,767 of them either way: [`ShapeDecoder::step`] is a step
/// in the shape's own units.
///
/// Borrows the file; about 1 KB of its own.
///
/// ```
/// # fn touch(flash: &[u8]) -> Result<(), nex_runtime::Error> {
/// use nex_runtime::{Position, ShapeDecoder};
///
/// let shape = ShapeDecoder::parse(flash)?; // checks everything, once
/// let middle = Position::new(shape.info().cells / 2, 0);
/// let mut scratch = [0u32; 256];
/// if let Ok(distance) = shape.sdf_at([middle; 3], &mut scratch) {
///     let _solid_there = distance < 0;
/// }
/// # Ok(())
/// # }
/// # assert_eq!(touch(b"RIFF"), Err(nex_runtime::Error::BadMagic));
/// ```
#[derive(Clone, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ShapeDecoder<'a> {
    file: File<'a>,
    shape: Shape,
    kernel: Kernel,
}

impl<'a> ShapeDecoder<'a> {
    /// Parses and checks a whole file; see [`File::parse`].
    ///
    /// # Errors
    /// Says what is wrong with the bytes; [`Error::UnknownKind`] of
    /// [`Part::Signal`] if they hold a sound or a picture.
    ///
    /// # Panics
    /// Never; nor does any method after it.
    #[inline(never)] // its stack is to be free again while points are evaluated
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Error> {
        let file = File::parse(bytes)?;
        match file.signal() {
            Signal::Shape(shape) => Ok(Self { file, shape, kernel: Kernel::best() }),
            other => Err(Error::UnknownKind(Part::Signal, other.kind())),
        }
    }

    /// Uses another inner loop (for tests and measurements). One that this
    /// machine cannot run is ignored.
    #[must_use]
    pub fn with_kernel(mut self, kernel: Kernel) -> Self {
        if kernel.is_available() {
            self.kernel = kernel;
        }
        self
    }

    /// The parsed file.
    #[must_use]
    pub const fn file(&self) -> &File<'a> {
        &self.file
    }

    /// What decoding costs.
    #[must_use]
    pub fn info(&self) -> ShapeInfo {
        ShapeInfo::new(&self.file, &self.shape, self.scratch_len(1))
    }

    /// One step of a distance, in the shape's own units: half the cube's side
    /// over 32,768.
    #[must_use]
    pub const fn step(&self) -> f32 {
        self.shape.side * (1.0 / 65_536.0)
    }

    /// Words of scratch to evaluate `columns` points at once: 1 for the least
    /// memory, up to [`MAX_TILE`] for the most speed.
    #[must_use]
    pub fn scratch_len(&self, columns: usize) -> usize {
        scratch_len(self.file.mixture(), columns)
    }

    /// The signed distance of one point.
    ///
    /// # Errors
    /// [`DecodeError::OutOfRange`] outside of the cube,
    /// [`DecodeError::ScratchTooSmall`].
    pub fn sdf_at(&self, at: [Position; 3], scratch: &mut [u32]) -> Result<i16, DecodeError> {
        let mut out = [0];
        self.sdf_points(&[at], &mut out, scratch)?;
        Ok(out.first().copied().unwrap_or(0))
    }

    /// The signed distances of points that lie anywhere in the cube, each to
    /// its place in `out`.
    ///
    /// # Errors
    /// [`DecodeError::OutputTooSmall`], [`DecodeError::OutOfRange`] if a point
    /// lies outside of the cube (`out` is untouched then),
    /// [`DecodeError::ScratchTooSmall`].
    pub fn sdf_points(
        &self,
        points: &[[Position; 3]],
        out: &mut [i16],
        scratch: &mut [u32],
    ) -> Result<(), DecodeError> {
        let needed = points.len();
        let out = out.get_mut(..needed).ok_or(DecodeError::OutputTooSmall { needed })?;
        self.check(points)?;
        let mut samples = [[0; MAX_TILE]; MAX_CHANNELS];
        self.work(scratch).clouds((points, self.shape.cells), |cloud, done, work| {
            work.samples(cloud, cloud.points.len(), &mut samples);
            let distances = samples.first().into_iter().flatten();
            for (out, &distance) in out.iter_mut().skip(done).zip(distances).take(used(cloud)) {
                *out = distance;
            }
        })
    }

    /// The signed distances at `start`, `start + step`, ... into `out`;
    /// returns how many there are before the line leaves the cube, `out.len()`
    /// at most.
    ///
    /// # Errors
    /// [`DecodeError::ScratchTooSmall`].
    pub fn sdf_line(
        &self,
        start: [Position; 3],
        step: [Position; 3],
        out: &mut [i16],
        scratch: &mut [u32],
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
            self.sdf_points(points.unwrap_or_default(), out.unwrap_or_default(), scratch)?;
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
    /// the normal of the surface.
    ///
    /// At the cube's border one of the two points is the border's.
    ///
    /// # Errors
    /// As [`sdf_at`](Self::sdf_at).
    pub fn gradient_at(
        &self,
        at: [Position; 3],
        scratch: &mut [u32],
    ) -> Result<[i32; 3], DecodeError> {
        self.check(&[at])?;
        let mut points = [at; 6];
        for (axis, pair) in points.chunks_exact_mut(2).enumerate() {
            for (point, up) in pair.iter_mut().zip([true, false]) {
                if let Some(place) = point.get_mut(axis) {
                    *place = self.beside(*place, up);
                }
            }
        }
        let mut out = [0i16; 6];
        self.sdf_points(&points, &mut out, scratch)?;
        let [a, b, c, d, e, f] = out.map(i32::from);
        Ok([a - b, c - d, e - f])
    }

    /// The expert that owns a point.
    ///
    /// # Errors
    /// As [`sdf_at`](Self::sdf_at).
    pub fn expert_at(&self, at: [Position; 3], scratch: &mut [u32]) -> Result<u8, DecodeError> {
        let mut out = [0];
        self.experts_points(&[at], &mut out, scratch)?;
        Ok(out.first().copied().unwrap_or(0))
    }

    /// The experts that own points.
    ///
    /// # Errors
    /// As [`sdf_points`](Self::sdf_points).
    pub fn experts_points(
        &self,
        points: &[[Position; 3]],
        out: &mut [u8],
        scratch: &mut [u32],
    ) -> Result<(), DecodeError> {
        let needed = points.len();
        let out = out.get_mut(..needed).ok_or(DecodeError::OutputTooSmall { needed })?;
        self.check(points)?;
        self.work(scratch).clouds((points, self.shape.cells), |cloud, done, work| {
            let chosen = work.chosen(cloud);
            for (out, &expert) in out.iter_mut().skip(done).zip(&chosen).take(used(cloud)) {
                *out = expert;
            }
        })
    }

    fn work<'s>(&'s self, scratch: &'s mut [u32]) -> Work<'s, 's> {
        Work::new(self.kernel, self.file.mixture(), Range::sound(i16::MAX as u16), scratch)
    }

    /// The far border of the cube.
    const fn end(&self) -> Position {
        Position::from_frame(self.shape.cells as u32)
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

const fn used(cloud: &Cloud<'_>) -> usize {
    cloud.points.len()
}

fn advance([x, y, z]: [Position; 3], [dx, dy, dz]: [Position; 3]) -> Option<[Position; 3]> {
    Some([x.advance(dx, 1)?, y.advance(dy, 1)?, z.advance(dz, 1)?])
}
