//! What does a file hold, and what does decoding it cost?

use nex_format::Kind;
#[cfg(feature = "neural")]
use nex_format::neural::Arithmetic;

/// Facts about a network that a firmware engineer budgets with.
#[cfg(feature = "neural")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct NetworkInfo {
    /// In integers or in floats.
    pub arithmetic: Arithmetic,
    /// Number of experts.
    pub experts: u16,
    /// Multiply-accumulates per point: encoder, manager and one expert.
    pub macs: u32,
    /// Of these, spent on choosing the expert; 0 with baked routing.
    pub manager_macs: u32,
    /// Sines per point, or other activations.
    pub sines: u32,
}

/// What is decoded at once, and what that takes at most, whatever the bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct WorstCase {
    /// Frames that are decoded together: the longest block of a compact sound, 1
    /// of a neural one.
    pub frames: u32,
    /// Entropy-coded decisions, those of heads and weights; 0 of a neural sound.
    pub decisions: u32,
    /// Multiply-accumulates.
    pub multiplies: u64,
}

/// Facts about a sound's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct SoundInfo {
    /// What the file is.
    pub kind: Kind,
    /// Sample rate in Hz.
    pub rate_hz: u32,
    /// Channels, 1 to 8; samples are interleaved.
    pub channels: u8,
    /// Time steps.
    pub frames: u32,
    /// Largest magnitude of a sample, 1 to 32,768.
    pub peak: u16,
    /// Bytes of the whole file.
    pub file_bytes: usize,
}

/// Facts about a picture's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct PictureInfo {
    /// What the file is.
    pub kind: Kind,
    /// Pixels per row, 1 to 65,535.
    pub width: u32,
    /// Rows, 1 to 65,535.
    pub height: u32,
    /// 1: gray, 2: gray and alpha, 3: red, green, blue, 4: these and alpha.
    pub channels: u8,
    /// Columns and rows that are decoded together, whatever part of them is asked for: a
    /// compact picture's tiles, or the whole picture; (1, 1) of a neural one.
    pub tile: (u32, u32),
    /// Bytes of the whole file.
    pub file_bytes: usize,
}

/// Facts about a shape's file.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct ShapeInfo {
    /// What the file is.
    pub kind: Kind,
    /// Cells along each side of the cube, 1 to 65,535.
    pub cells: u32,
    /// The cube's corner of the smallest coordinates, in the shape's units.
    pub origin: [f32; 3],
    /// Length of the cube's side in the same units.
    pub side: f32,
    /// Bytes of the whole file.
    pub file_bytes: usize,
}

/// The expert that owns a position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Expert {
    /// Of a neural file: which of its networks.
    Network {
        /// From 0 on.
        index: u8,
    },
    /// Of a compact picture: the leaf of its first plane.
    Leaf {
        /// Its left edge in the picture.
        left: u32,
        /// Its upper edge.
        top: u32,
        /// Columns and rows: 4, 8, 16 or 32. What of them lies beyond a tile is not shown.
        side: u8,
        /// Which predictor it has: 0 the mean of what is around, 1 a plane through it, 2 a
        /// gradient, 3 to 27 a direction, from below left over the left and above to above right.
        predictor: u8,
    },
    /// Of a compact sound: the block.
    Block {
        /// Its first frame.
        start: u32,
        /// Its frames.
        frames: u32,
        /// Weights that are not zero, of all channels: each costs one cosine
        /// and one multiply where the expert is evaluated.
        nonzero: u32,
    },
}
