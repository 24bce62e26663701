//! Compact pictures, window by window.
//!
//! Tile by tile and block by block, in the order of the file: a block's planes are
//! decoded leaf by leaf, and are then a window of 32 x 32 pixels that can be shown.

use crate::error::DecodeError;
use nex_coding::{
    picture::{
        BLOCK, CELLS, PictureHeader, Plane, Tile,
        cells::{Cell, Cells},
        gate,
        head::{self, Head, Leaf},
        place, start,
        weights::{self, Context, Magnitudes},
    },
    range::Decoder,
};
use nex_format::compact::{Chunks, Picture};
use nex_kernels::picture::{Around, Canvas, OFFSETS, Square, Step, to_samples};

/// What is known of one plane's block.
#[derive(Clone, Debug)]
struct Block {
    canvas: Canvas,
    cells: Cells,
}

/// What decoding a picture of so many planes takes beside its lines: about 10 KB and
/// 3 KB for each plane. A place for it can be reserved when a program is compiled.
#[derive(Clone, Debug)]
pub struct PictureState<const PLANES: usize> {
    blocks: [Block; PLANES],
    shared: Shared,
}

#[derive(Clone, Debug)]
struct Shared {
    /// Of luma and of the first chroma plane.
    magnitudes: [Magnitudes; 2],
    own: Magnitudes,
    square: Square,
    tables: [i16; place::COUNT],
}

impl<const PLANES: usize> PictureState<PLANES> {
    /// For any picture of so many channels, or fewer.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            blocks: [const { Block { canvas: Canvas::new(false), cells: Cells::NEW } }; PLANES],
            shared: Shared {
                magnitudes: [Magnitudes::NEW; 2],
                own: Magnitudes::NEW,
                square: Square::NEW,
                tables: [0; place::COUNT],
            },
        }
    }
}

impl<const PLANES: usize> Default for PictureState<PLANES> {
    fn default() -> Self {
        Self::new()
    }
}

/// The windows of a compact picture, one after the other.
///
/// ```
/// use nex_runtime::pictures::{Picture, PictureState, Windows};
/// # fn show(flash: &[u8]) -> Result<(), nex_runtime::Error> {
/// let picture = Picture::parse(flash)?; // checks everything, once
/// let mut state = PictureState::<3>::new();
/// let mut lines = [0; 3 * 320]; // `lines_len` says how many words
/// let mut pixels = [0; 32 * 32 * 3];
/// if let Ok(mut windows) = Windows::new(&picture, &mut state, &mut lines) {
///     while let Some(window) = windows.next_window() {
///         let count = window.samples(&mut pixels);
///         // show `pixels[..count]` at `window.place()`
///     }
/// }
/// # Ok(())
/// # }
/// # assert_eq!(show(b"RIFF"), Err(nex_runtime::Error::BadMagic));
/// ```
#[derive(Debug)]
pub struct Windows<'a, 'm> {
    header: PictureHeader,
    tiles: Chunks<'a>,
    /// How many tiles were begun.
    begun: u32,
    tile: Tile,
    /// The next block's corner in its tile.
    at: (u32, u32),
    coder: Decoder<'a>,
    blocks: &'m mut [Block],
    shared: &'m mut Shared,
    lines: &'m mut [u32],
}

/// Words of lines that a picture takes: one for each column of a tile and plane, four
/// columns at a time.
#[must_use]
pub const fn lines_len(header: &PictureHeader) -> usize {
    columns(header) * header.channels as usize
}

/// Columns of a tile in whole cells.
const fn columns(header: &PictureHeader) -> usize {
    let (wide, all) = (header.tile_size().0, header.width as u32);
    (if wide < all { wide } else { all }).next_multiple_of(4) as usize
}

impl<'a, 'm> Windows<'a, 'm> {
    /// Before the first window.
    ///
    /// # Errors
    /// [`DecodeError::ScratchTooSmall`] of `lines`, see [`lines_len`], or of `state`,
    /// which needs as many planes as the picture has channels.
    ///
    /// # Panics
    /// Never; nor does any method after it.
    pub fn new<const PLANES: usize>(
        picture: &Picture<'a>,
        state: &'m mut PictureState<PLANES>,
        lines: &'m mut [u32],
    ) -> Result<Self, DecodeError> {
        let header = *picture.header();
        let needed = lines_len(&header);
        let PictureState { blocks, shared } = state;
        let (Some(blocks), Some(lines)) =
            (blocks.get_mut(..header.channels.into()), lines.get_mut(..needed))
        else {
            return Err(DecodeError::ScratchTooSmall { needed });
        };
        Ok(Self {
            header,
            tiles: picture.tiles(),
            begun: 0,
            tile: Tile { left: 0, top: 0, width: 0, height: 0 },
            at: (0, 0),
            coder: Decoder::new(&[]),
            blocks,
            shared,
            lines,
        })
    }

    /// What the file says of the picture.
    #[must_use]
    pub const fn header(&self) -> &PictureHeader {
        &self.header
    }

