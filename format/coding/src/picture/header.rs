//! What holds for a whole compact picture?

use super::drawn::Form;

/// Largest step: 2^7 levels, in 1/32 octaves above 1/8 of a level.
pub const MAX_STEP: u16 = 320;
/// Chroma's step is larger than luma's by less than this many eighths of an octave, and
/// smaller by so many at most.
pub const MAX_CHROMA: i8 = 8;
/// The largest tiles are of 16 times two to the power of this.
pub const MAX_TILE: u8 = 12;

/// In which colours are planes?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Colour {
    /// `R = Y + Co - Cg, G = Y + Cg, B = Y - Co - Cg`.
    YCoCg,
    /// `R = Y + Co - Cg, G = Y + 2 Cg, B = Y - Co - Cg`, whose axes are orthogonal.
    Orthogonal,
}

/// The header of a compact picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct PictureHeader {
    /// Pixels from left to right, 1 to 65,535.
    pub width: u16,
    /// Pixels from top to bottom, 1 to 65,535.
    pub height: u16,
    /// 1 gray, 2 gray and alpha, 3 colours, 4 colours and alpha.
    pub channels: u8,
    /// What the planes of colours mean.
    pub colour: Colour,
    /// log2 of a tile's columns and rows, less 4; 0: as many as the picture has. Tiles
    /// are decoded each by itself.
    pub tile: [u8; 2],
    /// The quantiser's step of luma in 1/32 octaves above 1/8 of a level, 0 to 320.
    pub step: u16,
    /// By how much the steps of the two planes of chroma are larger, in eighths of an
    /// octave, -8 to 7.
    pub chroma: [i8; 2],
    /// By how much steps grow with frequency: by this / 4 of them from the lowest to the
    /// highest one along an axis, 0 to 7.
    pub falloff: u8,
    /// Every block says whether it is filtered.
    pub filtered: bool,
    /// Every block has a step of its own.
    pub fielded: bool,
    /// The picture is [drawn](super::drawn), or blocks of it are: their colours are as they
    /// are. If all are, there are no steps, no filter and no fields.
    pub drawn: Option<Drawn>,
}

/// What the header of a picture with drawn blocks says of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Drawn {
    /// log2 of the memory's entries, 4 to 16.
    pub memory: u8,
    /// Colours are those of a display of 16 bits.
    pub display: bool,
    /// Every block says whether it is drawn or made of leaves; otherwise all are drawn.
    pub mixed: bool,
}

/// Where a tile lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Tile {
    /// Its left edge.
    pub left: u32,
    /// Its upper edge.
    pub top: u32,
    /// Pixels from left to right.
    pub width: u32,
    /// Pixels from top to bottom.
    pub height: u32,
}

/// Parts of so many along a side; none of a header that no file has.
const fn count(all: u16, side: u32) -> u32 {
    if side == 0 { 0 } else { (all as u32).div_ceil(side) }
}

impl PictureHeader {
    /// Columns and rows of a tile, but of the last ones.
    #[must_use]
    pub const fn tile_size(&self) -> (u32, u32) {
        const fn side(log2: u8, all: u16) -> u32 {
            if log2 == 0 { all as u32 } else { 16 << log2 }
        }
        let [columns, rows] = self.tile;
        (side(columns, self.width), side(rows, self.height))
    }

    /// How many tiles there are side by side.
    #[must_use]
    pub const fn tiles_across(&self) -> u32 {
        count(self.width, self.tile_size().0)
    }

    /// How many tiles there are.
    #[must_use]
    pub const fn tiles(&self) -> u32 {
        self.tiles_across() * count(self.height, self.tile_size().1)
    }

    /// Where a tile lies, row by row; of a tile that is not there nothing is left.
    #[must_use]
    pub const fn tile_at(&self, index: u32) -> Tile {
        const fn part(at: u64, side: u32, all: u16) -> (u32, u32) {
            let from = at * side as u64;
            let left = (all as u64).saturating_sub(from);
            (from as u32, if left < side as u64 { left as u32 } else { side })
        }
        let (columns, rows) = self.tile_size();
        let (x, y) = match self.tiles_across() {
            0 => (0, 0),
            across => (index % across, index / across),
        };
        let (left, width) = part(x as u64, columns, self.width);
        let (top, height) = part(y as u64, rows, self.height);
        Tile { left, top, width, height }
    }

    /// The step of a plane in 1/32 octaves above 1/8 of a level, which may lie outside
    /// of what a quantiser has.
    #[must_use]
    pub const fn step_of(&self, plane: super::Plane) -> i32 {
        let [co, cg] = self.chroma;
        let more = match plane {
            super::Plane::Luma => 0,
            super::Plane::Co => co,
            super::Plane::Cg => cg,
        };
        self.step as i32 + 4 * more as i32
    }

    /// What holds for all drawn blocks; none of a picture without any.
    #[must_use]
    pub const fn form(&self) -> Option<Form> {
        let Some(Drawn { memory, display, .. }) = self.drawn else { return None };
        let (gray, alpha) = (self.channels < 3, self.channels.is_multiple_of(2));
        Some(Form { memory, display, gray, alpha })
    }

    /// Whether blocks may be made of leaves: not in a picture that is drawn.
    #[must_use]
    pub const fn has_leaves(&self) -> bool {
        matches!(self.drawn, None | Some(Drawn { mixed: true, .. }))
    }

    /// The planes, in the order in which they are coded.
    #[must_use]
    pub const fn planes(&self) -> &'static [super::Plane] {
        super::Plane::of(self.channels)
    }
}
