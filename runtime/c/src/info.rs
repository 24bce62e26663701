//! What does a C program learn of a file before it decodes it?

use crate::status::{NexError, explain};
use nex_runtime::Error;
#[cfg(feature = "shapes")]
use nex_runtime::Position;
#[cfg(feature = "sounds")]
use nex_runtime::{Sound, WorstCase};

/// What is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum Signal {
    /// Samples along time: nex_open() and what comes after it.
    Sound = 0,
    /// Pixels in a plane: nex_picture_open().
    Picture = 1,
    /// The signed distance to a surface in space: nex_shape_open().
    Shape = 2,
}

/// How it is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum Profile {
    /// A mixture of neural networks.
    Neural = 0,
    /// Sparse sums of windowed cosines, entropy-coded, in integers.
    Compact = 1,
}

/// How a neural file is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub enum Arithmetic {
    /// In integers: needs no floating-point unit.
    Integer = 0,
    /// In 32-bit floats.
    Float = 1,
}

/// What a file is.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Kind {
    /// One of enum nex_signal.
    pub signal: u32,
    /// One of enum nex_profile.
    pub profile: u32,
}

impl From<nex_runtime::Kind> for Kind {
    fn from(kind: nex_runtime::Kind) -> Self {
        Self { signal: kind.signal as u32, profile: kind.profile as u32 }
    }
}

/// Facts about a sound. After an error all are 0 but `part` and `detail`.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Info {
    /// One of enum nex_profile.
    pub profile: u32,
    /// One of enum nex_arithmetic; a compact sound is in integers.
    pub arithmetic: u32,
    /// Sample rate in Hz, 1 to 768,000.
    pub rate_hz: u32,
    /// Channels, 1 to 8; samples are interleaved.
    pub channels: u32,
    /// Frames (time steps), 1 or more.
    pub frames: u32,
    /// Bytes of memory that nex_open() needs at least: enough to play.
    pub memory_bytes: u32,
    /// Bytes of memory for nex_sample_at(), nex_resample() and nex_expert_at()
    /// too; not less than `memory_bytes`.
    pub points_memory_bytes: u32,
    /// More bytes of memory than this change nothing; between `memory_bytes`
    /// and this much a neural sound decodes faster, for each weight is loaded
    /// once for several frames.
    pub best_memory_bytes: u32,
    /// Number of experts of a neural sound; 0 of a compact one, whose every
    /// block is an expert.
    pub experts: u32,
    /// Multiply-accumulates per frame of a neural sound; 0 of a compact one,
    /// where they depend on the content.
    pub macs_per_frame: u32,
    /// Sines per frame of a neural sound; 0 of a compact one.
    pub sines_per_frame: u32,
    /// Frames that are decoded at once: the longest block of a compact sound, 1
    /// of a neural one.
    pub worst_frames: u32,
    /// Entropy-coded decisions that these take at most, whatever the bytes; 0 of
    /// a neural sound.
    pub worst_decisions: u32,
    /// Multiply-accumulates that these take at most.
    pub worst_multiplies: u32,
    /// What an error is about: one of enum nex_part.
    pub part: u32,
    /// More about an error, see enum nex_error; otherwise 0.
    pub detail: u32,
    /// The frames to play over and over, for nex_decode_looped(): the first of
    /// them, and the first after them; both 0 if the file names none.
    pub loop_start: u32,
    /// See `loop_start`.
    pub loop_end: u32,
}

/// Facts about a picture. After an error all are 0 but `part` and `detail`.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct PictureInfo {
    /// One of enum nex_profile.
    pub profile: u32,
    /// One of enum nex_arithmetic.
    pub arithmetic: u32,
    /// Pixels per row, 1 to 65,535.
    pub width: u32,
    /// Rows, 1 to 65,535.
    pub height: u32,
    /// Samples of a pixel: 1: gray, 2: gray and alpha, 3: red, green, blue,
    /// 4: these and alpha, which is not multiplied into the colours.
    pub channels: u32,
    /// Columns that are decoded together, whatever part of them is asked for: those
    /// of a compact picture's tile; 1 of a neural one.
    pub tile_columns: u32,
    /// Likewise rows.
    pub tile_rows: u32,
    /// Bytes of memory that nex_picture_open() needs at least; for rows see
    /// nex_picture_rows_bytes().
    pub memory_bytes: u32,
    /// More bytes of memory than this change nothing (but for rows); up to this
    /// much, a neural picture is decoded faster.
    pub best_memory_bytes: u32,
    /// Number of experts of a neural picture; 0 of a compact one, whose every
    /// square is an expert.
    pub experts: u32,
    /// Multiply-accumulates per pixel of a neural picture; 0 of a compact one,
    /// where they depend on the content.
    pub macs_per_pixel: u32,
    /// Sines per pixel of a neural picture; 0 of a compact one.
    pub sines_per_pixel: u32,
    /// What an error is about: one of enum nex_part.
    pub part: u32,
    /// More about an error, see enum nex_error; otherwise 0.
    pub detail: u32,
}

