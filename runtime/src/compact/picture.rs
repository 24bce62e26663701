//! Compact pictures, block by block.
//!
//! Tile by tile, in the order of the file: a block's planes are decoded leaf by leaf,
//! and are then a window of 32 x 32 pixels that can be shown. The colours of a drawn block
//! become its planes.

use super::{mixed::Drawn, walk::Walk};
use crate::{
    api::Area,
    error::DecodeError,
    info::{Expert, PictureInfo},
};
use bytemuck::{Pod, Zeroable};
use nex_coding::{
    picture::{
        BLOCK, CELLS, Colour, PictureHeader, Plane, Tile,
        block::{self, Common},
        cells::{Cell, Cells},
        gate,
        head::Leaf,
        place, start,
    },
    range::Decoder,
};
use nex_format::{Kind, Profile, Signal, compact::Picture};
use nex_kernels::picture::{
    Canvas, Step, TRAINED, Work, decode, finish, leave, row_to_samples, to_samples,
};

/// What is known of one plane's block.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
struct Block {
    canvas: Canvas,
    cells: Cells,
    unused: [u8; rest(size_of::<Canvas>() + size_of::<Cells>())],
}

/// What is known beside it.
#[derive(Clone, Copy, Debug, Pod, Zeroable)]
#[repr(C)]
struct Shared {
    work: Work,
    tables: [i16; place::COUNT],
    unused: [u8; rest(size_of::<Work>() + 2 * place::COUNT)],
}

/// Bytes to whole words.
const fn rest(bytes: usize) -> usize {
    bytes.next_multiple_of(4) - bytes
}

/// The blocks of a compact picture, one after the other, of every tile that is asked
/// for.
#[derive(Debug)]
pub(crate) struct Blocks<'a, 'm> {
    walk: Walk<'a>,
    /// Of the block to the left.
    beside: Common,
    coder: Decoder<'a>,
    shared: &'m mut Shared,
    blocks: &'m mut [Block],
    lines: &'m mut [u32],
    drawn: Drawn<'m>,
}

/// What the file says of the picture.
pub(crate) const fn info(picture: &Picture<'_>) -> PictureInfo {
    let header = picture.header();
    PictureInfo {
        kind: Kind::new(Signal::Picture, Profile::Compact),
        width: header.width as u32,
        height: header.height as u32,
        channels: header.channels,
        tile: header.tile_size(),
        file_bytes: picture.bytes().len(),
    }
}

/// Words of memory that decoding takes: what blocks of each kind take.
pub(crate) const fn memory_len(header: &PictureHeader) -> usize {
    let leaves = if header.has_leaves() { leaves_len(header) } else { 0 };
    leaves + Drawn::memory_len(header)
}

/// Those that blocks of leaves take: about 6 KB, 3 KB for each channel, and 4 bytes for
/// each column of a tile and channel.
const fn leaves_len(header: &PictureHeader) -> usize {
    let channels = header.channels as usize;
    let commons = columns(header).div_ceil(4 * BLOCK);
    words::<Shared>() + channels * (words::<Block>() + columns(header)) + commons
}

pub(super) const fn words<T>() -> usize {
    const { assert!(size_of::<T>().is_multiple_of(4) && align_of::<T>() <= 4) };
    size_of::<T>() / 4
}

/// Columns of a tile in whole cells.
pub(super) const fn columns(header: &PictureHeader) -> usize {
    let (wide, all) = (header.tile_size().0, header.width as u32);
    (if wide < all { wide } else { all }).next_multiple_of(4) as usize
}

