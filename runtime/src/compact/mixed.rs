//! The drawn blocks of pictures that have both kinds.

use super::drawn::Pen;
use nex_coding::{
    picture::{BLOCK, Colour, PictureHeader, gate, gate::Kinds},
    range::Decoder,
};
use nex_kernels::picture::{Canvas, samples_to_row};

/// What decodes them; nothing of a picture without any.
#[derive(Debug)]
pub(super) struct Drawn<'m>(Option<(Kinds, Pen<'m>)>);

impl<'m> Drawn<'m> {
    /// Words of memory that drawn blocks take.
    pub const fn memory_len(header: &PictureHeader) -> usize {
        match header.form() {
            Some(form) => Pen::memory_len(header, form),
            None => 0,
        }
    }

    /// Before the first tile, in [so many](Self::memory_len) words, all of them 0.
    pub fn new(header: &PictureHeader, memory: &'m mut [u32]) -> Option<Self> {
        let Some(form) = header.form() else { return Some(Self(None)) };
        Some(Self(Some((Kinds::START, Pen::new(header, form, memory)?))))
    }

    /// Begins a tile.
    pub fn begin(&mut self) {
        if let Some((kinds, pen)) = &mut self.0 {
            *kinds = Kinds::START;
            pen.begin();
        }
    }

    /// To the block at a corner, of a tile of so many columns.
    pub fn step(&mut self, at: (usize, usize), wide: usize) {
        if let Some((_, pen)) = &mut self.0 {
            pen.step(at, wide);
        }
    }

    /// Whether it is drawn, as those to the left and above are or not.
    pub fn kind(&mut self, coder: &mut Decoder<'_>, tables: &mut [i16], around: [bool; 2]) -> bool {
        if let Some((kinds, _)) = &mut self.0 {
            return kinds.code(coder, around, false);
        }
        gate::kind(coder, tables, false);
        false
    }

    /// Decodes it, of so many columns and rows of the tile.
    pub fn block(&mut self, coder: &mut Decoder<'_>, left: usize, size: (usize, usize)) {
        if let Some((_, pen)) = &mut self.0 {
            pen.block(coder, left, size);
        }
    }

    /// Puts its colours into a plane, the `index`th of so many. Pixels beyond the tile are
    /// as the nearest one in it.
    #[inline(never)]
    pub fn paint(
        &self,
        colour: Colour,
        plane: (usize, usize),
        (width, height): (usize, usize),
        canvas: &mut Canvas,
    ) {
        let Some((_, pen)) = &self.0 else { return };
        let mut samples = [[0; 4]; BLOCK];
        for (y, row) in canvas.square((0, 0), BLOCK).rows().enumerate() {
            pen.row(0, y.min(height.saturating_sub(1)) as u32, &mut samples);
            if let Some((known, rest)) = samples.split_at_mut_checked(width)
                && let Some(last) = known.last()
            {
                rest.fill(*last);
            }
            samples_to_row(colour, plane, &samples, row);
        }
    }

    /// The block is not drawn: what those beside and below will know of it, of the samples
    /// of its pixels by column and row.
    pub fn leave(&mut self, left: usize, pixel: impl Fn(u32, u32) -> [u8; 4]) {
        if let Some((_, pen)) = &mut self.0 {
            pen.leave(left, pixel);
        }
    }
}
