//! What can be asked of the encoder of shapes, and what comes of it?

use nex_format::{Error, compact::ShapeHeader};
use thiserror::Error;

/// What a shape's file must be like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// From 0 (rough) to 100 (fine): 50 is good for a picture of most shapes; 13 points are
    /// an octave of the quantiser's step.
    Quality(f64),
    /// At most this root mean square error of the distances within a voxel of the surface,
    /// in the shape's own units, in as few bytes as possible.
    Error(f64),
    /// As good as fits the limit.
    Size,
}

/// What is asked for, each part only if it is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Request {
    /// At most so many bytes, the whole file.
    pub bytes: Option<usize>,
    /// At most this error, see [`Target::Error`]; goes before `quality`.
    pub error: Option<f64>,
    /// From 0 (rough) to 100 (fine).
    pub quality: Option<f64>,
}

impl Request {
    /// The options that serve it; of no part the quality of 50.
    #[must_use]
    pub fn options(&self) -> Options {
        let options = Options::default();
        let target = match (self.error, self.quality) {
            (Some(error), _) => Target::Error(error),
            (None, Some(quality)) => Target::Quality(quality),
            (None, None) if self.bytes.is_some() => Target::Size,
            (None, None) => options.target,
        };
        Options { target, limit: self.bytes, ..options }
    }
}

/// How a shape is to be encoded.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// What the file must be like.
    pub target: Target,
    /// Bytes of the whole file that are never exceeded.
    pub limit: Option<usize>,
    /// A comment for the file.
    pub comment: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self { target: Target::Quality(50.0), limit: None, comment: None }
    }
}

/// A shape's file, and how it was made.
#[derive(Clone, Debug)]
pub struct Encoded {
    /// The whole file.
    pub bytes: Vec<u8>,
    /// Its header.
    pub header: ShapeHeader,
    /// Root mean square error of the distances within a voxel of the surface, in the shape's
    /// own units.
    pub error: f64,
}

/// Why no file came of it.
#[derive(Clone, Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum EncodeError {
    /// The smallest file is larger than the limit.
    #[error("no file of at most {limit} bytes holds this shape; the smallest has {smallest}")]
    DoesNotFit {
        /// What was asked for.
        limit: usize,
        /// What there is.
        smallest: usize,
    },
    /// The best file is not good enough.
    #[error("the best file has an error of {best:.6}, at most {asked:.6} was asked for")]
    NotGoodEnough {
        /// What was asked for.
        asked: f64,
        /// What there is.
        best: f64,
    },
    /// The limit and the target contradict each other.
    #[error(
        "no file of at most {limit} bytes has an error of {asked:.6}; the smallest that has takes \
         {needed}"
    )]
    Contradiction {
        /// Bytes that were asked for.
        limit: usize,
        /// The error.
        asked: f64,
        /// Bytes that it takes.
        needed: usize,
    },
    /// A distance is NaN or infinite.
    #[error("the distance of voxel {}, {}, {} is no number", .voxel[0], .voxel[1], .voxel[2])]
    NotFinite {
        /// Which one, along x, y, z.
        voxel: [usize; 3],
    },
    /// Fewer or more voxels than 16 to 512 a side, or other than distances; or a cube that
    /// is no place.
    #[error("cannot be stored")]
    Format(#[from] Error),
}