/// Facts about a shape. After an error all are 0 but `part` and `detail`.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct ShapeInfo {
    /// One of enum nex_profile.
    pub profile: u32,
    /// One of enum nex_arithmetic.
    pub arithmetic: u32,
    /// Cells along each side of the cube, 1 to 65,535, voxels of a compact shape, 16 to
    /// 512: what positions are counted in.
    pub cells: u32,
    /// The cube's corner of the smallest coordinates, in the shape's own units.
    pub origin: [f32; 3],
    /// Length of the cube's side in the same units.
    pub side: f32,
    /// One step of a distance in the same units: half the cube's side over
    /// 32,768.
    pub step: f32,
    /// Bytes of memory that nex_shape_open() needs at least; of a compact shape all that
    /// is in it, 16 to 40 KB for most.
    pub memory_bytes: u32,
    /// More bytes of memory than this change nothing; up to this much, more is
    /// faster.
    pub best_memory_bytes: u32,
    /// Number of experts of a neural shape; 0 of a compact one, whose every cell near the
    /// surface is an expert.
    pub experts: u32,
    /// Multiply-accumulates per point of a neural shape; 0 of a compact one.
    pub macs_per_point: u32,
    /// Sines per point of a neural shape; 0 of a compact one.
    pub sines_per_point: u32,
    /// What an error is about: one of enum nex_part.
    pub part: u32,
    /// More about an error, see enum nex_error; otherwise 0.
    pub detail: u32,
}

/// A rectangle of pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct Area {
    /// Its left edge.
    pub left: u32,
    /// Its upper edge.
    pub top: u32,
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

/// How a picture is shown.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Look {
    /// What lies behind a picture with alpha: red, green, blue. Others do not show
    /// it.
    pub background: [u8; 3],
    /// If not 0, the bits that 16 of a pixel lack are spread over the pixels
    /// around, so that slopes show no bands; what is drawn in parts has no seams.
    pub dither: u8,
    /// If not 0, a pixel of 16 bits has its high byte first in memory, whatever the
    /// processor, as most displays on SPI take it.
    pub high_byte_first: u8,
}

/// A place in a shape's cube, counted in cells from the corner of the smallest
/// coordinates: x, y and z, each a whole number and a fraction in 2^-32. From 0 to
/// `cells`, both included, lies in the cube.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Point {
    /// Whole cells.
    pub cell: [u32; 3],
    /// And 2^-32 cells.
    pub fraction: [u32; 3],
}

/// The expert that owns a position.
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Expert {
    /// Which expert of a neural file, from 0 on; of a compact shape see
    /// nex_shape_expert_at(); 0 of a compact sound.
    pub index: u32,
    /// The first frame of a compact sound's block; 0 of a neural file, whose
    /// experts own any positions that the gate gives them.
    pub first_frame: u32,
    /// Frames of a compact sound's block; 0 of a neural file.
    pub frames: u32,
    /// Weights of the block that are not zero, in a compact sound; 0 of a
    /// neural file.
    pub nonzero: u32,
}

/// What evaluating a network costs; zeros if there is none.
#[derive(Default)]
struct Network {
    arithmetic: u32,
    experts: u32,
    macs: u32,
    sines: u32,
}

/// Of anything that may be a network: without the neural profile nothing is.
macro_rules! network {
    ($signal:expr) => {{
        #[cfg(feature = "neural")]
        let network = Network::from($signal.network());
        #[cfg(not(feature = "neural"))]
        let network = Network::default();
        network
    }};
}

#[cfg(feature = "neural")]
impl From<Option<nex_runtime::NetworkInfo>> for Network {
    fn from(info: Option<nex_runtime::NetworkInfo>) -> Self {
        info.map_or_else(Self::default, |info| Self {
            arithmetic: match info.arithmetic {
                nex_runtime::Arithmetic::Integer => Arithmetic::Integer,
                nex_runtime::Arithmetic::Float => Arithmetic::Float,
            } as u32,
            experts: info.experts.into(),
            macs: info.macs,
            sines: info.sines,
        })
    }
}

