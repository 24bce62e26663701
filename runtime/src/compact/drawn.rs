//! Drawn pictures, block by block.

use super::{
    picture::{columns, words},
    walk::Walk,
};
use crate::{api::Area, error::DecodeError};
use nex_coding::{
    picture::{
        BLOCK, PictureHeader,
        drawn::{self, AHEAD, Form, Memory, State},
    },
    range::Decoder,
};
use nex_format::compact::Picture;

/// Rows that are kept of the blocks above.
const KEPT: usize = 2;

/// The blocks of a drawn picture, one after the other, of every tile that is asked for.
#[derive(Debug)]
pub(crate) struct Blocks<'a, 'm> {
    walk: Walk<'a>,
    form: Form,
    coder: Decoder<'a>,
    state: &'m mut State,
    memory: Memory<'m>,
    lines: [&'m mut [u32]; KEPT],
}

/// Words of memory that decoding takes: about 9 KB, 5 bytes for each entry of the memory,
/// and 8 for each column of a tile.
pub(crate) const fn memory_len(header: &PictureHeader, form: Form) -> usize {
    let entries = 1 << form.memory;
    words::<State>() + entries + entries / 4 + KEPT * columns(header)
}

impl<'a, 'm> Blocks<'a, 'm> {
    /// Before the first block; too little memory is an error.
    pub fn new(
        picture: &Picture<'a>,
        form: Form,
        memory: &'m mut [u32],
    ) -> Result<Self, DecodeError> {
        let header = picture.header();
        let needed = memory_len(header, form);
        let entries = 1 << form.memory;
        let parts = |memory: &'m mut [u32]| {
            let memory = memory.get_mut(..needed)?;
            memory.fill(0);
            let (state, rest) = memory.split_at_mut_checked(words::<State>())?;
            let (colours, rest) = rest.split_at_mut_checked(entries)?;
            let (marks, lines) = rest.split_at_mut_checked(entries / 4)?;
            let state = bytemuck::try_from_bytes_mut(bytemuck::cast_slice_mut(state)).ok()?;
            let memory = Memory::new(form.memory, colours, bytemuck::cast_slice_mut(marks));
            Some((state, memory, lines.split_at_mut_checked(columns(header))?.into()))
        };
        let (state, memory, lines) =
            parts(memory).ok_or(DecodeError::ScratchTooSmall { needed })?;
        let (walk, coder) = (Walk::new(picture), Decoder::new(&[]));
        Ok(Self { walk, form, coder, state, memory, lines })
    }

    /// Decodes the next block of those tiles that touch an area and says where it lies: 32 x
    /// 32 pixels, fewer at a tile's edges. Blocks of such a tile beside the area are
    /// among them, but for rows below it. `None` after the last one.
    pub fn next(&mut self, area: Area) -> Option<Area> {
        let Self { walk, coder, state, memory, .. } = self;
        let (left, top) = walk.next(area, |bytes| {
            *coder = Decoder::new(bytes);
            state.begin();
            memory.forget();
        })?;
        let area = walk.area((left, top));
        let wide = walk.tile().width as usize;
        // In the first row nothing lies above.
        let end = if top == 0 { left } else { wide.min(left + BLOCK + AHEAD) };
        let above = self.lines.each_ref().map(|line| line.get(left..end).unwrap_or_default());
        state.sheet.step(left == 0, above);
        let size = (area.width as usize, area.height as usize);
        drawn::block(coder, state, memory, self.form, size, |_, _| None);
        for (line, y) in self.lines.iter_mut().zip(BLOCK - KEPT..) {
            let line = line.get_mut(left..wide).unwrap_or_default();
            line.iter_mut().zip(state.sheet.row(y)).for_each(|(to, from)| *to = *from);
        }
        Some(area)
    }

    /// The samples of a pixel of the block, counted from its corner: so many as the
    /// picture has channels, then zeros.
    #[inline]
    pub fn pixel(&self, x: u32, y: u32) -> [u8; 4] {
        let colour = self.state.sheet.row(y as usize).get(x as usize);
        self.form.samples(colour.copied().unwrap_or(0))
    }

    /// Likewise of a row's pixels from `x` on.
    pub fn row(&self, x: u32, y: u32, out: &mut [[u8; 4]]) {
        let row = self.state.sheet.row(y as usize).get(x as usize..).unwrap_or_default();
        out.iter_mut().zip(row).for_each(|(to, &colour)| *to = self.form.samples(colour));
    }
}
