//! What does decoding this file cost?

use nex_format::{Arithmetic, Audio, File, Image, Mixture, Shape};

/// Facts about a sound's file that a firmware engineer budgets with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct Info {
    /// Sample rate in Hz.
    pub rate_hz: u32,
    /// Channels, 1 to 8; samples are interleaved.
    pub channels: u8,
    /// Time steps.
    pub frames: u32,
    /// Largest magnitude of a sample, 1 to 32,768.
    pub peak: u16,
    /// The profile: integer or float.
    pub arithmetic: Arithmetic,
    /// Number of experts.
    pub experts: u16,
    /// Multiply-accumulates per frame: encoder, manager and one expert.
    pub macs_per_frame: u32,
    /// Of these, spent on choosing the expert; 0 with baked routing.
    pub manager_macs_per_frame: u32,
    /// Sines per frame.
    pub sines_per_frame: u32,
    /// Bytes of the whole file.
    pub file_bytes: usize,
    /// Words (`u32`) of scratch that one coordinate at a time needs; more
    /// scratch lets the decoder load each weight once for several.
    pub min_scratch_len: usize,
}

impl Info {
    pub(crate) fn new(file: &File<'_>, audio: &Audio, min_scratch_len: usize) -> Self {
        let mixture = file.mixture();
        let costs = Costs::of(mixture);
        Self {
            rate_hz: audio.rate_hz,
            channels: audio.channels,
            frames: audio.frames,
            peak: audio.peak,
            arithmetic: mixture.arithmetic,
            experts: mixture.experts.count() as u16,
            macs_per_frame: costs.macs,
            manager_macs_per_frame: costs.manager_macs,
            sines_per_frame: costs.sines,
            file_bytes: file.bytes().len(),
            min_scratch_len,
        }
    }
}

/// Of one evaluation.
struct Costs {
    macs: u32,
    manager_macs: u32,
    sines: u32,
}

impl Costs {
    fn of(mixture: &Mixture<'_>) -> Self {
        let Mixture { manager, encoder, experts, .. } = mixture;
        let expert = experts.get(0);
        let mut macs = encoder.macs() + expert.macs();
        #[cfg(feature = "models")]
        if let Some(grid) = &mixture.grid {
            macs += grid.macs();
        }
        let mut sines = encoder.sines() + expert.sines();
        let mut manager_macs = 0;
        if let Some(manager) = manager {
            manager_macs = manager.encoder.macs() + manager.head.macs();
            macs += manager_macs;
            sines += manager.encoder.sines() + manager.head.sines();
        }
        Self { macs, manager_macs, sines }
    }
}

/// Facts about a picture's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct ImageInfo {
    /// Pixels per row, 1 to 65,535.
    pub width: u32,
    /// Rows, 1 to 65,535.
    pub height: u32,
    /// 1: gray, 2: gray and alpha, 3: red, green, blue, 4: these and alpha.
    pub channels: u8,
    /// The profile: integer or float.
    pub arithmetic: Arithmetic,
    /// Number of experts.
    pub experts: u16,
    /// Multiply-accumulates per pixel: encoder, manager and one expert.
    pub macs_per_pixel: u32,
    /// Of these, spent on choosing the expert.
    pub manager_macs_per_pixel: u32,
    /// Sines per pixel.
    pub sines_per_pixel: u32,
    /// Bytes of the whole file.
    pub file_bytes: usize,
    /// Words (`u32`) of scratch that one pixel at a time needs; more scratch
    /// lets the decoder load each weight once for several.
    pub min_scratch_len: usize,
}

impl ImageInfo {
    pub(crate) fn new(file: &File<'_>, image: &Image, min_scratch_len: usize) -> Self {
        let mixture = file.mixture();
        let costs = Costs::of(mixture);
        Self {
            width: image.width.into(),
            height: image.height.into(),
            channels: image.channels,
            arithmetic: mixture.arithmetic,
            experts: mixture.experts.count() as u16,
            macs_per_pixel: costs.macs,
            manager_macs_per_pixel: costs.manager_macs,
            sines_per_pixel: costs.sines,
            file_bytes: file.bytes().len(),
            min_scratch_len,
        }
    }
}

/// Facts about a shape's file.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct ShapeInfo {
    /// Cells along each side of the cube, 1 to 65,535.
    pub cells: u32,
    /// The cube's corner of the smallest coordinates, in the shape's units.
    pub origin: [f32; 3],
    /// Length of the cube's side in the same units.
    pub side: f32,
    /// The profile: integer or float.
    pub arithmetic: Arithmetic,
    /// Number of experts.
    pub experts: u16,
    /// Multiply-accumulates per point: encoder, manager and one expert.
    pub macs_per_point: u32,
    /// Of these, spent on choosing the expert.
    pub manager_macs_per_point: u32,
    /// Sines per point.
    pub sines_per_point: u32,
    /// Bytes of the whole file.
    pub file_bytes: usize,
    /// Words (`u32`) of scratch that one point at a time needs; more scratch
    /// lets the decoder load each weight once for several.
    pub min_scratch_len: usize,
}

impl ShapeInfo {
    pub(crate) fn new(file: &File<'_>, shape: &Shape, min_scratch_len: usize) -> Self {
        let mixture = file.mixture();
        let costs = Costs::of(mixture);
        Self {
            cells: shape.cells.into(),
            origin: shape.origin,
            side: shape.side,
            arithmetic: mixture.arithmetic,
            experts: mixture.experts.count() as u16,
            macs_per_point: costs.macs,
            manager_macs_per_point: costs.manager_macs,
            sines_per_point: costs.sines,
            file_bytes: file.bytes().len(),
            min_scratch_len,
        }
    }
}