#[cfg(feature = "sounds")]
impl Info {
    /// Facts, or what to tell of a file that is refused.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, (Self, NexError)> {
        let sound = match Sound::open(bytes) {
            Ok(sound) => sound,
            Err(error) => {
                let (error, part, detail) = told(error);
                return Err((Self { part, detail, ..Self::default() }, error));
            }
        };
        let (info, network) = (sound.info(), network!(sound));
        let WorstCase { frames, decisions, multiplies, .. } = sound.worst_case();
        let (loop_start, loop_end) = sound.repeated().map_or((0, 0), |p| (p.start, p.end));
        Ok(Self {
            profile: info.kind.profile as u32,
            arithmetic: network.arithmetic,
            rate_hz: info.rate_hz,
            channels: info.channels.into(),
            frames: info.frames,
            memory_bytes: word_bytes(sound.memory_len()),
            points_memory_bytes: word_bytes(sound.points_len()),
            best_memory_bytes: word_bytes(sound.best_len()),
            experts: network.experts,
            macs_per_frame: network.macs,
            sines_per_frame: network.sines,
            worst_frames: frames,
            worst_decisions: decisions,
            worst_multiplies: u32::try_from(multiplies).unwrap_or(u32::MAX),
            part: 0,
            detail: 0,
            loop_start,
            loop_end,
        })
    }
}

#[cfg(feature = "pictures")]
impl PictureInfo {
    /// Facts, or what to tell of a file that is refused.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, (Self, NexError)> {
        let picture = match nex_runtime::Picture::open(bytes) {
            Ok(picture) => picture,
            Err(error) => {
                let (error, part, detail) = told(error);
                return Err((Self { part, detail, ..Self::default() }, error));
            }
        };
        let (info, network) = (picture.info(), network!(picture));
        Ok(Self {
            profile: info.kind.profile as u32,
            arithmetic: network.arithmetic,
            width: info.width,
            height: info.height,
            channels: info.channels.into(),
            tile_columns: info.tile.0,
            tile_rows: info.tile.1,
            memory_bytes: word_bytes(picture.memory_len()),
            best_memory_bytes: word_bytes(picture.best_len()),
            experts: network.experts,
            macs_per_pixel: network.macs,
            sines_per_pixel: network.sines,
            part: 0,
            detail: 0,
        })
    }
}

#[cfg(feature = "shapes")]
impl ShapeInfo {
    /// Facts, or what to tell of a file that is refused.
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, (Self, NexError)> {
        let shape = match nex_runtime::Shape::open(bytes) {
            Ok(shape) => shape,
            Err(error) => {
                let (error, part, detail) = told(error);
                return Err((Self { part, detail, ..Self::default() }, error));
            }
        };
        let (info, network) = (shape.info(), network!(shape));
        Ok(Self {
            profile: info.kind.profile as u32,
            arithmetic: network.arithmetic,
            cells: info.cells,
            origin: info.origin,
            side: info.side,
            step: shape.step(),
            memory_bytes: word_bytes(shape.memory_len()),
            best_memory_bytes: word_bytes(shape.best_len()),
            experts: network.experts,
            macs_per_point: network.macs,
            sines_per_point: network.sines,
            part: 0,
            detail: 0,
        })
    }
}

#[cfg(feature = "shapes")]
impl Point {
    pub(crate) fn position(&self) -> [Position; 3] {
        let ([x, y, z], [fx, fy, fz]) = (self.cell, self.fraction);
        [Position::new(x, fx), Position::new(y, fy), Position::new(z, fz)]
    }
}

#[cfg(feature = "pictures")]
impl From<Area> for nex_runtime::Area {
    fn from(Area { left, top, width, height }: Area) -> Self {
        Self { left, top, width, height }
    }
}

#[cfg(feature = "pictures")]
impl From<nex_runtime::Area> for Area {
    fn from(nex_runtime::Area { left, top, width, height }: nex_runtime::Area) -> Self {
        Self { left, top, width, height }
    }
}

impl Expert {
    /// A network of a neural file.
    pub(crate) fn network(index: u8) -> Self {
        Self { index: index.into(), ..Self::default() }
    }
}

impl From<nex_runtime::Expert> for Expert {
    fn from(expert: nex_runtime::Expert) -> Self {
        match expert {
            nex_runtime::Expert::Network { index } => Self::network(index),
            nex_runtime::Expert::Block { start, frames, nonzero } => {
                Self { index: 0, first_frame: start, frames, nonzero }
            }
            _ => Self::default(),
        }
    }
}

/// An error's number, its part's and what more there is.
fn told(error: Error) -> (NexError, u32, u32) {
    let (error, part, detail) = explain(error);
    (error, part as u32, detail)
}

fn word_bytes(words: usize) -> u32 {
    u32::try_from(words).map_or(u32::MAX, |words| words.saturating_mul(4))
}
