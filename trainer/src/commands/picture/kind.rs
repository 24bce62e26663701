//! With loss or without: which is a picture stored with?
//!
//! What is drawn takes about as many bytes without loss as with it, a photograph many times
//! as many: both files are made, and their bytes decide.

use crate::{
    commands::options::Loss,
    compact::picture::{
        self as encoder, DrawnOptions, EncodeError, Encoded, Options, Pixels, Target,
    },
};
use serde::Serialize;

/// A lossless file may have so many times the bytes of the lossy one of the usual quality:
/// on the training pictures no photograph is below 3.4, no interface above 2.0, and of 287
/// icons 13 are above 3.
const TIMES: usize = 3;

/// What is asked of a compact picture.
pub struct Wishes {
    pub loss: Loss,
    /// If it is stored with loss.
    pub lossy: Options,
    /// If it is stored without.
    pub lossless: DrawnOptions,
    /// Whether the quality was chosen, or it is the usual one.
    pub chosen: bool,
}

/// Which kind a file is, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Kind {
    pub lossless: bool,
    /// Of the lossy file that it was weighed against, or that is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lossy_bytes: Option<usize>,
    /// In words; nothing if it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
}

/// Encodes a picture, with loss or without.
pub fn encode(
    pixels: &Pixels,
    wishes: &Wishes,
    watch: &(dyn Fn(f64) + Sync),
) -> Result<(Encoded, Kind), EncodeError> {
    let asked = |lossless| Kind { lossless, lossy_bytes: None, because: None };
    let Wishes { loss, lossy, lossless, chosen } = wishes;
    let limit = lossy.limit;
    match loss {
        Loss::Lossy => Ok((encoder::export_watched(pixels, lossy, watch)?, asked(false))),
        Loss::Lossless => Ok((encoder::export_drawn(pixels, lossless)?, asked(true))),
        // An exact copy is as good as any that fits.
        Loss::Auto if lossy.target == Target::Size => {
            let (encoded, because) = match encoder::export_drawn(pixels, lossless) {
                Ok(encoded) => (encoded, "the lossless file fits"),
                Err(EncodeError::DoesNotFit { .. }) => {
                    let encoded = encoder::export_watched(pixels, lossy, watch)?;
                    (encoded, "the lossless file does not fit")
                }
                Err(error) => return Err(error),
            };
            let lossless = encoded.header.drawn.is_some_and(|drawn| !drawn.mixed);
            Ok((encoded, Kind { lossless, lossy_bytes: None, because: Some(because.into()) }))
        }
        Loss::Auto => {
            let other = encoder::export_watched(pixels, lossy, watch);
            let times = if *chosen { 1 } else { TIMES };
            let bytes = other.as_ref().map_or(None, |encoded| Some(encoded.bytes.len()));
            let most = bytes.map_or(usize::MAX, |bytes| bytes.saturating_mul(times));
            let most = limit.map_or(most, |limit| limit.min(most));
            let options = DrawnOptions { limit: Some(most), ..lossless.clone() };
            let (encoded, lossless) = match (encoder::export_drawn(pixels, &options), other) {
                (Ok(encoded), _) => (encoded, true),
                (Err(_), other) => (other?, false),
            };
            let no_larger = lossless && bytes.is_some_and(|bytes| encoded.bytes.len() <= bytes);
            let because = because(lossless, bytes, if no_larger { 1 } else { times });
            Ok((encoded, Kind { lossless, lossy_bytes: bytes, because: Some(because) }))
        }
    }
}

/// Why it became so: the lossless file has so many times the lossy file's bytes at most, or
/// more.
fn because(lossless: bool, lossy: Option<usize>, times: usize) -> String {
    use crate::commands::terminal::text::grouped;
    let Some(lossy) = lossy else { return "no lossy file is what was asked for".into() };
    let lossy = grouped(lossy as u64);
    match (lossless, times) {
        (true, 1) => format!("no larger than the lossy file, which has {lossy} bytes"),
        (true, n) => format!("at most {n} times the lossy file, which has {lossy} bytes"),
        (false, 1) => "the lossless file is larger".into(),
        (false, n) => format!("the lossless file is more than {n} times as large"),
    }
}
