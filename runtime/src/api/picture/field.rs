//! Which colour has a neural picture at these positions?
#![cfg(feature = "neural")]

use crate::{NetworkInfo, Position, View, error::DecodeError, neural};

/// A neural picture, evaluated anywhere, at any scale.
///
/// Positions are measured from the left and the upper edge: pixel (x, y) covers x to
/// x + 1 and y to y + 1, and what is stored for it lies at its centre. Every call stands
/// for itself: nothing is kept in `scratch`.
///
/// ```
/// # fn show(flash: &[u8]) -> Result<(), nex_runtime::Error> {
/// use nex_runtime::{Picture, Position};
///
/// let picture = Picture::open(flash)?;
/// let mut scratch = [0u32; 256];
/// let mut sample = [0u8; 4];
/// if let Some(field) = picture.field() {
///     // Between the first pixel and the one below.
///     let at = (Position::centre(0), Position::from_frame(1));
///     let _ = field.sample_at(at, &mut sample, &mut scratch);
/// }
/// # Ok(())
/// # }
/// # assert_eq!(show(b"RIFF"), Err(nex_runtime::Error::BadMagic));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Field<'p, 'a> {
    picture: &'p neural::Picture<'a>,
}

impl<'p, 'a> Field<'p, 'a> {
    pub(super) const fn new(picture: &'p neural::Picture<'a>) -> Self {
        Self { picture }
    }

    /// What the network costs.
    #[must_use]
    pub fn network(&self) -> NetworkInfo {
        self.picture.network.info()
    }

    /// Words of scratch that decoding takes at least.
    #[must_use]
    pub const fn memory_len(&self) -> usize {
        self.picture.network.scratch_len(1)
    }

    /// More words of scratch than this change nothing; up to so many, more is
    /// faster: a weight is loaded once for several pixels.
    #[must_use]
    pub const fn best_len(&self) -> usize {
        self.picture.network.scratch_len(nex_kernels::MAX_TILE)
    }

    /// Samples per pixel. A file without any does not parse.
    const fn channels(&self) -> usize {
        let channels = self.picture.header.channels as usize;
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
        self.picture.line(start, step, out, scratch)
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
        self.picture.experts(start, step, out, scratch)
    }
}
