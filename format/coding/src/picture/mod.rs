//! What is the order of a compact picture's decisions, and on what do they depend?
//!
//! A picture's planes are cut into blocks of 32 x 32 pixels. What a block's planes have
//! in common comes first ([`block`]). Each of them is cut by a coded
//! quadtree into leaves of 4 to 32 ([`gate`]). A leaf names a predictor ([`head`]) and
//! has the sparse weights of its expert, a linear layer on cosines ([`weights`]). What
//! is known around comes from [`cells`]. Blocks of another kind are [`drawn`].

pub mod block;
pub mod cells;
pub mod drawn;
pub mod gate;
pub mod head;
mod header;
mod models;
pub mod place;
pub mod scan;
pub mod weights;

pub use header::{Colour, Drawn, MAX_CHROMA, MAX_STEP, MAX_TILE, PictureHeader, Tile};
pub use place::start;

/// log2 of a block's side: what is coded at once.
pub const BLOCK_LOG2: u32 = 5;
/// Pixels along a block's side.
pub const BLOCK: usize = 1 << BLOCK_LOG2;
/// Cells of 4 x 4 pixels along a block's side.
pub const CELLS: usize = BLOCK / 4;

/// Which of a picture's planes?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Plane {
    /// Brightness, or alpha, which is coded like it.
    Luma,
    /// The first chroma plane.
    Co,
    /// The second one.
    Cg,
}

impl Plane {
    /// Those of a picture of so many channels, in the order in which they are coded.
    #[must_use]
    pub const fn of(channels: u8) -> &'static [Self] {
        match channels {
            1 => &[Self::Luma],
            2 => &[Self::Luma, Self::Luma],
            3 => &[Self::Luma, Self::Co, Self::Cg],
            _ => &[Self::Luma, Self::Co, Self::Cg, Self::Luma],
        }
    }

    /// 0, 1, 2.
    #[must_use]
    #[inline]
    pub const fn index(self) -> usize {
        self as usize
    }

    /// 0 of luma, 1 of chroma.
    #[must_use]
    #[inline]
    pub const fn kind(self) -> usize {
        !matches!(self, Self::Luma) as usize
    }
}
