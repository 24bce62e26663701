//! With loss or without: which is a picture stored with?
//!
//! What is drawn takes about as many bytes without loss as with it, a photograph many times
//! as many: both files are made, and their bytes decide.

use super::{
    DrawnOptions, EncodeError, Encoded, Options, Pixels, Target, Tune, export_drawn, export_watched,
};
use crate::Watcher;

/// A lossless file may have so many times the bytes of the lossy one of the usual quality:
/// on the training pictures no photograph is below 3.4, no interface above 2.0, and of 287
/// icons 13 are above 3.
const TIMES: usize = 3;

/// Whether a picture loses something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Loss {
    /// What takes the bytes better.
    #[default]
    Auto,
    /// Every sample as it is.
    Lossless,
    /// Even if it is drawn.
    Lossy,
}

/// What is asked for, each part only if it is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Request {
    /// At most so many bytes, the whole file.
    pub bytes: Option<usize>,
    /// At least this peak signal-to-noise ratio in dB; goes before `quality`.
    pub psnr_db: Option<f64>,
    /// From 0 (rough) to 100 (fine).
    pub quality: Option<f64>,
}

impl Request {
    /// The options that serve it, for a picture with loss; of no part the quality of 50.
    #[must_use]
    pub fn options(&self) -> Options {
        let options = Options::default();
        let target = match (self.psnr_db, self.quality) {
            (Some(db), _) => Target::Psnr(db),
            (None, Some(quality)) => Target::Quality(quality),
            (None, None) if self.bytes.is_some() => Target::Size,
            (None, None) => options.target,
        };
        let tune = if self.psnr_db.is_some() { Tune::Psnr } else { options.tune };
        Options { target, tune, limit: self.bytes, ..options }
    }

    /// Whether it says how good the picture is to be.
    #[must_use]
    pub const fn has_quality(&self) -> bool {
        self.psnr_db.is_some() || self.quality.is_some()
    }
}

/// How a picture is to be stored, with loss and without.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wishes {
    /// Which of them.
    pub loss: Loss,
    /// If it is stored with loss.
    pub lossy: Options,
    /// If it is stored without.
    pub lossless: DrawnOptions,
    /// Whether the quality was chosen, or it is the usual one.
    pub chosen: bool,
}

/// A file that was chosen.
#[derive(Clone, Debug)]
pub struct Chosen {
    /// The file.
    pub encoded: Encoded,
    /// Whether every sample is as it was.
    pub lossless: bool,
    /// Bytes of the lossy file that it was weighed against, or that it is.
    pub lossy_bytes: Option<usize>,
    /// Why it became so.
    pub why: Why,
}

/// Why a picture is stored with loss or without.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It was asked for.
    Asked,
    /// Whether the lossless file fits the limit.
    Limit,
    /// No lossy file is what was asked for.
    NoLossy,
    /// Whether the lossless file has at most so many times the bytes of the lossy one.
    Times(usize),
}

/// Makes a picture's file, with loss or without, whichever is asked for or is better.
///
/// The `watcher` hears what part of the work is done, from 0 to 1.
///
/// # Errors
/// [`EncodeError`] by variant.
pub fn export_either(
    pixels: &Pixels,
    wishes: &Wishes,
    watcher: Watcher<'_>,
) -> Result<Chosen, EncodeError> {
    let Wishes { loss, lossy, lossless, chosen } = wishes;
    let asked =
        |encoded, lossless| Chosen { encoded, lossless, lossy_bytes: None, why: Why::Asked };
    match loss {
        Loss::Lossy => Ok(asked(export_watched(pixels, lossy, watcher)?, false)),
        Loss::Lossless => Ok(asked(export_drawn(pixels, lossless)?, true)),
        // An exact copy is as good as any that fits.
        Loss::Auto if lossy.target == Target::Size => {
            let encoded = match export_drawn(pixels, lossless) {
                Err(EncodeError::DoesNotFit { .. }) => export_watched(pixels, lossy, watcher)?,
                other => other?,
            };
            let lossless = encoded.header.drawn.is_some_and(|drawn| !drawn.mixed);
            Ok(Chosen { encoded, lossless, lossy_bytes: None, why: Why::Limit })
        }
        Loss::Auto => {
            let other = export_watched(pixels, lossy, watcher);
            let times = if *chosen { 1 } else { TIMES };
            let lossy_bytes = other.as_ref().map_or(None, |encoded| Some(encoded.bytes.len()));
            let most = lossy_bytes.map_or(usize::MAX, |bytes| bytes.saturating_mul(times));
            let most = lossy.limit.map_or(most, |limit| limit.min(most));
            let options = DrawnOptions { limit: Some(most), ..lossless.clone() };
            let (encoded, lossless) = match export_drawn(pixels, &options) {
                Ok(encoded) => (encoded, true),
                Err(_) => (other?, false),
            };
            let why = lossy_bytes.map_or(Why::NoLossy, |bytes| {
                let no_larger = lossless && encoded.bytes.len() <= bytes;
                Why::Times(if no_larger { 1 } else { times })
            });
            Ok(Chosen { encoded, lossless, lossy_bytes, why })
        }
    }
}