impl<'a, 'm> Blocks<'a, 'm> {
    /// Before the first block; too little memory is an error.
    pub fn new(picture: &Picture<'a>, memory: &'m mut [u32]) -> Result<Self, DecodeError> {
        let header = *picture.header();
        let needed = memory_len(&header);
        let parts = |memory: &'m mut [u32]| {
            let memory = memory.get_mut(..needed)?;
            memory.fill(0);
            let (memory, drawn) = memory.split_at_mut_checked(leaves_len(&header))?;
            let (shared, rest) = memory.split_at_mut_checked(words::<Shared>())?;
            let channels = usize::from(header.channels);
            let (blocks, lines) = rest.split_at_mut_checked(channels * words::<Block>())?;
            let shared = bytemuck::try_from_bytes_mut(bytemuck::cast_slice_mut(shared)).ok()?;
            let blocks = bytemuck::try_cast_slice_mut(blocks).ok()?;
            Some((shared, blocks, lines, Drawn::new(&header, drawn)?))
        };
        let (shared, blocks, lines, drawn) =
            parts(memory).ok_or(DecodeError::ScratchTooSmall { needed })?;
        Ok(Self {
            walk: Walk::new(picture),
            beside: Common::default(),
            coder: Decoder::new(&[]),
            shared,
            blocks,
            lines,
            drawn,
        })
    }

    /// Decodes the next block of those tiles that touch an area and says where it lies: 32 x
    /// 32 pixels, fewer at a tile's edges. Blocks of such a tile beside the area are
    /// among them, but for rows below it. `None` after the last one.
    pub fn next(&mut self, area: Area) -> Option<Area> {
        let Self { walk, coder, shared, blocks, drawn, .. } = self;
        let planes = walk.header().planes();
        let at = walk.next(area, |bytes| {
            *coder = Decoder::new(bytes);
            start(&mut shared.tables);
            drawn.begin();
            for (block, plane) in blocks.iter_mut().zip(planes) {
                block.canvas.begin(*plane != Plane::Luma);
            }
        })?;
        self.decode(at.0, at.1);
        Some(self.walk.area(at))
    }

    /// The samples of a pixel of the block, counted from its corner: so many as the
    /// picture has channels, then zeros.
    #[inline]
    pub fn pixel(&self, x: u32, y: u32) -> [u8; 4] {
        pixel(self.blocks, self.walk.header().colour, (x, y))
    }

    /// Likewise of a row's pixels from `x` on.
    pub fn row(&self, x: u32, y: u32, out: &mut [[u8; 4]]) {
        let mut rows: [&[i16]; 4] = [&[]; 4];
        for (to, block) in rows.iter_mut().zip(&*self.blocks) {
            let row = block.canvas.rows().get(y as usize);
            *to = row.and_then(|row| row.get(x as usize..)).unwrap_or_default();
        }
        row_to_samples(self.walk.header().colour, rows, out);
    }

    /// The leaf that owns a pixel of the block, which lies at `full`; none of a drawn one.
    pub fn expert(&self, full: Area, (x, y): (u32, u32)) -> Option<Expert> {
        let cell = self.blocks.first()?.cells.at((x as usize / 4, y as usize / 4));
        if !cell.is_inside() {
            return None;
        }
        let side = cell.pixels().max(4);
        let corner = |at: u32| at - at % u32::from(side);
        let (left, top) = (full.left + corner(x), full.top + corner(y));
        Some(Expert::Leaf { left, top, side, predictor: cell.mode() })
    }

    /// Decodes the block at a corner of the tile.
    fn decode(&mut self, left: usize, top: usize) {
        let header = *self.walk.header();
        let Tile { width, height, .. } = self.walk.tile();
        let (width, height) = (width as usize, height as usize);
        let size = (width - left, height.saturating_sub(top));
        let wide = width.next_multiple_of(4);
        let inside = (wide - left, height.next_multiple_of(4).saturating_sub(top));
        let stride = columns(&header);
        self.drawn.step((left, top), width);
        let common = self.common((left, top), stride);
        if common.drawn {
            self.drawn.block(&mut self.coder, left, size);
        }
        for (index, &plane) in header.planes().iter().enumerate() {
            let Some((before, [block, ..])) = self.blocks.split_at_mut_checked(index) else {
                return;
            };
            let words = self.lines.get_mut(index * stride..(index + 1) * stride);
            let halves = words.and_then(|words| words.split_at_mut_checked(stride / 2));
            let Some((pixels, cells)) = halves else { return };
            let pixels: &mut [i16] = bytemuck::cast_slice_mut(pixels);
            let (cells, _) = bytemuck::cast_slice_mut::<u32, u8>(cells).as_chunks_mut::<8>();
            let pixels = pixels.get_mut(left..wide).unwrap_or_default();
            let cells = cells.get_mut(left / 4..wide / 4).unwrap_or_default();
            // In the first row nothing lies above.
            let known = if top == 0 { 0 } else { usize::MAX };
            let above = pixels.get(..known.min(pixels.len()).min(2 * BLOCK)).unwrap_or_default();
            block.canvas.step(left == 0, above, inside.1);
            let above = cells.iter().take(known.min(CELLS));
            block.cells.step(left == 0, above.map(|&bytes| Cell::from_bytes(bytes)));
            let (luma, co) = match (plane, &*before) {
                (Plane::Co, [luma, ..]) => (Some(luma), None),
                (Plane::Cg, [luma, co, ..]) => (Some(luma), Some(co)),
                _ => (None, None),
            };
            let mut job = Job {
                coder: &mut self.coder,
                shared: self.shared,
                plane,
                luma,
                co,
                inside: (inside.0.min(BLOCK), inside.1.min(BLOCK)),
                step: header.step_of(plane) + common.more(),
                falloff: header.falloff,
            };
            if common.drawn {
                let plane = (header.channels.into(), index);
                self.drawn.paint(header.colour, plane, size, &mut block.canvas);
                block.cells.fill((0, 0), Cell::NONE, 3);
            } else {
                job.square(block, (0, 0), 3);
            }
            for (to, from) in pixels.iter_mut().zip(block.canvas.bottom()) {
                *to = *from;
            }
            for (to, from) in cells.iter_mut().zip(block.cells.bottom()) {
                *to = from.to_bytes();
            }
        }
        if let Some(byte) = self.kept(left, stride) {
            *byte = common.to_byte();
        }
        let blocks = self.blocks.iter_mut().map(|block| &mut block.canvas);
        let planes = header.planes().iter().zip(blocks);
        let step = |plane| header.step_of(plane) + common.more();
        let planes = planes.map(|(&plane, canvas)| (plane, step(plane), canvas));
        leave(
            planes,
            (inside.0.min(BLOCK), inside.1.min(BLOCK)),
            common.filtered.then_some(&TRAINED),
        );
        if !common.drawn {
            let blocks = &*self.blocks;
            self.drawn.leave(left, |x, y| pixel(blocks, header.colour, (x, y)));
        }
    }

    /// What kind of block lies at a corner of the tile, and what its planes have in common.
    fn common(&mut self, (left, top): (usize, usize), stride: usize) -> Common {
        let header = self.walk.header();
        let has = (header.filtered, header.fielded);
        if left == 0 {
            self.beside = Common::default();
        }
        let above = match self.kept(left, stride) {
            Some(&mut byte) if top > 0 => Common::from_byte(byte),
            _ => Common::default(),
        };
        let (tables, around) = (&mut self.shared.tables, [self.beside, above]);
        let is_drawn = self.drawn.kind(&mut self.coder, tables, around.map(|block| block.drawn));
        self.beside = if is_drawn {
            Common::DRAWN
        } else {
            block::code(&mut self.coder, tables, has, around, Common::default())
        };
        self.beside
    }

    /// What is kept of the block above.
    fn kept(&mut self, left: usize, stride: usize) -> Option<&mut u8> {
        let bytes = self.lines.get_mut(self.blocks.len() * stride..)?;
        bytemuck::cast_slice_mut(bytes).get_mut(left / BLOCK)
    }
}

