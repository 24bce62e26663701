//! Which pixels lie at these positions?

use super::{Limits, View};
#[cfg(feature = "neural")]
use crate::neural;
use crate::{Position, error::DecodeError, info::PictureInfo};
use nex_format::{Error, Part, Sections};
#[cfg(not(feature = "neural"))]
use nex_format::{Kind, Profile, Signal};

/// A picture, of either profile, that can be evaluated anywhere, at any scale.
///
/// Samples are 8 bits, interleaved: gray; gray and alpha; red, green, blue; or
/// these and alpha, which is not multiplied into the colours. Positions are
/// measured from the left and the upper edge: pixel (x, y) covers x to x + 1
/// and y to y + 1, and what is stored for it lies at its centre.
///
/// Borrows the file; about 1 KB of its own.
///
/// ```
/// # fn show(flash: &[u8]) -> Result<(), nex_runtime::Error> {
/// use nex_runtime::Picture;
///
/// let picture = Picture::open(flash)?; // checks everything, once
/// let info = picture.info();
/// let mut scratch = [0u32; 256];
/// let mut row = [0u8; 320 * 3];
/// for y in 0..info.height {
///     let Ok(pixels) = picture.decode_row(y, &mut row, &mut scratch) else { break };
///     // hand `row[..pixels * channels]` to the display
/// }
/// # Ok(())
/// # }
/// # assert_eq!(show(b"RIFF"), Err(nex_runtime::Error::BadMagic));
/// ```
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
    /// Without a profile there is none.
    #[allow(dead_code)]
    None(core::convert::Infallible, core::marker::PhantomData<&'a u8>),
}

