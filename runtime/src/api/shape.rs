//! How far are these points from the surface?

#[cfg(feature = "neural")]
use crate::neural;
use crate::{Position, error::DecodeError, info::ShapeInfo};
use nex_format::{Error, Sections};
#[cfg(not(feature = "neural"))]
use nex_format::{Kind, Profile, Signal};

/// Points of a line that are laid out at once.
const RUN: usize = if cfg!(target_os = "none") { 8 } else { 64 };

/// A shape, of either profile, whose signed distance can be evaluated anywhere in
/// its cube.
///
/// Positions are counted in cells from the cube's corner of the smallest
/// coordinates; every one from 0 to `cells`, both included, lies in the cube.
/// Distances are `i16`, negative inside, in steps of 2^-15 of half the cube's
/// side, at most 32,767 of them either way: [`Shape::step`] is a step in the
/// shape's own units.
///
/// Borrows the file; about 1 KB of its own.
///
/// ```
/// # fn touch(flash: &[u8]) -> Result<(), nex_runtime::Error> {
/// use nex_runtime::{Position, Shape};
///
/// let shape = Shape::open(flash)?; // checks everything, once
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
pub struct Shape<'a> {
    of: Of<'a>,
}

/// By profile.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[allow(clippy::large_enum_variant)] // there is no box to put it in
enum Of<'a> {
    #[cfg(feature = "neural")]
    Neural(neural::Shape<'a>),
    /// Without a profile there is none.
    #[allow(dead_code)]
    None(core::convert::Infallible, core::marker::PhantomData<&'a u8>),
}

impl<'a> Shape<'a> {
    /// Parses and checks a whole file.
    ///
    /// # Errors
    /// Says what is wrong with the bytes; [`Error::OtherKind`] if they hold a
    /// sound or a picture, or a shape of a profile that this version does not
    /// decode; [`Error::NotBuilt`] without the profile's feature,
    /// [`Error::Packed`] if they have to be unpacked before.
    ///
    /// # Panics
    /// Never; nor does any method after it.
    pub fn open(bytes: &'a [u8]) -> Result<Self, Error> {
        // A parser says of a file of another kind, too, what it is, or that it is damaged.
        #[cfg(feature = "neural")]
        return neural::Shape::parse(bytes).map(|shape| Self { of: Of::Neural(shape) });
        #[cfg(not(feature = "neural"))]
        match Kind::of(bytes)? {
            Kind { signal: Signal::Shape, profile: left_out @ Profile::Neural } => {
                Err(Error::NotBuilt(left_out))
            }
            other => Err(Error::OtherKind(other)),
        }
    }

    /// What the file says of the shape.
    #[must_use]
    pub const fn info(&self) -> ShapeInfo {
        match self.of {
            #[cfg(feature = "neural")]
            Of::Neural(ref shape) => ShapeInfo {
                kind: shape.network.header().kind(),
                cells: shape.header.cells as u32,
                origin: shape.header.origin,
                side: shape.header.side,
                file_bytes: shape.network.file.bytes().len(),
            },
            Of::None(never, _) => match never {},
        }
    }

    /// What the network of a neural shape costs.
    #[cfg(feature = "neural")]
    #[must_use]
    pub fn network(&self) -> Option<crate::NetworkInfo> {
        match self.of {
            Of::Neural(ref shape) => Some(shape.network.info()),
            #[allow(unreachable_patterns)]
            _ => None,
        }
    }

    /// The optional sections of the file.
    #[must_use]
    pub const fn sections(&self) -> Sections<'a> {
        match self.of {
            #[cfg(feature = "neural")]
            Of::Neural(ref shape) => shape.network.file.sections(),
            Of::None(never, _) => match never {},
        }
    }

    /// Words of scratch that a point takes at least.
    #[must_use]
    pub const fn memory_len(&self) -> usize {
        match self.of {
            #[cfg(feature = "neural")]
            Of::Neural(ref shape) => shape.network.scratch_len(1),
            Of::None(never, _) => match never {},
        }
    }

    /// More words of scratch than this change nothing; up to so many, more is
    /// faster: a weight is loaded once for several points.
    #[must_use]
    pub const fn best_len(&self) -> usize {
        match self.of {
            #[cfg(feature = "neural")]
            Of::Neural(ref shape) => shape.network.scratch_len(nex_kernels::MAX_TILE),
            Of::None(never, _) => match never {},
        }
    }

    /// Evaluates a neural shape with another inner loop, for tests and
    /// measurements; the bits are the same.
    ///
    /// # Errors
    /// [`DecodeError::NoSuchKernel`] if this machine cannot run it.
    #[cfg(feature = "neural")]
    pub fn set_kernel(&mut self, kernel: nex_kernels::Kernel) -> Result<(), DecodeError> {
        match &mut self.of {
            Of::Neural(shape) => shape.network.set_kernel(kernel),
            #[allow(unreachable_patterns)]
            _ => Ok(()),
        }
    }

    /// One step of a distance, in the shape's own units: half the cube's side
    /// over 32,768.
    #[must_use]
    pub const fn step(&self) -> f32 {
        self.info().side * (1.0 / 65_536.0)
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
        match &self.of {
            #[cfg(feature = "neural")]
            Of::Neural(shape) => shape.distances(points, out, scratch),
            Of::None(never, _) => match *never {},
        }
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
        match &self.of {
            #[cfg(feature = "neural")]
            Of::Neural(shape) => shape.experts(points, out, scratch),
            Of::None(never, _) => match *never {},
        }
    }

    /// The far border of the cube.
    const fn end(&self) -> Position {
        Position::from_frame(self.info().cells)
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