/// The samples of a pixel of a block, from all planes.
#[inline]
fn pixel(blocks: &[Block], colour: Colour, (x, y): (u32, u32)) -> [u8; 4] {
    let at = |block: &Block| {
        let row = block.canvas.rows().get(y as usize);
        row.and_then(|row| row.get(x as usize)).copied().unwrap_or(0)
    };
    let mut planes = [0; 4];
    planes.iter_mut().zip(blocks).for_each(|(to, block)| *to = at(block));
    to_samples(colour, planes.get(..blocks.len()).unwrap_or_default())
}

/// One plane's block while it is decoded.
struct Job<'x, 'a> {
    coder: &'x mut Decoder<'a>,
    shared: &'x mut Shared,
    plane: Plane,
    luma: Option<&'x Block>,
    co: Option<&'x Block>,
    /// Pixels of the tile in whole cells.
    inside: (usize, usize),
    step: i32,
    falloff: u8,
}

impl Job<'_, '_> {
    /// Decodes a square of `4 << size` pixels a side.
    fn square(&mut self, block: &mut Block, (x, y): (usize, usize), size: usize) {
        if x >= self.inside.0 || y >= self.inside.1 {
            return;
        }
        let side = 4 << size;
        let fits = x + side <= self.inside.0 && y + side <= self.inside.1;
        let cut = size > 0
            && (!fits || {
                let around = (&block.cells, self.luma.map(|luma| &luma.cells));
                let tables = &mut self.shared.tables;
                gate::split(self.coder, tables, around, (x / 4, y / 4), size, false)
            });
        if !cut {
            return self.leaf(block, (x, y), size);
        }
        let half = side / 2;
        for (right, below) in [(0, 0), (half, 0), (0, half), (half, half)] {
            self.square(block, (x + right, y + below), size - 1);
        }
    }

    /// Not part of `square`, which has its stack four times.
    #[inline(never)]
    fn leaf(&mut self, block: &mut Block, at: (usize, usize), size: usize) {
        let log2 = size as u32 + 2;
        let cell = (at.0 / 4, at.1 / 4);
        let before = [self.luma, self.co].map(|block| block.map(|block| &block.cells));
        let leaf = Leaf::new(self.plane, size, cell, &block.cells, before);
        let Shared { work, tables, .. } = &mut *self.shared;
        let step = Step::new(self.step, log2, self.falloff);
        let (head, left) = decode(self.coder, tables, &leaf, step, work);
        let luma = self.luma.map(|luma| &luma.canvas);
        finish(&mut block.canvas, luma, (at, 4 << size), head, work);
        block.cells.fill(cell, left, size);
    }
}