impl<'a> Picture<'a> {
    /// Parses and checks a whole file.
    ///
    /// # Errors
    /// Says what is wrong with the bytes; [`Error::OtherKind`] if they hold a
    /// sound or a shape, or a picture of a profile that this version does not
    /// decode; [`Error::NotBuilt`] without the profile's feature,
    /// [`Error::Packed`] if they have to be unpacked before.
    ///
    /// # Panics
    /// Never; nor does any method after it.
    pub fn open(bytes: &'a [u8]) -> Result<Self, Error> {
        // A parser says of a file of another kind, too, what it is, or that it is damaged.
        #[cfg(feature = "neural")]
        return neural::Picture::parse(bytes).map(|picture| Self { of: Of::Neural(picture) });
        #[cfg(not(feature = "neural"))]
        match Kind::of(bytes)? {
            Kind { signal: Signal::Picture, profile: left_out @ Profile::Neural } => {
                Err(Error::NotBuilt(left_out))
            }
            other => Err(Error::OtherKind(other)),
        }
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
                file_bytes: picture.network.file.bytes().len(),
            },
            Of::None(never, _) => match never {},
        }
    }

    /// What the network of a neural picture costs.
    #[cfg(feature = "neural")]
    #[must_use]
    pub fn network(&self) -> Option<crate::NetworkInfo> {
        match self.of {
            Of::Neural(ref picture) => Some(picture.network.info()),
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
            Of::None(never, _) => match never {},
        }
    }

    /// Words of scratch that decoding takes at least.
    #[must_use]
    pub const fn memory_len(&self) -> usize {
        match self.of {
            #[cfg(feature = "neural")]
            Of::Neural(ref picture) => picture.network.scratch_len(1),
            Of::None(never, _) => match never {},
        }
    }

    /// More words of scratch than this change nothing; up to so many, more is
    /// faster: a weight is loaded once for several pixels.
    #[must_use]
    pub const fn best_len(&self) -> usize {
        match self.of {
            #[cfg(feature = "neural")]
            Of::Neural(ref picture) => picture.network.scratch_len(nex_kernels::MAX_TILE),
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

    /// Samples per pixel. A file without any does not parse.
    const fn channels(&self) -> usize {
        let channels = self.info().channels as usize;
        if channels == 0 { 1 } else { channels }
    }

    /// Decodes row `y` from its left end into `out`, interleaved.
    ///
    /// Returns how many pixels were written: as many as fit, `width` at most,
    /// 0 below the last row. Samples after them are untouched. `scratch` may
    /// hold anything; what it holds does not change the result.
    ///
    /// # Errors
    /// [`DecodeError::ScratchTooSmall`].
    ///
    /// # Panics
    /// Never.
    pub fn decode_row(
        &self,
        y: u32,
        out: &mut [u8],
        scratch: &mut [u32],
    ) -> Result<usize, DecodeError> {
        let start = (Position::centre(0), Position::centre(y));
        self.decode_line(start, Position::FRAME, out, scratch)
    }

    /// Decodes the whole picture, row by row.
    ///
    /// # Errors
    /// [`DecodeError::OutputTooSmall`], [`DecodeError::ScratchTooSmall`].
    pub fn decode_into(&self, out: &mut [u8], scratch: &mut [u32]) -> Result<(), DecodeError> {
        let size = (self.info().width, self.info().height);
        self.decode_view(&View::crop((0, 0), size), out, scratch)
    }

    /// Decodes what a view shows, row by row: any part at any scale.
    ///
    /// # Errors
    /// [`DecodeError::OutOfRange`] if the view goes beyond the picture (`out`
    /// holds anything then), [`DecodeError::OutputTooSmall`],
    /// [`DecodeError::ScratchTooSmall`].
    pub fn decode_view(
        &self,
        view: &View,
        out: &mut [u8],
        scratch: &mut [u32],
    ) -> Result<(), DecodeError> {
        let (columns, rows) = view.size();
        let usize_of = |n| usize::try_from(n).unwrap_or(usize::MAX);
        let row_len = usize_of(columns).saturating_mul(self.channels());
        let needed = row_len.saturating_mul(usize_of(rows));
        let out = out.get_mut(..needed).ok_or(DecodeError::OutputTooSmall { needed })?;
        for (row, out) in (0..rows).zip(out.chunks_exact_mut(row_len.max(1))) {
            self.decode_view_row(view, row, out, scratch)?;
        }
        Ok(())
    }

    /// Decodes one row of what a view shows, for those who have no memory for
    /// the whole.
    ///
    /// # Errors
    /// As [`decode_view`](Self::decode_view).
    pub fn decode_view_row(
        &self,
        view: &View,
        row: u32,
        out: &mut [u8],
        scratch: &mut [u32],
    ) -> Result<(), DecodeError> {
        let columns = usize::try_from(view.size().0).unwrap_or(usize::MAX);
        let needed = columns.saturating_mul(self.channels());
        let out = out.get_mut(..needed).ok_or(DecodeError::OutputTooSmall { needed })?;
        let start = view.row(row).ok_or(DecodeError::OutOfRange)?;
        let pixels = self.decode_line(start, view.step(), out, scratch)?;
        if pixels == columns { Ok(()) } else { Err(DecodeError::OutOfRange) }
    }

    /// Evaluates the picture at height `y` and at `x`, `x + step`, ... into
    /// `out`, interleaved; returns how many pixels were written before the
    /// right edge, 0 below the picture.
    ///
    /// # Errors
    /// [`DecodeError::ScratchTooSmall`].
    pub fn decode_line(
        &self,
        start: (Position, Position),
        step: Position,
        out: &mut [u8],
        scratch: &mut [u32],
    ) -> Result<usize, DecodeError> {
        match &self.of {
            #[cfg(feature = "neural")]
            Of::Neural(picture) => picture.line(start, step, out, scratch),
            Of::None(never, _) => match *never {},
        }
    }

    /// Evaluates one point: `channels` samples into `out`.
    ///
    /// # Errors
    /// [`DecodeError::OutOfRange`] beside the picture,
    /// [`DecodeError::OutputTooSmall`], [`DecodeError::ScratchTooSmall`].
    pub fn sample_at(
        &self,
        at: (Position, Position),
        out: &mut [u8],
        scratch: &mut [u32],
    ) -> Result<(), DecodeError> {
        let needed = self.channels();
        let out = out.get_mut(..needed).ok_or(DecodeError::OutputTooSmall { needed })?;
        match self.decode_line(at, Position::FRAME, out, scratch)? {
            0 => Err(DecodeError::OutOfRange),
            _ => Ok(()),
        }
    }

    /// [`sample_at`](Self::sample_at) the centre of a pixel.
    ///
    /// # Errors
    /// Likewise.
    pub fn pixel_at(
        &self,
        (x, y): (u32, u32),
        out: &mut [u8],
        scratch: &mut [u32],
    ) -> Result<(), DecodeError> {
        self.sample_at((Position::centre(x), Position::centre(y)), out, scratch)
    }

    /// The expert that owns a point.
    ///
    /// # Errors
    /// [`DecodeError::OutOfRange`], [`DecodeError::ScratchTooSmall`].
    pub fn expert_at(
        &self,
        at: (Position, Position),
        scratch: &mut [u32],
    ) -> Result<u8, DecodeError> {
        let mut expert = [0];
        match self.experts_line(at, Position::FRAME, &mut expert, scratch)? {
            0 => Err(DecodeError::OutOfRange),
            _ => Ok(expert.first().copied().unwrap_or(0)),
        }
    }

    /// The experts that own the points of
    /// [`decode_line`](Self::decode_line); returns how many there are before
    /// the right edge.
    ///
    /// # Errors
    /// [`DecodeError::ScratchTooSmall`].
    pub fn experts_line(
        &self,
        start: (Position, Position),
        step: Position,
        out: &mut [u8],
        scratch: &mut [u32],
    ) -> Result<usize, DecodeError> {
        match &self.of {
            #[cfg(feature = "neural")]
            Of::Neural(picture) => picture.experts(start, step, out, scratch),
            Of::None(never, _) => match *never {},
        }
    }
}
