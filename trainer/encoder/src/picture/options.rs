//! What can be asked of the encoder of pictures, and what comes of it?

use super::{mix::Mix, tune::Tune};
use crate::Effort;
use nex_format::{Error, Part, SectionId, compact::PictureHeader};
use thiserror::Error;

/// What a picture's file must be like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// From 0 (rough) to 100 (fine); 50 is good for most photographs.
    Quality(f64),
    /// At least this peak signal-to-noise ratio of all samples, in dB, in as few bytes as
    /// possible.
    Psnr(f64),
    /// As good as fits the limit.
    Size,
}

/// How a picture is to be encoded.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// What the file must be like.
    pub target: Target,
    /// Bytes of the whole file that are never exceeded.
    pub limit: Option<usize>,
    /// What "good" means.
    pub tune: Tune,
    /// How long to search.
    pub effort: Effort,
    /// Whether blocks may be drawn.
    pub mix: Mix,
    /// Pixels along the sides of tiles that are decoded each by itself: 32 times a power of
    /// two, up to 65,536. `None`: the picture is one.
    pub tile: Option<u32>,
    /// A comment for the file.
    pub comment: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            target: Target::Quality(50.0),
            limit: None,
            tune: Tune::Eye,
            effort: Effort::Normal,
            mix: Mix::default(),
            tile: None,
            comment: None,
        }
    }
}

/// A picture's file, and how it was made.
#[derive(Clone, Debug)]
pub struct Encoded {
    /// The whole file.
    pub bytes: Vec<u8>,
    /// Its header.
    pub header: PictureHeader,
    /// The samples that it decodes to.
    pub samples: Vec<u8>,
    /// Peak signal-to-noise ratio of all samples, but for colours of fully transparent
    /// pixels; infinite where none differs.
    pub psnr_db: f64,
}

/// Why no file came of it.
#[derive(Clone, Debug, Error, PartialEq)]
#[non_exhaustive]
pub enum EncodeError {
    /// The smallest file is larger than the limit.
    #[error("no file of at most {limit} bytes holds this picture; the smallest has {smallest}")]
    DoesNotFit {
        /// What was asked for.
        limit: usize,
        /// What there is.
        smallest: usize,
    },
    /// The best file is not good enough.
    #[error("the best file has a PSNR of {best:.2} dB, {asked} were asked for")]
    NotGoodEnough {
        /// What was asked for, in dB.
        asked: f64,
        /// What there is.
        best: f64,
    },
    /// The limit and the target contradict each other.
    #[error(
        "no file of at most {limit} bytes has a PSNR of {asked} dB; the smallest that has takes \
         {needed}"
    )]
    Contradiction {
        /// Bytes that were asked for.
        limit: usize,
        /// In dB.
        asked: f64,
        /// Bytes that it takes.
        needed: usize,
    },
    /// A picture without pixels, with more than 65,535 a side, or tiles of an odd size.
    #[error("cannot be stored")]
    Format(#[from] Error),
}

/// A side of a picture, as a header has it.
pub(super) fn side(pixels: usize) -> Result<u16, Error> {
    u16::try_from(pixels).ok().filter(|&n| n > 0).ok_or(Error::BadHeader(Part::Size))
}

/// What a header says of tiles of so many pixels a side.
pub(super) fn tiles(tile: Option<u32>, sides: [u16; 2]) -> Result<[u8; 2], Error> {
    let tile = match tile {
        None => 0,
        Some(side) if side >= 32 && side.is_power_of_two() && side <= 1 << 16 => {
            (side.ilog2() - 4) as u8
        }
        Some(_) => return Err(Error::BadHeader(Part::Blocks)),
    };
    // A side that is no longer than a tile has one.
    Ok(sides.map(|side| if u32::from(side) <= 16 << tile { 0 } else { tile }))
}

/// The sections of a file with a comment.
pub(super) fn sections(comment: Option<&str>) -> Vec<(SectionId, &[u8])> {
    comment.map(|text| (SectionId::COMMENT, text.as_bytes())).into_iter().collect()
}
