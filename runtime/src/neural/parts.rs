//! A network's picture in parts, as a display is filled.

use super::Picture;
use crate::{Position, api::Area, error::DecodeError};

/// Columns of a part.
const COLUMNS: u32 = 32;
/// Rows of a part: so many as are halved at once.
const ROWS: u32 = 8;

/// A picture's parts, from left to right and from top to bottom.
#[derive(Debug)]
pub(crate) struct Parts<'a, 'm> {
    picture: Picture<'a>,
    samples: &'m mut [u8],
    scratch: &'m mut [u32],
    /// The next part's corner.
    at: (u32, u32),
    /// Columns of the current part.
    width: u32,
}

impl<'a, 'm> Parts<'a, 'm> {
    /// Words of memory: 64 for each channel, and scratch; more scratch is faster.
    pub const fn memory_len(picture: &Picture<'_>) -> usize {
        Self::samples_len(picture) + picture.network.scratch_len(1)
    }

    /// Where more words are no faster.
    pub const fn best_len(picture: &Picture<'_>) -> usize {
        Self::samples_len(picture) + picture.network.scratch_len(nex_kernels::MAX_TILE)
    }

    const fn samples_len(picture: &Picture<'_>) -> usize {
        (COLUMNS * ROWS / 4) as usize * picture.header.channels as usize
    }

    pub fn new(picture: Picture<'a>, memory: &'m mut [u32]) -> Result<Self, DecodeError> {
        let needed = Self::memory_len(&picture);
        let short = DecodeError::ScratchTooSmall { needed };
        if memory.len() < needed {
            return Err(short);
        }
        let len = Self::samples_len(&picture);
        let (samples, scratch) = memory.split_at_mut_checked(len).ok_or(short)?;
        let samples = bytemuck::cast_slice_mut(samples);
        Ok(Self { picture, samples, scratch, at: (0, 0), width: 0 })
    }

    /// Evaluates the next part that touches an area and says where it lies; `None` after
    /// the last one.
    pub fn next(&mut self, area: Area) -> Option<Area> {
        let (width, height) = (self.picture.header.width.into(), self.picture.header.height.into());
        loop {
            let (left, top) = self.at;
            if top >= height || top >= area.top.saturating_add(area.height) {
                return None;
            }
            let part = Area { left, top, width: COLUMNS, height: ROWS };
            let part = part.within(Area { left: 0, top: 0, width, height });
            self.at = if left + COLUMNS < width { (left + COLUMNS, top) } else { (0, top + ROWS) };
            if !part.within(area).is_empty() {
                self.evaluate(part);
                return Some(part);
            }
        }
    }

    fn evaluate(&mut self, part: Area) {
        self.width = part.width;
        let stride = part.width as usize * self.channels();
        for (y, row) in
            (part.top..part.top + part.height).zip(self.samples.chunks_mut(stride.max(1)))
        {
            let start = (Position::centre(part.left), Position::centre(y));
            // The scratch suffices, as `new` has seen.
            let _ = self.picture.line(start, Position::FRAME, row, self.scratch);
        }
    }

    fn channels(&self) -> usize {
        usize::from(self.picture.header.channels).max(1)
    }

    /// The samples of a pixel of the part, counted from its corner.
    pub fn pixel(&self, x: u32, y: u32) -> [u8; 4] {
        let mut pixel = [0; 4];
        let at = (y as usize * self.width as usize + x as usize) * self.channels();
        if let Some(samples) = self.samples.get(at..at + self.channels()) {
            pixel.iter_mut().zip(samples).for_each(|(to, from)| *to = *from);
        }
        pixel
    }

    /// Likewise of a row's pixels from `x` on.
    pub fn row(&self, x: u32, y: u32, out: &mut [[u8; 4]]) {
        for (x, to) in (x..).zip(out) {
            *to = self.pixel(x, y);
        }
    }
}
