//! Which pixels lie at these positions?

use crate::{
    DecodeError, Kernel, Position,
    decoder::{Along, Line, Work, scratch_len},
    info::ImageInfo,
    tile::Range,
    view::View,
};
use nex_format::{Error, File, Image, Part, Signal};

/// A picture that can be evaluated anywhere, at any scale.
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
/// use nex_runtime::ImageDecoder;
///
/// let picture = ImageDecoder::parse(flash)?; // checks everything, once
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
pub struct ImageDecoder<'a> {
    file: File<'a>,
    image: Image,
    kernel: Kernel,
}

impl<'a> ImageDecoder<'a> {
    /// Parses and checks a whole file; see [`File::parse`].
    ///
    /// # Errors
    /// Says what is wrong with the bytes; [`Error::UnknownKind`] of
    /// [`Part::Signal`] if they hold a sound.
    ///
    /// # Panics
    /// Never; nor does any method after it.
    #[inline(never)] // its stack is to be free again while the picture is drawn
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Error> {
        let file = File::parse(bytes)?;
        match file.signal() {
            Signal::Image(image) => Ok(Self { file, image, kernel: Kernel::best() }),
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
    pub fn info(&self) -> ImageInfo {
        ImageInfo::new(&self.file, &self.image, self.scratch_len(1))
    }

    /// Words of scratch to evaluate `columns` pixels at once: 1 for the least
    /// memory, up to [`crate::MAX_TILE`] for the most speed.
    #[must_use]
    pub fn scratch_len(&self, columns: usize) -> usize {
        scratch_len(self.file.mixture(), columns)
    }

    /// Samples per pixel. A file without any does not parse.
    fn channels(&self) -> usize {
        usize::from(self.image.channels).max(1)
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
        let size = (self.image.width.into(), self.image.height.into());
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
        self.along(start, step, scratch).samples(self.channels(), out, |sample| sample as u8)
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
        self.along(start, step, scratch).experts(out)
    }

    /// The network at height `y` and at `x`, `x + step`, ... until the right edge.
    fn along<'s>(
        &'s self,
        (x, y): (Position, Position),
        step: Position,
        scratch: &'s mut [u32],
    ) -> Along<'s> {
        // Below the last row nothing is before the end.
        let inside = y.frame() < self.image.height.into();
        let end = if inside { self.image.width.into() } else { 0 };
        let line = Line { start: x, step, across: Some(y), end };
        Along { line, work: Work::new(self.kernel, self.file.mixture(), Range::IMAGE, scratch) }
    }
}
