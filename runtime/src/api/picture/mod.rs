//! Which pixels does a picture have?

mod area;
mod field;
mod look;
mod rows;
mod windows;

use super::Limits;
#[cfg(feature = "compact-core")]
use crate::compact;
#[cfg(feature = "neural")]
use crate::neural;
use crate::{error::DecodeError, info::PictureInfo};
pub use area::Area;
#[cfg(feature = "neural")]
pub use field::Field;
pub use look::Look;
#[cfg(not(all(feature = "compact-core", feature = "neural")))]
use nex_format::Signal;
use nex_format::{Error, Kind, Part, Profile, Sections};
pub use rows::Rows;
#[cfg(feature = "embedded-graphics")]
pub(crate) use windows::WIDEST;
pub use windows::{Window, Windows};

/// A picture, of either profile.
///
/// Samples are 8 bits, interleaved: gray; gray and alpha; red, green, blue; or
/// these and alpha, which is not multiplied into the colours.
///
/// It is decoded part by part ([`windows`](Self::windows)), row by row at any size
/// ([`rows`](Self::rows)), or whole ([`decode_into`](Self::decode_into)); one of the
/// neural profile can be evaluated at any point, too (`Picture::field`). Memory is the
/// caller's; it may hold anything, and what it holds does not change the result.
///
/// Borrows the file; about 1 KB of its own.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Picture<'a> {
    of: Of<'a>,
}

