//! Drawn pictures, block by block, and the drawn blocks of others.

use super::{
    picture::{columns, words},
    walk::Walk,
};
use crate::{api::Area, error::DecodeError};
use nex_coding::{
    picture::{
        BLOCK, PictureHeader,
        drawn::{AHEAD, Form, Memory, State},
    },
    range::Decoder,
};
use nex_format::compact::Picture;
use nex_kernels::picture::drawn as kernel;

/// Rows that are kept of the blocks above.
const KEPT: usize = 2;

/// What decodes drawn blocks, of one tile after the other.
#[derive(Debug)]
pub(super) struct Pen<'m> {
    form: Form,
    state: &'m mut State,
    memory: Memory<'m>,
    lines: [&'m mut [u32]; KEPT],
}

impl<'m> Pen<'m> {
    /// Words of memory: about 9 KB, 5 bytes for each entry of the memory, 3 of a display's
    /// without alpha, and 8 for each column of a tile.
    pub const fn memory_len(header: &PictureHeader, form: Form) -> usize {
        let entries = 1 << form.memory;
        words::<State>() + Memory::colours_len(form) + entries / 4 + KEPT * columns(header)
    }

    /// Before the first tile, in [so many](Self::memory_len) words, all of them 0.
    pub fn new(header: &PictureHeader, form: Form, memory: &'m mut [u32]) -> Option<Self> {
        let entries = 1 << form.memory;
        let (state, rest) = memory.split_at_mut_checked(words::<State>())?;
        let (colours, rest) = rest.split_at_mut_checked(Memory::colours_len(form))?;
        let (marks, lines) = rest.split_at_mut_checked(entries / 4)?;
        let state = bytemuck::try_from_bytes_mut(bytemuck::cast_slice_mut(state)).ok()?;
        let memory = Memory::new(form, colours, bytemuck::cast_slice_mut(marks));
        Some(Self {
            form,
            state,
            memory,
            lines: lines.split_at_mut_checked(columns(header))?.into(),
        })
    }

    /// Begins a tile.
    pub fn begin(&mut self) {
        self.state.begin();
        self.memory.forget();
    }

    /// To the next block, of a tile of so many columns.
    pub fn step(&mut self, (left, top): (usize, usize), wide: usize) {
        // In the first row nothing lies above.
        let end = if top == 0 { left } else { wide.min(left + BLOCK + AHEAD) };
        let above = self.lines.each_ref().map(|line| line.get(left..end).unwrap_or_default());
        self.state.sheet.step(left == 0, above);
    }

    /// Decodes the block, of so many columns and rows.
    #[inline(never)]
    pub fn block(&mut self, coder: &mut Decoder<'_>, left: usize, size: (usize, usize)) {
        kernel::block(coder, self.state, &mut self.memory, self.form, size);
        for (line, y) in self.lines.iter_mut().zip(BLOCK - KEPT..) {
            let line = line.get_mut(left..).unwrap_or_default();
            line.iter_mut().zip(self.state.sheet.row(y)).for_each(|(to, from)| *to = *from);
        }
    }

    /// The samples of a pixel of the block, zeros after them.
    #[inline]
    pub fn pixel(&self, x: u32, y: u32) -> [u8; 4] {
        let colour = self.state.sheet.row(y as usize).get(x as usize);
        self.form.samples(colour.copied().unwrap_or(0))
    }

    /// Likewise of a row's pixels from `x` on.
    pub fn row(&self, x: u32, y: u32, out: &mut [[u8; 4]]) {
        let row = self.state.sheet.row(y as usize).get(x as usize..).unwrap_or_default();
        kernel::samples(self.form, row, out);
    }

    /// The block is not drawn: what those beside and below will know of it, of the samples
    /// of its pixels by column and row.
    pub fn leave(&mut self, left: usize, pixel: impl Fn(u32, u32) -> [u8; 4]) {
        let colour = |x: usize, y: usize| self.form.colour(pixel(x as u32, y as u32));
        self.state.sheet.leave(colour);
        for (line, y) in self.lines.iter_mut().zip(BLOCK - KEPT..) {
            let line = line.get_mut(left..).unwrap_or_default().iter_mut();
            line.take(BLOCK).enumerate().for_each(|(x, to)| *to = colour(x, y));
        }
    }
}

/// The blocks of a drawn picture, one after the other, of every tile that is asked for.
#[derive(Debug)]
pub(crate) struct Blocks<'a, 'm> {
    walk: Walk<'a>,
    coder: Decoder<'a>,
    pen: Pen<'m>,
}

impl<'a, 'm> Blocks<'a, 'm> {
    /// Before the first block; too little memory is an error.
    pub fn new(
        picture: &Picture<'a>,
        form: Form,
        memory: &'m mut [u32],
    ) -> Result<Self, DecodeError> {
        let header = picture.header();
        let needed = Pen::memory_len(header, form);
        let parts = |memory: &'m mut [u32]| {
            let memory = memory.get_mut(..needed)?;
            memory.fill(0);
            Pen::new(header, form, memory)
        };
        let pen = parts(memory).ok_or(DecodeError::ScratchTooSmall { needed })?;
        Ok(Self { walk: Walk::new(picture), coder: Decoder::new(&[]), pen })
    }

    /// Decodes the next block of those tiles that touch an area and says where it lies: 32 x
    /// 32 pixels, fewer at a tile's edges. Blocks of such a tile beside the area are
    /// among them, but for rows below it. `None` after the last one.
    pub fn next(&mut self, area: Area) -> Option<Area> {
        let Self { walk, coder, pen } = self;
        let at = walk.next(area, |bytes| {
            *coder = Decoder::new(bytes);
            pen.begin();
        })?;
        let area = walk.area(at);
        pen.step(at, walk.tile().width as usize);
        pen.block(coder, at.0, (area.width as usize, area.height as usize));
        Some(area)
    }

    /// The samples of a pixel of the block, counted from its corner: so many as the
    /// picture has channels, then zeros.
    #[inline]
    pub fn pixel(&self, x: u32, y: u32) -> [u8; 4] {
        self.pen.pixel(x, y)
    }

    /// Likewise of a row's pixels from `x` on.
    pub fn row(&self, x: u32, y: u32, out: &mut [[u8; 4]]) {
        self.pen.row(x, y, out);
    }
}
