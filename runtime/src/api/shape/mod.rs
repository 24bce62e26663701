//! How far are these points from the surface?

mod distances;

#[cfg(feature = "compact-shape")]
use crate::compact;
#[cfg(feature = "neural")]
use crate::neural;
use crate::{Position, error::DecodeError, info::ShapeInfo};
pub use distances::Distances;
#[cfg(not(all(feature = "compact-shape", feature = "neural")))]
use nex_format::Signal;
use nex_format::{Error, Kind, Profile, Sections};

/// A shape, of either profile, whose signed distance can be evaluated anywhere in
/// its cube. To ask for many points, begin with [`distances`](Self::distances).
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
/// let mut memory = [0u32; 8192]; // shape.memory_len() at least
/// if let Ok(mut distances) = shape.distances(&mut memory) {
///     let _solid_there = distances.sdf_at([middle; 3]).is_ok_and(|distance| distance < 0);
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
    #[cfg(feature = "compact-shape")]
    Compact(nex_format::compact::Shape<'a>),
    /// Without a profile there is none.
    #[allow(dead_code)]
    None(core::convert::Infallible, core::marker::PhantomData<&'a u8>),
}

impl<'a> Shape<'a> {
    /// Parses and checks a whole file.
    ///
    /// # Errors
    /// Says what is wrong with the bytes; [`Error::OtherKind`] if they hold a
    /// sound or a picture; [`Error::NotBuilt`] without the profile's feature,
    /// [`Error::Packed`] if they have to be unpacked before.
    ///
    /// # Panics
    /// Never; nor does any method after it.
    pub fn open(bytes: &'a [u8]) -> Result<Self, Error> {
        match Kind::of(bytes) {
            #[cfg(all(feature = "compact-shape", feature = "neural"))]
            Ok(Kind { profile: Profile::Neural, .. }) => Self::open_neural(bytes),
            #[cfg(not(feature = "compact-shape"))]
            Ok(Kind { signal: Signal::Shape, profile: left_out @ Profile::Compact }) => {
                Err(Error::NotBuilt(left_out))
            }
            #[cfg(not(feature = "neural"))]
            Ok(Kind { signal: Signal::Shape, profile: left_out @ Profile::Neural }) => {
                Err(Error::NotBuilt(left_out))
            }
            // A parser says of every other file what it is, or that it is damaged.
            #[cfg(feature = "compact-shape")]
            _ => Self::open_compact(bytes),
            #[cfg(all(feature = "neural", not(feature = "compact-shape")))]
            _ => Self::open_neural(bytes),
            #[cfg(not(any(feature = "compact-shape", feature = "neural")))]
            other => Err(other.map_or_else(|e| e, Error::OtherKind)),
        }
    }

    /// [`open`](Self::open) for a program that has compact shapes only: no
    /// decoder of another profile becomes part of it. Also in a constant, so that the
    /// compiler refuses a damaged file.
    ///
    /// # Errors
    /// Likewise.
    #[cfg(feature = "compact-shape")]
    pub const fn open_compact(bytes: &'a [u8]) -> Result<Self, Error> {
        match nex_format::compact::Shape::parse(bytes) {
            Ok(shape) => Ok(Self { of: Of::Compact(shape) }),
            Err(error) => Err(error),
        }
    }

    /// Likewise for a program that has neural shapes only.
    ///
    /// # Errors
    /// Likewise.
    #[cfg(feature = "neural")]
    pub fn open_neural(bytes: &'a [u8]) -> Result<Self, Error> {
        neural::Shape::parse(bytes).map(|shape| Self { of: Of::Neural(shape) })
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
            #[cfg(feature = "compact-shape")]
            Of::Compact(ref shape) => compact::shape::info(shape),
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
            #[cfg(feature = "compact-shape")]
            Of::Compact(ref shape) => shape.sections(),
            Of::None(never, _) => match never {},
        }
    }

    /// Words of memory that distances take at least: of a compact shape all that is in it,
    /// 16 to 40 KB for most.
    #[must_use]
    pub const fn memory_len(&self) -> usize {
        match self.of {
            #[cfg(feature = "neural")]
            Of::Neural(ref shape) => shape.network.scratch_len(1),
            #[cfg(feature = "compact-shape")]
            Of::Compact(ref shape) => compact::shape::memory_len(shape.header()),
            Of::None(never, _) => match never {},
        }
    }

    /// More words of memory than this change nothing; up to so many, more is
    /// faster of a neural shape: a weight is loaded once for several points.
    #[must_use]
    pub const fn best_len(&self) -> usize {
        match self.of {
            #[cfg(feature = "neural")]
            Of::Neural(ref shape) => shape.network.scratch_len(nex_kernels::MAX_TILE),
            #[cfg(feature = "compact-shape")]
            Of::Compact(_) => self.memory_len(),
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

    /// Gets ready to say distances. A compact shape is decoded here, all of it, which takes
    /// about 1,000 instructions for each bit of the file; of a neural one nothing is done yet.
    ///
    /// The memory may hold anything, and what it holds does not change the result.
    ///
    /// # Errors
    /// [`DecodeError::ScratchTooSmall`], see [`memory_len`](Self::memory_len).
    pub fn distances<'m>(&'m self, memory: &'m mut [u32]) -> Result<Distances<'m>, DecodeError> {
        Distances::new(self, memory)
    }

    /// The distances that [`distances`](Self::distances) has left in a memory, at no cost: for
    /// those who keep shape and memory side by side.
    ///
    /// Of a compact shape's memory that holds anything else, they are any numbers.
    ///
    /// # Errors
    /// As [`distances`](Self::distances).
    pub fn distances_again<'m>(
        &'m self,
        memory: &'m mut [u32],
    ) -> Result<Distances<'m>, DecodeError> {
        Distances::again(self, memory)
    }

    /// The signed distance of one point: [`Distances::sdf_at`] of distances that are made
    /// for this call.
    ///
    /// # Errors
    /// [`DecodeError::OutOfRange`] outside of the cube,
    /// [`DecodeError::ScratchTooSmall`].
    pub fn sdf_at(&self, at: [Position; 3], memory: &mut [u32]) -> Result<i16, DecodeError> {
        self.distances(memory)?.sdf_at(at)
    }

    /// Likewise [`Distances::sdf_points`].
    ///
    /// # Errors
    /// [`DecodeError::OutputTooSmall`], [`DecodeError::OutOfRange`] if a point
    /// lies outside of the cube (`out` is untouched then),
    /// [`DecodeError::ScratchTooSmall`].
    pub fn sdf_points(
        &self,
        points: &[[Position; 3]],
        out: &mut [i16],
        memory: &mut [u32],
    ) -> Result<(), DecodeError> {
        self.distances(memory)?.sdf_points(points, out)
    }

    /// Likewise [`Distances::sdf_line`].
    ///
    /// # Errors
    /// [`DecodeError::ScratchTooSmall`].
    pub fn sdf_line(
        &self,
        start: [Position; 3],
        step: [Position; 3],
        out: &mut [i16],
        memory: &mut [u32],
    ) -> Result<usize, DecodeError> {
        self.distances(memory)?.sdf_line(start, step, out)
    }

    /// Likewise [`Distances::gradient_at`].
    ///
    /// # Errors
    /// As [`sdf_at`](Self::sdf_at).
    pub fn gradient_at(
        &self,
        at: [Position; 3],
        memory: &mut [u32],
    ) -> Result<[i32; 3], DecodeError> {
        self.distances(memory)?.gradient_at(at)
    }

    /// Likewise [`Distances::expert_at`].
    ///
    /// # Errors
    /// As [`sdf_at`](Self::sdf_at).
    pub fn expert_at(&self, at: [Position; 3], memory: &mut [u32]) -> Result<u8, DecodeError> {
        self.distances(memory)?.expert_at(at)
    }

    /// Likewise [`Distances::experts_points`].
    ///
    /// # Errors
    /// As [`sdf_points`](Self::sdf_points).
    pub fn experts_points(
        &self,
        points: &[[Position; 3]],
        out: &mut [u8],
        memory: &mut [u32],
    ) -> Result<(), DecodeError> {
        self.distances(memory)?.experts_points(points, out)
    }
}