/// By profile.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[allow(clippy::large_enum_variant)] // there is no box to put it in
enum Of<'a> {
    #[cfg(feature = "neural")]
    Neural(neural::Picture<'a>),
    #[cfg(feature = "compact-core")]
    Compact(nex_format::compact::Picture<'a>),
    /// Without a profile there is none.
    #[allow(dead_code)]
    None(core::convert::Infallible, core::marker::PhantomData<&'a u8>),
}

impl<'a> Picture<'a> {
    /// Parses and checks a whole file.
    ///
    /// # Errors
    /// Says what is wrong with the bytes; [`Error::OtherKind`] if they hold a
    /// sound or a shape; [`Error::NotBuilt`] without the profile's feature,
    /// [`Error::Packed`] if they have to be unpacked before.
    ///
    /// # Panics
    /// Never; nor does any method after it.
    pub fn open(bytes: &'a [u8]) -> Result<Self, Error> {
        match Kind::of(bytes) {
            #[cfg(all(feature = "compact-core", feature = "neural"))]
            Ok(Kind { profile: Profile::Neural, .. }) => Self::open_neural(bytes),
            #[cfg(not(feature = "compact-core"))]
            Ok(Kind { signal: Signal::Picture, profile: left_out @ Profile::Compact }) => {
                Err(Error::NotBuilt(left_out))
            }
            #[cfg(not(feature = "neural"))]
            Ok(Kind { signal: Signal::Picture, profile: left_out @ Profile::Neural }) => {
                Err(Error::NotBuilt(left_out))
            }
            // A parser says of every other file what it is, or that it is damaged.
            #[cfg(feature = "compact-core")]
            _ => Self::open_compact(bytes),
            #[cfg(all(feature = "neural", not(feature = "compact-core")))]
            _ => Self::open_neural(bytes),
            #[cfg(not(any(feature = "compact-core", feature = "neural")))]
            other => Err(other.map_or_else(|e| e, Error::OtherKind)),
        }
    }

    /// [`open`](Self::open) for a program that has compact pictures only: no
    /// decoder of another profile becomes part of it. Also in a constant, so that the
    /// compiler refuses a damaged file.
    ///
    /// # Errors
    /// Likewise.
    #[cfg(feature = "compact-core")]
    pub const fn open_compact(bytes: &'a [u8]) -> Result<Self, Error> {
        match nex_format::compact::Picture::parse(bytes) {
            // Another crate may have asked for their headers.
            #[cfg(not(feature = "compact-drawn"))]
            Ok(picture) if nex_format::compact::HAS_DRAWN && picture.header().drawn.is_some() => {
                let bits = if picture.header().has_leaves() { 3 << 6 } else { 1 << 7 };
                Err(Error::UnknownKind(Part::Form, bits))
            }
            Ok(picture) => Ok(Self { of: Of::Compact(picture) }),
            Err(error) => Err(error),
        }
    }

    /// Likewise for a program that has neural pictures only.
    ///
    /// # Errors
    /// Likewise.
    #[cfg(feature = "neural")]
    pub fn open_neural(bytes: &'a [u8]) -> Result<Self, Error> {
        neural::Picture::parse(bytes).map(|picture| Self { of: Of::Neural(picture) })
    }

    /// [`open`](Self::open) for a caller who is ready to decode so much.
    ///
    /// # Errors
    /// Likewise; [`Error::LimitExceeded`] of [`Part::Size`].
    pub fn open_within(bytes: &'a [u8], limits: Limits) -> Result<Self, Error> {
        let picture = Self::open(bytes)?;
        let PictureInfo { width, height, channels, .. } = picture.info();
        limits.check(width as u64 * height as u64, channels, Part::Size)?;
        Ok(picture)
    }

    /// What the file says of the picture.
    #[must_use]
    pub const fn info(&self) -> PictureInfo {
        match self.of {
            #[cfg(feature = "neural")]
            Of::Neural(ref picture) => PictureInfo {
                kind: picture.network.header().kind(),
                width: picture.header.width as u32,
                height: picture.header.height as u32,
                channels: picture.header.channels,
                tile: (1, 1),
                file_bytes: picture.network.file.bytes().len(),
            },
            #[cfg(feature = "compact-core")]
            Of::Compact(ref picture) => compact::picture::info(picture),
            Of::None(never, _) => match never {},
        }
    }

    /// What the network of a neural picture costs.
    #[cfg(feature = "neural")]
    #[must_use]
    pub fn network(&self) -> Option<crate::NetworkInfo> {
        self.field().map(|field| field.network())
    }

    /// A neural picture, as what it is: a field of colours that has a value everywhere.
    #[cfg(feature = "neural")]
    #[must_use]
    pub const fn field(&self) -> Option<Field<'_, 'a>> {
        match self.of {
            Of::Neural(ref picture) => Some(Field::new(picture)),
            #[allow(unreachable_patterns)]
            _ => None,
        }
    }

    /// The optional sections of the file.
    #[must_use]
    pub const fn sections(&self) -> Sections<'a> {
        match self.of {
            #[cfg(feature = "neural")]
            Of::Neural(ref picture) => picture.network.file.sections(),
            #[cfg(feature = "compact-core")]
            Of::Compact(ref picture) => picture.sections(),
            Of::None(never, _) => match never {},
        }
    }

    /// Words of memory that decoding takes, but for [`rows`](Self::rows).
    #[must_use]
    pub const fn memory_len(&self) -> usize {
        match self.of {
            #[cfg(feature = "neural")]
            Of::Neural(ref picture) => neural::Parts::memory_len(picture),
            #[cfg(feature = "compact-core")]
            Of::Compact(ref picture) => compact::picture::memory_len(picture.header()),
            Of::None(never, _) => match never {},
        }
    }

    /// More words of memory than this change nothing; up to so many, a neural picture is
    /// decoded faster.
    #[must_use]
    pub const fn best_len(&self) -> usize {
        match self.of {
            #[cfg(feature = "neural")]
            Of::Neural(ref picture) => neural::Parts::best_len(picture),
            #[cfg(feature = "compact-core")]
            Of::Compact(_) => self.memory_len(),
            Of::None(never, _) => match never {},
        }
    }

    /// Evaluates a neural picture with another inner loop, for tests and
    /// measurements; the bits are the same.
    ///
    /// # Errors
    /// [`DecodeError::NoSuchKernel`] if this machine cannot run it.
    #[cfg(feature = "neural")]
    pub fn set_kernel(&mut self, kernel: nex_kernels::Kernel) -> Result<(), DecodeError> {
        match &mut self.of {
            Of::Neural(picture) => picture.network.set_kernel(kernel),
            #[allow(unreachable_patterns)]
            _ => Ok(()),
        }
    }

    /// The picture in windows of 32 x 32 pixels or fewer.
    ///
    /// # Errors
    /// [`DecodeError::ScratchTooSmall`], see [`memory_len`](Self::memory_len).
    pub fn windows<'m>(&self, memory: &'m mut [u32]) -> Result<Windows<'a, 'm>, DecodeError> {
        Windows::new(self, memory)
    }

    /// Words of memory that [`rows`](Self::rows) take.
    #[must_use]
    pub const fn rows_len(&self, area: Area, size: (u32, u32)) -> usize {
        Rows::memory_len(self, area, size)
    }

    /// The rows of a part of the picture, scaled to `size` columns and rows (its own: as
    /// they are) by Catmull and Rom's cubic, a much smaller one by means before.
    ///
    /// # Errors
    /// [`DecodeError::ScratchTooSmall`], see [`rows_len`](Self::rows_len);
    /// [`DecodeError::OutOfRange`] if a side is 0 or above 65,535, or the picture has
    /// nothing there.
    pub fn rows<'m>(
        &self,
        area: Area,
        size: (u32, u32),
        memory: &'m mut [u32],
    ) -> Result<Rows<'a, 'm>, DecodeError> {
        Rows::new(self, area, size, memory)
    }

    /// Decodes the whole picture, row by row, interleaved.
    ///
    /// # Errors
    /// [`DecodeError::OutputTooSmall`], [`DecodeError::ScratchTooSmall`].
    pub fn decode_into(&self, out: &mut [u8], memory: &mut [u32]) -> Result<(), DecodeError> {
        let PictureInfo { width, height, .. } = self.info();
        self.decode_area(Area { left: 0, top: 0, width, height }, out, memory)
    }

    /// Decodes a part of the picture, row by row, interleaved. Of a compact picture the
    /// tiles are decoded that it touches; of one without tiles all rows above it, too.
    ///
    /// # Errors
    /// [`DecodeError::OutOfRange`] if the area goes beyond the picture,
    /// [`DecodeError::OutputTooSmall`], [`DecodeError::ScratchTooSmall`].
    pub fn decode_area(
        &self,
        area: Area,
        out: &mut [u8],
        memory: &mut [u32],
    ) -> Result<(), DecodeError> {
        let PictureInfo { width, height, channels, .. } = self.info();
        if area != area.within(Area { left: 0, top: 0, width, height }) {
            return Err(DecodeError::OutOfRange);
        }
        let channels = usize::from(channels).max(1);
        let stride = (area.width as usize).saturating_mul(channels);
        let needed = stride.saturating_mul(area.height as usize);
        let out = out.get_mut(..needed).ok_or(DecodeError::OutputTooSmall { needed })?;
        let mut windows = self.windows(memory)?.within(area);
        while let Some(window) = windows.next_window() {
            let part = window.area();
            let left = (part.left - area.left) as usize * channels;
            let rows = out.chunks_exact_mut(stride.max(1)).skip((part.top - area.top) as usize);
            for (y, row) in (0..part.height).zip(rows) {
                window.row_samples(y, row.get_mut(left..).unwrap_or_default());
            }
        }
        Ok(())
    }
}