    /// Decodes the next window: 32 x 32 pixels, fewer at the tile's edges. `None` after
    /// the last one.
    pub fn next_window(&mut self) -> Option<Window<'_>> {
        if self.at.1 >= self.tile.height {
            self.begin_tile()?;
        }
        let (left, top) = self.at;
        self.decode(left as usize, top as usize);
        let more = left + BLOCK as u32;
        self.at = if more < self.tile.width { (more, top) } else { (0, top + BLOCK as u32) };
        Some(Window {
            header: &self.header,
            blocks: self.blocks,
            left: self.tile.left + left,
            top: self.tile.top + top,
            width: (self.tile.width - left).min(BLOCK as u32),
            height: (self.tile.height - top).min(BLOCK as u32),
        })
    }

    fn begin_tile(&mut self) -> Option<()> {
        let bytes = self.tiles.next()?;
        self.tile = self.header.tile_at(self.begun);
        self.begun += 1;
        self.at = (0, 0);
        self.coder = Decoder::new(bytes);
        start(&mut self.shared.tables);
        for (block, plane) in self.blocks.iter_mut().zip(self.header.planes()) {
            block.canvas = Canvas::new(*plane != Plane::Luma);
        }
        Some(())
    }

    /// Decodes the block at a corner of the tile.
    fn decode(&mut self, left: usize, top: usize) {
        let (width, height) = (self.tile.width as usize, self.tile.height as usize);
        let wide = width.next_multiple_of(4);
        let inside = (wide - left, height.next_multiple_of(4).saturating_sub(top));
        let stride = columns(&self.header);
        for (index, &plane) in self.header.planes().iter().enumerate() {
            let Some((before, [block, ..])) = self.blocks.split_at_mut_checked(index) else {
                return;
            };
            let words = self.lines.get_mut(index * stride..(index + 1) * stride);
            let (pixels, cells) = words.unwrap_or_default().split_at_mut(stride / 2);
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
            // Of the blocks before nothing is left.
            match (plane, &mut self.shared.magnitudes) {
                (Plane::Luma, [luma, _]) => *luma = Magnitudes::NEW,
                (Plane::Co, [_, co]) => *co = Magnitudes::NEW,
                (Plane::Cg, _) => {}
            }
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
                step: self.header.step_of(plane),
                falloff: self.header.falloff,
            };
            job.square(block, (0, 0), 3);
            for (to, from) in pixels.iter_mut().zip(block.canvas.bottom()) {
                *to = *from;
            }
            for (to, from) in cells.iter_mut().zip(block.cells.bottom()) {
                *to = from.to_bytes();
            }
        }
    }
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
                let around = (self.plane, &block.cells, self.luma.map(|luma| &luma.cells));
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

    fn leaf(&mut self, block: &mut Block, at: (usize, usize), size: usize) {
        let (side, log2) = (4 << size, size as u32 + 2);
        let cell = (at.0 / 4, at.1 / 4);
        let before = |block: Option<&Block>| block.map_or(Cell::NONE, |block| block.cells.at(cell));
        let leaf = Leaf {
            plane: self.plane,
            size,
            around: block.cells.around(cell),
            before: [before(self.luma), before(self.co)],
        };
        let Shared { magnitudes, own, square, tables } = &mut *self.shared;
        let mode = head::mode(self.coder, tables, &leaf, 0);
        let head = head::rest(self.coder, tables, &leaf, Head { mode, sine: false, count: 0 });
        let step = Step::new(self.step, log2, self.falloff);
        let [luma, co] = magnitudes;
        let left = weights::code(
            self.coder,
            tables,
            &Context::new(&leaf, mode, at, [luma, co]),
            head,
            own,
            |_, _| 0,
            |x, y, weight, state| square.set(x, y, step.weigh(state.value(weight, &OFFSETS), x, y)),
        );
        match self.plane {
            Plane::Luma => luma.take(at, own, side),
            Plane::Co => co.take(at, own, side),
            Plane::Cg => own.clear((0, 0), side),
        }
        let luma = self.luma.map(|luma| &luma.canvas);
        Around::new(&block.canvas, luma, at, log2).finish(&mut block.canvas, head, square);
        block.cells.fill(cell, left);
    }
}

/// A window that was decoded.
#[derive(Debug)]
pub struct Window<'w> {
    header: &'w PictureHeader,
    blocks: &'w [Block],
    left: u32,
    top: u32,
    width: u32,
    height: u32,
}

impl Window<'_> {
    /// Its left and upper edge in the picture.
    #[must_use]
    pub const fn place(&self) -> (u32, u32) {
        (self.left, self.top)
    }

    /// Columns and rows.
    #[must_use]
    pub const fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// The samples of a pixel, counted from the window's corner: so many as the picture
    /// has channels, then zeros.
    #[must_use]
    #[inline]
    pub fn pixel(&self, x: u32, y: u32) -> [u8; 4] {
        let at = |block: &Block| {
            let row = block.canvas.rows().get(y as usize);
            row.and_then(|row| row.get(x as usize)).copied().unwrap_or(0)
        };
        let mut planes = [0; 4];
        planes.iter_mut().zip(self.blocks).for_each(|(to, block)| *to = at(block));
        let planes = planes.get(..self.blocks.len()).unwrap_or_default();
        to_samples(self.header.colour, planes)
    }

    /// All samples, row by row, interleaved; returns how many were written, whole pixels
    /// as long as `out` has room.
    pub fn samples(&self, out: &mut [u8]) -> usize {
        let channels = usize::from(self.header.channels).max(1);
        let mut pixels = out.chunks_exact_mut(channels);
        let mut count = 0;
        for y in 0..self.height {
            for x in 0..self.width {
                let Some(to) = pixels.next() else { return count };
                to.iter_mut().zip(self.pixel(x, y)).for_each(|(to, from)| *to = from);
                count += channels;
            }
        }
        count
    }
}
