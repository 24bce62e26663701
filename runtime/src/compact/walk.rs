//! Which block of a compact picture comes next?

use crate::api::Area;
use nex_coding::picture::{BLOCK, PictureHeader, Tile};
use nex_format::compact::{Chunks, Picture};

/// Goes over the blocks of every tile that is asked for, in the order of the file.
#[derive(Debug)]
pub(super) struct Walk<'a> {
    header: PictureHeader,
    tiles: Chunks<'a>,
    /// How many tiles were begun.
    begun: u32,
    tile: Tile,
    /// The next block's corner in its tile.
    at: (u32, u32),
    /// Rows of the tile that are asked for.
    rows: u32,
}

impl<'a> Walk<'a> {
    /// Before the first block.
    pub fn new(picture: &Picture<'a>) -> Self {
        Self {
            header: *picture.header(),
            tiles: picture.tiles(),
            begun: 0,
            tile: Tile { left: 0, top: 0, width: 0, height: 0 },
            at: (0, 0),
            rows: 0,
        }
    }

    /// The picture's header.
    #[inline]
    pub const fn header(&self) -> &PictureHeader {
        &self.header
    }

    /// The tile that was begun last.
    #[inline]
    pub const fn tile(&self) -> Tile {
        self.tile
    }

    /// The corner, in its tile, of the next block of those tiles that touch an area; of a
    /// tile that is begun, its bytes are given to `begin` before. `None` after the last
    /// one.
    #[inline]
    pub fn next(&mut self, area: Area, mut begin: impl FnMut(&'a [u8])) -> Option<(usize, usize)> {
        while self.at.1 >= self.rows {
            let bytes = self.begin_tile(area)?;
            if self.rows > 0 {
                begin(bytes);
            }
        }
        let (left, top) = self.at;
        let more = left + BLOCK as u32;
        self.at = if more < self.tile.width { (more, top) } else { (0, top + BLOCK as u32) };
        Some((left as usize, top as usize))
    }

    /// Where a block of the tile lies: 32 x 32 pixels, fewer at a tile's edges.
    #[inline]
    pub const fn area(&self, (left, top): (usize, usize)) -> Area {
        const fn side(more: u32) -> u32 {
            if more < BLOCK as u32 { more } else { BLOCK as u32 }
        }
        let (left, top) = (left as u32, top as u32);
        Area {
            left: self.tile.left + left,
            top: self.tile.top + top,
            width: side(self.tile.width - left),
            height: side(self.tile.height - top),
        }
    }

    /// Begins the next tile, without rows if it does not touch the area.
    fn begin_tile(&mut self, area: Area) -> Option<&'a [u8]> {
        let bytes = self.tiles.next()?;
        self.tile = self.header.tile_at(self.begun);
        self.begun += 1;
        self.at = (0, 0);
        let Tile { left, top, width, height } = self.tile;
        let part = area.within(Area { left, top, width, height });
        self.rows = if part.is_empty() { 0 } else { part.top + part.height - top };
        Some(bytes)
    }
}
